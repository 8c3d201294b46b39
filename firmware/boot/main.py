# potluck launcher 1: starts the recipe of the active slot and keeps the board reachable whatever it does.
# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
#
# It stands alone: nothing in a slot can break it. What it agrees on with a slot, and keeps:
#   /slots/active            "a" or "b"
#   /slots/X/config.mpy      NAME, VERSION, HASH, BOARD and PARTS; its ("out" or "pwm", gpio, safe level) are
#                            made safe
#   /slots/X/potluck/app     takes .watchdog (feed()) and .healthy (called once the app has lived a while)
#   /slots/X/recipe.mpy      importing it runs the app; it returns when the host said stop
#
# Three starts in a row that end in an exception or in the watchdog's teeth lead to safe mode: pins safe, no
# watchdog, the REPL open, and the reason said. The next reset tries again. The count lives where writing does
# not wear: in the RP2's watchdog scratch register 0, in the ESP32's RTC memory. Power-on clears it.

_BITES_AFTER_MS = 8300  # the RP2040's watchdog knows 8,388 at most
_WINDOW_MS = 1500  # a computer needs about a second to find a USB board again and send Ctrl-C
_WINDOW_AFTER_CRASH_MS = 5000
_RESTART_MS = 3000
_CRASHES = 3
_RAISED = 0x10  # in the mark: the last start ended in an exception (and left crash.txt)
_CRASH_FILE = "/state/crash.txt"


def _mark(value=None):
    # The crash mark: read it (0 when there is none), or write it. It carries its own check.
    import sys

    import machine

    if sys.platform == "rp2":
        register = _rp2_watchdog() + 0x0C
        if value is not None:
            machine.mem32[register] = 0x504C0000 | value << 8 | (value ^ 0xFF)
        word = machine.mem32[register]
        high, value, check = word >> 16 & 0xFFFF, word >> 8 & 0xFF, word & 0xFF
        return value if high == 0x504C and value ^ check == 0xFF else 0
    if sys.platform == "esp32":
        memory = machine.RTC().memory()
        ours = len(memory) >= 4 and memory[:2] == b"PL" and memory[2] ^ memory[3] == 0xFF
        if value is not None:
            machine.RTC().memory(b"PL" + bytes((value, value ^ 0xFF)) + (memory[4:] if ours else memory))
            return value
        return memory[2] if ours else 0
    return 0


def _rp2_watchdog():
    # Base address; registers are write-to-clear 0x3000 above. RP2040 datasheet 4.7.6, RP2350 datasheet 12.9.7
    import sys

    return 0x400D8000 if "RP2350" in sys.implementation._machine else 0x40058000


def _quiet_watchdog():
    # It would bite whoever works at the REPL. The ESP32's cannot be stopped: a day is the next best.
    import sys

    import machine

    if sys.platform == "rp2":
        machine.mem32[_rp2_watchdog() + 0x3000] = 1 << 30
    elif _armed:
        machine.WDT(timeout=86_400_000)


def _slot():
    # The active slot's folder; the other one when the pointer is damaged; None when there is no recipe.
    import os

    active = b""
    try:
        with open("/slots/active", "rb") as file:
            active = file.read(8).strip()
    except OSError:
        pass
    for slot in ("/slots/b", "/slots/a") if active == b"b" else ("/slots/a", "/slots/b"):
        try:
            os.stat(slot + "/recipe.mpy")
            return slot
        except OSError:
            pass
    return None


def _make_safe():
    # Needs nothing of the runtime: the pins as the configuration says them.
    try:
        from config import PARTS
        from machine import Pin

        for part in PARTS.values():
            for how in part[2].values():
                if not isinstance(how, int) and how[0] in ("out", "pwm"):
                    Pin(how[1], Pin.OUT, value=how[2])
    except Exception as error:
        print("potluck: the pins' configuration cannot be read:", error)


