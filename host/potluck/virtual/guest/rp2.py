# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
import sys as _sys

if _sys.platform != "rp2":
    raise ImportError("no module named 'rp2'")


def bootsel_button():
    return 0  # nobody's finger is on a virtual board


def country(code=None):
    import network

    return network.country() if code is None else network.country(code)


def _missing(name):
    def missing(*args, **options):
        raise NotImplementedError("rp2.%s is not simulated" % name)

    return missing


asm_pio = _missing("asm_pio")
asm_pio_encode = _missing("asm_pio_encode")
PIO = _missing("PIO")
StateMachine = _missing("StateMachine")
DMA = _missing("DMA")
Flash = _missing("Flash")
