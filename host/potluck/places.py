# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Where things are: what potluck brings with it, and where it keeps what it makes.

In a clone the three folders of data are the top-level ones, so that an edit counts at once;
an installed wheel carries copies in ``potluck/_data``.
"""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _data(name: str) -> Path:
    packed = _PACKAGE / "_data" / name
    if packed.is_dir():
        return packed
    return _PACKAGE.parent.parent / name


def firmware_dir() -> Path:
    """Folder of boot/ and potluck/, the sources that go on the board."""
    return _data("firmware")


def hardware_dir() -> Path:
    """Folder of mcu/, boards/, parts/ and circuits/."""
    return _data("hardware")


def projects_dir() -> Path:
    """Folder of the recipes that come with potluck."""
    return _data("projects")


def cache_dir() -> Path:
    """What can be made again (the engine, compiled code). POTLUCK_CACHE_DIR overrides."""
    return _own("POTLUCK_CACHE_DIR", "user_cache_path")


def data_dir() -> Path:
    """What must be kept (logs, virtual boards' flash). POTLUCK_DATA_DIR overrides."""
    return _own("POTLUCK_DATA_DIR", "user_data_path")


def runtime_dir() -> Path:
    """What dies with the session (registry, links to ports). POTLUCK_RUNTIME_DIR overrides."""
    return _own("POTLUCK_RUNTIME_DIR", "user_runtime_path")


def _own(variable: str, function: str) -> Path:
    """The folder that the variable names, else platformdirs' choice. It may not exist yet."""
    chosen = os.environ.get(variable)
    if chosen:
        return Path(chosen).expanduser().absolute()
    import warnings

    import platformdirs

    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR platformdirs warns and uses a folder in /tmp, which is fine.
        warnings.simplefilter("ignore")
        return getattr(platformdirs, function)("potluck", appauthor=False)
