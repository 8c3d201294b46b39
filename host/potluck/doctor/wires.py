# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The wires between board and parts: what the recipe's wiring says, compared with what the pins say.

`questions` turns a wiring into calls of snippets/wires.py; each check takes a question with its answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from potluck.doctor.finding import ERROR, NOTE, WARNING, Told, check
from potluck.model import Wiring

_ALL_THE_WAY_MV = 2000  # a pull of 50 kOhm moves a loose wire so far, and nothing that drives it
_OVER_MV = 200
_NO_DEVICE = range(0x08)  # reserved addresses: UM10204, table 4


@dataclass(frozen=True)
class Asked:
    """One question to the board, and what it is about.

    call     what is run there
    kind     "i2c", "adc", "contact" or "onewire"
    names    the recipe's parts
    pins     line or terminal → the pin's label
    wiring   where the facts come from
    answer   what the board said
    """

    call: str
    kind: str
    names: tuple[str, ...]
    pins: Mapping[str, str]
    wiring: Wiring
    answer: Any = field(default=None, compare=False)

    @property
    def where(self) -> str:
        return f"{', '.join(self.names)}: {', '.join(f'{line.upper()} {pin}' for line, pin in self.pins.items())}"

    def part(self, name: str):
        return self.wiring.recipe.parts[name].part

    def address(self, name: str) -> int:
        return _address(self.wiring, name)


def questions(wiring: Wiring) -> list[Asked]:
    """All that can be asked without moving anything: buses, analog inputs, contacts."""
    asked = []
    for bus in wiring.buses.values():
        pins = {line: pin.name for line, pin in bus.pins.items()}
        gpios = {line: pin.gpio for line, pin in bus.pins.items()}
        if bus.kind == "i2c":
            call = f"i2c({gpios['sda']}, {gpios['scl']}, {_registers(wiring, bus.parts)!r})"
            asked.append(Asked(call, "i2c", bus.parts, pins, wiring))
        elif bus.kind == "onewire":
            asked.append(Asked(f"onewire({gpios['dq']})", "onewire", bus.parts, pins, wiring))
    for use in wiring.uses:
        if use.part not in wiring.recipe.parts:
            continue
        pins = {use.terminal.name: use.pin.name}
        if "adc" in use.hows:
            asked.append(Asked(f"adc({use.pin.gpio})", "adc", (use.part,), pins, wiring))
        elif set(use.hows) & {"in_up", "in_down"}:
            asked.append(Asked(f"contact({use.pin.gpio})", "contact", (use.part,), pins, wiring))
    return asked


def _address(wiring: Wiring, name: str) -> int:
    """A part's I2C address; 0 for one that has none (the address of everybody, which no part has)."""
    return int(wiring.recipe.parts[name].options.get("address", 0))


def _registers(wiring: Wiring, names: tuple[str, ...]) -> list[tuple[int, int]]:
    """(address, register) of the parts that say what they are."""
    known = {name: wiring.recipe.parts[name].part.identity for name in names}
    return [(_address(wiring, name), identity.register) for name, identity in known.items() if identity]


# -- I2C -----------------------------------------------------------------------------------------------------


def _missing(asked: Asked) -> list[str]:
    return [name for name in asked.names if asked.address(name) and asked.address(name) not in asked.answer["there"]]


def _said(asked: Asked, name: str) -> str:
    return f"0x{asked.address(name):02X} ({name}, {asked.part(name).title})"


@check(ERROR)
def i2c_swapped(asked: Asked) -> Iterator[Told]:
    """With the two lines exchanged there is an answer."""
    if asked.kind == "i2c" and any(asked.address(name) in asked.answer["swapped"] for name in asked.names):
        yield (
            "SDA and SCL are swapped: the parts answer the other way round",
            asked.where,
            f"the part's SDA goes to {asked.pins['sda']}, its SCL to {asked.pins['scl']}",
        )


@check(ERROR)
def i2c_held_low(asked: Asked) -> Iterator[Told]:
    """A line that no pull-up lifts: a short, or a chip that waits in the middle of a transfer."""
    if asked.kind != "i2c":
        return
    low = [line for line, level in zip(("sda", "scl"), asked.answer["up"], strict=True) if level == 0]
    if low:
        lines = " and ".join(f"{line.upper()} ({asked.pins[line]})" for line in low)
        yield (
            f"something holds {lines} low",
            asked.where,
            "take the power off for a second: a chip that was interrupted lets go. If it stays, the wire touches GND, "
            "or a part without power pulls it down",
        )


@check(ERROR)
def i2c_silent(asked: Asked) -> Iterator[Told]:
    """Nobody at the address, and none of the other checks knows why."""
    if asked.kind != "i2c" or asked.answer["swapped"] or 0 in asked.answer["up"] or _elsewhere(asked):
        return
    lifted = asked.answer["down"] == (1, 1)
    for name in _missing(asked):
        pins = f"SDA {asked.pins['sda']}, SCL {asked.pins['scl']}"
        if lifted:
            yield (
                f"nothing answers at {_said(asked, name)}, though pull-ups lift both lines",
                asked.where,
                f"check its own four wires ({pins}), and that it gets power; SDA and SCL are not swapped for the others",
            )
        else:
            yield (
                f"nothing answers at {_said(asked, name)}: SDA/SCL swapped or no power",
                asked.where,
                f"no pull-up lifts the lines: check VCC and GND first, then SDA and SCL ({pins}); a bare chip needs "
                "4.7 kΩ from each line to 3V3",
            )


