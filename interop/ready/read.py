"""Reads a file that a ready profile made with the program that it is for, and prints what that program finds as JSON.

    read.py KIND FILE [QUESTIONS]

QUESTIONS are JSON: the identities to map, or the users to ask about.
"""

import asyncio
import base64
import hashlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "places" / "readers"))


def passwd(path, _):
    import accounts

    return accounts.read_passwd(path.read_text())


def group(path, _):
    import accounts

    return accounts.read_group(path.read_text())


def pyyaml(path, _):
    import yaml

    return yaml.safe_load(path.read_text())


def ruby(path, _):
    script = "require 'yaml'; require 'json'; print JSON.generate(YAML.safe_load(File.read(ARGV[0])))"
    return json.loads(run("ruby", "-e", script, str(path)))


def puppet(path, keys):
    """What `lookup` gives in a manifest of Puppet, for each key."""
    with tempfile.TemporaryDirectory() as folder:
        hiera = pathlib.Path(folder, "hiera.yaml")
        hiera.write_text(json.dumps({"version": 5, "hierarchy": [{"name": "all", "path": str(path)}]}))
        facts = pathlib.Path(folder, "facts.yaml")
        facts.write_text(json.dumps({"about": "leaked"}))
        places = ["--confdir", folder, "--vardir", folder, "--codedir", folder]
        lookup = ["puppet", "lookup", *places, "--hiera_config", str(hiera), "--node", "x", "--facts", str(facts)]
        return {key: json.loads(run(*lookup, "--render-as", "json", key)) for key in keys}


def jupyterhub(path, names):
    """Which of the users JupyterHub lets in."""
    from jupyterhub.auth import DummyAuthenticator
    from traitlets.config import Config
    from traitlets.config.loader import JSONFileConfigLoader

    loaded = JSONFileConfigLoader(path.name, path=str(path.parent)).load_config()
    merged = Config()
    merged.merge(json.loads(path.read_text()))
    answers = []
    for config in loaded, merged:
        authenticator = DummyAuthenticator(config=config)
        allowed = [name for name in names if asyncio.run(is_allowed(authenticator, name))]
        answers.append([allowed, authenticator.allow_existing_users])
    assert answers[0] == answers[1], answers
    return answers[0]


async def is_allowed(authenticator, name):
    from jupyterhub.utils import maybe_future

    return await maybe_future(authenticator.check_allowed(name, {"name": name}))


def mapping(path, identities):
    """The local name of each identity, or null."""
    from globus_identity_mapping.loader import load_mappers

    [mapper] = load_mappers([json.loads(path.read_text())])
    return [mapper.map_identity(identity) for identity in identities]


def apache(path, names):
    """Which of the users Apache lets into a place for each group."""
    groups = [line.split(":")[0] for line in path.read_text().splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        root = pathlib.Path(folder)
        for group in groups:
            (root / "docs" / group).mkdir(parents=True)
            (root / "docs" / group / "index.html").write_text(group)
        digest = base64.b64encode(hashlib.sha1(b"x").digest()).decode()
        (root / "users").write_text("".join(f"{name}:{{SHA}}{digest}\n" for name in names))
        (root / "groups").write_bytes(path.read_bytes())
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        modules = "mpm_event authn_core authn_file auth_basic authz_core authz_groupfile authz_user dir"
        lines = [f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in modules.split()]
        lines += [f"ServerRoot {root}", "ServerName localhost", f"Listen 127.0.0.1:{port}"]
        lines += [f"PidFile {root}/pid", f"ErrorLog {root}/log", f"DocumentRoot {root}/docs", "DirectoryIndex index.html"]
        lines += ["User www-data", "Group www-data"] if os.geteuid() == 0 else []
        for group in groups:
            lines += [f"<Location /{group}>", "AuthType Basic", "AuthName x", f"AuthUserFile {root}/users"]
            lines += [f"AuthGroupFile {root}/groups", f"Require group {group}", "</Location>"]
        (root / "conf").write_text("\n".join(lines) + "\n")
        server = subprocess.Popen(["/usr/sbin/apache2", "-f", str(root / "conf"), "-DFOREGROUND"])
        try:
            wait_for(port, server, root / "log")
            return {group: [name for name in names if is_let_in(port, group, name)] for group in groups}
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


def wait_for(port, server, log):
    for _ in range(1000):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.02)
    raise SystemExit(log.read_text() if log.exists() else "Apache does not start")


def is_let_in(port, group, name):
    login = base64.b64encode(f"{name}:x".encode()).decode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/{group}/", headers={"Authorization": f"Basic {login}"})
    try:
        return urllib.request.urlopen(request).read().decode() == group
    except urllib.error.HTTPError as refused:
        assert refused.code in (401, 403), refused
        return False


def run(*words):
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    kind, path, *questions = sys.argv[1:]
    found = globals()[kind](pathlib.Path(path).absolute(), json.loads(questions[0]) if questions else [])
    print(json.dumps(found))
