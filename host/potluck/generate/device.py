# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The device's configuration: config.py, as firmware/potluck reads it."""

from __future__ import annotations

from pathlib import Path

from potluck import checks
from potluck.model import BUSES, Bus, Recipe, Setting, Wiring
from potluck.model.recipe import RecipePart

_PWM_HZ = 1_000             # for a part that names no frequency: above what an eye or a motor follows


def device_config(wiring: Wiring) -> str:
    """Python source of the configuration: assignments of literals, nothing else.

    NAME, VERSION, HASH, BOARD   strings; FIRST_SAMPLE_S an int
    PARTS        name -> (driver module, class, {argument: (how, …)}, {option: value}), where … is
                 a gpio; for "out" its safe level too; for "pwm" also Hz; for "onewire" its gpio;
                 for "i2c", "spi", "uart" number, gpios in the order of BUSES (None: no such line), Hz
                 or baud
    SETTINGS     name -> (default, lowest, highest); CALIBRATION the same, kept per board
    CHANNELS     (name, unit, decimals, states or None) in the order of a sample's values
    """
    checks.require(wiring)
    recipe = wiring.recipe
    lines = [
        f"# Made from {recipe.name}/recipe.toml for {wiring.board.name}; change that, not this.",
        f"NAME = {recipe.name!r}",
        f"VERSION = {recipe.version!r}",
        f"HASH = {recipe.content_hash!r}",
        f"BOARD = {wiring.board.name!r}",
        f"FIRST_SAMPLE_S = {recipe.first_sample_s}",
    ]
    parts = {name: _part(wiring, held) for name, held in recipe.parts.items() if held.part.driver}
    lines += _table("PARTS", parts)
    lines += _table("SETTINGS", {name: _setting(held) for name, held in recipe.settings.items()})
    lines += _table("CALIBRATION",
                    {name: _setting(held) for name, held in recipe.calibration.items()})
    lines.append("CHANNELS = (")
    lines += [f"    {(held.name, held.unit, held.decimals, held.states or None)!r},"
              for held in recipe.channels.values()]
    lines.append(")")
    return "\n".join(lines) + "\n"


def driver_files(wiring: Wiring) -> dict[str, Path]:
    """Module name -> driver.py, for every kind of part that has one."""
    return {held.part.kind: held.part.driver_path for held in wiring.recipe.parts.values()
            if held.part.driver}


def part_options(recipe: Recipe, name: str) -> dict[str, int | float | str]:
    """A part's options with the calibration's defaults in place of what they stand for."""
    options = dict(recipe.parts[name].options)
    for option in options:
        setting = recipe.calibrates(name, option)
        if setting:
            options[option] = setting.default
    return options


def _part(wiring: Wiring, held: RecipePart) -> tuple:
    gpios, args = wiring.gpios(held.name), {}
    for argument in held.part.driver.args:
        if argument.how in BUSES:
            args[argument.name] = _bus(wiring.bus_of(held.name))
            continue
        gpio, safe = gpios[argument.terminal], held.part.terminals[argument.terminal].safe
        if argument.how == "out":
            args[argument.name] = (argument.how, gpio, safe)
        elif argument.how == "pwm":
            args[argument.name] = (argument.how, gpio, safe, held.part.electrical.get("pwm_hz", _PWM_HZ))
        elif argument.how == "int":
            args[argument.name] = gpio
        else:
            args[argument.name] = (argument.how, gpio)
    options = {name: value for name, value in part_options(wiring.recipe, held.name).items()
               if held.part.options[name].driver}
    return held.part.kind, held.part.driver.class_name, args, options


def _bus(bus: Bus) -> tuple:
    gpios = [bus.pins[line].gpio if line in bus.pins else None for line in BUSES[bus.kind]]
    if bus.kind == "onewire":
        return ("onewire", *gpios)
    return (bus.kind, bus.number, *gpios, int(bus.khz * 1000))


def _setting(setting: Setting) -> tuple:
    return setting.default, setting.low, setting.high


def _table(name: str, rows: dict) -> list[str]:
    return [f"{name} = {{", *(f"    {key!r}: {value!r}," for key, value in rows.items()), "}"]
