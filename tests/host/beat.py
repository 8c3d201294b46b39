# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The smallest recipe that lives: it counts once a second."""

from pathlib import Path

RECIPE = """
[recipe]
name = "beat"
version = "{version}"
summary = "Counts."
authors = ["the potluck authors"]
licence = {{ code = "MIT" }}

[parts]

[pins.pico]
[pins.esp32_devkitc]

[settings]

[channels]
beats = {{ unit = "1" }}
"""
MAIN = """
from potluck import app

n = 0


@app.every(1)
def beat():
    global n
    n += {step}
    app.report(beats=n)


app.run()
"""


def write_beat(folder: Path, *, version: str = "1.0.0", step: int = 1, more: str = "") -> str:
    """Write it into a folder and give the folder's path."""
    folder.mkdir(exist_ok=True)
    (folder / "recipe.toml").write_text(RECIPE.format(version=version))
    (folder / "main.py").write_text(more + MAIN.format(step=step))
    return str(folder)
