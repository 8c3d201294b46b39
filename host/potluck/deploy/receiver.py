# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The host's end of a deploy: ask the board for its state, then give it the stream.

Both go through one program on the board, firmware/boot/receiver.py, in one entry into the raw REPL. It stays on
the board under the name of its own hash, so that a later deploy only has to call it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from functools import cache

from potluck import places
from potluck.deploy import kept
from potluck.deploy.hashes import teller
from potluck.deploy.layout import runs
from potluck.deploy.mpy import compile_mpy
from potluck.deploy.onboard import OnBoard, check_about
from potluck.deploy.refused import MAKE_ROOM, refusal
from potluck.deploy.state import SLOTS, State, manifest, read_files, read_more, read_state
from potluck.deploy.stream import WIRE_MOST, Piece, pieces
from potluck.errors import BoardSilent, DeployFailed, FirmwareError, NoSpace, PotluckError
from potluck.link.program import fresh_heap
from potluck.link.repl import Repl

STATE_S = 60.0  # hashing two slots; a slow board with a full flash takes a few seconds
PIECE_S = 10.0  # an acknowledgement: a flash that collects garbage takes a second
_UART_PIECE, _UART_FLIGHT = 124, 250  # an ESP32's input ring holds 260 bytes (measured)
_USB_PIECE, _USB_FLIGHT = WIRE_MOST, 8 * WIRE_MOST  # USB holds back what does not fit

_LEAST = 3_500  # bytes of heap: what a plain stream takes, and something to spare
_INFLATES = 5_000  # bytes of heap: the window and the tables of an inflater, and something to spare

Sent = Callable[[int, int], None]


