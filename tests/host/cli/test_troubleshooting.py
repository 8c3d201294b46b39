# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Each error has its section in docs/troubleshooting.md, and each section its error."""

import importlib
import pkgutil
import re

import potluck
from potluck.errors import every_error

# errors of the command line itself, without a class
FRAME = {"usage", "internal"}


def test_sections_are_the_errors(root):
    # a class may live beside what raises it: it is known once its module is loaded
    for module in pkgutil.walk_packages(potluck.__path__, "potluck."):
        if not module.name.startswith(
            ("potluck.__main__", "potluck.virtual.guest", "potluck.deploy.snippets")
        ):
            importlib.import_module(module.name)
    text = (root / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## (\S+)$", text, re.MULTILINE)
    ids = {error.id for error in every_error()} | FRAME
    assert len(sections) == len(set(sections)), "a section is there twice"
    assert sorted(sections) == sorted(ids)


def test_every_section_says_something(root):
    text = (root / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        head, _, body = section.partition("\n")
        assert len(re.sub(r"^\*\*.*$", "", body, flags=re.MULTILINE).split()) >= 8, head
