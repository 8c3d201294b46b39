# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The serial line: a UART takes its time and loses what its ring has no room for; a CDC stalls and tells."""

import socket
import time

import pytest

from potluck.errors import BoardSilent
from potluck.virtual.bench import Bench
from potluck.virtual.board import VirtualBoard
from potluck.virtual.ports.memory import MemoryPort
from potluck.virtual.ports.tcp import TcpPort
from potluck.virtual.session import Session

MAX = float("inf")
BYTE_US = 10e6 / 115_200
ESP = "esp32_devkitc"


@pytest.fixture
def bench():
    benches = []

    def make(kind, **options):
        benches.append(Bench(kind, **options).begin_life())
        return benches[-1]

    yield make
    for one in benches:
        one.stop()


READ_ALL = """
import sys, select, time
poll = select.poll(); poll.register(sys.stdin, select.POLLIN)
print('ready')
sys.stdin.buffer.read(1)
time.sleep(3)
got = 0
while poll.poll(100):
    sys.stdin.buffer.read(1); got += 1
print(got, 'got')
"""


@pytest.mark.parametrize("speed", [MAX, 20.0])
def test_a_busy_uart_loses_what_its_ring_has_no_room_for(bench, speed):
    board = bench(ESP, speed=speed)
    for sent, kept in ((250, 250), (259, 259), (260, 259), (1000, 259)):
        board._session.begin(READ_ALL)
        board.read_until("ready\n")
        board.send(b"s" + b"x" * sent)
        assert board.read_until("got\n") == f"{kept} got\n"
        board._session.finish()
    assert board.board.console.lost == 1 + 741


def test_a_uart_without_limit_loses_nothing(bench):
    board = bench(ESP, baud=0)
    board._session.begin(READ_ALL)
    board.read_until("ready\n")
    board.send(b"s" + b"x" * 1000)
    assert board.read_until("got\n") == "1000 got\n"


def test_usb_keeps_what_its_program_has_not_read(bench):
    board = bench("pico", speed=20)
    board._session.begin(READ_ALL)
    board.read_until("ready\n")
    board.send(b"s" + b"x" * 1000)
    assert board.read_until("got\n") == "1000 got\n"


def test_a_program_that_reads_as_fast_as_the_line_loses_nothing(bench):
    board = bench(ESP)
    board._session.begin(
        "import sys, time\nb = bytearray(3000)\nprint('ready')\nsys.stdin.buffer.read(1)\nt = time.ticks_us()\n"
        "sys.stdin.buffer.readinto(b)\nprint(time.ticks_diff(time.ticks_us(), t), sum(b) == 3000 * 7, 'done')"
    )
    board.read_until("ready\n")
    board.send(b"\7" * 3001)
    took_us, right, _ = board.read_until("done\n").split()
    assert right == "True"
    assert 3000 * BYTE_US - 1 <= int(took_us) < 3000 * BYTE_US * 1.02
    assert board.board.console.lost == 0


def test_a_flash_that_is_erased_costs_bytes(bench):
    # 45 ms for each block, in which 518 bytes come: what facts say of a host that does not wait
    board = bench(ESP)
    board._session.begin(
        "import sys\nf = open('x', 'wb')\nprint('ready')\nfor _ in range(40):\n"
        "    f.write(sys.stdin.buffer.read(128))\nf.close()\nprint('done')"
    )
    board.read_until("ready\n")
    board.send(b"x" * 128 * 40)
    with pytest.raises(BoardSilent):
        board.read_until("done", timeout_s=0.5)
    assert board.board.console.lost > 200


def test_what_a_uart_prints_waits_for_the_wire(bench):
    board = bench(ESP)
    said = board.run(
        "import time, sys\nt = time.ticks_us()\nn = sys.stdout.buffer.write(b'x' * 1128)\n"
        "t = time.ticks_diff(time.ticks_us(), t)\nprint()\nprint(n, t)"
    )
    count, took_us = said.split()[-2:]
    assert count == "1128"
    assert 1000 * BYTE_US - 1 <= int(took_us) < 1000 * BYTE_US + 200
    assert bench("pico").run("import time, sys\nt = time.ticks_us()\nprint('x' * 1128)\nprint(time.ticks_us() - t < 200)")[
        -5:
    ] == "True\n"  # fmt: skip


def test_at_real_speed_the_line_takes_real_time(bench):
    board = bench(ESP, speed=1.0)
    started = time.monotonic()
    board.run("print('x' * 5000)")
    assert time.monotonic() - started > 5000 * BYTE_US / 1e6 * 0.95
    board = bench(ESP, speed=1.0, baud=921_600)
    started = time.monotonic()
    board.run("print('x' * 5000)")
    assert time.monotonic() - started < 0.3


@pytest.mark.parametrize("speed", [MAX, 1.0])
def test_ctrl_c_comes_in_its_turn_and_leaves_the_ring_as_it_is(bench, speed):
    board = bench(ESP, speed=speed)
    board.send("\r\x02")
    board.read_until(">>> ")
    board.send("import time\rwhile True: time.sleep(10)\r\r")
    board.read_until("\n... ")
    time.sleep(0.05)
    started = time.monotonic()
    board.send(b"a" * 500 + b"\x03")
    board.read_until("KeyboardInterrupt: \n")
    assert time.monotonic() - started < 2  # 44 ms on the line, not the end of the sleep
    board.read_until("aaaa")  # typed at the prompt now
    assert board.board.console.lost == 500 - 259