class Receiver:
    """The program on the board. `ask` starts it; `give` or `leave` ends it."""

    def __init__(self, repl: Repl) -> None:
        self._repl = repl
        self._where = repl.link.name
        self.state: State | None = None
        self.is_open = False  # the program on the board waits for `give` or `leave`
        self._paths: tuple[str, ...] = ()
        self._is_fresh = False  # the heap has been emptied
        self.sent = 0  # bytes of the stream that were sent

    def ask(self) -> State:
        """What the board is and what it runs. Installs the program first if need be.

        Raises NotMicroPython, FirmwareTooOld, MpyIncompatible, NoSpace, FirmwareError, BoardSilent, DeployFailed.
        """
        return self._begin(())

    def ask_all(self, *paths: str) -> State:
        """Everything that is on the board, with the texts of these small files. Raises what `ask` does."""
        self._begin(paths)
        return self._listed(paths)

    def ask_for(self, files: Mapping[str, bytes], launcher: bytes, *, whole: bool = False) -> State:
        """After `ask`: what it takes to plan for these files of a slot; nothing is asked when all is there already.

        whole   ask also then
        """
        state = self.state
        before = self._known(state.runs) if state.pointer.slot else None
        if before is not None:
            state = self.state = read_files(state, before.decode().splitlines())
        if not whole and state.launcher == teller(state)(launcher) and runs(state, files):
            return state
        if before is None:
            return self._listed(())
        self._more()
        others = [self._known(hash) for hash in self.state.others.values()]
        if None in others:
            return self._listed((), more=False)
        self.state = read_files(self.state, b"".join([before, *others]).decode().splitlines())
        return self.state

    def _begin(self, paths: tuple[str, ...]) -> State:
        self._paths = paths
        first = self._called()
        if first == "?":
            self._repl.finish()
            try:
                self._install()
            except FirmwareError:
                fresh_heap(self._repl)
                self._install()
            first = self._called()
        if first.startswith("!12"):
            self._repl.finish()
            fresh_heap(self._repl)  # the program that was stopped has left too little
            first = self._called()
        if first.startswith("!"):
            self._refused(first[1:])
        self.state = self._read(read_state, first)
        self.is_open = True
        check_about(self.state, self._where)
        return self.state

    def _called(self) -> str:
        """The first line that the program says."""
        self._repl.start(_CALL % (receiver()[0], ",".join(map(repr, self._paths))))
        return self._line()

    def _listed(self, paths: tuple[str, ...], *, more: bool = True) -> State:
        if more:
            self._more()
        self._repl.link.write(b"l")
        lines = []
        while (line := self._line()) != ".":
            lines.append(line)
        self.state = self._read(lambda lines: read_files(self.state, lines, paths), lines)
        if self.state.has_sha256:
            kept.keep(self._manifests())
        return self.state

    def _manifests(self) -> list[bytes]:
        """The texts behind the hashes that the board told or will tell."""
        state = self.state
        each = {name: manifest(name, state.folder(name)) for name in (*SLOTS, *state.stood_on)}
        return [*each.values(), *(b"".join(each.get(name, b"") for name in (slot, *state.bases[slot])) for slot in SLOTS)]

    def _more(self) -> None:
        """Ask it for more, upon a fresh heap if the stopped program has left too little for what comes then."""
        self._repl.link.write(b"m")
        self.state = self._read(lambda line: read_more(self.state, line, receiver()[0]), self._line())
        if self.state.free_heap < _LEAST and not self._is_fresh:
            self._is_fresh = True
            self.leave()
            fresh_heap(self._repl)
            self._begin(self._paths)
            self._more()

    def _known(self, hash: str) -> bytes | None:
        """The manifest behind a hash that the board told."""
        if not self.state.has_sha256:
            return None
        return b"" if hash == kept.short(b"") else kept.find(hash)

    def _read(self, reader: Callable, said):
        try:
            return reader(said)
        except ValueError as wrong:
            raise self._nonsense([said] if isinstance(said, str) else said) from wrong

    def give(self, orders: bytes, sent: Sent = lambda done, total: None) -> None:
        """Send orders and wait until the board has carried them out. sent(bytes sent, of so many).

        Raises NoSpace, DeployFailed, BoardSilent, PortGone, FirmwareError.
        """
        self.is_open = False
        how, cut, flight = as_sent(orders, self.state)
        total = 1 + sum(len(piece.wire) for piece in cut)
        try:
            self._repl.link.write(bytes((how,)))
            self._send(cut, flight, lambda done: sent(done, total))
            self._end()
        except BaseException:
            self._abort()
            raise

    def leave(self) -> None:
        """Nothing is to be done: end the program on the board."""
        self.is_open = False
        self._repl.link.write(b"\0")
        self._end()

    def close(self) -> None:
        """`leave`, if the program still waits."""
        if self.is_open:
            self.leave()

    def _send(self, cut: list[Piece], flight: int, sent: Callable[[int], None]) -> None:
        under_way: deque[int] = deque()
        done, self.sent = 1, 1
        for piece in cut:
            while under_way and sum(under_way) + len(piece.wire) > flight:
                under_way.popleft()
                self._acknowledged()
            self._repl.link.write(piece.wire)
            self.sent += len(piece.wire)
            under_way.append(len(piece.wire))
            done += len(piece.wire)
            sent(done)
        for _ in range(len(under_way) - 1):  # the last piece is answered by the end
            self._acknowledged()

    def _acknowledged(self) -> None:
        got = self._repl.read(1, PIECE_S)
        if got != b"+":
            self._failed(got)

    def _end(self) -> None:
        got = self._repl.read(1, STATE_S)
        if got != b"$":
            self._failed(got)
        self._repl.finish()

    def _failed(self, first: bytes) -> None:
        """The board said something else than that it goes on."""
        if first == b"!":
            self._refused(self._line())
        if first == b"\x04":
            self._repl.push_back(first)
            self._repl.finish()  # raises what the board raised
        if not first:
            raise BoardSilent(
                "the board stopped taking the new files",
                where=self._where,
                do="what ran before is untouched; press the board's reset button, then deploy again",
            )
        raise self._nonsense([first.decode("ascii", "backslashreplace") + self._line()])

    def _refused(self, said: str) -> None:
        """The board said with which error, and at which file, it gave up."""
        self._repl.finish()
        number, _, path = said.partition(" ")
        raise refusal(int(number) if number.isdigit() else 0, path, self._where)

    def _abort(self) -> None:
        """Let go of a board that may still be waiting for the rest of a piece: fill it up, then say stop."""
        try:
            self._repl.link.write(bytes(WIRE_MOST))
            self._repl.link.write(bytes(WIRE_MOST))
        except PotluckError:
            pass  # it went away: then it lets go by itself

    def _install(self) -> None:
        """On a board that has not got the program yet, or another version of it."""
        name, program = receiver()
        board = OnBoard(self._repl)
        about = board.about()
        need = -(-len(program) // about.block) + 1 + 4
        if need > about.free:
            raise NoSpace(
                f"needs {need * about.block // 1024} KB of flash, "
                f"{about.free * about.block // 1024} KB are free",
                where=self._where, do=MAKE_ROOM,
            )  # fmt: skip
        path = f"/slots/{name}.mpy"
        board.put(path + ".new", program, lambda n: None)
        board.swap(path)

    def _line(self) -> str:
        got = self._repl.read_line(STATE_S)
        if got.startswith(b"\x04"):
            self._repl.push_back(got)
            self._repl.finish()  # raises what the board raised
        if not got.endswith(b"\n"):
            raise BoardSilent("the board stopped answering", where=self._where, do="press its reset button and try again")
        return got.decode("utf-8", "replace").strip("\r\n")

    def _nonsense(self, lines: list[str]) -> DeployFailed:
        return DeployFailed(
            f"the board answered {lines[0][:80]!r}", where=self._where,
            do="try again; if it stays so, unplug other devices on the line",
        )  # fmt: skip


# The name is a hash: a file of another version is another module. A damaged one is as good as none. By exec, so that
# the import happens further up the stack than all that follows: what it leaves there would keep its garbage alive.
_CALL = """\
import sys
sys.path.insert(0,'/slots')
try:
 exec('import %s as r')
except MemoryError:print('!12 ')
except Exception:print('?')
else:r.run(%s)
"""


def as_sent(orders: bytes, state: State) -> tuple[int, list[Piece], int]:
    """How these orders go over this board's line: (how, pieces, bytes that may be under way)."""
    most, flight = (_USB_PIECE, _USB_FLIGHT) if state.platform == "rp2" else (_UART_PIECE, _UART_FLIGHT)
    return *pieces(orders, most, deflate=state.has_deflate and state.free_heap >= _INFLATES), flight


@cache
def receiver() -> tuple[str, bytes]:
    """(module name on the board, its .mpy)"""
    source = (places.firmware_dir() / "boot" / "receiver.py").read_bytes()
    program = compile_mpy(source, "receiver.py", lines=False)
    return f"rx_{kept.short(program)[:8]}", program
