# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Small things in which a virtual board could be told from a real one, found by MicroPython's own tests."""

import math

import pytest

from potluck.virtual.session import ProgramFailed, Session


@pytest.fixture(scope="module")
def board():
    with Session(speed=math.inf) as session:
        yield session


def test_the_current_folder_is_a_whole_path(board):
    said = board.run(
        "import os\n"
        "os.mkdir('a'); os.mkdir('a/b'); os.chdir('a'); os.chdir('b'); print(os.getcwd())\n"
        "os.chdir('..'); print(os.getcwd()); os.chdir('/a/./b/../b'); print(os.getcwd()); os.chdir('/')\n"
        "open('file', 'w').close()\n"
        "for wrong in ('none', 'file'):\n"
        " try: os.chdir(wrong)\n"
        " except OSError as error: print(error.errno)\n"
    )
    assert said.split() == ["/a/b", "/a", "/a/b", "2", "2"]


def test_the_file_system_is_called_as_on_a_board(board):
    assert board.run("import vfs; print(vfs.mount(), hasattr(vfs, 'VfsPosix'))") == "[(<VfsLfs2>, '/')] False\r\n"
    assert board.run("import os; print([n for n in ('VfsPosix', 'getenv', 'putenv') if hasattr(os, n)])") == "[]\r\n"
    with pytest.raises(ProgramFailed, match=r"\[Errno 1\] EPERM"):
        board.run("os.rmdir('/')")


def test_a_file_system_of_the_programs_own_answers_for_its_paths(board):
    said = board.run(
        "class Own:\n"
        " def mount(self, readonly, mkfs): pass\n"
        " def umount(self): pass\n"
        " def statvfs(self, path): return (1, 2, 3)\n"
        " def stat(self, path): return (0x8000, 0, 0, 0, 0, 0, 7, 0, 0, 0)\n"
        " def ilistdir(self, path): return iter([('x', 0x8000, 5)])\n"
        "import os\n"
        "os.mount(Own(), '/own')\n"
        "print(os.statvfs('/own'), list(os.ilistdir('/own')), ('own', 0x4000, 0) in list(os.ilistdir('/')))\n"
        "os.umount('/own')"
    )
    assert said == "(1, 2, 3) [('x', 32768, 5)] True\r\n"


def test_sys_and_micropython_are_built_in_and_have_what_a_board_has(board):
    assert board.run("import micropython, sys; print(micropython, sys)") == "<module 'micropython'> <module 'sys'>\r\n"
    assert board.run("print(hasattr(sys, 'atexit'), hasattr(micropython, 'mem_peak'))") == "False False\r\n"
    assert board.run("micropython.kbd_intr(3); micropython.alloc_emergency_exception_buf(100)") == ""
    with pytest.raises(ProgramFailed, match=r"\[Errno 22\] EINVAL"):
        board.run("try: 1/0\nexcept Exception as e: sys.print_exception(e, 1)")


def test_memory_at_an_odd_address(board):
    assert board.run("import machine; print(machine.mem8, machine.mem32)") == "<8-bit memory> <32-bit memory>\r\n"
    with pytest.raises(ProgramFailed, match="address 4005800d is not aligned to 4 bytes"):
        board.run("machine.mem32[0x4005800d]")


def test_a_hard_timer_gets_no_memory_and_a_soft_one_does(board):
    said = board.run(
        "import machine, time\n"
        "def take(t):\n"
        " try: bytearray(1); print('memory')\n"
        " except MemoryError: print('none')\n"
        "for hard in (True, False):\n"
        " machine.Timer(period=5, mode=machine.Timer.ONE_SHOT, hard=hard, callback=take); time.sleep_ms(10)"
    )
    assert said.split() == ["none", "memory"]


def test_interrupts_do_not_lengthen_a_sleep(board):
    said = board.run(
        "import machine, time\nn = 0\ndef tick(t):\n global n\n n += 1\n"
        "t = machine.Timer(freq=300, callback=tick)\na = time.ticks_ms(); time.sleep_ms(2000); print(time.ticks_diff(time.ticks_ms(), a), n)\n"  # noqa: E501
        "t.deinit()"
    )
    passed_ms, ticks = map(int, said.split())
    assert 2000 <= passed_ms <= 2001
    assert ticks in (599, 600)


def test_streams_of_the_engine_can_be_polled(board):
    said = board.run(
        "import micropython, select\n"
        "ring = micropython.RingIO(8)\n"
        "p = select.poll(); p.register(ring, select.POLLIN)\n"
        "print(p.poll(0)); ring.write(b'x'); print(p.poll(0) == [(ring, select.POLLIN)])\n"
        "try: p.register(5)\n"
        "except OSError as error: print(error)"
    )
    assert said.split("\r\n") == ["[]", "True", "stream operation not supported", ""]


def test_stat_of_a_folder_and_a_file(board):
    assert board.run("import os; os.mkdir('s'); print(os.stat('s')[:6])") == "(16384, 0, 0, 0, 0, 0)\r\n"


