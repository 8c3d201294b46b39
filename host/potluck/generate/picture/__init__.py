# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The wiring picture: what a maker has on the table, each wire numbered, as SVG.

``items`` and ``place`` lay parts around the board, ``route`` finds the wires' ways, ``scene`` holds both,
``badges`` finds places for the numbers; ``board``, ``parts``, ``wires``, ``listing`` draw, ``style`` has colours.
"""

from __future__ import annotations

from potluck.generate.picture import badges, board, listing, parts, style, wires
from potluck.generate.picture.items import STEP
from potluck.generate.picture.scene import Scene, scene_of
from potluck.model import Wiring

__all__ = ["Scene", "drawing", "picture", "scene_of"]

_HEAD = 44  # px above the table: the title
_LICENCE = "<!-- SPDX-FileCopyrightText: 2026 the potluck authors -->\n<!-- SPDX-License-Identifier: CC-BY-4.0 -->\n"


def picture(wiring: Wiring) -> str:
    """The picture with its list of wires, as a stand-alone SVG. The same wiring gives the same bytes."""
    return drawing(scene_of(wiring), with_list=True)


def drawing(scene: Scene, *, with_list: bool, dark: bool = True) -> str:
    """As ``picture``, of a laid table; the list beside it left out if wished (a page that has its own list).

    dark: it turns dark on a screen that asks for it
    """
    wiring = scene.wiring
    head = _HEAD if with_list else 0
    body, wide, high = _table(scene), scene.size[0] * STEP, scene.size[1] * STEP + head
    title = f"{wiring.recipe.name} on {wiring.board.title}: wiring"
    table = style.element("g", "\n" + "\n".join(body) + "\n", transform=f"translate(0 {head})")
    body = [*([style.text(24, 32, title, "name", 20)] if with_list else []), table]
    if with_list:
        listed, list_wide, list_high = listing.draw([wire for wire, _ in scene.wires], wide + 12, 18, high - 60)
        body.append(listed)
        wide, high = wide + 12 + list_wide + 12, max(high, list_high + 36)
    words = " ".join(f"Wire {wire.number}, {wire.colour}, from {wire.first} to {wire.last}." for wire, _ in scene.wires)
    kept = [
        style.element("title", style.escape(title), id="title"),
        style.element("desc", style.escape(f"{len(scene.items)} parts around a {wiring.board.title}. {words}"), id="desc"),
        style.style(dark=dark),
        style.element("rect", x=0, y=0, width=wide, height=high, class_="page"),
        *body,
    ]
    view = f"0 0 {style.number(wide)} {style.number(high)}"
    return _LICENCE + style.element(
        "svg", "\n" + "\n".join(kept) + "\n", xmlns="http://www.w3.org/2000/svg", viewBox=view,
        width=wide, height=high, role="img", aria_labelledby="title desc",
    ) + "\n"  # fmt: skip


def _table(scene: Scene) -> list[str]:
    """Board, parts and wires, what lies below first."""
    found = [style.element("rect", x=x * STEP, y=y * STEP, width=w * STEP, height=h * STEP, rx=10, class_="panel")
             for (x, y, w, h), _ in scene.panels]  # fmt: skip
    found += [style.text(x * STEP + 8, y * STEP + 15, text, "name", 12) for (x, y, _, _), text in scene.panels]
    colours = {wire.rail: wire.colour for wire, _ in scene.wires if wire.rail}
    found += [wires.rail(rail, colours[rail.name]) for rail in scene.rails]
    found.append(board.draw(scene))
    found += [parts.draw(item, scene.wiring.component(item.owner)) for item in scene.items]
    found += [wires.net(pairs) for pairs in wires.by_net(scene)]
    found.append(wires.numbers(badges.badges([(wire.number, laid) for wire, laid in scene.wires],
                                             [(rail.name, line) for rail in scene.rails for line in rail.lines],
                                             scene.shut)))  # fmt: skip
    return found
