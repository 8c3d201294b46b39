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
        self.parts_on = {}  # gpio -> [(part, terminal)]
        self.pins = []  # (part, {terminal: gpio})

    def load(self, config):
        slots = []
        for part in config["parts"]:
            made = _make(part["source"], part["kind"] + "/world.py", (part["name"], part["options"]))
            self.parts[part["name"]] = made
            pins = part["pins"]
            for terminal in sorted(pins):
                slots.append((made, terminal, pins[terminal]))
            self.pins.append((made, pins))
            for terminal in pins:
                self.parts_on.setdefault(pins[terminal], []).append((made, terminal))
        if config["model"]:
            self.recipe = _make(config["model"], "world.py", (self.parts, config["options"]))
        count = len(slots)
        self.slots = [(made, terminal) for made, terminal, _ in slots]
        self.levels = array("d", [_FLOATING] * count + [0.0])
        self.values = array("d", [0.0, _FLOATING] * count)
        self.last = [_FLOATING] * count
        self.max_step_s = getattr(self.recipe, "max_step_s", 60)
        self.stepping = [p.step for p in list(self.parts.values()) + [self.recipe] if hasattr(p, "step")]
        self.driven = [(i, made.drive, t) for i, (made, t) in enumerate(self.slots) if hasattr(made, "drive")]
        self.sources = [(2 * i, made.source, t) for i, (made, t) in enumerate(self.slots) if hasattr(made, "source")]
        op(OP.world_arrays, _vb.address(self.levels), _vb.address(self.values) if count else 0, count)
        ways = [way for way in _WAYS if any(hasattr(part, _WAYS[way]) for part in self.parts.values())]
        return {"gpios": [gpio for _, _, gpio in slots], "max_step_s": self.max_step_s, "ways": ways}

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

    # -- more than levels: what docs/world-models.md calls ways to talk --

    def i2c(self, sda, scl, address, data, size):
        for part, pins in self.pins:
            if hasattr(part, "i2c") and pins.get("sda") == sda and pins.get("scl") == scl:
                answer = part.i2c(address, bytes(data), size)
                if answer is not None:
                    return list(answer)
        return None

    def selected(self, part):
        for i in range(len(self.slots)):
            made, terminal = self.slots[i]
            if made is part and terminal == "cs":
                return 0.0 <= self.levels[i] < 0.5
        return True

    def spi(self, sck, mosi, miso, data):
        back = None
        for part, pins in self.pins:
            if hasattr(part, "spi") and pins.get("sck") == sck and self.selected(part):
                heard = bytes(data) if pins.get("mosi") == mosi else bytes(len(data))
                answer = part.spi(heard)
                if answer is not None and pins.get("miso") == miso:
                    back = list(answer)
        return back

    def uart(self, tx, rx, data, baud):
        back = []
        for part, pins in self.pins:
            hears = tx is not None and pins.get("rx") == tx
            speaks = rx is not None and pins.get("tx") == rx
            if hasattr(part, "uart") and (hears or speaks):
                answer = part.uart(_at(part, baud, data) if hears else b"")
                if answer and speaks:
                    back += list(_at(part, baud, answer))
        return back or None

    def pulse(self, gpio, level):
        for part, terminal in self.parts_on.get(gpio, ()):
            if hasattr(part, "pulse"):
                answer = part.pulse(terminal, level)
                if answer is not None:
                    return answer if isinstance(answer, tuple) else (0, answer)
        return None

    def dht(self, gpio):
        for part, terminal in self.parts_on.get(gpio, ()):
            if hasattr(part, "dht"):
                answer = part.dht()
                if answer is not None:
                    return list(answer)
        return None

    def bitstream(self, gpio, timing, data):
        for part, terminal in self.parts_on.get(gpio, ()):
            if hasattr(part, "bitstream"):
                part.bitstream(terminal, tuple(timing), bytes(data))

    def onewire(self, gpio, what, value):
        # A wire that all devices share: any of them can pull it low. Bits go lowest first.
        devices = [part for part, _ in self.parts_on.get(gpio, ()) if hasattr(part, "onewire_reset")]
        if what == "reset":
            present = False
            for device in devices:
                present = device.onewire_reset() or present
            return int(present)
        bits = 0
        for i in range(8 if what[-1] == "8" else 1):
            if what[0] == "w":
                for device in devices:
                    device.onewire_write(value >> i & 1)
            else:
                level = 1
                for device in devices:
                    level &= device.onewire_read()
                bits |= level << i
        return bits


_WAYS = {"i2c": "i2c", "spi": "spi", "uart": "uart", "pulse": "pulse", "dht": "dht", "bitstream": "bitstream",
         "onewire": "onewire_reset"}  # fmt: skip


def _at(part, baud, data):
    # Two ends at different speeds hear rubbish.
    its = getattr(part, "baud", baud)
    if abs(its - baud) * 20 > its:
        return bytes([(b * 181 + 0x5B) & 0xFF | 0x80 for b in data])
    return bytes(data)


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
            told = getattr(_around, question[0])(*question[1:])
        text("answer", json.dumps(told))
    except Exception as error:
        told = StringIO()
        sys.print_exception(error, told)
        text("world_error", told.getvalue())


def main():
    text("boot", "%d 0 0 0 0" % _vb.address(_vb.M))
    op(OP.world_ready, id(answer))