def test_buses_take_every_buffer_as_c_code_does():
    with Session("pico", speed=float("inf")) as board:
        board.run("from machine import *\nfrom array import array\ni = SoftI2C(scl=Pin(5), sda=Pin(4)); s = SPI(0)")
        said = board.run(
            "def kind(f, *a):\n try: f(*a)\n except Exception as e: return type(e).__name__\n"
            "print(kind(i.writeto, 0x3a, '12'), kind(i.writeto, 0x3a, 5), kind(s.write, [1]))\n"
            "a = array('H', [1, 2, 3]); s.write('abc'); s.readinto(a); print(a)\n"
            "s.write_readinto(array('H', [1, 2, 3]), a); print(UART(0).write(array('H', [1])))"
        )
        assert said == "OSError TypeError TypeError\r\narray('H', [0, 0, 0])\r\n2\r\n"


def test_the_cpu_clock_takes_what_its_dividers_can_give():
    with Session("pico", speed=float("inf")) as board:
        said = board.run(
            "from machine import freq\nfreq(240_000_000); print(freq()); freq(125_000_000, 125_000_000); print(freq())\n"
            "for hz in ((123_456_789,), (1,), (125_000_000, 1)):\n try: freq(*hz)\n except ValueError as e: print(e)"
        )
        assert said.split("\r\n") == [
            "240000000", "125000000", "cannot change frequency", "cannot change frequency",
            "peripheral freq must be 48_000_000 or the same as the MCU freq", "",
        ]  # fmt: skip
    with Session("esp32_devkitc", speed=float("inf")) as board:
        said = board.run(
            "from machine import freq, sleep, Timer\nfreq(240_000_000); print(freq())\n"
            "for f in (lambda: freq(100_000_000), lambda: Timer(0).init(period=1, hard=True)):\n"
            " try: f()\n except ValueError as e: print(e)"
        )
        assert said.split("\r\n") == [
            "240000000", "frequency must be 20MHz, 40MHz, 80Mhz, 160MHz or 240MHz", "hard Timers are not implemented", "",
        ]  # fmt: skip


def test_an_esp32s_converter_has_width_attenuation_and_whole_millivolts():
    with Session("esp32_devkitc", speed=float("inf")) as board:
        board.board.pin(34).hold(0.5)
        said = board.run(
            "from machine import ADC, Pin\na = ADC(Pin(34), atten=ADC.ATTN_0DB)\n"
            "print(a.read_uv() % 1000, abs(a.read_uv() - 500_000) < 8000)\n"
            "a.width(ADC.WIDTH_9BIT); print(a.read() < 512, abs(a.read() - 269) < 4, abs(a.read_u16() - 34500) < 500)\n"
            "for f in (lambda: a.width(13), lambda: a.atten(4)):\n try: f()\n except ValueError as e: print(e)\n"
            "a.init(); print(abs(a.read() - 660) < 20); a.deinit()\n"
            "try: a.read()\nexcept OSError as e: print(e)"
        )
        assert said.split("\r\n") == [
            "0 True", "True True True", "invalid bit-width", "invalid attenuation", "True", "[Errno 1] EPERM", "",
        ]  # fmt: skip
        assert board.run("import esp32, esp; print(esp32.raw_temperature(), esp.flash_size())") == "127 4194304\r\n"
        assert board.run("print(hasattr(esp32, 'mcu_temperature'))") == "False\r\n"
    with Session("arduino_nano_esp32", speed=float("inf")) as board:
        assert board.run("import esp32, esp; print(esp32.mcu_temperature(), esp.flash_size())") == "40 16777216\r\n"
        assert board.run("print(hasattr(esp32, 'raw_temperature'))") == "False\r\n"


def test_the_second_converter_of_an_esp32_gives_nothing_while_its_radio_is_on():
    with Session("esp32_devkitc", speed=float("inf")) as board:
        board.board.pin(25).hold(1.5)
        board.run("from machine import ADC, Pin; import network\na = ADC(Pin(25)); w = network.WLAN()")
        assert board.run("print(a.read() > 1000, w.active(True), a.read(), w.active(False), a.read() > 1000)") == (
            "True True 0 False True\r\n"
        )


def test_an_esp32s_clock_tells_microseconds_and_takes_them():
    with Session("esp32_devkitc", speed=float("inf")) as board:
        said = board.run(
            "from machine import RTC\nr = RTC(); r.datetime((2026, 11, 25, 0, 12, 0, 0, 500_000)); d = r.datetime()\n"
            "print(d[:7], 500_000 <= d[7] < 600_000, r)"
        )
        assert said == "(2026, 11, 25, 2, 12, 0, 0) True <RTC>\r\n"
    with Session("pico", speed=float("inf")) as board:
        board.run("from machine import RTC; r = RTC(); r.datetime((2026, 11, 25, 0, 12, 0, 0, 5))")
        assert board.run("print(r.datetime()[7])") == "0\r\n"


def test_a_watchdog_of_no_time_bites_at_once():
    with Session("pico", speed=float("inf")) as board:
        board.begin("import machine; machine.WDT(timeout=0)")
        board.prompt()
        assert board.run("import machine; print(machine.reset_cause())") == "3\r\n"
