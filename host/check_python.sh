#!/bin/sh
# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
#
# check_python.sh PYTHON: nothing when PYTHON is 3.11 or newer and can make environments; otherwise
# says what is missing and the exact command that installs it here, and fails.

python=$1

# What this system calls the thing that is missing: $1 for apt, $2 for dnf, $3 for Homebrew.
say_how() {
    if command -v apt-get >/dev/null 2>&1; then
        echo "  sudo apt-get install $1"
    elif command -v dnf >/dev/null 2>&1; then
        echo "  sudo dnf install $2"
    elif command -v pacman >/dev/null 2>&1; then
        echo "  sudo pacman -S python"
    elif [ "$(uname -s)" = Darwin ]; then
        echo "  brew install $3"
    else
        echo "  Debian, Ubuntu:  sudo apt-get install $1"
        echo "  Fedora:          sudo dnf install $2"
        echo "  macOS:           brew install $3"
    fi
}

if ! "$python" -c '' >/dev/null 2>&1; then
    {
        echo "potluck needs Python 3.11 or newer, and there is no '$python' here. Install it:"
        say_how "python3 python3-venv" python3 python
    } >&2
    exit 1
fi

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    {
        echo "potluck needs Python 3.11 or newer; '$python' is $("$python" -c 'import platform; print(platform.python_version())')."
        echo "Install a newer one, and name it if it is not found by itself (make try PYTHON=python3.12):"
        say_how "python3.12 python3.12-venv" python3.12 python@3.12
    } >&2
    exit 1
fi

if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    {
        echo "'$python' cannot make an environment: its venv module is not installed. Install it:"
        say_how "python$version-venv" python3-libs python
    } >&2
    exit 1
fi
