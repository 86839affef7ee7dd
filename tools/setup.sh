#!/bin/sh
# Prepare .venv from uv.lock, and a browser, SoftHSM, oathtool and nginx where it may.
# make runs this when uv.lock or pyproject.toml changed; running it again is safe.
set -eu
cd "$(dirname "$0")/.."

UV_VERSION=0.13.9
PYTHON=${PYTHON:-python3}

say() {
    printf 'setup: %s\n' "$1"
}

refuse() {
    say "$1" >&2
    exit 1
}

require_python() {
    command -v "$PYTHON" >/dev/null ||
        refuse "there is no $PYTHON; install Python 3.11 or newer, or name one: make up PYTHON=python3.12"
    version=$("$PYTHON" -V 2>&1) || refuse "$PYTHON does not run: $version"
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        refuse "$version is too old; Python 3.11 or newer is needed, name one: make up PYTHON=python3.12"
    "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null ||
        refuse "$PYTHON cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv"
}

make_venv() {
    if ! .venv/bin/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        say "making .venv with $version"
        "$PYTHON" -m venv --clear .venv || refuse "$PYTHON could not make .venv; see above"
    fi
}

ensure_uv() {
    case "$(.venv/bin/uv --version 2>/dev/null)" in
        "uv $UV_VERSION"*) return ;;
    esac
    .venv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION" ||
        refuse "uv $UV_VERSION could not be installed; is the package index reachable?"
}

sync() {
    say "installing what uv.lock names"
    unset VIRTUAL_ENV
    UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS=never .venv/bin/uv sync \
        --quiet --frozen --all-extras --compile-bytecode --python .venv/bin/python ||
        refuse "uv could not install what uv.lock names; see above"
}

has_browser() {
    [ -x "${STRONGROOM_CHROMIUM:-}" ] ||
        command -v chromium >/dev/null ||
        command -v chromium-browser >/dev/null
}

install_browser() {
    say "installing Debian's chromium, for the proofs that need a browser"
    apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
            chromium fonts-liberation >/dev/null
}

offer_browser() {
    without="until then, proofs in a browser read 'unproven: no browser here'"
    if has_browser; then
        return
    elif ! command -v apt-get >/dev/null; then
        say "no Chromium here; install one, or name it in STRONGROOM_CHROMIUM; $without"
    elif [ "$(id -u)" -ne 0 ]; then
        say "no Chromium here; run 'sudo apt-get install chromium'; $without"
    elif ! install_browser; then
        say "Chromium could not be installed; name one in STRONGROOM_CHROMIUM; $without"
    fi
}

offer_module() {
    without="until then, the test of the PKCS#11 adapter is skipped"
    if command -v softhsm2-util >/dev/null; then
        return
    elif ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
        say "no SoftHSM here; run 'sudo apt-get install softhsm2'; $without"
    elif ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install \
        -qq -y --no-install-recommends softhsm2 >/dev/null; }; then
        say "SoftHSM could not be installed; $without"
    fi
}

offer_oathtool() {
    without="until then, the test against a second implementation of its codes is skipped"
    if command -v oathtool >/dev/null; then
        return
    elif ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
        say "no oathtool here; run 'sudo apt-get install oathtool'; $without"
    elif ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install \
        -qq -y --no-install-recommends oathtool >/dev/null; }; then
        say "oathtool could not be installed; $without"
    fi
}

offer_nginx() {
    without="until then, the test of forward-auth behind a real nginx is skipped"
    if command -v nginx >/dev/null; then
        return
    elif ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
        say "no nginx here; run 'sudo apt-get install nginx-light'; $without"
    elif ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install \
        -qq -y --no-install-recommends nginx-light >/dev/null; }; then
        say "nginx could not be installed; $without"
    fi
}

started=$(date +%s)
require_python
make_venv
ensure_uv
sync
offer_browser
offer_module
offer_oathtool
offer_nginx
touch .venv/.synced
say "ready after $(($(date +%s) - started)) s"
