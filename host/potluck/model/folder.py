# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A recipe's folder: where it is, which files belong to it, its content hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from potluck import places
from potluck.errors import RecipeInvalid, RecipeNotFound
from potluck.model import ignore
from potluck.model.reader import is_slug, show, suggest

FILE = "recipe.toml"
MAX_FILES = 500
MAX_BYTES = 8 * 1024 * 1024

DATA = "files"
_TAKEN = {"boot", "config", "drivers", "potluck", "recipe"}
_NOT_MODULES = ({"main.py", "world.py"}, set())  # in the recipe's folder, and below
_MADE = {"__pycache__", "build", "node_modules"}
_MADE_ENDS = (".pyc", ".mpy", ".log", ".sqlite", ".sqlite-wal", ".sqlite-shm")


def recipe_places() -> list[tuple[Path, str]]:
    """Folders whose sub-folders may be recipes, nearest first, with their origin.

    origin "own": the current folder and its projects/; "potluck": those that come with it.
    """
    here = Path.cwd()
    found = [(here, "own"), (here / "projects", "own"), (places.projects_dir(), "potluck")]
    seen, unique = set(), []
    packed = places.projects_dir().resolve()
    for folder, origin in found:
        real = folder.resolve()
        if real not in seen:
            seen.add(real)
            unique.append((folder, "potluck" if real == packed else origin))
    return unique


def recipe_folders() -> list[tuple[Path, str]]:
    """Every folder that holds a recipe.toml, with its origin; sorted within each place."""
    found = []
    for place, origin in recipe_places():
        try:
            inside = sorted(place.iterdir())
        except OSError:
            continue
        found += [(folder, origin) for folder in inside if _holds(folder)]
    return found


def find(path_or_name: str | Path) -> Path:
    """The folder of a recipe: a path (of the folder or its recipe.toml), or a name.

    A name is looked for in the current folder, in ./projects, then among potluck's own.
    Raises RecipeNotFound.
    """
    text = str(path_or_name)
    path = Path(path_or_name)
    if path.name == FILE and _is_file(path):
        return path.parent
    if _holds(path):
        return path
    if is_slug(text):
        for place, _ in recipe_places():
            if _holds(place / text):
                return place / text
    if text and _is_dir(path):
        raise RecipeNotFound(f"the folder {show(text)} holds no {FILE}",
                             do="name a recipe's folder, or see `potluck recipes`")
    names = [folder.name for folder, _ in recipe_folders()]
    raise RecipeNotFound(
        f"there is no recipe {show(text)}" if text else "no recipe was named",
        do=suggest(text[:60], names) or "see `potluck recipes`",
    )


def files(folder: Path) -> list[Path]:
    """Files that make up the recipe, sorted by their path in it; nothing that tools made.

    Raises RecipeInvalid for a link that leads out of the folder, for a folder that is far too
    large to be a recipe (somebody's home, for instance), and for one that may not be read.
    """
    try:
        return _files(folder)
    except (OSError, RuntimeError) as problem:         # RuntimeError: links that go in a circle
        raise _unreadable(folder, problem) from problem


def _files(folder: Path) -> list[Path]:
    root, found, total = folder.resolve(), [], 0
    queue, ignored = [folder], ignore.read(folder)
    while queue:
        for path in sorted(queue.pop().iterdir()):
            name = path.name
            if name.startswith(".") and (path != folder / ignore.FILE) or name in _MADE or name.endswith(_MADE_ENDS):
                continue
            if ignored(path.relative_to(folder).as_posix(), path.is_dir()):
                continue
            if path.is_symlink() and not path.exists():  # from Python 3.13 a circle, too, resolves to something
                raise RecipeInvalid(f"{show(name)} is a link that leads nowhere", where=folder.name,
                                    do="put the file itself there, or remove the link")
            if not path.resolve().is_relative_to(root):
                raise RecipeInvalid(f"{show(name)} leads out of the recipe's folder",
                                    where=folder.name, do="put the file itself there")
            if path.is_symlink() and path.is_dir():
                raise RecipeInvalid(f"{show(name)} is a link to a folder", where=folder.name,
                                    do="put the folder itself there")
            if path.is_dir():
                queue.append(path)
            elif path.is_file():
                found.append(path)
                total += path.stat().st_size
            if len(found) + len(queue) > MAX_FILES or total > MAX_BYTES:
                raise RecipeInvalid(
                    f"holds more than {MAX_FILES} files or {MAX_BYTES >> 20} MB",
                    where=folder.name, do="keep a recipe in a folder of its own")
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def contents(folder: Path) -> dict[str, bytes]:
    """Path in the recipe ("files/tune.bin") → content, of each of ``files(folder)``. Raises what that raises."""
    found = {}
    for path in files(folder):
        try:
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
        except OSError as problem:
            raise _unreadable(path, problem) from problem
    return found


def board_files(names: Iterable[str], recipe: str) -> tuple[dict[str, str], list[str]]:
    """What of a recipe's files goes to the board besides main.py: (modules, data).

    modules: path without suffix ("fonts/small") → its path, of each .py beside main.py or in a package (a folder
    with an __init__.py). data: each file in files/, which goes as it is.
    Raises RecipeInvalid for a module that has the name of something of potluck's there.
    """
    names, modules, data = list(names), {}, []
    packages = {name.rpartition("/")[0] for name in names if name.endswith("/__init__.py")} | {""}
    for name in names:
        folder, _, last = name.rpartition("/")
        parts = name.removesuffix(".py").split("/")
        if parts[0] == DATA and folder:
            data.append(name)
        elif name.endswith(".py") and last not in _NOT_MODULES[bool(folder)]:
            above = {"/".join(parts[:depth]) for depth in range(len(parts))}
            if all(part.isidentifier() for part in parts) and above <= packages:
                modules["/".join(parts)] = name
    for module in modules:
        if module.partition("/")[0] in _TAKEN:
            raise RecipeInvalid(f"a module cannot be called {show(module)}: potluck's own is there on the board",
                                where=recipe, do="give the file another name, and its import too")
    return modules, data


def top_modules(names: Iterable[str]) -> list[str]:
    """main.py and the modules beside it, sorted: what the checks read of a program."""
    return sorted(name for name in names if name.endswith(".py") and "/" not in name and name != "world.py")


def content_hash(folder: Path) -> str:
    """``hash_of`` all that is in the folder."""
    return hash_of(contents(folder))


def hash_of(contents: Mapping[str, bytes]) -> str:
    """12 hex digits over names and bytes: equal recipes, equal hash."""
    digest = hashlib.sha256()
    for name, data in contents.items():
        # Lengths first, so that no shift of bytes between name and content goes unseen.
        path = name.encode("utf-8", "surrogateescape")
        digest.update(b"%d %d\n%s%s" % (len(path), len(data), path, data))
    return digest.hexdigest()[:12]


def _unreadable(path: Path, problem: Exception) -> RecipeInvalid:
    why = getattr(problem, "strerror", None) or "links go in a circle"
    return RecipeInvalid(f"cannot be read ({why})", where=path.name,
                         do="check that all of the recipe's files may be read")


def _holds(folder: Path) -> bool:
    return _is_file(folder / FILE)


def _is_dir(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):           # a name too long for the system, or with a zero byte
        return False
