# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""How commands speak: lines for people or JSON lines for programs, never both on one stream."""

from __future__ import annotations

import codecs
import os
import sys

import click

# What a file or pipe in an old code page (Windows' cp1252, cp850) cannot hold is spelt out in place of an error.
SPELT_OUT = "potluck-spelt-out"
_SPELLINGS = {"…": "...", "→": "->", "−": "-", "–": "-", "—": "-", "Ω": "Ohm", "°": "deg ", "µ": "u", "×": "x", "·": ".", "≤": "<="}


def _spell_out(wrong: UnicodeError) -> tuple[str, int]:
    if not isinstance(wrong, UnicodeEncodeError):
        raise wrong
    return "".join(_SPELLINGS.get(char, "?") for char in wrong.object[wrong.start : wrong.end]), wrong.end


codecs.register_error(SPELT_OUT, _spell_out)



def printable(text: str) -> str:
    """A board's words for a terminal: nothing in them moves the cursor or rings the bell."""
    return "".join(char if char.isprintable() else "·" for char in text)


class Output:
    """`say` for people, `data` for programs; which of them is heard depends on --json.

    Colour only on a terminal, without NO_COLOR (https://no-color.org) and without --plain; whatever
    a colour says is also said in words.
    """

    def __init__(self, *, json: bool = False, plain: bool = False, debug: bool = False):
        self.json, self.plain, self.debug = json, plain, debug

    @property
    def colour(self) -> bool:
        return not self.plain and not os.environ.get("NO_COLOR") and sys.stdout.isatty()

    @property
    def live(self) -> bool:
        """Whether the cursor may be moved: a real terminal, and neither --plain nor --json."""
        return not self.plain and not self.json and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"

    def say(self, text: str = "", *, bold: bool = False, fg: str | None = None) -> None:
        """A line for people; silent with --json."""
        if not self.json:
            click.echo(self.style(text, bold=bold, fg=fg))

    def style(self, text: str, *, bold: bool = False, fg: str | None = None) -> str:
        return click.style(text, bold=bold or None, fg=fg) if self.colour and (bold or fg) else text

    def data(self, value) -> None:
        """One JSON line for programs; silent without --json."""
        if self.json:
            import json  # 3 ms that `potluck --help` need not pay

            unicode = "utf" in (getattr(sys.stdout, "encoding", "") or "").lower()
            click.echo(json.dumps(value, ensure_ascii=not unicode, default=str))

    def table(self, rows: list[tuple], *, indent: str = "") -> None:
        """Rows of texts in aligned columns, for people; the last column is not padded."""
        widths = [max(len(str(cell)) for cell in column) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = [str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)]
            self.say((indent + "  ".join(cells)).rstrip())

    def error(self, id: str, what: str, *, where: str = "", do: str = "") -> None:
        """The one form of every error: on stderr for people, a JSON line on stdout with --json."""
        if self.json:
            self.data({"error": {"id": id, "what": what, "where": where, "do": do}})
            return
        loud = not self.plain and not os.environ.get("NO_COLOR") and sys.stderr.isatty()
        head = click.style(f"error [{id}]:", fg="red", bold=True) if loud else f"error [{id}]:"
        click.echo(f"{head} {what}", err=True)
        if where:
            click.echo(f"  where: {where}", err=True)
        if do:
            click.echo(f"  do:    {do}", err=True)
