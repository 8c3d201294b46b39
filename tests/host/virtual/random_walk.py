# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# A program for a board: walks at random through all its modules while the collector runs at nearly every
# allocation. SEED and HOURS come from the test. Prints one line an hour, with a checksum of all it saw.
# ruff: noqa: F821
import array
import asyncio
import binascii
import builtins
import cmath
import collections
import deflate
import errno
import framebuf
import gc
import hashlib
import heapq
import io
import json
import machine
import math
import micropython
import os
import random
import re
import select
import struct
import sys
import time
import uctypes

gc.threshold(600)
random.seed(SEED)
seen = 0
pins = [machine.Pin(n, machine.Pin.OUT) for n in (2, 3, 4)]
inputs = [machine.Pin(n, machine.Pin.IN, machine.Pin.PULL_UP) for n in (10, 11)]
adc = machine.ADC(26)
pwm = machine.PWM(machine.Pin(6), freq=1000, duty_u16=100)
fired = 0


def note(value):
    global seen
    seen = binascii.crc32(repr(value).encode(), seen)


def strings():
    words = ["%d-%s" % (i, chr(97 + i % 26) * random.randrange(20)) for i in range(20)]
    note("|".join(reversed(words)).upper().split("|")[3])
    note("{:08.3f} {!r}".format(random.random(), words[1]))


def containers():
    d = collections.OrderedDict((i, [i] * random.randrange(9)) for i in range(30))
    q = collections.deque((), 10)
    for k in list(d):
        if random.randrange(2):
            q.append(d.pop(k))
    h = [random.randrange(1000) for _ in range(30)]
    heapq.heapify(h)
    note((len(d), len(q), [heapq.heappop(h) for _ in range(5)], sorted({1, 2} | set(h))[:3]))


def numbers():
    note(sum(math.sin(i) for i in range(20)) > 0)
    note(pow(3, random.randrange(200)) % 10**9)
    note(abs(cmath.exp(1j)) < 2)


def texts():
    thing = {"a": [1, 2.5, None, True, "x" * random.randrange(50)], "b": {"c": random.randrange(9)}}
    note(json.loads(json.dumps(thing)) == thing)
    m = re.match(r"(\w+)=(\d+)", "key%d=%d" % (random.randrange(9), random.randrange(99)))
    note(m.group(1))
    f = io.StringIO()
    sys.print_exception(ValueError(random.randrange(9)), f)
    note(f.getvalue())


def binary():
    data = bytes(random.getrandbits(8) for _ in range(60))
    note(binascii.hexlify(hashlib.sha256(data).digest()))
    packed = struct.pack("<IhB", random.getrandbits(16), -3, 7)
    view = array.array("H", range(20))
    note((struct.unpack("<IhB", packed), bytes(memoryview(view)[3:6])))
    note(uctypes.bytes_at(uctypes.addressof(packed), 3))
    squeezed = b"\xcbH\xcd\xc9\xc9\x07\x00"
    note(deflate.DeflateIO(io.BytesIO(squeezed), deflate.RAW).read())


def pictures():
    buffer = bytearray(32 * 4)
    picture = framebuf.FrameBuffer(buffer, 32, 32, framebuf.MONO_VLSB)
    picture.text("%d" % random.randrange(99), 0, 0)
    picture.ellipse(16, 16, random.randrange(1, 12), 5, 1)
    note(binascii.crc32(buffer))


def files():
    name = "walk%d" % random.randrange(6)
    with open(name, random.choice(("w", "a"))) as f:
        f.write("x" * random.randrange(3000))
    note((name, os.stat(name)[6]))
    if random.randrange(3) == 0:
        os.remove(name)
    elif random.randrange(3) == 0:
        os.rename(name, "walk0")
    note(sorted(os.listdir()))
    try:
        open("none")
    except OSError as error:
        note(error.errno == errno.ENOENT)


def hardware():
    random.choice(pins).value(random.randrange(2))
    random.choice(pins).toggle()
    note([p.value() for p in pins + inputs])
    note(adc.read_u16() >= 0)
    pwm.duty_u16(random.randrange(65536))
    note(machine.reset_cause())
    note(machine.RTC().datetime()[0])


def interrupts():
    def tick(_):
        global fired
        fired += 1

    timer = machine.Timer(period=random.randrange(5, 50), callback=tick)
    time.sleep_ms(200)
    timer.deinit()
    micropython.schedule(tick, 0)
    note(fired)


def tasks():
    async def worker(n, lock, event):
        for _ in range(3):
            async with lock:
                await asyncio.sleep_ms(random.randrange(20))
        event.set()
        return n

    async def long():
        await asyncio.sleep(9)

    async def main():
        lock, event = asyncio.Lock(), asyncio.Event()
        found = await asyncio.gather(*(worker(n, lock, event) for n in range(4)))
        await event.wait()
        try:
            await asyncio.wait_for_ms(long(), 30)
        except asyncio.TimeoutError:
            found.append("late")
        return found

    note(asyncio.run(main()))
    asyncio.new_event_loop()


def console():
    poller = select.poll()
    poller.register(sys.stdin, select.POLLIN)
    note(poller.poll(random.randrange(30)))


def errors():
    def deep(n):
        try:
            return 1 // n if n < 3 else deep(n - 1)
        finally:
            note(n)

    try:
        deep(random.randrange(12))
        deep(0)
    except ZeroDivisionError as error:
        note(repr(error))
    try:
        bytearray(10**6)
    except MemoryError:
        note("full")


def generators():
    def count(n):
        got = 0
        while n:
            got = yield got + n
            n -= 1

    g = count(5)
    next(g)
    note([g.send(i) for i in range(3)])
    names = {}
    exec("def f(a, *b, c=3, **d): return a, b, c, d", names)
    exec("class C:\n def __enter__(self): return 4\n def __exit__(self, *_): return True", names)
    with names["C"]() as four:
        note(names["f"](four, 2, z=builtins.len("abc")))
        raise KeyError


STEPS = (
    strings, containers, numbers, texts, binary, pictures, files, hardware, interrupts, tasks, console, errors, generators,
)  # fmt: skip
start = time.ticks_ms()
passed_ms = 0
steps = 0
for hour in range(1, HOURS + 1):
    while passed_ms < hour * 3600_000:
        random.choice(STEPS)()
        steps += 1
        time.sleep_ms(random.randrange(20_000))
        now = time.ticks_ms()
        passed_ms += time.ticks_diff(now, start)
        start = now
    gc.collect()
    print("hour", hour, "steps", steps, "saw", "%08x" % seen, "free", gc.mem_free() > 100_000)
