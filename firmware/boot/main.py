# potluck launcher 3: starts the recipe of the active slot and keeps the board reachable whatever it does.
# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
#
# It stands alone: nothing in a slot can break it. What it agrees on with a slot, and keeps:
#   /slots/active            the slot that starts, "=" or the starts it has left to prove itself, and the slot to
#                            go back to or "-": "b 2 a" on trial, "b = a" proven, "a = -" nothing to go back to
#   /slots/X/base            folders of /slots that have what it lacks, the runtime too; without it, it lacks nothing
#   /slots/X/config          NAME, VERSION, HASH, BOARD, FIRST_SAMPLE_S and PARTS; its ("out" or "pwm", gpio,
#                            safe level) are made safe
#   /slots/X/potluck/app     takes .watchdog (feed()) and .healthy (called once the app has lived a while)
#   /slots/X/potluck/app.telemetry   .ring.end: samples so far; .log(level, text); .burst(): sends, gives ms to wait or -1
#   /slots/X/recipe          importing it runs the app; it returns when the host said stop
#
# A new slot starts on trial: it is good when it has reported a first sample within FIRST_SAMPLE_S. One that
# crashes, hangs or stays silent is left for the slot before it, here and without a host; /state/returned keeps
# why until another one has proven itself. A start that a power cut ended may be tried once more.
#
# Three starts in a row that end in an exception or in the watchdog's teeth lead to safe mode: pins safe, no
# watchdog, the REPL open, and the reason said. The next reset tries again. The count lives where writing does
# not wear: in the RP2's watchdog scratch register 0, in the ESP32's RTC memory. Power-on clears it.

import os
import sys
import time

import machine
from micropython import const, kbd_intr

_BITES_AFTER_MS = const(8300)  # the RP2040's watchdog knows 8,388 at most
_WINDOW_MS = const(1500)  # a computer needs about a second to find a USB board again and send Ctrl-C
_WINDOW_AFTER_CRASH_MS = const(5000)
_RESTART_MS = const(3000)
_CRASHES = const(3)
_RAISED = const(0x10)  # in the mark: the last start ended in an exception (and left crash.txt)
# Base address; registers are write-to-clear 0x3000 above. RP2040 datasheet 4.7.6, RP2350 datasheet 12.9.7
_RP2_WATCHDOG = 0x400D8000 if "RP2350" in sys.implementation._machine else 0x40058000
_CRASH_FILE = const("/state/crash.txt")
_RETURNED_FILE = const("/state/returned")


def _mark(value=None):
    # The crash mark: read it (0 when there is none), or write it. It carries its own check.
    if sys.platform == "rp2":
        register = _RP2_WATCHDOG + 0x0C
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


def _pointer():
    # The three words of /slots/active; of a damaged one, the first slot that holds a recipe. None: there is none.
    try:
        with open("/slots/active") as file:
            words = file.read(16).split()
    except (OSError, ValueError):
        words = []
    if len(words) != 3:
        words = (words or ["-"])[:1] + ["=", "-"]
    for slot in (words[0], "a", "b"):
        try:
            os.stat("/slots/%s/recipe.mpy" % slot)
            return words if slot == words[0] else [slot, "=", "-"]
        except OSError:
            pass


def _find(slot):
    # Where its modules are: in its own folder, then in those that it stands on. What the runtime imports of the firmware
    # would be looked for in each of them first, every time: 10 ms on an RP2040, more than 30 times in a start.
    for name in ("asyncio", "binascii", "errno", "io", "json", "machine", "os", "select", "struct", "time"):
        sys.modules[name] = __import__(name)
    try:
        with open("/slots/%s/base" % slot) as file:
            for name in reversed(file.read(64).split()):
                sys.path.insert(0, "/slots/" + name)
    except (OSError, ValueError):
        pass  # it has everything itself
    sys.path.insert(0, "/slots/" + slot)


def _point():
    # One rename: the old pointer or the new one, whenever the power goes.
    _write("/slots/active.new", " ".join(_trial) + "\n")
    os.rename("/slots/active.new", "/slots/active")


def _judge(power_on, mark):
    # A slot on trial starts once, and once more after a power cut; it owes a note of that in the flash first.
    # Without the note, or after a bad start, it is the turn of the slot before.
    global _trial
    slot, starts, back = _trial
    try:
        if starts != "2" and back != "-" and not (power_on and starts == "1"):
            _trial = [back, "=", "-"]
            _mark(0)
            why = _last_crash(mark)
            print("potluck: back to slot", back, why)
            _write(_RETURNED_FILE, why)
        else:
            _trial[1] = "1" if starts == "2" else "0"
        _point()
    except OSError as error:
        print("potluck: cannot write:", error)
        if back != "-":
            _trial = [back, "=", "-"]


def _feed():
    # What an app on trial feeds: it looks for the first sample, and at the time.
    _dog.feed()
    if _trial[1] == "=":
        return
    if not _due_ms or app.telemetry.ring.end:
        _trial[1] = "="
        try:
            _point()
            os.remove(_RETURNED_FILE)
        except OSError:
            pass  # there was none
    elif _trial[2] != "-" and time.ticks_diff(time.ticks_ms(), _due_ms) > 0:
        raise RuntimeError("no first sample in time")