def _stay(reason):
    # Safe mode: say why, for people and for the host, and leave the line to the REPL.
    import json
    import sys
    from binascii import crc32, hexlify
    from os import urandom
    from time import ticks_ms

    from machine import unique_id

    hello = {"channels": [], "safe": reason, "mp": "%d.%d.%d" % tuple(sys.implementation.version[:3])}
    hello["id"], hello["boot"] = hexlify(unique_id()).decode(), hexlify(urandom(4)).decode()
    try:
        import config

        hello["recipe"], hello["version"] = config.NAME, config.VERSION
        hello["hash"], hello["board"] = config.HASH, config.BOARD
    except Exception:
        pass  # then who it is stays unsaid
    body = '{"n":0,"t":%d,"hello":%s' % (ticks_ms(), json.dumps(hello))
    print("potluck: safe mode, no recipe runs: " + reason)
    sys.stdout.buffer.write(('\x1e%s,"c":"%08x"}\n' % (body, crc32(body.encode()))).encode())


def _last_crash(mark):
    if not mark & _RAISED:
        return "the app hung and the watchdog reset the board"
    try:
        with open(_CRASH_FILE) as file:
            trace = file.read(1000)
    except OSError:
        return "an exception"
    print(trace)
    return trace.strip().split("\n")[-1][:200]


def _launch():
    global _armed, _crashes
    import sys
    import time

    import machine

    mark = 0 if machine.reset_cause() == machine.PWRON_RESET else _mark()
    _crashes = mark & 0x0F
    slot = _slot()
    if slot is None:
        return _stay("there is none in /slots; potluck deploy puts one there")
    sys.path.insert(0, slot)
    _make_safe()
    if _crashes >= _CRASHES:
        _mark(0)
        return _stay("%d starts in a row ended badly, the last one: %s" % (_crashes, _last_crash(mark)))
    window_ms = _WINDOW_AFTER_CRASH_MS if _crashes else _WINDOW_MS
    print("potluck: the recipe starts in %.1f s; Ctrl-C opens the REPL instead" % (window_ms / 1000))
    time.sleep_ms(window_ms)
    _mark(_crashes + 1)  # a watchdog's bite leaves it like this
    _armed = True
    watchdog = machine.WDT(timeout=_BITES_AFTER_MS)
    from potluck import app

    app.watchdog = watchdog
    app.healthy = _healthy
    __import__("recipe")


def _healthy():
    global _crashes
    _crashes = 0
    _mark(0)


def _ended(error):
    # The app is over, by whatever means: first everything safe, then who gets the board.
    import gc
    import sys
    import time

    import machine
    import micropython

    micropython.kbd_intr(-1)
    _make_safe()
    _quiet_watchdog()
    if error is None or isinstance(error, KeyboardInterrupt):
        _mark(0)
        micropython.kbd_intr(3)
        if error:
            print("\npotluck: stopped; Ctrl-D starts the recipe again")
        return
    gc.collect()
    _mark(_crashes + 1 | _RAISED)
    sys.print_exception(error)
    try:
        _write_crash(error)
    except Exception as failure:
        print("potluck: cannot write %s: %s" % (_CRASH_FILE, failure))
    seconds = _RESTART_MS // 1000
    print("potluck: the recipe ended; it starts again in %d s, Ctrl-C opens the REPL instead" % seconds)
    micropython.kbd_intr(3)
    try:
        time.sleep_ms(_RESTART_MS)
    except KeyboardInterrupt:
        _mark(0)
        return
    machine.reset()


def _write_crash(error):
    import io
    import os
    import sys

    trace = io.StringIO()
    sys.print_exception(error, trace)
    try:
        os.mkdir("/state")
    except OSError:
        pass
    with open(_CRASH_FILE, "w") as file:
        file.write(trace.getvalue()[-1000:])


_armed = False
_crashes = 0
try:
    try:
        _launch()
        _ended(None)
    except BaseException as _error:
        _ended(_error)
except BaseException as _error:  # a second Ctrl-C, while ending
    _ended(_error)
