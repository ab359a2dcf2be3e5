#!/usr/bin/env bash
# Installs npm's handlebars in target/handlebars-js, in the version of package-lock.json, unless it is there.
# Prints that folder, and nothing else, on stdout.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=$(cd "$here/../.." && pwd)/target
folder=$target/handlebars-js

mkdir -p "$target"
# Two tests may start together; the second one waits and finds the work done.
if command -v flock >/dev/null; then
    exec 9>"$target/handlebars-js.lock"
    flock 9
fi

if ! cmp -s "$here/package-lock.json" "$folder/installed"; then
    echo "installing handlebars in $folder" >&2
    rm -rf "$folder"
    mkdir "$folder"
    cp "$here/package.json" "$here/package-lock.json" "$folder"
    npm ci --prefix "$folder" --omit=optional --ignore-scripts --no-audit --no-fund >&2
    # Written last: an installation that was cut short is made again.
    cp "$here/package-lock.json" "$folder/installed"
fi
echo "$folder"
