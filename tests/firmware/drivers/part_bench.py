# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""One part on a virtual board: its real driver on the board, its real world model at the pins."""

from __future__ import annotations

from pathlib import Path

from potluck.virtual.session import Session

PARTS = Path(__file__).resolve().parents[3] / "hardware" / "parts"
MAX = float("inf")

# What the runtime makes for each way of connecting (firmware/potluck/parts.py).
_MAKE = {
    "adc": "ADC(Pin({gpio}), atten=ADC.ATTN_11DB) if hasattr(ADC, 'ATTN_11DB') else ADC(Pin({gpio}))",
    "pin": "Pin({gpio}, Pin.IN)",
    "in_up": "Pin({gpio}, Pin.IN, Pin.PULL_UP)",
    "out": "Pin({gpio}, Pin.OUT, value=0)",
}


class Bench(Session):
    """`d` on the board is the driver; `poke(knob, value)` turns the part `part`."""

    def __init__(self, kind: str, made: str, *, pins: dict[str, int], board: str = "pico", speed: float = MAX,
                 options: str = "", **args: str) -> None:  # fmt: skip
        source = (PARTS / kind / "world.py").read_text()
        world = {"name": "part", "kind": kind, "source": source, "options": {}, "pins": pins}
        self.config = {"model": "", "options": {}, "parts": [world]}
        super().__init__(board, speed=speed, world=self.config)
        (gpio,) = pins.values()
        self.gpio = gpio
        objects = [f"{name}={_MAKE[how].format(gpio=gpio)}" for name, how in args.items()]
        self._source = (PARTS / kind / "driver.py").read_text()
        self._made = f"d = {made}({', '.join([*objects, options])})"

    def __enter__(self) -> Bench:
        super().__enter__()
        self.run(self._source)
        self.run("import asyncio, gc, time\nfrom machine import *\n" + self._made)
        return self

    def ask(self, expression: str):
        """The value of an expression on the board."""
        return eval(self.run(f"print(repr({expression}))"), {"nan": float("nan"), "inf": MAX})

    def poke(self, knob: str, value: float) -> None:
        self.board.poke(f"part.{knob}", value)

    def world(self, name: str) -> float:
        return self.board.state()["world"][f"part.{name}"]

    def level(self) -> float | None:
        """What the board drives on the part's pin."""
        return next(pin for pin in self.board.pins().values() if pin["gpio"] == self.gpio)["drive"]


def driver_source(kind: str) -> str:
    return (PARTS / kind / "driver.py").read_text()