def _elsewhere(asked: Asked) -> dict[str, int]:
    """Parts that answer at another address which their kind may have."""
    expected = {asked.address(name) for name in asked.names}
    found = {}
    for name in _missing(asked):
        option = asked.part(name).options.get("address")
        if option and option.range:
            low, high = (int(limit) for limit in option.range)
            there = [at for at in asked.answer["there"] if low <= at <= high and at not in expected]
            if there:
                found[name] = there[0]
    return found


@check(ERROR)
def i2c_other_address(asked: Asked) -> Iterator[Told]:
    """The part is there, at another of its addresses."""
    if asked.kind == "i2c":
        for name, there in _elsewhere(asked).items():
            yield (
                f"nothing answers at {_said(asked, name)}, and something does at 0x{there:02X}",
                asked.where,
                f"say it in recipe.toml: {name} = {{ …, address = 0x{there:02X} }}, or change the part's address pin",
            )


@check(ERROR)
def i2c_wrong_chip(asked: Asked) -> Iterator[Told]:
    """Somebody answers, and is another chip."""
    if asked.kind != "i2c":
        return
    for name in asked.names:
        identity, says = asked.part(name).identity, asked.answer["ids"].get(asked.address(name))
        if identity and says is not None and says != identity.id:
            other = next((who for who, id in identity.others.items() if id == says), "")
            yield (
                f"at {_said(asked, name)} is {'a ' + other if other else 'another chip'}: it says 0x{says:02X}, "
                f"and not 0x{identity.id:02X}",
                asked.where,
                "it cannot take the part's place: get the right one, or use a part and driver for this one",
            )


@check(NOTE)
def i2c_stranger(asked: Asked) -> Iterator[Told]:
    """Addresses that no part of the recipe has."""
    if asked.kind != "i2c":
        return
    known = {asked.address(name) for name in asked.names} | set(_elsewhere(asked).values())
    for there in asked.answer["there"]:
        if there not in known and there not in _NO_DEVICE:
            yield (
                f"something answers at 0x{there:02X} that the recipe does not know",
                asked.where,
                "fine if you know what it is (many modules have a second chip)",
            )


# -- single wires --------------------------------------------------------------------------------------------


@check(ERROR)
def adc_floating(asked: Asked) -> Iterator[Told]:
    """The pin's own pulls move the voltage all the way: nothing drives it."""
    if asked.kind != "adc" or asked.answer["up"] is None or asked.answer["down"] is None:
        return
    if asked.answer["up"] - asked.answer["down"] > _ALL_THE_WAY_MV:
        yield (
            "nothing drives this analog input: the wire is loose, or the part has no power",
            asked.where,
            "check the signal wire first, then the part's VCC and GND",
        )


@check(WARNING)
def adc_too_high(asked: Asked) -> Iterator[Told]:
    """More than the part can give."""
    if asked.kind != "adc" or adc_floating(asked):
        return
    terminal = asked.part(asked.names[0]).terminals[next(iter(asked.pins))]
    mv = asked.answer["mv"]
    if terminal.volts and mv is not None and mv > terminal.volts[1] * 1000 + _OVER_MV:
        yield (
            f"reads {mv / 1000:.2f} V, and the part gives at most {terminal.volts[1]:g} V",
            asked.where,
            "its GND is loose, or the signal wire touches a supply. More than 3.3 V destroys the pin",
        )


@check(WARNING)
def input_stuck_low(asked: Asked) -> Iterator[Told]:
    """A contact that should rest open is closed all the time."""
    if asked.kind == "contact" and _rests_open(asked) and asked.answer["up"] == (0,):
        yield (
            "reads as pressed all the time",
            asked.where,
            "let go of it. If you did: a push-button turned by 90° always connects; use two legs that lie diagonally. "
            "Or the wire touches GND",
        )


@check(ERROR)
def input_stuck_high(asked: Asked) -> Iterator[Told]:
    """High even with a pull-down: the wire has a supply on it."""
    if asked.kind == "contact" and "in_up" in _hows(asked) and asked.answer["down"] == (1,):
        yield (
            "stays high whatever happens: the wire has a supply on it",
            asked.where,
            "its other side goes to GND, and not to 3V3",
        )


@check(ERROR)
def onewire_silent(asked: Asked) -> Iterator[Told]:
    """No presence pulse."""
    if asked.kind == "onewire" and asked.answer == 0:
        yield (
            "nothing answers on the 1-Wire line",
            asked.where,
            "check DQ, VCC and GND, and the 4.7 kΩ resistor from DQ to 3V3; a DS18B20 put in the wrong way round gets "
            "hot: unplug it at once",
        )


def _rests_open(asked: Asked) -> bool:
    return bool(asked.part(asked.names[0]).electrical.get("rests_open"))


def _hows(asked: Asked) -> tuple[str, ...]:
    return next(use.hows for use in asked.wiring.uses if use.part == asked.names[0])


CHECKS = (
    i2c_swapped, i2c_held_low, i2c_silent, i2c_other_address, i2c_wrong_chip, i2c_stranger, adc_floating, adc_too_high,
    input_stuck_low, input_stuck_high, onewire_silent,
)  # fmt: skip
