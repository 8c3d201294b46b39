# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Which virtual boards run on this machine for this user.

Each board's process keeps one file, runtime_dir()/boards/NAME.json, readable by its owner alone
(it holds the control channel's token). Creating it claims the name. A file whose process is gone
is removed by whoever looks next.
"""

from __future__ import annotations

import json
import os
import re
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from potluck import places
from potluck.errors import BoardNameTaken, BoardNotRunning, BoardSilent, NameInvalid, PotluckError

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_PING_S = 2.0
_STOP_S = 10.0


@dataclass(frozen=True)
class RunningBoard:
    """A virtual board in a process of its own.

    port    what tools are told: path of a terminal, or socket://127.0.0.1:N
    speed   virtual seconds per second, or "max"
    dir     folder that keeps its flash; "" when it is forgotten in the end
    log     file with what the process had to say, for when something went wrong
    """

    name: str
    pid: int
    board: str
    port: str
    speed: float | str
    dir: str
    log: str
    control_port: int
    token: str = field(repr=False)

    def control(self, request: dict[str, Any], *, timeout_s: float = 10.0) -> dict[str, Any]:
        """One request to the board, e.g. {"do": "poke", "path": "soil.unplugged", "value": 1}.

        What can be asked is `daemon.Commands`; gives the reply's members. Raises what the board
        raised (KnobUnknown, WorldFailed …), BoardNotRunning, BoardSilent after timeout_s.
        """
        try:
            return _ask(self.control_port, self.token, request, timeout_s=timeout_s)
        except BoardNotRunning as error:
            raise BoardNotRunning(error.what, where=self.name, do="potluck board list") from None
        except TimeoutError as error:
            if isinstance(error, PotluckError):
                raise
            raise BoardSilent(
                f"the virtual board did not answer within {timeout_s:g} s",
                where=self.name,
                do=f"see {self.log}",
            ) from None

    def stop(self) -> None:
        """End the board and wait until its process has cleaned up. Raises BoardSilent if it does not."""
        self.control({"do": "stop"})
        end = time.monotonic() + _STOP_S
        while (entry := _read(_path(self.name))) is not None and entry.get("pid") == self.pid:
            if time.monotonic() > end:
                raise BoardSilent(
                    f"the virtual board did not stop within {_STOP_S:g} s",
                    where=self.name,
                    do=f"end its process, {self.pid}",
                )
            time.sleep(0.01)

    def describe(self) -> dict[str, Any]:
        """For --json: everything but the secrets."""
        return {key: value for key, value in asdict(self).items() if key not in ("token", "control_port")}


def running() -> list[RunningBoard]:
    """All running boards by name; leftovers of dead ones are swept away."""
    boards = []
    for path in sorted(_folder().glob("*.json")):
        entry = _read(path)
        board = _board(entry) if entry is not None else None
        if board is not None and _answers(board):
            boards.append(board)
        elif entry is None or not _is_starting(entry):
            _sweep(path, entry)
    return boards


def find(name: str | None = None) -> RunningBoard:
    """The board of that name, or the only one. Raises BoardNotRunning."""
    boards = running()
    there = ", ".join(board.name for board in boards)
    if name is None:
        if len(boards) == 1:
            return boards[0]
        if boards:
            raise BoardNotRunning("several virtual boards are running", do=f"say which one: {there}")
        raise BoardNotRunning("no virtual board is running", do="start one: potluck board start")
    for board in boards:
        if board.name == name:
            return board
    raise BoardNotRunning(
        "no virtual board of this name is running",
        where=name,
        do=f"running: {there}" if there else f"start it: potluck board start --name {name}",
    )


def claim(name: str | None, board: str) -> str:
    """Take a name for this process (None: the first free BOARD-1, BOARD-2 …). Gives the name.

    Raises NameInvalid, BoardNameTaken. `publish` makes the entry whole, `release` gives it up.
    """
    if name is not None and not _NAME.fullmatch(name):
        raise NameInvalid(
            f"{name!r} is no name for a board",
            do="use up to 32 small letters, digits, '-' and '_'",
        )
    running()  # sweeps
    for folder in (places.runtime_dir(), _folder()):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    candidates = [name] if name is not None else (f"{board}-{n}" for n in range(1, 10_000))
    for candidate in candidates:
        try:
            _write(_path(candidate), {"name": candidate, "pid": os.getpid(), "since": time.time()}, os.O_EXCL)
        except FileExistsError:
            continue
        return candidate
    raise BoardNameTaken(
        "a virtual board of this name is running already",
        where=str(name),
        do="choose another --name, or stop it: potluck board stop " + str(name),
    )


def publish(board: RunningBoard) -> None:
    """Complete the claimed entry: the board is ready for everybody."""
    aside = _folder() / f".{board.name}.{os.getpid()}"
    _write(aside, asdict(board), os.O_TRUNC)
    os.replace(aside, _path(board.name))


def release(name: str) -> None:
    """Give the name back, if it is this process that has it. A log that says nothing goes too."""
    entry = _read(_path(name))
    if entry is None or entry.get("pid") != os.getpid():
        return
    try:
        if not log_path(name).stat().st_size:
            log_path(name).unlink()
    except OSError:
        pass  # there is none; or Windows, where an open file stays
    _path(name).unlink(missing_ok=True)


def link_path(name: str) -> Path:
    """Where the link to a board's terminal is."""
    return places.runtime_dir() / name


def log_path(name: str) -> Path:
    return _folder() / f"{name}.log"


# --- inside ----------------------------------------------------------------------------


def _ask(port: int, token: str, request: dict[str, Any], *, timeout_s: float) -> dict[str, Any]:
    from . import control  # sockets and threads, which who has no virtual board need not load

    return control.ask(port, token, request, timeout_s=timeout_s)


def _folder() -> Path:
    return places.runtime_dir() / "boards"


def _path(name: str) -> Path:
    return _folder() / f"{name}.json"


def _write(path: Path, entry: dict[str, Any], how: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600), "w", encoding="utf-8") as file:
        json.dump(entry, file)


