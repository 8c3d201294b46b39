# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Where samples go. One module per kind, named as a log file's suffix is: sqlite, csv, jsonl.

A module that can be a log file has `log(path) -> Sink`.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from pathlib import Path

from potluck.errors import LogUnusable
from potluck.sink.base import Session, Sink, Summary

__all__ = ["Session", "Sink", "Summary", "default_log", "log_kinds", "log_to"]


def default_log() -> Path:
    """The log that every watch writes unless it is told another."""
    from potluck import places

    return places.data_dir() / "log.sqlite"


def log_to(path: str | Path) -> Sink:
    """The sink that writes `path`, by its suffix (.sqlite, .csv, .jsonl). Opens nothing yet."""
    path = Path(path)
    kind = path.suffix[1:]
    kinds = log_kinds()
    if kind not in kinds:
        raise LogUnusable(
            f"'{path.suffix}' is no kind of log" if kind else "a log's kind is told by its file name's end",
            where=str(path),
            do="end the name with " + " or ".join(f".{name}" for name in kinds),
        )
    return importlib.import_module(f"potluck.sink.{kind}").log(path)


def log_kinds() -> list[str]:
    """Suffixes without the dot: the modules here that have `log`."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    return [name for name in names if hasattr(importlib.import_module(f"potluck.sink.{name}"), "log")]
