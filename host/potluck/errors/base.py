# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What every error carries: a stable id, what happened, where, and what to do next."""

from __future__ import annotations

from typing import ClassVar


class PotluckError(Exception):
    """The base of all of them. ``str()`` reads ``where: what; do``.

    what   what is wrong, one sentence without a full stop
    where  file, key, part, pin or port it is about ("" when there is no such place)
    do     what the person can do about it ("" when there is nothing to say)
    """

    id: ClassVar[str] = "potluck-error"

    def __init__(self, what: str, *, where: str = "", do: str = ""):
        super().__init__(what)
        self.what = what
        self.where = where
        self.do = do

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}; {self.do}" if self.do else text

    def __reduce__(self):
        # BaseException.__reduce__ would forget the keyword arguments (multiprocessing, copy).
        return (_rebuild, (type(self), self.what, self.where, self.do))

    def as_dict(self) -> dict[str, str]:
        """The error for ``--json``: id, what, where, do (all strings)."""
        return {"id": self.id, "what": self.what, "where": self.where, "do": self.do}


def _rebuild(kind, what, where, do):
    return kind(what, where=where, do=do)


def every_error() -> list[type[PotluckError]]:
    """All concrete error classes, sorted by id."""
    found, queue = set(), [PotluckError]
    while queue:
        for kind in queue.pop().__subclasses__():
            if kind not in found:
                found.add(kind)
                queue.append(kind)
    return sorted(found, key=lambda kind: kind.id)
