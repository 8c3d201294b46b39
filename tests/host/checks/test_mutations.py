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


@pytest.mark.parametrize("board", ["pico", "esp32_devkitc"])
def test_a_random_mistake_is_the_same_metal_or_is_reported(board, tmp_path):
    good = bench(tmp_path, board)
    fine, before = metal(good), {(one.rule, one.what) for one in checks.run(good)}
    reported = 0
    for seed in range(MUTATIONS):
        dice = random.Random(f"{board} {seed}")
        nets, what = dice.choice((swap, drop, short, reverse))(good, dice)
        bad = replace(good, nets=tuple(nets))
        news = [one for one in checks.run(bad) if (one.rule, one.what) not in before and one.level == "error"]
        reported += bool(news)
        assert news or metal(bad) == fine, f"seed {seed}: {what} is not reported"
    assert reported > MUTATIONS * 0.8, "hardly anything was changed"
