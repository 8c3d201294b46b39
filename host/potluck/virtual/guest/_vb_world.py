# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# The world around a board: makes the parts of a recipe from their world.py texts and lets them live.
# It answers one question at a time, for ever. The host's half is virtual/world.py.
import json
import sys
from array import array
from io import StringIO

import _vb
from _vb import op, text

_FLOATING = -1.0


class _Empty:
    knobs = {}

    def step(self, dt_s):
        pass


def _make(source, name, arguments):
    names = {"__name__": name}
    exec(compile(source, name, "exec"), names)
    cls = names["World"]
    for knob, value in getattr(cls, "knobs", {}).items():
        setattr(cls, knob, value)  # the value until somebody turns it
    return cls(*arguments)


class _Around:
    def __init__(self):
        self.parts = {}
        self.recipe = _Empty()
        self.slots = []  # (part, terminal)
        self.last = []
        self.buses = {}

    def load(self, config):
        slots = []
        for part in config["parts"]:
            made = _make(part["source"], part["kind"] + "/world.py", (part["name"], part["options"]))
            self.parts[part["name"]] = made
            pins = part["pins"]
            for terminal in sorted(pins):
                slots.append((made, terminal, pins[terminal]))
            if hasattr(made, "i2c"):
                self.buses.setdefault((pins.get("sda"), pins.get("scl")), []).append(made)
        if config["model"]:
            self.recipe = _make(config["model"], "world.py", (self.parts, config["options"]))
        count = len(slots)
        self.slots = [(made, terminal) for made, terminal, _ in slots]
        self.levels = array("d", [_FLOATING] * count + [0.0])
        self.values = array("d", [0.0, _FLOATING] * count)
        self.last = [_FLOATING] * count
        self.max_step_s = getattr(self.recipe, "max_step_s", 60)
        self.stepping = [p.step for p in self.parts.values() if hasattr(p, "step")] + [self.recipe.step]
        self.driven = [(i, made.drive, t) for i, (made, t) in enumerate(self.slots) if hasattr(made, "drive")]
        self.sources = [(2 * i, made.source, t) for i, (made, t) in enumerate(self.slots) if hasattr(made, "source")]
        op(OP.world_arrays, _vb.address(self.levels), _vb.address(self.values) if count else 0, count)
        return {"gpios": [gpio for _, _, gpio in slots], "max_step_s": self.max_step_s}

    def step(self):
        levels = self.levels
        for i, drive, terminal in self.driven:
            level = levels[i]
            if level != self.last[i]:
                self.last[i] = level
                drive(terminal, None if level == _FLOATING else level)
        left = levels[-1]
        while left > 0:
            dt_s = min(left, self.max_step_s)
            left -= dt_s
            for step in self.stepping:
                step(dt_s)
        values = self.values
        for i, source, terminal in self.sources:
            volts, ohms = source(terminal)
            values[i] = volts
            values[i + 1] = _FLOATING if ohms is None else ohms

    def knobs(self):
        found = {}
        for knob in getattr(self.recipe, "knobs", {}):
            found[knob] = (self.recipe, knob)
        for name, part in self.parts.items():
            for knob in getattr(part, "knobs", {}):
                found[name + "." + knob] = (part, knob)
        return found

    def poke(self, path, value):
        found = self.knobs()
        if path not in found:
            return sorted(found)
        thing, knob = found[path]
        if hasattr(thing, "poke"):
            thing.poke(knob, value)
        else:
            setattr(thing, knob, value)
        return None

    def state(self):
        told = {}
        for path, (thing, knob) in self.knobs().items():
            told[path] = getattr(thing, knob)
        if hasattr(self.recipe, "state"):
            told.update(self.recipe.state())
        return told

    def i2c(self, sda, scl, address, data, size):
        for part in self.buses.get((sda, scl), ()):
            answer = part.i2c(address, bytes(data), size)
            if answer is not None:
                return list(answer)
        return None


_around = _Around()


def answer(kind):
    # Called by the host, once for each question.
    try:
        if kind == 0:
            _around.step()
            return
        question = json.loads(text("question"))
        if kind == 1:
            told = _around.load(question)
        elif kind == 2:
            told = _around.poke(*question)
        elif kind == 3:
            told = _around.state()
        else:
            told = _around.i2c(*question)
        text("answer", json.dumps(told))
    except Exception as error:
        told = StringIO()
        sys.print_exception(error, told)
        text("world_error", told.getvalue())


def main():
    text("boot", "%d 0 0 0 0" % _vb.address(_vb.M))
    op(OP.world_ready, id(answer))
