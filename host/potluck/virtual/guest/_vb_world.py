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
        self.stepping = [p for p in self.parts.values() if hasattr(p, "step")]
        op(OP.world_arrays, _vb.address(self.levels), _vb.address(self.values) if count else 0, count)
        return {"gpios": [gpio for _, _, gpio in slots], "max_step_s": self.max_step_s}

    def step(self):
        left = self.levels[-1]
        i = 0
        for made, terminal in self.slots:
            level = self.levels[i]
            if level != self.last[i]:
                self.last[i] = level
                if hasattr(made, "drive"):
                    made.drive(terminal, None if level == _FLOATING else level)
            i += 1
        while left > 0:
            dt_s = min(left, self.max_step_s)
            left -= dt_s
            for part in self.stepping:
                part.step(dt_s)
            self.recipe.step(dt_s)
        i = 0
        for made, terminal in self.slots:
            volts, ohms = made.source(terminal) if hasattr(made, "source") else (0.0, None)
            self.values[2 * i] = volts
            self.values[2 * i + 1] = _FLOATING if ohms is None else ohms
            i += 1

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


def main():
    text("boot", "%d 0 0 0 0" % _vb.address(_vb.M))
    around = _Around()
    while True:
        kind = op(OP.world_next)
        try:
            if kind == 1:
                around.step()
            else:
                payload = json.loads(text("question")) if kind != 4 else text("question")
                if kind == 2:
                    answer = around.load(payload)
                elif kind == 3:
                    answer = around.poke(*payload)
                elif kind == 4:
                    answer = around.state()
                else:
                    answer = around.i2c(*payload)
                text("answer", json.dumps(answer))
        except Exception as error:
            told = StringIO()
            sys.print_exception(error, told)
            text("world_error", told.getvalue())
        op(OP.world_done)