def _make_safe():
    # Needs nothing of the runtime: the pins as the configuration says them.
    try:
        from config import PARTS

        for part in PARTS.values():
            for how in part[2].values():
                if not isinstance(how, int) and how[0] in ("out", "pwm"):
                    machine.Pin(how[1], machine.Pin.OUT, value=how[2])
    except Exception as error:
        print("potluck: no pins made safe:", error)


def _stay(reason):
    # Safe mode: say why, for people and for the host, and leave the line to the REPL.
    global _safe
    import json
    from binascii import crc32, hexlify

    _safe = reason  # for who asks at the prompt, later
    hello = {"channels": [], "safe": reason, "mp": "%d.%d.%d" % tuple(sys.implementation.version[:3])}
    hello["id"], hello["boot"] = hexlify(machine.unique_id()).decode(), hexlify(os.urandom(4)).decode()
    try:
        import config

        for name in ("hash", "board", "version"):
            hello[name] = getattr(config, name.upper())
        hello["recipe"] = config.NAME
    except Exception:
        pass  # then who it is stays unsaid
    body = '{"n":0,"t":%d,"hello":%s' % (time.ticks_ms(), json.dumps(hello))
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
    global _trial, _dog, _due_ms, app
    power_on = machine.reset_cause() == machine.PWRON_RESET
    mark = 0 if power_on else _mark()
    _trial = _pointer()
    if not _trial:
        return _stay("there is none in /slots; potluck deploy puts one there")
    new = _trial[1] == "2"
    if _trial[1] in "012":
        _judge(power_on, mark)
        mark = mark and _mark()
    crashes = mark & 0x0F
    _find(_trial[0])
    _make_safe()
    if crashes >= _CRASHES:
        _mark(0)
        return _stay("%d starts in a row ended badly, the last one: %s" % (crashes, _last_crash(mark)))
    # Whoever has put a new one here is at the line, and a bad one leads to the old one with its window.
    if not new or crashes:
        window_ms = _WINDOW_AFTER_CRASH_MS if crashes else _WINDOW_MS
        print("potluck: the recipe starts in %.1f s; Ctrl-C opens the REPL" % (window_ms / 1000))
        time.sleep_ms(window_ms)
    _mark(crashes + 1)  # a watchdog's bite leaves it like this
    _dog = machine.WDT(timeout=_BITES_AFTER_MS)
    began_ms = time.ticks_ms()
    import config
    from potluck import app

    app.watchdog = _dog
    app.healthy = lambda: _mark(0)
    if _trial[1] != "=":
        _due_ms = config.CHANNELS and config.FIRST_SAMPLE_S and time.ticks_add(began_ms, config.FIRST_SAMPLE_S * 1000)
        app.watchdog, app.feed = app, _feed  # anything with feed() will do, and this costs no class
    elif _trial[2] == "-":
        try:
            with open(_RETURNED_FILE) as file:
                app.telemetry.log("returned", file.read())
            for _ in range(20):  # before any sample: who waits for one may not take it for the new version's
                wait_ms = app.telemetry.burst()
                if wait_ms < 0:
                    break
                time.sleep_ms(wait_ms)
        except OSError:
            pass  # nothing has failed
    __import__("recipe")


def _ended(error):
    # The app is over, by whatever means: first everything safe, then who gets the board.
    import gc

    kbd_intr(-1)
    _make_safe()
    # A watchdog would bite whoever works at the REPL. An ESP32's cannot be stopped: a day is the next best.
    if sys.platform == "rp2":
        machine.mem32[_RP2_WATCHDOG + 0x3000] = 1 << 30
    elif _dog:
        machine.WDT(timeout=86_400_000)
    if error is None or isinstance(error, KeyboardInterrupt):
        _mark(0)
        if _trial and _trial[1] != "=":  # somebody stopped it: no failure of its own
            _trial[1] = "2"
            _point()
        kbd_intr(3)
        if error:
            print("\npotluck: stopped; Ctrl-D starts the recipe again")
        return
    gc.collect()
    _mark((_mark() & 0x0F or 1) | _RAISED)
    sys.print_exception(error)
    try:
        import io

        trace = io.StringIO()
        sys.print_exception(error, trace)
        _write(_CRASH_FILE, trace.getvalue()[-1000:])
    except Exception as failure:
        print("potluck:", _CRASH_FILE, failure)
    print("potluck: the recipe ended; it starts again soon, Ctrl-C opens the REPL")
    kbd_intr(3)
    try:
        time.sleep_ms(_RESTART_MS)
    except KeyboardInterrupt:
        _mark(0)
        return
    machine.reset()


def _write(path, text):
    try:
        os.mkdir("/state")
    except OSError:
        pass
    with open(path, "w") as file:
        file.write(text)


_dog = None
_trial = None
_safe = ""
try:
    try:
        _launch()
        _ended(None)
    except BaseException as _error:
        _ended(_error)
except BaseException as _error:  # a second Ctrl-C, while ending
    _ended(_error)
