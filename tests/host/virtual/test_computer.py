# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The board as a computer: memory, files, clocks, identity, watchdog and resets."""

import time

import pytest

from potluck.virtual.flash import Flash
from potluck.virtual.session import ProgramFailed, Session

MAX = float("inf")


@pytest.mark.parametrize(("kind", "free"), [("pico", 239_600), ("esp32_devkitc", 163_400)])
def test_heap_is_the_boards(kind, free):
    with Session(kind) as board:
        at_prompt = int(board.run("import gc; gc.collect(); print(gc.mem_free())"))
        assert at_prompt == pytest.approx(free, rel=0.02)
        with pytest.raises(ProgramFailed, match="MemoryError"):
            board.run(f"bytearray({free})")
        assert board.run("print('alive')") == "alive\r\n"


def test_identity():
    with Session() as board:
        assert board.run("import sys, os; print(sys.platform, os.uname().machine)") == (
            "rp2 Raspberry Pi Pico with RP2040\r\n"
        )
        assert board.run("print(sys.implementation.name, sys.implementation._mpy & 0xff, sys.path)") == (
            "micropython 6 ['', '.frozen', '/lib']\r\n"
        )
        assert board.run("print(sys.implementation._build)") == "RPI_PICO\r\n"


def test_serial_number_comes_from_the_seed():
    def serial(seed):
        with Session(seed=seed) as board:
            return board.run("import machine; print(machine.unique_id())")

    assert serial(1) == serial(1) != serial(2)


def test_same_seed_same_random_bytes():
    def sample(seed):
        with Session(seed=seed, speed=MAX) as board:
            return board.run(
                "import random, machine\nprint([random.getrandbits(16) for _ in range(5)],"
                " [machine.ADC(26).read_u16() for _ in range(5)])"
            )

    assert sample(7) == sample(7) != sample(8)


def test_error_numbers_are_the_boards():
    with Session() as board:
        assert board.run("import errno; print(errno.ENOENT, errno.EEXIST, errno.ETIMEDOUT)") == "2 17 110\r\n"
        assert board.run("print(errno.errorcode[19])") == "ENODEV\r\n"
        with pytest.raises(ProgramFailed, match=r"OSError: \[Errno 2\] ENOENT"):
            board.run("open('none')")
        with pytest.raises(ProgramFailed, match=r"OSError: \[Errno 17\] EEXIST"):
            board.run("import os; os.mkdir('/a'); os.mkdir('/a')")
        with pytest.raises(ProgramFailed, match=r"OSError: 39"):
            board.run("open('/a/x','w').close(); os.rmdir('/a')")


def test_files_survive_soft_reset_hard_reset_and_power():
    flash = Flash.for_board("pico")
    with Session(flash=flash) as board:
        board.run("open('note','w').write('kept')")
        for again in (lambda: board.send(b"\x02\x04"), board.board.hard_reset, board.board.power_cut):
            again()
            board.read_until("Type ")
            assert board.run("print(open('note').read())") == "kept\r\n"
        assert list(board.board.resets) == ["power", "soft", "pin", "power"]


def test_unclosed_file_is_lost_at_a_power_cut():
    with Session() as board:
        board.begin("f = open('half','w'); f.write('x' * 100); print('written')\nwhile True: pass")
        board.read_until("written")
        board.board.power_cut()
        board.read_until("Type ")
        assert board.run("import os; print(os.stat('half')[6])") == "0\r\n"


def test_no_path_leads_out_of_the_flash():
    with Session() as board:
        for path in ("../../../etc/passwd", "/../etc/passwd", "/proc/self/environ", "//etc/passwd"):
            with pytest.raises(ProgramFailed, match="ENOENT"):
                board.run(f"open({path!r})")


def test_sleeps_and_ticks_at_real_speed():
    with Session() as board:
        start = time.monotonic()
        out = board.run(
            "import time\nt = time.ticks_ms()\ntime.sleep_ms(60); time.sleep(0.04); time.sleep_us(500)\n"
            "print(time.ticks_diff(time.ticks_ms(), t))"
        )
        assert 100 <= int(out) <= 250
        assert time.monotonic() - start >= 0.1


def test_a_day_passes_at_once_at_full_speed():
    with Session(speed=MAX) as board:
        start = time.monotonic()
        out = board.run(
            "import time\nt = time.time()\nfor _ in range(1440): time.sleep(60)\nprint(time.time() - t)"
        )
        assert 86_400 <= int(out) <= 86_402
        assert time.monotonic() - start < 5


def test_a_loop_that_waits_for_the_clock_gets_there_at_full_speed():
    with Session(speed=MAX) as board:
        out = board.run(
            "import time\nt = time.ticks_ms()\nn = 0\nwhile time.ticks_diff(time.ticks_ms(), t) < 50: n += 1\nprint(n)"
        )
        assert int(out) == pytest.approx(10_000, rel=0.02)  # every look at the clock costs 5 us


def test_watchdog_bites_a_hang_and_not_a_feeder():
    with Session() as board:
        board.run(
            "import machine, time\nw = machine.WDT(timeout=150)\nfor _ in range(6):\n  time.sleep_ms(60); w.feed()"
        )
        assert list(board.board.resets) == ["power"]
        board.begin("while True: pass")
        board.read_until("Type ")
        assert list(board.board.resets) == ["power", "watchdog"]
        assert board.run("import machine; print(machine.reset_cause())") == "3\r\n"


