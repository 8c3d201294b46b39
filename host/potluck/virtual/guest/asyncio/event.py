# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
import io

from . import core


class Event:
    def __init__(self):
        self.state = False
        self.waiting = core.TaskQueue()

    def is_set(self):
        return self.state

    def set(self):
        while self.waiting.peek():
            core._task_queue.push(self.waiting.pop())
        self.state = True

    def clear(self):
        self.state = False

    def wait(self):
        if not self.state:
            self.waiting.push(core.cur_task)
            core.cur_task.data = self.waiting  # cancel() takes it out of there
            yield
        return True


class ThreadSafeFlag(io.IOBase):
    # May be set from an interrupt.
    def __init__(self):
        self.state = 0

    def ioctl(self, request, flags):
        if request == 3:
            return self.state * flags
        return -1

    def set(self):
        self.state = 1
        if id(self) in core._waiting:
            core._flags.append(id(self))

    def clear(self):
        self.state = 0

    def wait(self):
        if not self.state:
            core._waiting[id(self)] = core.cur_task
            core.cur_task.data = core._FlagQueue
            yield
        self.state = 0
