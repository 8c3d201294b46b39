# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What is passed where something else belongs."""

import pytest
from potluck.virtual.session import ProgramFailed, Session

CALLS = (
    "PWM(Pin(4), freq='a')", "PWM(Pin(4), freq=1.5)", "Pin(4, Pin.IN, pull='a')", "Pin(4).init(value=5, mode='x')",
    "I2C(0, freq='a')", "SPI(1, 'a')", "ADC('x')", "ADC(1.5)", "UART(1, 'a')", "Timer(0, period='a')", "lightsleep('a')",
    "time_pulse_us('x', 1)", "bitstream(1, 2, 3, 4)", "WDT(timeout='a')", "RTC().datetime('abcdefgh')", "mem32['a']",
    "freq('a')", "Signal('x')", "SoftI2C(1, 2, freq='a')", "SoftSPI('a', sck=1, mosi=2, miso=3)",
    "__import__('time').sleep('a')", "__import__('time').sleep_ms('a')",
)  # fmt: skip


@pytest.mark.parametrize("kind", ["pico", "esp32_devkitc"])
def test_arguments_of_the_wrong_kind_are_an_error_and_never_the_end(kind):
    with Session(kind, speed=float("inf")) as board:
        for call in CALLS:
            with pytest.raises(ProgramFailed) as failed:
                board.run(f"from machine import *\n{call}")
            assert "a mistake in the virtual board" not in str(failed.value), call
        assert board.run("print(1)") == "1\r\n" and list(board.board.resets) == ["power"]