def _read(path: Path) -> dict[str, Any] | None:
    """The entry; {} if it is being written or is damaged; None if it is not there."""
    try:
        entry = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return {}
    return entry if isinstance(entry, dict) else {}


def _board(entry: dict[str, Any]) -> RunningBoard | None:
    try:
        return RunningBoard(**entry)
    except TypeError:
        return None


def _answers(board: RunningBoard) -> bool:
    try:
        return (
            _ask(board.control_port, board.token, {"do": "ping"}, timeout_s=_PING_S)["name"]
            == board.name
        )
    except TimeoutError:
        return _process_lives(board.pid)  # a very busy machine
    except (BoardNotRunning, KeyError):
        return False


def _is_starting(entry: dict[str, Any]) -> bool:
    """Whether an incomplete entry is a claim of a living process."""
    pid = entry.get("pid")
    return isinstance(pid, int) and "token" not in entry and _process_lives(pid)


def _sweep(path: Path, entry: dict[str, Any] | None) -> None:
    if not entry:
        # damaged, or in the blink between creation and writing: only an old one is a leftover
        try:
            if time.time() - path.stat().st_mtime < 5.0:
                return
        except OSError:
            return
    path.unlink(missing_ok=True)
    for link in (link_path(path.stem), *places.runtime_dir().glob(f"{path.stem}.*")):
        if link.is_symlink():
            link.unlink(missing_ok=True)


def _process_lives(pid: int) -> bool:
    if os.name == "nt":
        import ctypes

        # os.kill would end the process there
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
        if not handle:
            return False
        code = ctypes.c_ulong()
        kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.CloseHandle(handle)
        return code.value == 259  # STILL_ACTIVE
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
