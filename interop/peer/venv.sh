#!/usr/bin/env bash
# Makes the virtual environment of the peer test, target/peer-venv, if it is missing or its requirements changed.
# Prints the path of its python, and nothing else, on stdout.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
requirements=$root/interop/peer/requirements.txt
venv=$root/target/peer-venv
stamp=$venv/requirements.txt

mkdir -p "$root/target"
# Two tests may start together; the second one waits and finds the work done.
if command -v flock >/dev/null; then
    exec 9>"$root/target/peer-venv.lock"
    flock 9
fi

# The import shows that the python that the environment was made from is still there.
if ! cmp -s "$requirements" "$stamp" || ! "$venv/bin/python" -c 'import globus_sdk, globus_cli' 2>/dev/null; then
    echo "making $venv: $(tr '\n' ' ' <"$requirements")" >&2
    rm -rf "$venv"
    python3 -m venv "$venv" >&2
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements" >&2
    # Written last: an installation that was cut short is made again.
    cp "$requirements" "$stamp"
fi
echo "$venv/bin/python"
