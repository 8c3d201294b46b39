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
    "pwm": "PWM(Pin({gpio}), freq=1000, duty_u16=0)",
}
# Where buses are on every board here: pins that are free and, on an RP2040, the right ones.
I2C = {"pico": (0, 4, 5), "esp32_devkitc": (0, 21, 22)}


class Bench(Session):
    """`d` on the board is the driver; `poke(knob, value)` turns the part `part`.

    args   keyword of the driver -> how it is made ("adc"; with several pins "out:trigger"), or an expression
    more   further options for the world
    """

    def __init__(self, kind: str, made: str, *, pins: dict[str, int], board: str = "pico", speed: float = MAX,
                 options: str = "", more: dict | None = None, **args: str) -> None:  # fmt: skip
        source = (PARTS / kind / "world.py").read_text()
        world = {"name": "part", "kind": kind, "source": source, "options": more or {}, "pins": pins}
        self.config = {"model": "", "options": {}, "parts": [world]}
        super().__init__(board, speed=speed, world=self.config)
        self.gpio = next(iter(pins.values()))
        objects = [f"{name}={_made(how, pins)}" for name, how in args.items()]
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


def _made(how: str, pins: dict[str, int]) -> str:
    kind, _, terminal = how.partition(":")
    if kind not in _MAKE:
        return how
    return _MAKE[kind].format(gpio=pins[terminal] if terminal else next(iter(pins.values())))


def on_i2c(kind: str, made: str, board: str, **options) -> Bench:
    """A part on the board's first I2C bus."""
    number, sda, scl = I2C[board]
    return Bench(kind, made, board=board, pins={"sda": sda, "scl": scl},
                 i2c=f"I2C({number}, sda=Pin({sda}), scl=Pin({scl}), freq=400_000)", **options)  # fmt: skip


def growth(bench: Bench, statement: str, times: int = 20) -> int:
    """Bytes of heap that the statement takes each time, after a first one."""
    said = bench.run(
        f"{statement}\n_ = before = 0\ngc.collect()\ngc.disable()\nbefore = gc.mem_alloc()\n"  # new names may take some
        f"for _ in range({times}): {statement}\nprint(gc.mem_alloc() - before)\ngc.enable()"
    )
    return int(said) // times


def driver_source(kind: str) -> str:
    return (PARTS / kind / "driver.py").read_text()
