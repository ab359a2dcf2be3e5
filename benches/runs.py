#!/usr/bin/env python3
"""Measure whole runs on responses of 1,000 to 1,000,000 groups: time and peak memory of the process.

    cargo build --release
    benches/runs.py                          # the built-in template, which streams
    benches/runs.py --whole                  # one that needs all groups at once
    benches/runs.py --guard                  # with a guard that compares each run with the one before
    benches/runs.py --runner OTHER --groups 1000 100000

A server in this script responds, so no request goes to Globus; one group is about 540 bytes. The output goes to a
file. Time is that of the process from start to end, the best of --runs; memory is its largest resident set, as
`getrusage` reports it.
"""

import argparse
import http.server
import json
import os
import pathlib
import socketserver
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCK = 1000
# The part of an id that is the same in a whole block.
ID_IN_BLOCK = b"-0d4e-"


def group(index):
    identity = "0d3a1c8e-5b0f-4a57-8f0e-3c4f3f0a9d21"
    group_id = f"{index:08x}-0d4e-4a6e-9a53-1d5d0c8f2b11"
    return {
        "id": group_id,
        "name": f'Group number {index}, "quoted" & others',
        "description": "People who publish climate data",
        "parent_id": None,
        "group_type": "regular",
        "enforce_session": False,
        "session_limit": 28800,
        "session_timeouts": {},
        "subscription_id": None,
        "my_memberships": [
            {
                "group_id": group_id,
                "identity_id": identity,
                "username": "you@example.org",
                "role": "member" if index % 3 else "admin",
                "status": "active",
            }
        ],
        "policies": {"group_visibility": "private", "group_members_visibility": "managers"},
    }


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = self.server.block
        blocks = self.server.groups // BLOCK
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(2 + blocks * len(body) + blocks - 1))
        self.end_headers()
        self.wfile.write(b"[")
        for number in range(blocks):
            block = body.replace(ID_IN_BLOCK, b"-%04x-" % number) if self.server.distinct else body
            self.wfile.write(b"," + block if number else block)
        self.wfile.write(b"]")

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


def measure(command, environment):
    """Seconds and bytes of one run."""
    start = time.perf_counter()
    child = os.posix_spawn(command[0], command, environment)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    if status:
        sys.exit(f"{command} ended with {os.waitstatus_to_exitcode(status)}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runner", type=pathlib.Path, default=ROOT / "target/release/runner")
    parser.add_argument("--groups", type=int, nargs="+", default=[1000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--whole", action="store_true", help="use a template that needs all groups at once")
    parser.add_argument("--guard", action="store_true", help="give each group an id of its own, and guard them")
    arguments = parser.parse_args()

    server = Server(("127.0.0.1", 0), Handler)
    server.block = b",".join(json.dumps(group(index), separators=(",", ":")).encode() for index in range(BLOCK))
    server.distinct = arguments.guard
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        token = {
            "resource_server": "groups.api.globus.org",
            "identity_id": None,
            "scope": "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships",
            "access_token": "made-up",
            "refresh_token": "made-up",
            "expires_at_seconds": int(time.time()) + 86_400,
            "token_type": "Bearer",
        }
        tokens = {
            "data": {"DEFAULT": {"groups.api.globus.org": token}},
            "format_version": "2.0",
            "globus-sdk.version": "4.9.0",
        }
        (home / ".list-my-globus-groups-tokens.json").write_text(json.dumps(tokens))
        template = (ROOT / "templates/groups.csv.hbs").read_text()
        if arguments.whole:
            template += "{{#if (len groups)}}{{/if}}"
        (home / "t.csv.hbs").write_text(template)
        profile = (ROOT / "profiles/groups.toml").read_text().replace("groups.csv.hbs", "t.csv.hbs")
        if arguments.guard:
            profile += '\n[output.guard]\nmax_removed = "10%"\n'
        (home / "t.toml").write_text(profile)
        environment = {
            "HOME": folder,
            "XDG_STATE_HOME": str(home / "state"),
            "GLOBUS_SDK_SERVICE_URL_GROUPS": f"http://127.0.0.1:{server.server_address[1]}/",
        }
        print(f"{'groups':>9} {'answer':>10} {'time':>9} {'CPU':>9} {'peak':>9}")
        for groups in arguments.groups:
            server.groups = groups
            output = home / "out.csv"
            command = [str(arguments.runner), "run", str(home / "t.toml"), "-o", str(output)]
            results = []
            for _ in range(arguments.runs):
                output.unlink(missing_ok=True)
                results.append(measure(command, environment))
            lines = sum(1 for _ in output.open())
            if lines != groups + 1:
                sys.exit(f"{lines} lines were written for {groups} groups")
            size = groups * (len(server.block) + 1) / BLOCK
            seconds, cpu, peak = (min(column) for column in zip(*results))
            print(
                f"{groups:>9} {size / 1e6:>7.1f} MB {seconds * 1e3:>6.0f} ms {cpu * 1e3:>6.0f} ms {peak / 1e6:>6.1f} MB",
                flush=True,
            )


if __name__ == "__main__":
    main()
