#!/usr/bin/env bash
# Makes the virtual environment target/NAME-venv with what interop/NAME/requirements.txt lists, if it is missing or
# that file changed. Prints the path of its python, and nothing else, on stdout.
#
#   interop/venv.sh NAME
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
requirements=$root/interop/$1/requirements.txt
venv=$root/target/$1-venv
stamp=$venv/requirements.txt

mkdir -p "$root/target"
# Two tests may start together; the second one waits and finds the work done.
if command -v flock >/dev/null; then
    exec 9>"$root/target/$1-venv.lock"
    flock 9
fi

# Running it shows that the python that the environment was made from is still there.
if ! cmp -s "$requirements" "$stamp" || ! "$venv/bin/python" -c '' 2>/dev/null; then
    echo "making $venv: $(tr '\n' ' ' <"$requirements")" >&2
    rm -rf "$venv"
    python3 -m venv "$venv" >&2
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements" >&2
    # Written last: an installation that was cut short is made again.
    cp "$requirements" "$stamp"
fi
echo "$venv/bin/python"
