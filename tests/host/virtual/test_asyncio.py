# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""asyncio on the virtual board: the interface of MicroPython's documentation, on virtual time."""

import pytest

from potluck.virtual.session import Session

MAX = float("inf")


@pytest.fixture(scope="module")
def board():
    with Session(speed=MAX) as session:
        session.run("import asyncio, time, sys")
        yield session


def run(board, body):
    lines = "\n".join("    " + line for line in body.strip("\n").splitlines())
    return board.run(f"async def main():\n{lines}\nasyncio.run(main())").replace("\r\n", " ").strip()


WORKER = """
async def worker(name, ms, fail=None):
    await asyncio.sleep_ms(ms)
    print(name)
    if fail: raise fail
    return name
"""


def test_tasks_run_in_the_order_of_their_times(board):
    assert run(board, WORKER + "tasks = [asyncio.create_task(worker(n, 100 - 10 * n)) for n in range(3)]\n"
               "for t in tasks: await t") == "2 1 0"  # fmt: skip


def test_sleep_takes_virtual_seconds(board):
    assert run(board, "t = time.ticks_ms()\nawait asyncio.sleep(2.5)\nprint(time.ticks_diff(time.ticks_ms(), t))") in (
        "2500", "2501"
    )  # fmt: skip


def test_gather_gives_results_in_order_and_raises_the_first_error(board):
    assert run(board, WORKER + "print(await asyncio.gather(worker('a', 20), worker('b', 10)))") == "b a ['a', 'b']"
    assert run(board, WORKER + "try:\n  await asyncio.gather(worker('a', 20), worker('b', 10, ValueError('bad')))\n"
               "except ValueError as e: print(e)\nawait asyncio.sleep_ms(50)") == "b bad a"  # fmt: skip
    assert run(board, WORKER + "r = await asyncio.gather(worker('b', 1, ValueError('bad')), worker('a', 2),"
               " return_exceptions=True)\nprint(type(r[0]), r[1])") == "b a <class 'ValueError'> a"  # fmt: skip


def test_wait_for_returns_raises_and_times_out(board):
    assert run(board, WORKER + "print(await asyncio.wait_for(worker('in time', 10), 1))") == "in time in time"
    assert run(board, WORKER + "try: await asyncio.wait_for_ms(worker('late', 1000), 10)\n"
               "except asyncio.TimeoutError: print('timeout')\nawait asyncio.sleep(2)") == "timeout"  # fmt: skip
    assert run(board, WORKER + "try: await asyncio.wait_for(worker('x', 1, KeyError(1)), 1)\n"
               "except KeyError: print('raised')") == "x raised"  # fmt: skip


def test_cancel_reaches_a_sleeping_task_and_its_finally(board):
    assert run(board, """
async def sleeper():
    try: await asyncio.sleep(100)
    except asyncio.CancelledError: print('cancelled'); raise
    finally: print('finally')
t = asyncio.create_task(sleeper())
await asyncio.sleep_ms(1)
t.cancel()
try: await t
except asyncio.CancelledError: print('seen')
print(t.done())
""") == "cancelled finally seen True"  # fmt: skip


def test_event_lock_and_flag(board):
    assert run(board, """
event, lock, flag = asyncio.Event(), asyncio.Lock(), asyncio.ThreadSafeFlag()
async def waiter(n):
    await event.wait()
    async with lock:
        print('in', n); await asyncio.sleep_ms(5); print('out', n)
tasks = [asyncio.create_task(waiter(n)) for n in range(2)]
await asyncio.sleep_ms(1)
event.set()
for t in tasks: await t
import machine
machine.Timer(period=20, mode=machine.Timer.ONE_SHOT, callback=lambda t: flag.set())
t = time.ticks_ms()
await flag.wait()
print(time.ticks_diff(time.ticks_ms(), t))
""") in ("in 0 out 0 in 1 out 1 20", "in 0 out 0 in 1 out 1 21")  # fmt: skip


def test_an_error_nobody_waits_for_reaches_the_handler(board):
    assert run(board, """
def handler(loop, context): print(context['message'], repr(context['exception']))
asyncio.get_event_loop().set_exception_handler(handler)
async def bad(): raise ValueError('lost')
asyncio.create_task(bad())
await asyncio.sleep_ms(20)
asyncio.get_event_loop().set_exception_handler(None)
""") == "Task exception wasn't retrieved ValueError('lost',)"  # fmt: skip


def test_a_task_waits_for_input_without_polling():
    with Session(speed=1.0) as board:
        board.begin("""
import asyncio, sys
async def reader():
    stream = asyncio.StreamReader(sys.stdin)
    print('ready')
    print(await stream.read(1))
async def other():
    for i in range(3): await asyncio.sleep_ms(10)
    print('other')
async def main():
    await asyncio.gather(reader(), other())
asyncio.run(main())
""")
        board.read_until("other")
        board.send("x")
        assert board.finish() == "\r\nx\r\n"


def test_ctrl_c_ends_an_idle_loop():
    with Session(speed=1.0) as board:
        board.begin("import asyncio\nasync def main():\n  print('on')\n  await asyncio.sleep(1000)\nasyncio.run(main())")
        board.read_until("on\r\n")
        board.send(b"\x03")
        board.read_until("KeyboardInterrupt")
        board.read_until("\x04")
        assert board.run("print(1)") == "1\r\n"


def test_wake_ups_are_cheap_enough_to_simulate_days(board):
    """The number is in docs/benchmarks.md; here only that it is not ten times worse."""
    import time

    start = time.process_time()
    run(board, "for _ in range(10000): await asyncio.sleep_ms(1000)")
    assert time.process_time() - start < 2.5