def test_watchdog_survives_a_soft_reset_and_the_rp2040_can_stop_it():
    with Session() as board:
        board.run("import machine; machine.WDT(timeout=300)")
        board.send(b"\x04")
        board.read_until("soft reboot")
        time.sleep(0.5)
        assert list(board.board.resets) == ["power", "soft", "watchdog"]
        board.prompt()
        board.run("import machine; machine.WDT(timeout=200); machine.mem32[0x4005b000] = 1 << 30")
        time.sleep(0.4)
        assert list(board.board.resets)[3:] == []


def test_watchdog_limits():
    with Session() as pico, Session("esp32_devkitc") as esp32:
        with pytest.raises(ProgramFailed, match="timeout exceeds 8388"):
            pico.run("import machine; machine.WDT(timeout=8389)")
        esp32.run("import machine; machine.WDT(timeout=60000); machine.WDT(timeout=120000)")


@pytest.mark.parametrize(
    ("kind", "causes"), [("pico", "1 1 3"), ("esp32_devkitc", "1 5 2")], ids=["pico", "esp32_devkitc"]
)
def test_reset_causes(kind, causes):
    """power, soft, machine.reset() as official firmware tells them (facts: boot)."""
    with Session(kind) as board:
        ask = "import machine; print(machine.reset_cause())"
        told = [board.run(ask).strip()]
        board.send(b"\x04")
        board.read_until("soft reboot")
        told.append(board.run(ask).strip())
        board.begin("machine.reset()")
        board.read_until("Type ")
        told.append(board.run(ask).strip())
        assert " ".join(told) == causes


def test_scratch_registers_live_through_everything_but_a_power_cut():
    with Session() as board:
        board.run("import machine; machine.mem32[0x4005800c] = 0xdeadbeef; machine.mem32[0x40058018] = 7")
        read = "import machine; print(hex(machine.mem32[0x4005800c]), machine.mem32[0x40058018])"
        board.begin("machine.reset()")
        board.read_until("Type ")
        assert board.run(read) == "0xdeadbeef 7\r\n"
        board.board.power_cut()
        board.read_until("Type ")
        assert board.run(read) == "0x0 0\r\n"


def test_rtc_memory_of_the_esp32():
    with Session("esp32_devkitc") as board:
        board.run("import machine; machine.RTC().memory(b'count 3')")
        board.begin("machine.reset()")
        board.read_until("Type ")
        assert board.run("import machine; print(machine.RTC().memory())") == "b'count 3'\r\n"
        with pytest.raises(ProgramFailed, match="buffer too long"):
            board.run("machine.RTC().memory(bytes(2049))")
        board.board.hard_reset()
        board.read_until("Type ")
        assert board.run("import machine; print(machine.RTC().memory())") == "b''\r\n"


@pytest.mark.parametrize(("kind", "year"), [("pico", 2021), ("esp32_devkitc", 2000)])
def test_clock_starts_at_the_ports_first_day_and_can_be_set(kind, year):
    with Session(kind) as board:
        assert board.run("import time; print(time.localtime()[:3])") == f"({year}, 1, 1)\r\n"
        board.run("import machine; machine.RTC().datetime((2026, 11, 23, 0, 12, 30, 0, 0))")
        assert board.run("print(time.localtime()[:5])") == "(2026, 11, 23, 12, 30)\r\n"
        assert board.run("print(time.localtime(time.mktime((2026, 11, 23, 0, 0, 0, 0, 0)))[:3])") == (
            "(2026, 11, 23)\r\n"
        )


def test_flash_full_is_enospc():
    with Session(speed=MAX) as board:  # at real speed the erasing takes 16 s, as it would
        with pytest.raises(ProgramFailed, match=r"OSError: 28"):
            board.run("f = open('big','wb')\nb = bytes(4096)\nfor _ in range(400): f.write(b)")
        assert board.run("import os; print(os.statvfs('/')[:3])") == "(4096, 4096, 352)\r\n"


@pytest.mark.parametrize(("kind", "kept"), [("pico", False), ("esp32_devkitc", True)])
def test_an_esp32s_clock_goes_on_through_a_reset_and_an_rp2040s_starts_anew(kind, kept):
    with Session(kind) as board:
        board.run("import machine; machine.RTC().datetime((2026, 11, 23, 0, 12, 30, 0, 0))")
        board.begin("machine.reset()")
        board.read_until("Type ")
        assert board.run("import time; print(time.localtime()[0] == 2026)") == f"{kept}\r\n"


@pytest.mark.parametrize("kind", ["pico", "esp32_devkitc"])
def test_ticks_wrap_as_the_ports_do(kind):
    """Milliseconds after 12.4 days, microseconds after 18 minutes (MICROPY_PY_TIME_TICKS_PERIOD: 2 ** 30)."""
    with Session(kind, speed=float("inf")) as board:
        board.run("import time\nm, u = time.ticks_ms(), time.ticks_us(); time.sleep(1073)")
        assert board.run("print(time.ticks_us() > u, time.ticks_diff(time.ticks_us(), u) > 0)") == "True False\r\n"
        board.run("u = time.ticks_us(); time.sleep(2)")
        assert board.run("print(time.ticks_us() < u, 2e6 <= time.ticks_diff(time.ticks_us(), u) < 3e6)") == "True True\r\n"
        board.run("time.sleep(1_072_665); n = time.ticks_ms(); time.sleep(3)")
        assert board.run("print(n < 1 << 30, time.ticks_ms() < n, 2999 < time.ticks_diff(time.ticks_ms(), n) < 3100)") == (
            "True True True\r\n"
        )
        assert board.run("print(time.ticks_add(time.ticks_ms(), -2000) < 1 << 30)") == "True\r\n"
