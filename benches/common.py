"""What the measurements share: a made-up Globus Groups, and the home folder of a user who has logged in."""

import contextlib
import http.server
import json
import pathlib
import socketserver
import ssl
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
RUNNER = ROOT / "target/release/runner"
GNU_TIME = "/usr/bin/time"
SYSTEM_BUNDLE = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
TOKEN_FILE = ".list-my-globus-groups-tokens.json"
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


def groups(count):
    """The inner text of a JSON array of this many groups."""
    return b",".join(json.dumps(group(index), separators=(",", ":")).encode() for index in range(count))


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        blocks = self.server.blocks
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(2 + sum(map(len, blocks)) + len(blocks) - 1))
        self.end_headers()
        self.wfile.write(b"[")
        for number, block in enumerate(blocks):
            if self.server.distinct:
                block = block.replace(ID_IN_BLOCK, b"-%04x-" % number)
            self.wfile.write(b"," + block if number else block)
        self.wfile.write(b"]")

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """Serves `blocks`, each some groups, with ids of their own if `distinct`. With a chain and a key, over TLS."""

    daemon_threads = True

    def __init__(self, certificate=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.blocks = []
        self.distinct = False
        self.url = f"http://127.0.0.1:{self.server_address[1]}/"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
            self.url = f"https://localhost:{self.server_address[1]}/"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        # A client that hung up says so itself.
        pass


def write_tokens(home, valid_for=86_400):
    """Tokens that no service issued, valid for so many seconds."""
    token = {
        "resource_server": "groups.api.globus.org",
        "identity_id": None,
        "scope": "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships",
        "access_token": "made-up",
        "refresh_token": "made-up",
        "expires_at_seconds": int(time.time()) + valid_for,
        "token_type": "Bearer",
    }
    tokens = {
        "data": {"DEFAULT": {"groups.api.globus.org": token}},
        "format_version": "2.0",
        "globus-sdk.version": "4.9.0",
    }
    (home / TOKEN_FILE).write_text(json.dumps(tokens))


def make_certificates(folder):
    """A server's chain and key, and a copy of the system's bundle that has their authority as well.

    As for most services the server's certificate is signed by an intermediate one, all with RSA of 2048 bits.
    """

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, stderr=subprocess.DEVNULL)

    new = ["req", "-x509", "-newkey", "rsa:2048", "-noenc", "-days", "2"]
    ca = ["-addext", "basicConstraints=critical,CA:true", "-addext", "keyUsage=critical,keyCertSign"]
    leaf = ["-addext", "basicConstraints=critical,CA:false", "-addext", "subjectAltName=DNS:localhost"]
    for name, extensions, issuer in [
        ("root", ca, None),
        ("intermediate", ca, "root"),
        ("server", leaf, "intermediate"),
    ]:
        signed_by = ["-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key"] if issuer else []
        subject = ["-subj", f"/CN=benches {name}"]
        openssl(*new, *subject, *extensions, *signed_by, "-keyout", f"{name}.key", "-out", f"{name}.pem")
    pem = {name: (folder / f"{name}.pem").read_text() for name in ("root", "intermediate", "server")}
    (folder / "chain.pem").write_text(pem["server"] + pem["intermediate"])
    (folder / "bundle.pem").write_text(SYSTEM_BUNDLE.read_text() + pem["root"])
    return (folder / "chain.pem", folder / "server.key"), folder / "bundle.pem"
