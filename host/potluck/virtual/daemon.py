# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A virtual board in a process of its own, so that it outlives the command that started it.

`start` is the parent's side, `run` the board's; between them goes one JSON line on the child's
standard output: the registry entry when the board is ready, or the error that kept it from it.
With die_with_parent the child's standard input is a pipe that only the parent holds: its end is
the parent's end, whatever way that came, on every system.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from potluck.errors import BoardStartFailed, PotluckError, SnapshotWrong

from . import registry
from .control import ControlServer, rebuilt
from .registry import RunningBoard

START_S = 60.0
READY_S = 10.0
_MARK = "potluck-board:"


@dataclass(frozen=True)
class Options:
    """What a board is started with; see `start`."""

    name: str | None = None
    board: str = "pico"
    speed: float = 1.0
    dir: Path | None = None
    tcp: bool = False
    seed: int = 0
    net: bool = False
    rfc2217: bool = False
    baud: int | None = None
    moving_port: bool = False
    snapshot: Path | None = None


def start(
    name: str | None = None,
    board: str = "pico",
    *,
    speed: float = 1.0,
    dir: Path | None = None,
    tcp: bool = False,
    seed: int = 0,
    net: bool = False,
    rfc2217: bool = False,
    baud: int | None = None,
    moving_port: bool = False,
    snapshot: Path | None = None,
    die_with_parent: bool = False,
) -> RunningBoard:
    """Start a board in a detached process; returns when its port can be used.

    name    what to call it; None: BOARD-1, BOARD-2 …
    speed   virtual seconds per second, float("inf") for as fast as possible
    dir     folder that keeps its flash; None: a factory-fresh board that is forgotten in the end
    tcp     a TCP port of this machine instead of a pseudo-terminal (always so on Windows)
    net     its sockets may reach this computer's loopback
    rfc2217   a TCP port that carries DTR and RTS too, so that tools can reset the board by them
    baud    of a board with a UART bridge: bits per second; None: as the board has it, 0: unlimited
    moving_port   after each reset that takes it off the bus its port has another name (native USB)
    snapshot   a file of `potluck board snapshot` to go on from; board and seed are what it says
    die_with_parent   the board ends when this process does, even by a crash

    Raises BoardStartFailed, and what keeps a board from starting: BoardNameTaken, NameInvalid,
    UnknownBoard, EngineMissing, FlashImageInUse, FlashImageWrong; of a snapshot SnapshotWrong, SnapshotForeign,
    FlashImageThere.
    """
    command = [sys.executable, "-m", "potluck.virtual.daemon", "--board", board]
    command += ["--speed", str(speed), "--seed", str(seed)]
    command += ["--name", name] if name is not None else []
    command += ["--dir", str(Path(dir).absolute())] if dir is not None else []
    command += ["--tcp"] if tcp else []
    command += ["--net"] if net else []
    command += ["--rfc2217"] if rfc2217 else []
    command += ["--baud", str(baud)] if baud is not None else []
    command += ["--moving-port"] if moving_port else []
    command += ["--snapshot", str(Path(snapshot).absolute())] if snapshot is not None else []
    command += ["--lifeline"] if die_with_parent else []
    detached: dict[str, Any] = {"start_new_session": True}
    if os.name == "nt":
        detached = {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    child = subprocess.Popen(
        command,
        stdin=subprocess.PIPE if die_with_parent else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        **detached,
    )
    too_long = threading.Timer(START_S, child.kill)
    too_long.start()
    said = []
    answer = None
    try:
        for line in child.stdout:
            if line.startswith(_MARK):
                answer = json.loads(line[len(_MARK) :])
                break
            said.append(line)
    except BaseException:
        child.kill()
        raise
    finally:
        too_long.cancel()
        child.stdout.close()
    _children[:] = [other for other in _children if other.poll() is None] + [child]
    if answer is None:
        child.wait()
        raise BoardStartFailed(
            "the virtual board's process ended before it was ready"
            + "".join(f"\n  {line.rstrip()}" for line in said),
            where=name or board,
            do="potluck board start --foreground shows what happens",
        )
    if "error" in answer:
        child.wait()
        raise rebuilt(answer["error"])
    return RunningBoard(**answer)


# A Popen that is forgotten closes the lifeline and warns about a process that runs on.
_children: list[subprocess.Popen] = []


def run(options: Options, *, announce, lifeline=None) -> None:
    """Be a board until told to stop (control channel, SIGTERM, Ctrl-C, end of the lifeline).

    announce(RunningBoard) is called once it is ready. lifeline: a file whose end ends the board.
    Raises what `start` names.
    """
    if options.snapshot is not None:
        options = replace(options, board=_kind_of(options.snapshot))
    name = registry.claim(options.name, options.board)
    ended = threading.Event()
    undo = [lambda: registry.release(name)]
    try:
        board = _make_board(options)
        undo.append(board.stop)
        port = _make_port(name, options, board)
        port.moves = options.moving_port
        board.attach(port)
        port.open()
        undo.append(port.close)
        server = ControlServer(Commands(name, board, port, ended))
        undo.append(server.close)
        _end_on_signals(ended)
        if lifeline is not None:
            threading.Thread(target=lambda: (lifeline.read(), ended.set()), daemon=True).start()
        board.start()
        if not board.wait_ready(READY_S) or board.failure is not None:
            raise BoardStartFailed(
                f"the board did not come up: {board.failure or 'no prompt'}", where=name, do="report this"
            )
        threading.Thread(target=lambda: (board.wait(), ended.set()), daemon=True).start()
        entry = RunningBoard(
            name=name,
            pid=os.getpid(),
            board=options.board,
            port=port.name,
            speed="max" if options.speed == float("inf") else options.speed,
            dir=str(options.dir or ""),
            log=str(registry.log_path(name)),
            control_port=server.port,
            token=server.token,
        )
        registry.publish(entry)
        port.on_move = lambda: registry.publish(replace(entry, port=port.name))
        announce(entry)
        while not ended.wait(3600):  # with a timeout, as Windows delivers no Ctrl-C without
            pass
        if board.failure is not None:
            raise BoardStartFailed(
                f"the board's process failed: {board.failure}", where=name, do="report this"
            )
    finally:
        for step in reversed(undo):
            step()


def _make_board(options: Options):
    from .board import VirtualBoard
    from .flash import Flash

    path = options.dir / "flash.img" if options.dir is not None else None
    if options.snapshot is not None:
        kept = options.snapshot.read_bytes()
        return VirtualBoard.restore(kept, speed=options.speed, net=options.net, baud=options.baud, path=path)
    flash = Flash.for_board(options.board, path)
    try:
        return VirtualBoard(
            options.board, flash=flash, speed=options.speed, seed=options.seed, net=options.net, baud=options.baud
        )
    except BaseException:
        flash.close()
        raise


def _kind_of(file: Path) -> str:
    """The board that a snapshot is of, as an error of ours where it is none."""
    from . import snapshot

    try:
        return snapshot.kind_of(file.read_bytes())
    except OSError as error:
        raise SnapshotWrong(f"it cannot be read: {error.strerror}", where=str(file), do="name a file of a snapshot") from None


def _make_port(name: str, options: Options, board):
    if options.rfc2217:
        from .ports.rfc2217 import Rfc2217Port

        facts = board.kind.port
        return Rfc2217Port(
            edges_reset=facts.edges_reset, needs_dtr=facts.needs_dtr, on_enable=board.power.enable
        )
    if options.tcp or os.name == "nt":
        from .ports.tcp import TcpPort

        return TcpPort()
    from .ports.pty import PtyPort

    return PtyPort(registry.link_path(name))


def _end_on_signals(ended: threading.Event) -> None:
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())


