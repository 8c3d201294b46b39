# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""machine.mem8/16/32."""

import pytest
from potluck.virtual.session import ProgramFailed, Session


def test_registers_are_simulated_or_say_that_they_are_not():
    with Session("pico", speed=float("inf")) as board:
        board.run(
            "from machine import mem8, mem32, Pin\n"
            "a, b, c = Pin(2, Pin.OUT), Pin(3, Pin.OUT, value=1), Pin(4, Pin.IN, Pin.PULL_UP)"
        )
        board.run("mem32[0xD0000014] = 1 << 2\nmem32[0xD0000018] = 1 << 3")
        assert board.run("print(a(), b(), mem32[0xD0000004] >> 2 & 7, mem32[0xD0000010] >> 2 & 3)") == "1 0 5 1\r\n"
        board.run("mem32[0xD000001C] = 3 << 2")
        assert board.run("print(a(), b(), hex(mem32[0x40000000]))") == "0 1 0x20002927\r\n"
        board.run("import uctypes\nx = bytearray(b'abcdefgh')\nat = uctypes.addressof(x)\nmem8[at + 1] = 66")
        assert board.run("print(x, mem8[at + 7])") == "bytearray(b'aBcdefgh') 104\r\n"
        for what in ("mem32[0x40008048]", "mem32[0x4001c004] = 1", "mem8[0x10000000]"):
            with pytest.raises(ProgramFailed, match="NotImplementedError: the register 0x.* is not simulated"):
                board.run(what)
    with Session("esp32_devkitc", speed=float("inf")) as board, pytest.raises(ProgramFailed, match="0x3ff480d4 is not simulated"):
        board.run("import machine; machine.mem32[0x3FF480D4] = 0")
