# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Every error a person can meet: a stable id, what happened, where, and what to do next.

Each class is also the builtin that fits (ValueError, OSError, TimeoutError …), so that a
caller who knows Python and not potluck catches what they expect. Branch on the class or on
``id``, never on the text. ``id`` is a heading in docs/troubleshooting.md; a test compares.
"""

from __future__ import annotations

from typing import ClassVar


class PotluckError(Exception):
    """The base of all of them. ``str()`` reads ``where: what; do``.

    what   what is wrong, one sentence without a full stop
    where  file, key, part, pin or port it is about ("" when there is no such place)
    do     what the person can do about it ("" when there is nothing to say)
    """

    id: ClassVar[str] = "potluck-error"

    def __init__(self, what: str, *, where: str = "", do: str = ""):
        super().__init__(what)
        self.what = what
        self.where = where
        self.do = do

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}; {self.do}" if self.do else text

    def __reduce__(self):
        # BaseException.__reduce__ would forget the keyword arguments (multiprocessing, copy).
        return (_rebuild, (type(self), self.what, self.where, self.do))

    def as_dict(self) -> dict[str, str]:
        """The error for ``--json``: id, what, where, do (all strings)."""
        return {"id": self.id, "what": self.what, "where": self.where, "do": self.do}


def _rebuild(kind, what, where, do):
    return kind(what, where=where, do=do)


def every_error() -> list[type[PotluckError]]:
    """All concrete error classes, sorted by id."""
    found, queue = set(), [PotluckError]
    while queue:
        for kind in queue.pop().__subclasses__():
            if kind not in found:
                found.add(kind)
                queue.append(kind)
    return sorted(found, key=lambda kind: kind.id)


# -- recipes, parts and boards as data -------------------------------------------------


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


# -- ports and boards at the other end -------------------------------------------------


class PortNotFound(PotluckError, FileNotFoundError):
    """No such port, or no board connected."""

    id = "port-not-found"


class PortAmbiguous(PotluckError, ValueError):
    """More than one board is connected and none was named."""

    id = "port-ambiguous"


class PortBusy(PotluckError, OSError):
    """Another program holds the port."""

    id = "port-busy"


class PortPermission(PotluckError, PermissionError):
    """The port exists and this user may not open it."""

    id = "port-permission"


class PortGone(PotluckError, ConnectionError):
    """The port disappeared while it was in use."""

    id = "port-gone"


class NotMicroPython(PotluckError, OSError):
    """Something answers at the port (or nothing does), and it is no MicroPython."""

    id = "not-micropython"


class BoardSilent(PotluckError, TimeoutError):
    """No hello, or no first sample, within the time given."""

    id = "board-silent"


class CommandRefused(PotluckError, ValueError):
    """The running recipe knows no such command or setting, or not with this value."""

    id = "command-refused"


class DeployFailed(PotluckError, OSError):
    """Files did not arrive, or did not arrive whole."""

    id = "deploy-failed"


class FirmwareTooOld(PotluckError, RuntimeError):
    """The board's MicroPython is older than potluck supports."""

    id = "firmware-too-old"


class MpyIncompatible(PotluckError, RuntimeError):
    """The board cannot load the .mpy version that was compiled."""

    id = "mpy-incompatible"


class NoSpace(PotluckError, OSError):
    """The board's flash is too full."""

    id = "no-space"


class FirmwareError(PotluckError, RuntimeError):
    """Code on the board raised an exception; ``what`` holds its last line."""

    id = "firmware-error"


# -- logs ------------------------------------------------------------------------------


class LogLocked(PotluckError, OSError):
    """Another program holds the log file."""

    id = "log-locked"


class LogFull(PotluckError, OSError):
    """No room left for the log file."""

    id = "log-full"


class LogCorrupt(PotluckError, ValueError):
    """The log file is damaged or is no potluck log."""

    id = "log-corrupt"


class LogUnusable(PotluckError, OSError):
    """The log file cannot be opened or written, or is not of a kind that potluck writes."""

    id = "log-unusable"


class SessionUnknown(PotluckError, LookupError):
    """The log has no such session."""

    id = "session-unknown"


# -- the virtual board -----------------------------------------------------------------


class EngineMissing(PotluckError, FileNotFoundError):
    """The WebAssembly engine is not there and could not be built."""

    id = "engine-missing"


class BoardNotRunning(PotluckError, LookupError):
    """No virtual board of that name is running."""

    id = "board-not-running"


class BoardNameTaken(PotluckError, FileExistsError):
    """A virtual board of that name is running already."""

    id = "board-name-taken"


class WorldFailed(PotluckError, RuntimeError):
    """A world model raised an exception, took too long or asked for too much memory."""

    id = "world-failed"


class KnobUnknown(PotluckError, LookupError):
    """The world has no such knob to poke."""

    id = "knob-unknown"


class FlashImageInUse(PotluckError, BlockingIOError):
    """The file that keeps a virtual board's flash belongs to a board that is running."""

    id = "flash-image-in-use"


class FlashImageWrong(PotluckError, ValueError):
    """A file is not the flash of this virtual board: another size, or no littlefs in it."""

    id = "flash-image-wrong"


class SnapshotWrong(PotluckError, ValueError):
    """A file is no snapshot of a virtual board, or a damaged one."""

    id = "snapshot-wrong"


class BoardStartFailed(PotluckError, RuntimeError):
    """The process of a virtual board ended, or said nothing, before the board was ready."""

    id = "board-start-failed"


# -- the person ------------------------------------------------------------------------


class Interrupted(PotluckError, KeyboardInterrupt):
    """Ctrl-C; what was done so far is kept."""

    id = "interrupted"
