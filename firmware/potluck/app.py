# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a recipe is made of: parts, things done every so often, on an event, or when told to.

docs/on-the-board.md shows it in use. Every function of a recipe runs in a task of its own: when it
raises, the actuators become safe, the host reads the traceback, and the task starts again after a
pause that grows from 1 s to 5 min.
"""

import asyncio
import binascii
import json
import os
import sys
from time import ticks_add, ticks_diff, ticks_ms

import config
import machine
import micropython
from micropython import const

from potluck import VERSION, clock, commands, telemetry
from potluck import ledger as _ledger
from potluck import settings as _settings
from potluck.parts import part, safe  # noqa: F401  (app.part is a recipe's)

settings = _settings.values

# The launcher sets these two before it imports the recipe; without a launcher there is no watchdog.
watchdog = None  # .feed()
healthy = None  # called once, when the app has lived for _HEALTHY_S

_TURN_MS = const(5000)  # housekeeping: the watchdog bites after 8.3 s
_HELLO_S = const(10)
_HELLO_LEASED_S = const(60)
_HEALTHY_S = const(60)
_PAUSE_MOST_S = const(300)
_TROUBLE_S = const(600)
_TROUBLES = const(16)
_PERIOD_MOST_S = const(400_000)  # half of what ticks_ms() can tell apart

_jobs = []
_commands = {}
_busy = []  # functions under way that an event or the host started
_ledgers = []
_rests = {}
_troubles = {}
_main_task = None
_stopping = False
_hello_s = 0  # when the latest one left
_look_s = 0  # housekeeping has something to do then


def _identity():
    # "safe" never stands here: that hello is the launcher's
    members = (
        ("recipe", config.NAME), ("version", config.VERSION), ("hash", config.HASH), ("board", config.BOARD),
        ("id", binascii.hexlify(machine.unique_id()).decode()),
        ("boot", binascii.hexlify(os.urandom(4)).decode()),
        ("mp", "%d.%d.%d" % tuple(sys.implementation.version[:3])), ("runtime", VERSION),
    )  # fmt: skip
    return ",".join(['"%s":%s' % (name, json.dumps(value)) for name, value in members])


telemetry.begin(_identity(), config.CHANNELS)
report = telemetry.report
_wrong = _settings.load(config.NAME, config.SETTINGS, config.CALIBRATION)
if _wrong:
    telemetry.log("warning", _wrong)


# -- what a recipe says --------------------------------------------------------------------------


def every(period):
    """Run the function now and then each `period`: seconds, or the name of a setting in seconds."""

    def keep(function):
        _jobs.append(_Every(function, period))
        return function

    return keep


def on(source):
    """Run the function each time `source` happens; what happens while it runs is ignored."""

    def keep(function):
        _jobs.append(_On(function, source))
        return function

    return keep


def command(function):
    """The host may run the function by its name."""
    _commands[function.__name__] = function
    return function


def log(text):
    telemetry.log("info", str(text))


def trouble(what, do):
    """A warning for a person. The same `what` is said again after ten minutes at the earliest."""
    clock.tick()
    if clock.s >= _troubles.get(what, 0):
        if len(_troubles) > _TROUBLES:  # texts that vary are no reason to run out of memory
            _troubles.clear()
        _troubles[what] = clock.s + _TROUBLE_S
        telemetry.log("warning", "%s: %s" % (what, do))


def rested(name, minutes):
    """True when the last True for `name` is at least so long ago, or there was none since boot."""
    clock.tick()
    if name in _rests and clock.s - _rests[name] < minutes * 60:
        return False
    _rests[name] = clock.s
    return True


def ledger(name, limit, hours=24):
    """How much of `name` was used in the last powered `hours`; `limit`: a setting's name or a number."""
    if limit in config.SETTINGS:
        made = _ledger.Ledger(name, lambda: getattr(settings, limit), hours, config.SETTINGS[limit][2])
    else:
        made = _ledger.Ledger(name, lambda: limit, hours, limit)
    if made.damaged:
        telemetry.log("warning", "ledger %s is damaged: counts as used up" % name)
    _ledgers.append(made)
    return made


def run():
    """Everything above, until the host says stop (returns) or something ends it (raises)."""
    try:
        asyncio.run(_main())
    finally:
        micropython.kbd_intr(-1)  # a second Ctrl-C must not come between an actuator and its safe state
        safe()
        micropython.kbd_intr(3)


# -- tasks ---------------------------------------------------------------------------------------


async def _call(function):
    result = function()
    if hasattr(result, "send"):  # an async def
        await result


async def _call_once(function):
    """Nothing when it is under way already."""
    if function not in _busy:
        _busy.append(function)
        try:
            await _call(function)
        finally:
            _busy.remove(function)


