# Sourced by the other scripts: `venv EXTRA` makes sure that .venv holds this checkout with that extra.
# Quick the second time: a stamp remembers which pyproject.toml was installed.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONUTF8=1

python_of_this_machine() {
    local name
    for name in python3 python3.13 python3.12 python3.11 python; do
        if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    echo "sesops needs Python 3.11 or newer, and there is none on PATH" >&2
    return 1
}

venv() {
    local extra=$1 python stamp
    if [ ! -x "$root/.venv/bin/python" ]; then
        python=$(python_of_this_machine) || return 1
        "$python" -m venv "$root/.venv" || return 1
    fi
    stamp="$root/.venv/installed-$extra-$(cksum <"$root/pyproject.toml" | tr -d ' ')"
    if [ ! -e "$stamp" ]; then
        echo "installing sesops[$extra] into .venv" >&2
        "$root/.venv/bin/python" -m pip install --quiet --editable "$root[$extra]" || return 1
        touch "$stamp"
    fi
    export PATH="$root/.venv/bin:$PATH"
}
