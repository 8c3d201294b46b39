# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Rules about numbers: no permitted value of any setting may break a part's limit."""

from __future__ import annotations

from collections.abc import Iterator

from potluck.checks.finding import ERROR, Finding
from potluck.checks.keys import part_key
from potluck.model import Setting, Wiring

# Boards count in 32-bit floats: a limit met exactly may be passed by the last bit.
_SLACK = 1 + 1e-6


def setting_key(wiring: Wiring, setting: Setting) -> str:
    """The key of recipe.toml that declares the setting."""
    table = "settings.calibration" if setting.name in wiring.recipe.calibration else "settings"
    return f"{wiring.recipe.name}/recipe.toml: {table}.{setting.name}"


def span(wiring: Wiring, part: str, option: str) -> tuple[float, float]:
    """All values a part's option may take: its calibration's range, or what the recipe says."""
    setting = wiring.recipe.calibrates(part, option)
    if setting:
        return setting.low, setting.high
    value = wiring.recipe.parts[part].options[option]
    return value, value


def calibration_range(wiring: Wiring) -> Iterator[Finding]:
    """A calibration value that stands for a part's option stays within the part's limits."""
    for name, held in wiring.recipe.parts.items():
        for option in held.part.options.values():
            setting = wiring.recipe.calibrates(name, option.name)
            if not setting or not option.range:
                continue
            low, high = option.range
            if setting.low < low or setting.high > high:
                yield Finding("calibration-range", ERROR,
                              f"{setting.name} may be {setting.low:g} to {setting.high:g}"
                              f" {setting.unit} and {held.part.title} allows {low:g} to {high:g}",
                              setting_key(wiring, setting), f"write range = [{low:g}, {high:g}]",
                              (name,))


def option_order(wiring: Wiring) -> Iterator[Finding]:
    """An option that must stay above another does so for all permitted values."""
    for name, held in wiring.recipe.parts.items():
        for option in held.part.options.values():
            if not option.above:
                continue
            lowest, _ = span(wiring, name, option.name)
            _, highest = span(wiring, name, option.above)
            if lowest <= highest:
                setting = wiring.recipe.calibrates(name, option.name)
                yield Finding("options-cross", ERROR,
                              f"{name}: {option.name} may be as low as {lowest:g} and"
                              f" {option.above} as high as {highest:g} {option.unit}",
                              setting_key(wiring, setting) if setting else part_key(wiring, name),
                              f"keep {option.name} above {option.above}", (name,))


def longest_run(wiring: Wiring) -> Iterator[Finding]:
    """One run that a setting asks for ends before the part's own limit, whatever is set."""
    for setting in wiring.recipe.settings.values():
        if not setting.runs:
            continue
        part, options = setting.runs, wiring.recipe.parts[setting.runs].options
        seconds, how = setting.high, f"{setting.high:g} s"
        if "max_on_s" not in options or setting.unit not in ("s", "mL") \
                or (setting.unit == "mL" and "ml_per_s" not in options):
            yield Finding("run-unknown", ERROR,
                          f"{setting.name} is in {setting.unit} and {part} has no limit in that",
                          setting_key(wiring, setting), 'leave out runs, or use "s" or "mL"',
                          (part,))
            continue
        limit, most = span(wiring, part, "max_on_s")[0], None
        if setting.unit == "mL":
            rate = span(wiring, part, "ml_per_s")[0]
            seconds, most = setting.high / rate, limit * rate
            how = f"{setting.high:g} mL at {rate:g} mL/s takes {seconds:.1f} s"
        if seconds > limit * _SLACK:
            yield Finding("run-too-long", ERROR, f"{how} and {part} stops after {limit:g} s",
                          setting_key(wiring, setting),
                          f"allow at most {most if most is not None else limit:g} {setting.unit}",
                          (part,))


RULES = (calibration_range, option_order, longest_run)
