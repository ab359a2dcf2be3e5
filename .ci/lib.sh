# What `.ci/run`, `interop/run` and `interop/handlebars_js/compare` share.

say() { printf '\n==> %s\n' "$*"; }
die() { printf '\nFAILED: %s\n' "$*" >&2; exit 1; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "root is needed for: $*"
    fi
}

packages=() checks=()

# need CHECK PACKAGE...: has `install_needed` install these packages of Debian unless the command CHECK succeeds.
need() {
    if ! "$1"; then
        checks+=("$1")
        packages+=("${@:2}")
    fi
}

install_needed() {
    if [ "${#packages[@]}" -eq 0 ]; then return; fi
    say "installing: ${packages[*]}"
    command -v apt-get >/dev/null || die "there is no apt-get here; install these by hand: ${packages[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"
    for check in "${checks[@]}"; do
        "$check" || die "$check still fails after the installation of ${packages[*]}"
    done
}

# install_optional PACKAGE: a failure is not an end.
install_optional() {
    say "installing: $1"
    as_root apt-get update -qq &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" || true
}

# A compiler without the headers of the C library is of no use.
has_c() { echo '#include <stdlib.h>' | cc -x c -fsyntax-only - 2>/dev/null; }
has_certificates() { [ -n "${SSL_CERT_FILE:-}" ] || [ -s /etc/ssl/certs/ca-certificates.crt ]; }
has_node() { command -v node >/dev/null && command -v npm >/dev/null; }
