# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# The `machine` module of a virtual board: each file beside this one holds one kind of hardware.
import sys as _sys
from _vb_pin import Pin, Signal  # noqa: F401
from _vb_analog import ADC, PWM  # noqa: F401
from _vb_bus import I2C, SPI, SoftI2C, SoftSPI  # noqa: F401
from _vb_uart import UART  # noqa: F401
from _vb_wires import bitstream, dht_readinto, time_pulse_us  # noqa: F401
from _vb_chip import (  # noqa: F401
    I2S, PWRON_RESET, RTC, WDT, WDT_RESET, Timer, bootloader, deepsleep, disable_irq, enable_irq, freq, idle, lightsleep,
    mem8, mem16, mem32, reset, reset_cause, soft_reset, unique_id,
)  # fmt: skip

_first_esp32 = _sys.platform == "esp32" and "S3" not in _sys.implementation._machine
if _first_esp32:
    from _vb_chip import DAC  # noqa: F401

    del bootloader  # it has no way in (ports/esp32/mpconfigport.h)
else:
    from _vb_chip import I2CTarget, USBDevice  # noqa: F401
if _sys.platform == "esp32":
    from _vb_chip import (  # noqa: F401
        DEEPSLEEP, DEEPSLEEP_RESET, EXT0_WAKE, EXT1_WAKE, HARD_RESET, PIN_WAKE, SLEEP, SOFT_RESET, TIMER_WAKE, TOUCHPAD_WAKE,
        ULP_WAKE, ADCBlock, Counter, Encoder, SDCard, wake_reason,
    )  # fmt: skip

    sleep = lightsleep
    from _vb_touch import TouchPad  # noqa: F401
for _name in ("_vb_pin", "_vb_analog", "_vb_bus", "_vb_uart", "_vb_wires", "_vb_chip", "_vb_touch"):
    _sys.modules.pop(_name, None)
