# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A TOML table that is read key by key and complains like a person would.

Every model file reads its data through ``Table``: a wrong type, a value outside its limits or a
key nobody asked for becomes one error that names file and key and says what would be right.
"""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from potluck.errors import PotluckError

MAX_FILE_BYTES = 256 * 1024
MAX_TEXT = 300
# Floats on a board have 24 bits, small ints 31: beyond this nothing is meant.
MAX_NUMBER = 1e9

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))}


def suggest(word: str, known: Iterable[str]) -> str:
    """``did you mean "x"?`` or the list of what there is, or "" when there is nothing."""
    import difflib

    known = sorted(set(known))
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f'did you mean "{close[0]}"?'
    if not known:
        return ""
    shown = ", ".join(known[:12]) + (", ..." if len(known) > 12 else "")
    return f"there is: {shown}"


def show(value: object) -> str:
    """A value as a short, printable piece of a message (never control characters)."""
    try:
        text = ascii(value)
    except ValueError:              # an integer of more than 4300 digits
        text = "a very large number"
    return text if len(text) <= 40 else text[:37] + "..."


def is_name(text: str) -> bool:
    """True for what may name a part, setting or channel: it is a Python name on the board too."""
    return bool(_NAME.fullmatch(text)) and not keyword.iskeyword(text)


def is_slug(text: str) -> bool:
    """True for what may name a recipe: a folder's name on every system, lower case with hyphens."""
    return len(text) <= 40 and bool(_SLUG.fullmatch(text)) and text not in _RESERVED


def read_toml(path: Path, error: type[PotluckError], *, where: str) -> dict:
    """The file as tomllib gives it; any failure is ``error`` (line and column kept)."""
    import tomllib

    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as problem:
        raise error(
            f"cannot be read ({problem.strerror or type(problem).__name__})",
            where=where,
            do="check that the file is there and may be read",
        ) from None
    if len(data) > MAX_FILE_BYTES:
        raise error(f"is larger than {MAX_FILE_BYTES // 1024} KB", where=where,
                    do="a declaration is a page or two; keep data in other files")
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        raise error(f"is not UTF-8 text (byte {problem.start})", where=where,
                    do="save it as UTF-8") from None
    except tomllib.TOMLDecodeError as problem:
        raise error(f"is not TOML: {str(problem)[:200]}", where=where,
                    do="look at that line; strings need quotes") from None
    except (RecursionError, ValueError):
        raise error("is not TOML that can be read: nested too deep or a number too long",
                    where=where, do="simplify it") from None


