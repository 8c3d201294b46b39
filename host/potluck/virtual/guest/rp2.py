# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
import sys as _sys
from _vb import Missing as _Missing
from _vb import text as _text

if _sys.platform != "rp2":
    raise ImportError("no module named 'rp2'")


def bootsel_button():
    return 0  # nobody's finger is on a virtual board


if _text("wlan_kind")[:1] != "\n":

    def country(code=None):
        import network

        return network.country() if code is None else network.country(code)


asm_pio = _Missing("rp2.asm_pio")
asm_pio_encode = _Missing("rp2.asm_pio_encode")
PIO = _Missing("rp2.PIO")
StateMachine = _Missing("rp2.StateMachine")
PIOASMEmit = _Missing("rp2.PIOASMEmit")
DMA = _Missing("rp2.DMA")
Flash = _Missing("rp2.Flash")


class PIOASMError(Exception):
    pass
