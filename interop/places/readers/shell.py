"""Shell scripts, which are run: what they call, what they print, and what they leave in their folder."""

import os
import re
import subprocess
import tempfile

from data import with_json

# Scripts call `show` to say which arguments they have.
SHOW = """\
show() { printf '%s\\0' "$#" "$@"; }
"""

SHELLS = {
    "bash": ["bash", "--norc"],
    "dash": ["dash"],
    "zsh": ["zsh", "-f"],
    "busybox": ["busybox", "sh"],
}


def runner_of(shell):
    def read(text):
        with tempfile.TemporaryDirectory() as folder:
            script = os.path.join(folder, "script")
            with open(script, "w", encoding="utf-8", newline="") as file:
                file.write(SHOW + text)
            inside = os.path.join(folder, "inside")
            os.mkdir(inside)
            ended = subprocess.run(
                [*SHELLS[shell], "../script"],
                cwd=inside,
                env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=60,
            )
            printed = ended.stdout.decode(errors="backslashreplace").replace(folder, "FOLDER").split("\0")
            left = sorted(os.listdir(inside))
            if left:
                raise ValueError(f"a command was run: it left {left}")
            # A name can have lines.
            said = re.sub(r"\d+:", "LINE:", ended.stderr.decode(errors="backslashreplace"))
            return [str(ended.returncode), printed, said]

    return read


READERS = {shell: runner_of(shell) for shell in SHELLS}
READERS |= {f"{shell} json": lambda text, read=read: with_json(read(text)) for shell, read in READERS.items()}
