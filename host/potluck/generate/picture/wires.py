# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Wires and rails as SVG: halo, edge, colour and stripe, net by net, so that crossings read as bridges."""

from __future__ import annotations

from potluck.generate.connections import Connection
from potluck.generate.picture import style
from potluck.generate.picture.badges import RADIUS, Spot
from potluck.generate.picture.items import STEP
from potluck.generate.picture.route import Wire
from potluck.generate.picture.scene import RAIL_SHOWN, Rail, Scene


def rail(rail: Rail, colour: str) -> str:
    """A common rail with its name at its ends."""
    path = "".join(f"M{x1 * STEP} {y1 * STEP}L{x2 * STEP} {y2 * STEP}" for x1, y1, x2, y2 in rail.lines)
    parts = [style.element("path", d=path, class_=layer) for layer in ("edge", "core")]
    if style.stripe(0, rail.name) is not None:
        parts.append(style.element("path", d=path, class_="stripe"))
    parts += [style.text(x * STEP, y * STEP + 4, RAIL_SHOWN[rail.name], "name middle", 12) for x, y in rail.labels]
    return style.group(parts, f"rail w-{colour}", data_net=rail.name)


def net(pairs: list[tuple[Connection, Wire]]) -> str:
    """All wires of one net: their halos first, so that they do not cut each other."""
    parts = []
    for layer in ("halo", "edge", "core", "stripe"):
        for connection, wire in pairs:
            dashes = style.stripe(connection.pattern, connection.rail)
            if layer == "stripe" and dashes is None:
                continue
            number = connection.number if layer == "core" else None
            dashes = (dashes or None) if layer == "stripe" else None
            parts.append(style.element("path", d=_path(wire), class_=layer, data_wire=number, stroke_dasharray=dashes))
    parts += [style.element("circle", cx=wire.points[-1][0] * STEP, cy=wire.points[-1][1] * STEP, r=5, class_="dot")
              for _, wire in pairs if wire.joint]  # fmt: skip
    first = pairs[0][0]
    return style.group(parts, f"net w-{first.colour}", data_net=first.net)


def stroke(path: str, wire: Connection) -> str:
    """A piece of such a wire, for the list."""
    dashes = style.stripe(wire.pattern, wire.rail)
    layers = ["edge", "core", *(("stripe",) if dashes is not None else ())]
    parts = [style.element("path", d=path, class_=layer, stroke_dasharray=dashes or None if layer == "stripe" else None)
             for layer in layers]  # fmt: skip
    return style.element("g", "".join(parts), class_=f"sample w-{wire.colour}")


def badge(x: float, y: float, number: int) -> list[str]:
    """A wire's number in a circle."""
    return [style.element("circle", cx=x, cy=y, r=RADIUS, class_="badge"), style.text(x, y + 3.6, str(number), "number")]


def numbers(places: dict[int, list[Spot]]) -> str:
    """All numbers on the wires."""
    return style.group([piece for name in sorted(places) for spot in places[name] for piece in badge(*spot, name)], "numbers")


def by_net(scene: Scene) -> list[list[tuple[Connection, Wire]]]:
    """The wires net by net: rails below, signals above, each in the order of their numbers."""
    nets: dict[str, list[tuple[Connection, Wire]]] = {}
    for pair in sorted(scene.wires, key=lambda pair: (not pair[0].rail, pair[0].number)):
        nets.setdefault(pair[0].net, []).append(pair)
    return list(nets.values())


def _path(wire: Wire) -> str:
    (x, y), *others = wire.points
    path = f"M{x * STEP} {y * STEP}"
    for nx, ny in others:
        path += f"H{nx * STEP}" if ny == y else f"V{ny * STEP}"
        x, y = nx, ny
    return path
