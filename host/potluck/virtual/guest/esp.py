# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
import sys as _sys
from _vb import Missing as _Missing
from _vb import op as _op

if _sys.platform != "esp32":
    raise ImportError("no module named 'esp'")
LOG_NONE = 0
LOG_ERROR = 1
LOG_WARNING = 2
LOG_INFO = 3
LOG_DEBUG = 4
LOG_VERBOSE = 5


def osdebug(uart, level=LOG_VERBOSE):
    pass  # no ESP-IDF is here to say anything


def flash_size():
    return _op(OP.flash_chip)


def flash_user_start():
    return 0x200000


flash_read = _Missing("esp.flash_read")
flash_write = _Missing("esp.flash_write")
flash_erase = _Missing("esp.flash_erase")
gpio_matrix_in = _Missing("esp.gpio_matrix_in")
gpio_matrix_out = _Missing("esp.gpio_matrix_out")
