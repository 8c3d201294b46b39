# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
import select
import sys
from _asyncio import Task, TaskQueue
from _vb import memory as _memory
from select import _go, _M
from select import _wait_ms as wait_ms
from time import ticks_add, ticks_diff
from time import ticks_ms as ticks


_FOREVER_MS = 1 << 29  # for wait_ms: until something happens
_IDLE_MS = 3  # nothing is left to wake a task, but micropython.schedule might: look so often


class CancelledError(BaseException):
    pass


class TimeoutError(Exception):
    pass


_context = {"message": "Task exception wasn't retrieved", "exception": None, "future": None}


# What sleep_ms() returns is one object for every sleep: a filter that calls _fall_asleep when it is awaited
# and ends without raising anything (an exception costs 8 us here, thousands of times a second). Each
# sleep winds its iterator back, which Python has no word for: it is done in the iterator's memory
# (py/objtuple.c, mp_obj_tuple_it_t: base, iternext, tuple, cur).
_until = 0


def _fall_asleep(_):
    _task_queue.push(cur_task, _until)
    return True


_once = iter((None,))
_position = id(_once) + 12
_sleep = filter(_fall_asleep, _once)


def sleep_ms(t):
    global _until
    _until = ticks_add(ticks(), t if t > 0 else 0)
    _memory[_position] = 0
    return _sleep


def sleep(t):
    return sleep_ms(int(t * 1000))


class IOQueue:
    def __init__(self):
        self.poller = select.poll()
        self.map = {}  # id(stream) -> [task that reads, task that writes, stream]
        self.only_stdin = False

    def _look_over(self):
        self.only_stdin = len(self.map) == 1 and id(sys.stdin) in self.map and self.map[id(sys.stdin)][1] is None

    def _enqueue(self, stream, side):
        entry = self.map.get(id(stream))
        if entry is None:
            entry = self.map[id(stream)] = [None, None, stream]
            self.poller.register(stream, (select.POLLIN, select.POLLOUT)[side])
        else:
            self.poller.modify(stream, select.POLLIN | select.POLLOUT)
        entry[side] = cur_task
        self._look_over()
        cur_task.data = self  # while it waits here, cancel() comes to remove()

    def _dequeue(self, stream):
        del self.map[id(stream)]
        self.poller.unregister(stream)

    def queue_read(self, stream):
        self._enqueue(stream, 0)
        return _suspend()

    def queue_write(self, stream):
        self._enqueue(stream, 1)
        return _suspend()

    def remove(self, task):
        for entry in list(self.map.values()):
            if task is entry[0] or task is entry[1]:
                self._drop(entry, entry.index(task))

    def _drop(self, entry, side):
        entry[side] = None
        if entry[0] is None and entry[1] is None:
            self._dequeue(entry[2])
        else:
            self.poller.modify(entry[2], select.POLLIN if entry[0] else select.POLLOUT)
        self._look_over()

    def wait_io_event(self, dt):
        for stream, got in self.poller.poll(dt):
            entry = self.map.get(id(stream))
            if entry is None:
                continue
            for side, mask in ((0, ~select.POLLOUT), (1, ~select.POLLIN)):
                task = entry[side]
                if task is not None and got & mask:
                    self._drop(entry, side)
                    task.data = None
                    _task_queue.push(task)


# A ThreadSafeFlag that an interrupt has set stands in _flags until the loop comes by; _waiting holds
# id of a flag -> task. The interrupt itself touches nothing else.
_flags = []
_waiting = {}


def _wake_flagged():
    while _flags:
        task = _waiting.pop(_flags.pop(0), None)
        if task is not None:
            task.data = None
            _task_queue.push(task)


class _FlagQueue:
    # Where a task that waits for a flag can be cancelled.
    @staticmethod
    def remove(task):
        for flag, waiting in list(_waiting.items()):
            if waiting is task:
                del _waiting[flag]


def _suspend():
    yield


def create_task(coro):
    if not hasattr(coro, "send"):
        raise TypeError("coroutine expected")
    task = Task(coro, globals())
    _task_queue.push(task)
    return task


