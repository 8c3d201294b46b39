# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
""".ci/install-tools finds where the backports are, however a machine writes its package sources."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.needs import need

OFFICIAL = """Types: deb
# a remark
URIs: http://packages.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/some.gpg

Types: deb
URIs: http://packages.example/security
Suites: bookworm-security
Components: main
"""
ONE_LINE = """# deb http://packages.example/old bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://packages.example/debian bookworm main contrib
deb http://packages.example/debian bookworm-updates main
"""


def asked(root: Path, folder: Path) -> subprocess.CompletedProcess:
    need("bash")
    return subprocess.run([root / ".ci" / "install-tools", "--backports", "bookworm", folder], capture_output=True,
                          text=True, timeout=20)


@pytest.mark.parametrize("name, text, made, wanted", [
    ("sources.list.d/debian.sources", OFFICIAL, "bookworm-backports.sources",
     "Types: deb\nURIs: http://packages.example/debian\nSuites: bookworm-backports\nComponents: main contrib\n"
     "Signed-By: /usr/share/keyrings/some.gpg\n"),
    ("sources.list", ONE_LINE, "bookworm-backports.list",
     "deb [arch=amd64 signed-by=/k.gpg] http://packages.example/debian bookworm-backports main contrib\n"),
    ("sources.list.d/own.list", ONE_LINE, "bookworm-backports.list",
     "deb [arch=amd64 signed-by=/k.gpg] http://packages.example/debian bookworm-backports main contrib\n"),
])
def test_the_backports_stand_beside_the_suite(name, text, made, wanted, root, tmp_path):
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "sources.list.d" / "another.sources").write_text(OFFICIAL.replace("bookworm", "nodistro"), "utf-8")
    for _ in range(2):              # a second time changes nothing
        done = asked(root, tmp_path)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "sources.list.d" / made).read_text("utf-8") == wanted
        assert (tmp_path / name).read_text("utf-8") == text
        assert len(list((tmp_path / "sources.list.d").iterdir())) == (2 if name == "sources.list" else 3)


def test_a_machine_of_another_kind_is_told(root, tmp_path):
    (tmp_path / "sources.list.d").mkdir()
    done = asked(root, tmp_path)
    assert done.returncode == 1 and "bookworm" in done.stderr
