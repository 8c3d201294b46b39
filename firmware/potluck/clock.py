# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Time since boot that does not wrap: `s` whole seconds and `ms` (0…999), both small ints.

ticks_ms() wraps after 12 days, and milliseconds would outgrow a small int (and so allocate) at the
same time. Whoever needs the time calls tick() first.
"""

from time import ticks_diff, ticks_ms

s = 0
ms = 0
_last = ticks_ms()


def tick():
    global s, ms, _last
    now = ticks_ms()
    ms += ticks_diff(now, _last)
    _last = now
    if ms >= 1000:
        s += ms // 1000
        ms %= 1000
