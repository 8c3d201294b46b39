# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Copy a recipe to change it: comments stay, credit stays."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from potluck import readme
from potluck.errors import (
    NameInvalid,
    PotluckError,
    RecipeInvalid,
    RemixExists,
    SettingOutOfRange,
    UnknownSetting,
)
from potluck.model import Recipe, Setting, load_recipe
from potluck.model.folder import FILE, files
from potluck.model.reader import is_slug, show, suggest

FIRST_VERSION = "0.1.0"


def remix(parent: str | Path, name: str, *, set: Mapping[str, str | float] | None = None,
          into: str | Path = ".", author: str = "") -> Path:
    """Make INTO/NAME from a recipe and return that folder.

    parent   a path or a name, as load_recipe takes it
    set      setting or calibration -> its new default (text is read as a number)
    author   put before the parent's authors, when given

    The copy has its own name, version 0.1.0, and a [[lineage]] whose first entry is the parent
    (name, version, content hash, authors, licence), followed by the parent's own. It appears whole
    or not at all. Its README names it and keeps no link that leads nowhere (readme.py).

    Raises what load_recipe raises for the parent, NameInvalid, RemixExists, UnknownSetting,
    SettingOutOfRange, and RecipeInvalid when the parent's file cannot be edited or the disk refuses.
    """
    if not is_slug(name):
        raise NameInvalid(f"{show(name)} cannot name a recipe",
                          do="use lower case letters, digits and single hyphens, such as balcony-2")
    recipe = load_recipe(parent)
    target = Path(into) / name
    if target.exists() or target.is_symlink():
        raise RemixExists(f"{target} is there already", do="choose another name or remove it")
    values = {key: _value(recipe, key, value) for key, value in (set or {}).items()}
    if author and (not author.isprintable() or len(author) > 200):
        raise NameInvalid("the author's name must be printable text on one line", do="shorten it")
    text = _edited(recipe, name, values, author)
    try:
        _write(recipe, target, text)
    except FileExistsError:
        raise RemixExists(f"{target} is there already", do="choose another name") from None
    except OSError as problem:
        raise RecipeInvalid(f"cannot be written ({problem.strerror})", where=str(target),
                            do="check that the folder may be written and the disk has room"
                            ) from problem
    return target


def _value(recipe: Recipe, key: str, value: str | float) -> int | float:
    """The value as a number within the setting's range, an int where the default is one."""
    setting = recipe.settings.get(key) or recipe.calibration.get(key)
    where = f"{recipe.name}: {key[:40]}"
    if setting is None:
        raise UnknownSetting(f"{recipe.name} has no setting {show(key)}",
                             do=suggest(key[:40], [*recipe.settings, *recipe.calibration]))
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise SettingOutOfRange(f"{show(value)} is not a number", where=where,
                                do=_range(setting)) from None
    if not setting.low <= number <= setting.high:         # also refuses nan
        raise SettingOutOfRange(f"{number:g} is outside its range", where=where,
                                do=_range(setting))
    whole = isinstance(setting.default, int) and number.is_integer()
    return int(number) if whole else number


def _range(setting: Setting) -> str:
    return f"give {setting.low:g} to {setting.high:g} {setting.unit}"


def _edited(recipe: Recipe, name: str, values: Mapping[str, float], author: str) -> str:
    """recipe.toml with new name, version, defaults and lineage; all else byte for byte."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    source = (recipe.folder / FILE).read_bytes().decode("utf-8-sig")
    try:
        document = tomlkit.parse(source)
        about = document["recipe"]
        about["name"], about["version"] = name, FIRST_VERSION
        about.pop("repo", None)                           # the copy is not worked on there
        if author and author not in recipe.authors:
            about["authors"].insert(0, author)
        for key, value in values.items():
            table = document["settings"]
            if key in recipe.calibration:
                table = table["calibration"]
            table[key]["default"] = value
        entry = tomlkit.table()
        entry.update({
            "parent": recipe.name, "version": recipe.version, "hash": recipe.content_hash,
            "authors": list(recipe.authors), "licence": _inline(recipe.licence),
        })
        if recipe.repo:
            entry["repo"] = recipe.repo
        entry.add(tomlkit.nl())
        if "lineage" in document:
            document["lineage"].insert(0, entry)
        else:
            document["lineage"] = tomlkit.aot()
            document["lineage"].append(entry)
        return tomlkit.dumps(document)
    except (TOMLKitError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as problem:
        raise RecipeInvalid(f"is written in a way that cannot be edited ({type(problem).__name__})",
                            where=f"{recipe.name}/{FILE}",
                            do="write its tables as in the recipes that come with potluck"
                            ) from problem


def _inline(licence: Mapping[str, str]):
    import tomlkit

    table = tomlkit.inline_table()
    table.update(dict(licence))
    return table


def _write(recipe: Recipe, target: Path, text: str) -> None:
    """Copy beside the target, prove that it loads, then rename: whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".remix-", dir=target.parent) as scratch:
        made = Path(scratch) / target.name
        made.mkdir()
        for path in files(recipe.folder):
            copy = made / path.relative_to(recipe.folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        _own_readme(recipe, made / readme.FILE, target)
        (made / FILE).write_text(text, encoding="utf-8", newline="")
        try:
            load_recipe(made)
        except PotluckError as problem:
            raise RecipeInvalid(f"the changed recipe is not valid: {problem.what}",
                                where=problem.where, do=problem.do) from problem
        made.rename(target)


def _own_readme(recipe: Recipe, file: Path, target: Path) -> None:
    try:
        if file.stat().st_size > readme.MAX_BYTES:
            return
        text = file.read_bytes().decode("utf-8")
    except (FileNotFoundError, IsADirectoryError, UnicodeDecodeError):
        return                                            # none, or none that we can read: it stays as it is
    file.write_text(readme.remixed(text, recipe, target.name, target), encoding="utf-8", newline="")