@pytest.mark.parametrize(("kind", "ring"), [("pico", 511), ("arduino_nano_esp32", 259)])
def test_ctrl_c_does_not_pass_the_full_ring_of_usb(kind, ring):
    """Nobody looks at what stands behind it (shared/tinyusb/mp_usbd_cdc.c), 256 bytes; then the host waits."""
    with Session(kind, speed=10.0) as board:
        feed, clock = board.board.feed, board.board.clock
        board.begin("import sys, time\nprint('on')\ntime.sleep(3)\nprint('reads')\nsys.stdin.buffer.read(1)\nwhile True: pass")
        board.read_until("on\r\n")
        began_us = clock.now_us()
        assert feed(b"a" * ring) == ring
        assert feed(b"\x03" + b"b" * 300) == 256
        assert feed(b"\x03") == 0
        board.read_until("reads\r\n\x04")  # one was read, so there is room for Ctrl-C to come in, and it empties the ring
        board.read_until("KeyboardInterrupt: \r\n")
        assert clock.now_us() - began_us >= 2_900_000
        board.begin("print('on')\ntime.sleep(1000)")
        board.read_until("on\r\n")
        assert feed(b"a" * (ring - 1) + b"\x03") == ring  # not quite full
        board.read_until("KeyboardInterrupt: \r\n")


def test_a_late_host_takes_nothing_off_the_line(bench):
    """The board's thread gets no time for 0.2 s; the bytes of that time are not lost for it."""
    board = bench(ESP, speed=1.0)
    board.send("\r\x03\x02")
    board.read_until(">>> ")
    clock = board.board.clock
    waited = clock._really_wait

    def late(seconds):
        waited(seconds)
        time.sleep(0.2)

    clock._really_wait = late
    board.send("print(len('%s'))\r" % ("x" * 900))
    assert board.read_until("\n900\n", timeout_s=20)
    assert board.board.console.lost == 0


WRITES = """
import sys, time, select
poll = select.poll(); poll.register(sys.stdout, select.POLLOUT)
out = []
def told(write, data):
    t = time.ticks_ms()
    free = bool(poll.poll(0))
    out.append((free, write(data), time.ticks_diff(time.ticks_ms(), t) // 100 * 100))
time.sleep(1)
told(sys.stdout.buffer.write, b'x' * 300)
told(sys.stdout.buffer.write, b'x' * 100)
told(sys.stdout.write, 'x' * 100)
t = time.ticks_ms()
n = len(poll.poll(700))
out.append((n, time.ticks_diff(time.ticks_ms(), t) // 100 * 100))
with open('out.tmp', 'w') as f: f.write(repr(out))
import os
os.rename('out.tmp', 'out')
"""


@pytest.mark.parametrize("speed", [MAX, 20.0])
def test_a_cdc_whose_host_does_not_read(speed):
    board, port = VirtualBoard("pico", speed=speed), MemoryPort(capacity=320, stall_s=0.02)
    board.flash.write_bytes("/main.py", WRITES.encode())
    board.attach(port)
    board.start()
    board.wait_ready()
    port.link.write(b"nobody asked for it")
    try:
        end = time.monotonic() + 10
        while b"out" not in [name.encode() for name, *_ in board.on_board(lambda: board.flash.listdir("/"))]:
            assert time.monotonic() < end
            time.sleep(0.01)
        said = board.on_board(lambda: board.flash.read_bytes("/out"))
    finally:
        board.stop()
    first, second, third, fourth = eval(said)
    assert first == (True, 300, 0)
    assert second == (True, 20, 500)  # the truth
    assert third == (False, 100, 500)  # sys.stdout.write says nothing of the loss
    assert fourth == (0, 700)


def test_poll_is_always_true_on_a_uart(bench):
    board = bench(ESP)
    port = MemoryPort(capacity=10, stall_s=0.001)
    board.board.attach(port)
    board.board.console.write(b"x" * 100)
    assert board.board.console.console_ready(4) == 4


def test_a_closed_cdc_keeps_the_latest():
    said = {"pico": b"", ESP: b""}
    for kind in ("pico", ESP):
        board, port = VirtualBoard(kind, speed=MAX), TcpPort()
        board.flash.write_bytes("/main.py", b"for i in range(1000): print('line', i)")
        board.attach(port)
        port.open()
        board.start()
        try:
            end = time.monotonic() + 10
            while not board.on_board(board._runner.prompts):
                assert time.monotonic() < end
                time.sleep(0.01)
            with socket.create_connection(("127.0.0.1", port.number)) as line:
                line.settimeout(0.3)
                try:
                    while True:
                        said[kind] += line.recv(1000)
                except TimeoutError:
                    pass
        finally:
            board.stop()
            port.close()
    assert len(said["pico"]) == 256 and said["pico"].endswith(b'Type "help()" for more information.\r\n>>> ')
    assert said[ESP] == b""
