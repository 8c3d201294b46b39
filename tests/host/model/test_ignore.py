# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What of a recipe's folder belongs to it, and what of that goes to the board."""

import os
import subprocess

import pytest
from potluck import errors
from potluck.model import folder
from potluck.model.ignore import Ignored

from tests.host.recipe_kit import write_recipe
from tests.needs import need

PATHS = ["a.txt", "b.py", "notes/a.txt", "notes/deep/x.md", "docs/x.md", "docs/y.txt", "x y.md", "a1.log2", "Z.py", "m.n"]
RULES = [
    "*.txt", "/a.txt", "notes/", "notes", "docs/*.md", "**/x.md", "docs/**", "*.md\n!x y.md", "# *.py\n\nb.py", "a?.log2",
    "[a-m].*", "[!a]*.py", "notes/deep", "deep/", "d*/x.md", "!a.txt", "*\n!*.py", "m.n/", "notes/**/x.md", "(a).txt", "+",
]  # fmt: skip


@pytest.mark.parametrize("rules", RULES)
def test_git_ignores_the_same(rules, tmp_path):
    need("git")
    for path in PATHS:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    (tmp_path / ".gitignore").write_text(rules + "\n")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard", "-z"], cwd=tmp_path, capture_output=True, check=True, text=True,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
    ).stdout.split("\0")  # fmt: skip
    ignored = Ignored(rules)

    def kept(path):
        parts = path.split("/")
        above = ["/".join(parts[:n]) for n in range(1, len(parts))]
        return not any(ignored(one, True) for one in above) and not ignored(path, False)

    assert {path for path in PATHS if kept(path)} == set(listed) - {".gitignore", ""}


def test_what_is_ignored_belongs_to_no_recipe_and_the_rules_do(tmp_path):
    recipe = write_recipe(tmp_path)
    before = folder.content_hash(recipe)
    (recipe / "photos").mkdir()
    (recipe / "photos" / "pot.jpg").write_bytes(b"jpg")
    assert folder.content_hash(recipe) != before
    (recipe / ".potluckignore").write_text("photos/\n")
    names = [path.relative_to(recipe).as_posix() for path in folder.files(recipe)]
    assert ".potluckignore" in names and not any(name.startswith("photos") for name in names)


def test_what_goes_to_the_board(tmp_path):
    recipe = write_recipe(tmp_path)
    for path in ("tune.py", "fonts/__init__.py", "fonts/small.py", "fonts/old/x.py", "tools/make.py", "my-tool.py",
                 "files/tune.bin", "files/web/index.html", "files/main.py", "world.py", "scenarios/dry.py",
                 "picture.png"):  # fmt: skip
        (recipe / path).parent.mkdir(parents=True, exist_ok=True)
        (recipe / path).write_text("pass\n")
    modules, data = folder.board_files(folder.contents(recipe), "demo")
    assert modules == {name: f"{name}.py" for name in ("tune", "fonts/__init__", "fonts/small")}
    assert set(data) == {"files/tune.bin", "files/web/index.html", "files/main.py"}
    (recipe / ".potluckignore").write_text("fonts/small.py\nfiles/web/\n")
    modules, data = folder.board_files(folder.contents(recipe), "demo")
    assert set(modules) == {"tune", "fonts/__init__"} and set(data) == {"files/tune.bin", "files/main.py"}


@pytest.mark.parametrize("name", ["config.py", "recipe.py", "potluck.py", "drivers/__init__.py"])
def test_potlucks_own_names_are_taken(name, tmp_path):
    recipe = write_recipe(tmp_path)
    (recipe / name).parent.mkdir(exist_ok=True)
    (recipe / name).write_text("pass\n")
    with pytest.raises(errors.RecipeInvalid, match="potluck's own"):
        folder.board_files(folder.contents(recipe), "demo")
