# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# The `machine` module of a virtual board: each file beside this one holds one kind of hardware.
import sys as _sys
from _vb_pin import Pin, Signal  # noqa: F401
from _vb_analog import ADC, PWM  # noqa: F401
from _vb_bus import I2C, SoftI2C  # noqa: F401
from _vb_chip import (  # noqa: F401
    DEEPSLEEP, PWRON_RESET, RTC, WDT, WDT_RESET, Timer, bitstream, bootloader, deepsleep, disable_irq, enable_irq, freq, idle,
    lightsleep, mem8, mem16, mem32, reset, reset_cause, soft_reset, unique_id,
)  # fmt: skip

if _sys.platform == "esp32":
    from _vb_chip import DEEPSLEEP_RESET, HARD_RESET, SOFT_RESET  # noqa: F401
for _name in ("_vb_pin", "_vb_analog", "_vb_bus", "_vb_chip"):
    _sys.modules.pop(_name, None)
