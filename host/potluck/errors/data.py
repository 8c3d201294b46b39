# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Recipes, parts and boards as data: what is written cannot be meant."""

from __future__ import annotations

from potluck.errors.base import PotluckError


class RecipeInvalid(PotluckError, ValueError):
    """recipe.toml (or another file of the recipe) says something that cannot be meant."""

    id = "recipe-invalid"


class RecipeNotFound(PotluckError, FileNotFoundError):
    """No recipe at that path, nor one of that name."""

    id = "recipe-not-found"


class HardwareInvalid(PotluckError, ValueError):
    """A part, circuit, board or MCU file is broken."""

    id = "hardware-invalid"


class UnknownPart(PotluckError, LookupError):
    """No such part in hardware/parts, or no such part in the recipe."""

    id = "unknown-part"


class UnknownCircuit(PotluckError, LookupError):
    """No such circuit in hardware/circuits."""

    id = "unknown-circuit"


class UnknownBoard(PotluckError, LookupError):
    """No such board in hardware/boards, or the recipe has no pins for it."""

    id = "unknown-board"


class PinMissing(PotluckError, LookupError):
    """The board has no such pin, or the recipe gives a part no pin."""

    id = "pin-missing"


class PinConflict(PotluckError, ValueError):
    """Two parts want the same pin."""

    id = "pin-conflict"


class PinUnsuitable(PotluckError, ValueError):
    """The pin exists and cannot do what the part needs."""

    id = "pin-unsuitable"


class UnknownSetting(PotluckError, LookupError):
    """The recipe has no such setting."""

    id = "unknown-setting"


class SettingOutOfRange(PotluckError, ValueError):
    """A setting's value is outside the range that the recipe permits."""

    id = "setting-out-of-range"


class ChecksFailed(PotluckError, ValueError):
    """The wiring was checked and must not be built; ``findings`` says why."""

    id = "checks-failed"

    def __init__(self, what: str, *, where: str = "", do: str = "", findings=()):
        super().__init__(what, where=where, do=do)
        self.findings = tuple(findings)

    def __reduce__(self):
        return (_rebuild_checks, (self.what, self.where, self.do, self.findings))


def _rebuild_checks(what, where, do, findings):
    return ChecksFailed(what, where=where, do=do, findings=findings)


class RemixExists(PotluckError, FileExistsError):
    """There is already something where the remix would go."""

    id = "remix-exists"


class NameInvalid(PotluckError, ValueError):
    """A name that cannot be a folder's, a recipe's or a board's name."""

    id = "name-invalid"