def _end(task, error, is_main):
    # The task is over. Whoever waited for it goes on; nobody did: the handler hears of an error.
    waited = is_main
    state = task.state
    if state is True:
        task.state = False if is_main else None
    elif callable(state):
        state(task, error)
        task.state = False
        waited = True
    else:
        while state.peek():
            _task_queue.push(state.pop())
            waited = True
        task.state = False
    if not waited and not isinstance(error, (CancelledError, StopIteration)):
        _task_queue.push(task)  # once more round, so that a task created just now can still be awaited
    task.data = error


def _unheard(task, error):
    # Second time round: nobody asked for its result.
    task.data = error
    _context["exception"] = error
    _context["future"] = task
    Loop.call_exception_handler(_context)


def run_until_complete(main_task=None):
    global cur_task
    ours = (CancelledError, Exception)
    queue = _task_queue
    peek = queue.peek
    pop = queue.pop
    io = _io_queue
    while True:
        while True:
            if _flags:
                _wake_flagged()
            task = peek()
            if task and (io.only_stdin or not io.map):  # the usual case: one call into the hardware
                key = task.ph_key
                mask = select.POLLIN if io.map else 0
                _M[0] = OP.wait_key
                _M[1] = key
                _M[2] = mask
                _go()
                got = _M[1]
                now = _M[2]
                if got:
                    io.wait_io_event(0)
            else:
                if task:
                    dt = max(0, ticks_diff(task.ph_key, ticks()))
                elif io.map or _waiting:
                    dt = -1
                else:
                    cur_task = None
                    if not main_task or not main_task.state:
                        return None
                    dt = _IDLE_MS
                if io.map:
                    io.wait_io_event(dt)
                    now = io.poller.now
                else:
                    now = wait_ms(dt if dt >= 0 else _FOREVER_MS)
            task = peek()
            if task and ticks_diff(task.ph_key, now) <= 0:
                break
        task = pop()
        cur_task = task
        try:
            thrown = task.data
            if thrown:
                task.data = None
                task.coro.throw(thrown)
            else:
                task.coro.send(None)
        except ours as error:
            is_main = task is main_task
            if is_main:
                cur_task = None
                if not isinstance(error, StopIteration):
                    task.state = False
                    raise error
                if task.state is None:
                    task.state = False
            if task.state:
                _end(task, error, is_main)
            elif task.state is None:
                _unheard(task, thrown)
            if is_main:
                return error.value


def run(coro):
    return run_until_complete(create_task(coro))


class Loop:
    _exc_handler = None
    _stop_task = None

    def create_task(coro):
        return create_task(coro)

    def run_forever():
        Loop._stop_task = Task(_stopper(), globals())
        run_until_complete(Loop._stop_task)

    def run_until_complete(aw):
        return run_until_complete(aw if isinstance(aw, Task) else create_task(aw))

    def stop():
        if Loop._stop_task is not None:
            _task_queue.push(Loop._stop_task)
            Loop._stop_task = None

    def close():
        pass

    def set_exception_handler(handler):
        Loop._exc_handler = handler

    def get_exception_handler():
        return Loop._exc_handler

    def default_exception_handler(loop, context):
        print(context["message"], file=sys.stderr)
        print("future:", context["future"], "coro=", context["future"].coro, file=sys.stderr)
        sys.print_exception(context["exception"], sys.stderr)

    def call_exception_handler(context):
        (Loop._exc_handler or Loop.default_exception_handler)(Loop, context)


async def _stopper():
    pass


def get_event_loop(runq_len=0, waitq_len=0):
    return Loop


def current_task():
    if cur_task is None:
        raise RuntimeError("no running event loop")
    return cur_task


def new_event_loop():
    global _task_queue, _io_queue, cur_task
    _task_queue = TaskQueue()
    _io_queue = IOQueue()
    _flags.clear()
    _waiting.clear()
    cur_task = None
    return Loop


_task_queue = None
_io_queue = None
cur_task = None
new_event_loop()