class Commands:
    """What can be asked of a running board; one method per `do`. Called from several threads."""

    def __init__(self, name: str, board, port, ended: threading.Event) -> None:
        self._name, self._board, self._port, self._ended = name, board, port, ended
        self._plugged = True

    def __call__(self, request: dict[str, Any]) -> dict[str, Any]:
        do = request.pop("do", "")
        method = getattr(self, f"do_{do}", None) if isinstance(do, str) else None
        if method is None:
            known = ", ".join(sorted(name[3:] for name in dir(self) if name.startswith("do_")))
            raise PotluckError(f"a board cannot {do!r}", where=self._name, do=f"it can: {known}")
        return method(**request) or {}

    def do_ping(self) -> dict[str, Any]:
        return {"name": self._name}

    def do_status(self) -> dict[str, Any]:
        """Port, pins and world as they are now."""
        return {
            "plugged": self._plugged,
            "bootloader": list(self._board.resets)[-1:] == ["bootloader"],
            "client": self._port.connected(),
            "dropped": self._port.dropped,
            "lost": self._board.console.lost,
            "pins": self._board.pins(),
            **self._board.state(),
        }

    def do_poke(self, path: str, value: float) -> None:
        self._board.poke(path, value)

    def do_world(self, config: dict[str, Any] | None) -> None:
        self._board.set_world(config)

    def do_unplug(self) -> None:
        """Pull the data cable. The board keeps its power, as one with a supply of its own."""
        self._port.unplug()
        self._plugged = False

    def do_plug(self) -> None:
        self._port.plug()
        self._plugged = True

    def do_pin(self, name: str) -> dict[str, Any]:
        """One pin with its history."""
        return self._board.pin(name).read()

    def do_hold(self, name: str, volts: float | None, ohms: float = 0.0) -> None:
        """Put a voltage on a pin from outside; null takes it away."""
        pin = self._board.pin(name)
        if volts is None:
            pin.release()
        else:
            pin.hold(volts, ohms)

    def do_get(self, path: str) -> dict[str, Any]:
        """A knob, or a value that the recipe's world tells."""
        return {"value": self._board.world.get(path)}

    def do_record(self) -> dict[str, Any]:
        """What was done to the board: starts and turns of knobs."""
        record = self._board.record
        return self._board.on_board(lambda: {"starts": list(record.starts), "knobs": list(record.knobs)})

    def do_vcd(self, path: str) -> None:
        self._board.write_vcd(path)

    def do_snapshot(self, path: str) -> None:
        Path(path).write_bytes(self._board.snapshot())

    def do_power(self, what: str) -> None:
        """off, on, or brownout."""
        hand = {"off": self._board.power.cut, "on": self._board.power.on, "brownout": self._board.power.brownout}
        if what not in hand:
            raise PotluckError(f"power cannot be {what!r}", where=self._name, do=f"it can be: {', '.join(hand)}")
        hand[what]()

    def do_reset(self, boot: bool = False) -> None:
        self._board.hard_reset(boot)

    def do_power_cut(self, off_s: float = 0.0) -> None:
        self._board.power_cut(off_s)

    def do_stop(self) -> None:
        self._ended.set()


