# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a maker takes to the table: picture, bill of materials and build sheet, as files."""

from __future__ import annotations

from potluck.generate.bom import bom_csv
from potluck.generate.picture import drawing, scene_of
from potluck.generate.sheet import build_sheet
from potluck.model import Wiring


def paper(wiring: Wiring) -> dict[str, bytes]:
    """wiring.svg, bom.csv and build.html."""
    scene = scene_of(wiring)
    made = {
        "wiring.svg": drawing(scene, with_list=True),
        "bom.csv": bom_csv(wiring),
        "build.html": build_sheet(wiring, scene),
    }
    return {name: text.encode() for name, text in made.items()}
