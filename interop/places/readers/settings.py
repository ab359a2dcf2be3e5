"""Formats of lines: environment files, ini, TOML, LDIF, lists."""

import base64
import configparser
import io
import os
import re
import subprocess
import tempfile
import tomllib

import dotenv
import ldif3

from data import pairs, scalar
from shell import SHELLS


# ldif3 calls it by the name that it had before Python 3.9.
base64.decodestring = base64.decodebytes


def read_dotenv(text):
    return pairs(dotenv.dotenv_values(stream=io.StringIO(text)).items())


def environment_of(shell):
    def read(text):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "file"), "w", encoding="utf-8", newline="") as file:
                file.write(text)
            os.mkdir(os.path.join(folder, "inside"))
            ended = subprocess.run(
                [*SHELLS[shell], "-c", "set -a; . ../file; env -0"],
                cwd=os.path.join(folder, "inside"),
                env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=60,
            )
            left = os.listdir(os.path.join(folder, "inside"))
            if left or ended.stderr:
                raise ValueError(f"{left} {ended.stderr.decode(errors='replace')}")
        # What a shell sets itself is none of the file's.
        variables = [line for line in ended.stdout.decode().split("\0") if re.match(r"G\d+=", line)]
        return sorted(variables, key=lambda line: int(re.match(r"G(\d+)", line)[1]))

    return read


def ini_with(interpolation):
    def read(text):
        parser = configparser.ConfigParser(interpolation=interpolation, strict=False)
        parser.read_string(text)
        return [[name, pairs(parser.items(name))] for name in parser.sections()]

    return read


def built(value):
    if isinstance(value, dict):
        return pairs((key, built(part)) for key, part in value.items())
    if isinstance(value, list):
        return [built(part) for part in value]
    return scalar(value)


def read_ldif(text):
    entries = ldif3.LDIFParser(io.BytesIO(text.encode())).parse()
    return [[name, built(dict(attributes))] for name, attributes in entries]


def unescaped(name):
    """A DN without its escapes (RFC 4514)."""
    parts = re.sub(rb"\\([0-9A-Fa-f]{2}|.)", escaped, name.encode())
    return parts.decode(errors="replace")


def escaped(escape):
    return bytes.fromhex(escape[1].decode()) if len(escape[1]) == 2 else escape[1]


def read_ldif_names(text):
    return [[unescaped(name), attributes] for name, attributes in read_ldif(text)]


READERS = {
    "python-dotenv": read_dotenv,
    "configparser": ini_with(configparser.BasicInterpolation()),
    "configparser raw": ini_with(None),
    "tomllib": lambda text: built(tomllib.loads(text)),
    "ldif3": read_ldif,
    "ldif3 with names": read_ldif_names,
    # As programs split lines that know all line ends of Unicode.
    "lines": str.splitlines,
}
for shell in SHELLS:
    READERS[f"{shell} environment"] = environment_of(shell)