def _announce(answer: dict[str, Any]) -> None:
    print(_MARK + json.dumps(answer), flush=True)


def _go_quiet(log: Path) -> None:
    """From here on, what would be printed goes to the log: nobody reads our output any more."""
    target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for stream in (1, 2):
        os.dup2(target, stream)
    os.close(target)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m potluck.virtual.daemon", description="One virtual board."
    )
    parser.add_argument("--name")
    parser.add_argument("--board", default="pico")
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--dir", type=Path)
    parser.add_argument("--tcp", action="store_true")
    parser.add_argument("--net", action="store_true")
    parser.add_argument("--rfc2217", action="store_true")
    parser.add_argument("--baud", type=int)
    parser.add_argument("--moving-port", action="store_true")
    parser.add_argument("--snapshot", type=Path)
    parser.add_argument("--lifeline", action="store_true", help="end when standard input ends")
    given = parser.parse_args()
    options = Options(
        given.name, given.board, given.speed, given.dir, given.tcp, given.seed, given.net, given.rfc2217, given.baud,
        given.moving_port, given.snapshot,
    )
    announced = False

    def announce(board: RunningBoard) -> None:
        nonlocal announced
        announced = True
        _announce(asdict(board))
        _go_quiet(Path(board.log))

    try:
        run(options, announce=announce, lifeline=sys.stdin if given.lifeline else None)
    except PotluckError as error:
        if announced:
            raise  # into the log
        _announce({"error": error.as_dict()})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
