# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Valid wirings with one thing done wrong at random: it is electrically the same, or it is reported."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from potluck import checks
from potluck.model import Net
from potluck.model.wiring import BOARD

from tests.host.checks.bench_recipe import bench
from tests.host.draw.kept import ALL, of

MUTATIONS = 300
ALIKE = ("resistor", "capacitor")  # whose two legs may be exchanged


def swap(wiring, dice):
    """Two wires plugged in for each other."""
    one, two = dice.sample(wiring.nets, 2)
    a, b = dice.choice(one.ends), dice.choice(two.ends)
    change = {a: b, b: a}
    return [replace(net, ends=tuple(change.get(end, end) for end in net.ends)) for net in wiring.nets], f"swap {a} {b}"


def drop(wiring, dice):
    """A wire that fell out."""
    net = dice.choice(wiring.nets)
    gone = dice.choice(net.ends)
    kept = replace(net, ends=tuple(end for end in net.ends if end != gone))
    return [kept if one is net else one for one in wiring.nets if one is not net or kept.ends], f"drop {gone}"


def short(wiring, dice):
    """Two wires that touch."""
    one, two = dice.sample(wiring.nets, 2)
    rails = sorted(filter(None, {one.rail, two.rail}))
    joined = Net(one.name, "+".join(rails), one.ends + two.ends)
    return [joined, *(net for net in wiring.nets if net not in (one, two))], f"short {one.name} {two.name}"


def reverse(wiring, dice):
    """A part with two legs put in the wrong way round."""
    part = dice.choice([held for held in wiring.components if len(held.part.terminals) == 2])
    ends = [end for net in wiring.nets for end in net.ends if end.owner == part.owner]
    change = dict(zip(ends, reversed(ends), strict=True))
    return [replace(net, ends=tuple(change.get(end, end) for end in net.ends)) for net in wiring.nets], f"reverse {part.owner}"


def metal(wiring):
    """What is joined to what, with the legs of resistors and the holes of one rail told apart no more."""
    labels = {place.number: place.label for place in wiring.board.header}
    rails = {label: rail.name for rail in wiring.board.rails.values() for label in rail.pins}
    alike = {held.owner for held in wiring.components if held.part.kind in ALIKE}
    found, legs = [], {}
    for net in wiring.nets:
        ends = set()
        for end in net.ends:
            if end.owner == BOARD and labels[end.terminal] in rails:
                ends.add(rails[labels[end.terminal]])
            elif end.owner not in alike:
                ends.add(str(end))
        found.append(ends)
        for end in net.ends:
            if end.owner in alike:
                legs.setdefault(end.owner, []).append(len(found) - 1)
    return (sorted(map(sorted, found)),
            sorted((owner, sorted(map(str, (sorted(found[at]) for at in places)))) for owner, places in legs.items()))


def missed(good, count: int, name: str) -> tuple[list[str], int]:
    """Mistakes of so many that are another metal and not reported, and how many were reported."""
    fine, before = metal(good), {(one.rule, one.what) for one in checks.run(good)}
    lost, reported = [], 0
    for seed in range(count):
        dice = random.Random(f"{name} {seed}")
        nets, what = dice.choice((swap, drop, short, reverse))(good, dice)
        bad = replace(good, nets=tuple(nets))
        news = [one for one in checks.run(bad) if (one.rule, one.what) not in before and one.level == "error"]
        reported += bool(news)
        if not news and metal(bad) != fine:
            lost.append(f"seed {seed}: {what}")
    return lost, reported


@pytest.mark.parametrize("board", ["pico", "esp32_devkitc"])
def test_a_random_mistake_is_the_same_metal_or_is_reported(board, tmp_path):
    lost, reported = missed(bench(tmp_path, board), MUTATIONS // 2, board)
    assert lost == []
    assert reported > MUTATIONS // 2 * 0.8, "hardly anything was changed"


@pytest.mark.long
@pytest.mark.parametrize(("recipe", "board"), ALL)
def test_it_is_so_for_each_recipe_on_each_board(recipe, board):
    lost, reported = missed(of(recipe, board), MUTATIONS, f"{recipe} {board}")
    assert lost == [] and reported > MUTATIONS * 0.8
