# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What must be true of a wiring before anybody builds it.

One function per rule: it takes a Wiring and yields findings. ``run`` asks all of them;
``require`` raises when one of them found an error; ``again`` asks what depends on the program alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING
from weakref import ref

from potluck import errors
from potluck.checks.finding import ERROR, LEVELS, NOTE, WARNING, Finding

if TYPE_CHECKING:
    from potluck.model import Wiring

__all__ = ["ERROR", "LEVELS", "NOTE", "RULES", "WARNING", "Finding", "again", "require", "run"]


def __getattr__(name: str):
    """RULES, when they are asked for: they need all of the model, which ``again`` does not."""
    if name != "RULES":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _rules()


@cache
def _rules() -> tuple[Callable, ...]:
    from potluck.checks import buses, discrete, levels, nets, pins, power, pwm, source, tuning

    return (*pins.RULES, *buses.RULES, *pwm.RULES, *nets.RULES, *levels.RULES, *power.RULES, *discrete.RULES,
            *tuning.RULES, *source.RULES)


# A single kind of error gets its own class, so that a caller can catch what it is about.
_KINDS = {
    "pin-conflict": errors.PinConflict,
    **dict.fromkeys(("adc-missing", "pwm-missing", "pull-missing", "pin-input-only", "pin-flash",
                     "pin-console", "pwm-slice", "pwm-frequency", "pin-voltage", "bus-pin"), errors.PinUnsuitable),
    **dict.fromkeys(("run-too-long", "calibration-range", "options-cross"),
                    errors.SettingOutOfRange),
}


def run(wiring: Wiring) -> list[Finding]:
    """All findings, errors first, each level in the order of the rules."""
    global _last
    known, found = _last
    if known() is not wiring:
        found = [_accepted(finding, wiring.recipe.accepts) for rule in _rules() for finding in rule(wiring)]
        found.sort(key=lambda finding: LEVELS.index(finding.level))
        _last = ref(wiring), found
    return list(found)


def again(known: Iterable[Finding], modules: Iterable[Finding], accepts: Mapping[str, str]) -> list[Finding]:
    """What ``run`` would find now of a wiring of which it found `known`, when only its program has changed.

    modules: what source.of_module says of each, in the order of folder.top_modules. accepts: the recipe's.
    """
    from potluck.checks.source import NAMES

    found = [finding for finding in known if finding.rule not in NAMES]
    of_program = sorted(modules, key=lambda finding: NAMES.index(finding.rule))
    found += [_accepted(finding, accepts) for finding in of_program]
    return sorted(found, key=lambda finding: LEVELS.index(finding.level))


# Every generator asks for itself, and a wiring is frozen: the rules are not gone through for each of them.
_last: tuple[Callable[[], Wiring | None], list[Finding]] = (lambda: None, [])


def _accepted(finding: Finding, accepts: Mapping[str, str]) -> Finding:
    """A warning that the recipe puts up with, with a reason, becomes a note. Errors stay errors."""
    reason = accepts.get(finding.rule)
    if finding.level != WARNING or not reason:
        return finding
    return replace(finding, level=NOTE, what=f"{finding.what} (accepted: {reason})")


def require(wiring: Wiring) -> list[Finding]:
    """The findings when none is an error.

    Raises PinConflict, PinUnsuitable or SettingOutOfRange when there is one error of that kind,
    else ChecksFailed with all findings.
    """
    found = run(wiring)
    wrong = [finding for finding in found if finding.level == ERROR]
    if not wrong:
        return found
    first = wrong[0]
    if len(wrong) == 1 and first.rule in _KINDS:
        raise _KINDS[first.rule](first.what, where=first.where, do=first.do)
    if len(wrong) == 1:
        raise errors.ChecksFailed(first.what, where=first.where, do=first.do, findings=found)
    raise errors.ChecksFailed(
        f"{len(wrong)} things must not be built like this: "
        + " | ".join(f"{item.what} ({item.do})" for item in wrong),
        where=f"{wiring.recipe.name} on {wiring.board.name}",
        do="change recipe.toml", findings=found)
