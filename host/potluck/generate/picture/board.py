# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The board as it looks from above: its pins in header order, what is printed beside them, the USB socket."""

from __future__ import annotations

from potluck.generate.picture import style
from potluck.generate.picture.items import STEP
from potluck.generate.picture.parts import shape_elements
from potluck.generate.picture.scene import BOARD_WIDE, Scene
from potluck.generate.picture.text import width
from potluck.model.board import HeaderPin
from potluck.model.picture import Shape
from potluck.model.wiring import BOARD

_LABEL_PX = 11
_NUMBER_PX = 9


def draw(scene: Scene) -> str:
    """The board as a group; pins that a wire goes to stand out."""
    board = scene.wiring.board
    x0, y0 = scene.board
    high = max(y for _, y in scene.rows.values()) - y0
    left, top = (x0 - 0.7) * STEP, (y0 - 2) * STEP
    wide, tall = (BOARD_WIDE + 1.4) * STEP, (high + 4) * STEP
    looks = board.picture
    parts = [style.element("rect", x=left, y=top, width=wide, height=tall, rx=8, class_=f"body p-{looks.paint}")]
    usb = top - 7 if board.usb_end == "top" else top + tall - 21
    middle = (x0 + BOARD_WIDE / 2) * STEP
    for shape in looks.shapes:
        parts += shape_elements(_moved(shape, middle / STEP, y0 - 2), {})
    parts.append(style.element("rect", x=middle - 21, y=usb, width=42, height=28, rx=3, class_="body p-silver"))
    parts.append(style.text(middle, usb + (24 if board.usb_end == "top" else 12), "USB", "bold middle dark", 10))
    taken = {(x, y) for _, wire in scene.wires for x, y in (wire.points[0], wire.points[-1])}
    for pin in board.header:
        parts += _pin(scene, pin, scene.rows[pin.number] in taken)
    at = top - 8 if board.usb_end == "bottom" else top + tall + 17
    parts.append(style.text(middle, at, board.title, "name middle", 13))
    return style.group(parts, "board", data_part=BOARD)


def _moved(shape: Shape, middle: float, top: float) -> Shape:
    """A board's shapes are measured from the middle of its upper edge."""
    points = 1 if shape.kind in ("rect", "circle", "bands", "text") else len(shape.at) // 2
    at = [value + (top if index % 2 else middle) if index < 2 * points else value for index, value in enumerate(shape.at)]
    return Shape(shape.kind, tuple(at), shape.paint, shape.rounded, shape.width, shape.text, shape.size)


def _pin(scene: Scene, pin: HeaderPin, taken: bool) -> list[str]:
    x, y = (value * STEP for value in scene.rows[pin.number])
    inwards = 1 if pin.side == "left" else -1
    printed = scene.wiring.board.pins[pin.label].printed if pin.kind == "gpio" else pin.label
    count = pin.number.rpartition("-")[2]
    parts = [style.element("circle", cx=x, cy=y, r=5, class_="body p-gold"),
             style.element("circle", cx=x, cy=y, r=2.2, class_="p-black")]  # fmt: skip
    near, far = x + inwards * 10, x + inwards * 27
    anchor = "" if inwards > 0 else "end "
    parts.append(style.text(near, y + 3.2, count, f"{anchor}dim", _NUMBER_PX))
    if taken:
        wide = width(printed, _LABEL_PX, bold=True) + 8
        parts.append(style.element("rect", x=far - 4 if inwards > 0 else far + 4 - wide, y=y - 8.5, width=wide, height=17, rx=4,
                                   class_="p-white"))  # fmt: skip
    parts.append(style.text(far, y + 4, printed, f"{anchor}{'bold dark' if taken else 'dim'}", _LABEL_PX))
    return parts