class _Every:
    def __init__(self, function, period):
        self.name = function.__name__
        self.period = period
        self._function = function
        self._asleep = None  # the task, while it waits for its time

    def _period_ms(self):
        seconds = getattr(settings, self.period) if isinstance(self.period, str) else self.period
        return int(max(0.01, min(seconds, _PERIOD_MOST_S)) * 1000)

    async def run(self):
        task = asyncio.current_task()
        due = ticks_ms()
        while True:
            await _call(self._function)
            while True:
                period_ms = self._period_ms()
                left_ms = ticks_diff(ticks_add(due, period_ms), ticks_ms())
                self._asleep = task
                try:
                    await asyncio.sleep_ms(max(0, left_ms))
                    break
                except asyncio.CancelledError:
                    pass  # the period changed: count again
                finally:
                    self._asleep = None
            # From turn to turn without drift; a turn that took too long starts a new count.
            due = ticks_add(due, period_ms) if left_ms > 0 else ticks_ms()

    def look_again(self):
        if self._asleep:
            self._asleep.cancel()


class _On:
    def __init__(self, function, source):
        self.name = function.__name__
        self.period = None
        self._function = function
        self._flag = asyncio.ThreadSafeFlag()
        source.watch(self._flag.set)

    async def run(self):
        while True:
            await self._flag.wait()
            await _call_once(self._function)
            self._flag.clear()


async def _keep(name, run):
    """Run a task for ever, whatever it raises. Only Ctrl-C and SystemExit get through."""
    pause_s = 1
    while True:
        clock.tick()
        began_s = clock.s
        try:
            await run()
        except Exception as error:
            _failed(name, error)
        clock.tick()
        if clock.s - began_s > _PAUSE_MOST_S:
            pause_s = 1
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, _PAUSE_MOST_S)


def _failed(name, error):
    safe()
    try:
        telemetry.failed(name, error)
    except MemoryError:
        pass  # no room even for the message


async def _once(function):
    try:
        await _call_once(function)
    except Exception as error:
        _failed(function.__name__, error)


# -- what the host may ask for -------------------------------------------------------------------


def _do_hello(command):
    telemetry.hello()
    return ',"dropped":%d' % telemetry.lost()


def _do_lease(command):
    clock.tick()
    telemetry.lease_s = clock.s + int(command["s"])
    _look()  # a lease that is given back brings the hello forward


def _do_set(command):
    name = command["name"]
    _settings.put(name, command["value"])
    for job in _jobs:
        if job.period == name:
            job.look_again()
    return ',"value":' + json.dumps(getattr(settings, name))


def _do_run(command):
    name = command["command"]
    if name not in _commands:
        raise ValueError("no command %s; there is: %s" % (name, ", ".join(_commands)))
    if _commands[name] in _busy:
        raise ValueError(name + " is under way")
    asyncio.create_task(_once(_commands[name]))


def _do_stop(command):
    global _stopping
    _stopping = True
    safe()
    _main_task.cancel()


_VERBS = {
    "hello": _do_hello, "lease": _do_lease, "set": _do_set, "run": _do_run, "stop": _do_stop,
    "ack": lambda command: telemetry.ack(command["n"]),
    "resend": lambda command: ',"frames":%d' % telemetry.resend(command["from"], command["to"]),
}  # fmt: skip


# -- housekeeping --------------------------------------------------------------------------------


async def _main():
    global _main_task
    _main_task = asyncio.current_task()
    for job in _jobs:
        asyncio.create_task(_keep(job.name, job.run))
    asyncio.create_task(_keep("commands", lambda: commands.listen(_VERBS)))
    asyncio.create_task(_keep("telemetry", telemetry.send))
    try:
        await _housekeeping()
    except asyncio.CancelledError:
        if not _stopping:
            raise
    for _ in range(50):  # the answer, and what else is waiting
        if telemetry.burst() == telemetry.DONE:
            break
        await asyncio.sleep_ms(10)


async def _housekeeping():
    """One short turn every few seconds: it feeds the watchdog, so only a loop that turns does."""
    feed = watchdog.feed if watchdog else clock.tick
    while True:
        feed()
        clock.tick()
        if clock.s >= _look_s:  # most turns have nothing else to do
            _look()
        await asyncio.sleep_ms(_TURN_MS)


def _look():
    """Hello, health, ledgers; and when to look again."""
    global healthy, _hello_s, _look_s
    now_s = clock.s
    _look_s = min(_hello_s + _HELLO_LEASED_S, max(_hello_s + _HELLO_S, telemetry.lease_s))
    if now_s >= _look_s:
        _hello_s = now_s
        _look_s = now_s + _HELLO_S
        telemetry.hello()
    if healthy and now_s >= _HEALTHY_S:
        healthy()
        healthy = None
    for book in _ledgers:
        book.age()