class Table:
    """One table of a file. Take each key once, then call ``done()``."""

    def __init__(self, data: dict, file: str, error: type[PotluckError], trail: str = ""):
        self._left = dict(data)
        self._known: list[str] = []
        self._all = tuple(data)
        self.file, self.error, self.trail = file, error, trail

    # -- errors --

    def where(self, key: str = "") -> str:
        """``file: table.key`` for messages."""
        trail = ".".join(piece for piece in (self.trail, key) if piece)
        return f"{self.file}: {trail}" if trail else self.file

    def wrong(self, key: str, what: str, do: str = "") -> PotluckError:
        """The error to raise about one key."""
        key = key if len(key) <= 40 else key[:37] + "..."
        return self.error(what, where=self.where(key), do=do)

    def done(self) -> None:
        """Complain about the first key that nothing asked for."""
        for key in self._left:
            raise self.wrong(_printable(key), "is not a key here", suggest(key, self._known))

    # -- taking --

    def keys(self) -> tuple[str, ...]:
        """All keys, in the file's order."""
        return self._all

    def has(self, key: str) -> bool:
        """Whether the key is there (and not yet taken)."""
        if key not in self._known:
            self._known.append(key)
        return key in self._left

    def peek(self, key: str) -> object:
        """The raw value without taking it (None when it is not there)."""
        return self._left.get(key)

    def take(self, key: str, default: object = ...) -> object:
        """The raw value; an error when it is missing and has no default."""
        if self.has(key):
            return self._left.pop(key)
        if default is ...:
            import difflib

            near = difflib.get_close_matches(key, self._left, n=1, cutoff=0.6)
            raise self.wrong(key, "is missing",
                             f'"{near[0]}" looks like it' if near else "add it")
        return default

    def text(self, key: str, default: object = ..., *, most: int = MAX_TEXT) -> str:
        """A string of printable characters, 1 to ``most`` long."""
        value = self.take(key, default)
        if value is default:
            return value
        if not isinstance(value, str):
            raise self.wrong(key, f"must be text, not {show(value)}", "put it in quotes")
        if not value.strip() or len(value) > most or not value.isprintable():
            raise self.wrong(key, f"must be 1 to {most} printable characters on one line")
        return value

    def name(self, key: str, default: object = ...) -> str:
        """A name: lower case letters, digits, underscores."""
        value = self.text(key, default)
        if value is not default and not is_name(value):
            raise self.wrong(key, f"{show(value)} is not a name",
                             "use lower case letters, digits and _")
        return value

    def number(self, key: str, default: object = ..., *, low: float = -MAX_NUMBER,
               high: float = MAX_NUMBER) -> int | float:
        """An int or a finite float within low ... high."""
        value = self.take(key, default)
        return value if value is default else self.as_number(key, value, low, high)

    def as_number(self, key: str, value: object, low: float = -MAX_NUMBER,
                  high: float = MAX_NUMBER) -> int | float:
        """The value itself when it is a number within low ... high."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.wrong(key, f"must be a number, not {show(value)}",
                             "write it without quotes" if isinstance(value, str) else "")
        if not (isinstance(value, int) or math.isfinite(value)) or not low <= value <= high:
            raise self.wrong(key, f"{show(value)} is outside {low:g} to {high:g}")
        return value

    def integer(self, key: str, default: object = ..., *, low: int, high: int) -> int:
        """A whole number within low ... high."""
        value = self.number(key, default, low=low, high=high)
        if value is not default and not isinstance(value, int):
            raise self.wrong(key, f"must be a whole number, not {show(value)}")
        return value

    def flag(self, key: str, default: object = ...) -> bool:
        """true or false."""
        value = self.take(key, default)
        if value is not default and not isinstance(value, bool):
            raise self.wrong(key, f"must be true or false, not {show(value)}")
        return value

    def choice(self, key: str, choices: Iterable[str], default: object = ...) -> str:
        """One of the given words."""
        value = self.text(key, default)
        choices = tuple(choices)
        if value is not default and value not in choices:
            raise self.wrong(key, f"{show(value)} is not possible here", suggest(value, choices))
        return value

    def texts(self, key: str, default: object = ..., *, least: int = 0, most: int = 100) -> tuple:
        """A list of texts, as a tuple."""
        value = self.take(key, default)
        if value is default:
            return value
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise self.wrong(key, f"must be a list of {least} to {most} texts")
        return tuple(Table({key: item}, self.file, self.error, self.trail).text(key)
                     for item in value)

    def pair(self, key: str, default: object = ...) -> tuple[float, float]:
        """``[low, high]`` with low <= high."""
        value = self.take(key, default)
        if value is default:
            return value
        if not isinstance(value, list) or len(value) != 2:
            raise self.wrong(key, "must be [lowest, highest]")
        low, high = (self.as_number(key, item) for item in value)
        if low > high:
            raise self.wrong(key, f"{low:g} is more than {high:g}", "write [lowest, highest]")
        return low, high

    def table(self, key: str, default: object = ...) -> Table:
        """A sub-table; ``default={}`` makes it optional."""
        value = self.take(key, default)
        if not isinstance(value, dict):
            raise self.wrong(key, f"must be a table, not {show(value)}",
                             f"write [{key}] on a line of its own")
        return Table(value, self.file, self.error, self._below(key))

    def tables(self, key: str, default: object = ...) -> list[Table]:
        """A list of tables (``[[key]]``)."""
        value = self.take(key, default)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.wrong(key, "must be a list of tables", f"write [[{key}]]")
        return [Table(item, self.file, self.error, f"{self._below(key)}[{number}]")
                for number, item in enumerate(value)]

    def entries(self, check=is_name, *, what: str = "name",
                rule: str = "use lower case letters, digits and _") -> Iterator[tuple[str, Table]]:
        """All remaining keys as named sub-tables, in order; each name is checked."""
        for key in [key for key in self._all if key in self._left]:
            if not check(key):
                raise self.wrong(_printable(key), f"is not a {what}", rule)
            yield key, self.table(key)

    def _below(self, key: str) -> str:
        return f"{self.trail}.{key}" if self.trail else key


def _printable(text: str) -> str:
    return text if text.isprintable() and text else show(text)
