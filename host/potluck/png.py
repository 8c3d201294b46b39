# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""An SVG as a PNG, by resvg (`pip install "potluck[png]"`) or by rsvg-convert, whichever is here."""

from __future__ import annotations

import shutil
import subprocess

from potluck.errors import PngImpossible

ZOOM = 2.0  # dots for each px of the drawing: sharp on paper up to A4
_MOST_S = 60


def png(svg: bytes, *, zoom: float = ZOOM) -> bytes:
    """The light side of the picture, on white. Raises PngImpossible."""
    try:
        import resvg_py
    except ImportError:
        return _by_program(svg, zoom)
    try:
        return bytes(resvg_py.svg_to_bytes(svg_string=svg.decode(), zoom=zoom, background="#ffffff"))
    except ValueError as problem:
        raise _cannot(str(problem)) from None


def _by_program(svg: bytes, zoom: float) -> bytes:
    program = shutil.which("rsvg-convert")
    if program is None:
        raise PngImpossible("neither resvg nor rsvg-convert is here to make a PNG",
                            do='pip install "potluck[png]", or install librsvg2-bin; a browser shows the SVG')
    try:
        done = subprocess.run([program, "--zoom", f"{zoom:g}", "--background-color", "white"], input=svg, capture_output=True,
                              timeout=_MOST_S)  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise _cannot(type(problem).__name__) from None
    if done.returncode:
        raise _cannot(done.stderr.decode(errors="replace").strip()[-200:])
    return done.stdout


def _cannot(why: str) -> PngImpossible:
    return PngImpossible(f"the picture could not be made a PNG: {why}", do="a browser shows the SVG, and prints it")
