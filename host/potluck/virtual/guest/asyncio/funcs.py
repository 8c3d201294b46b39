# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
from . import core


async def _watch(waiter, aw):
    # Wakes the waiter by cancelling its sleep, with what became of `aw` in the CancelledError.
    try:
        result = await aw
        status = True
    except BaseException as error:
        result = None
        status = error
    if waiter.data is None and waiter.cancel():  # a cancel from outside that comes now puts a bare one there
        waiter.data = core.CancelledError(status, result)


async def wait_for(aw, timeout, sleep=core.sleep):
    aw = _task(aw)
    if timeout is None:
        return await aw
    watcher = core.create_task(_watch(core.cur_task, aw))
    try:
        await sleep(timeout)
    except core.CancelledError as error:
        status = error.value
        if status is None:  # cancelled from outside
            watcher.cancel()
            raise error
        if status is True:
            return error.args[1]
        raise status
    watcher.cancel()
    await watcher
    raise core.TimeoutError


def wait_for_ms(aw, timeout):
    return wait_for(aw, timeout, core.sleep_ms)


def _task(aw):
    return aw if isinstance(aw, core.Task) else core.create_task(aw)


class _Waiting:
    # In the `data` of a task that gathers: where cancel() finds it.
    @staticmethod
    def remove(task):
        pass


def gather(*aws, return_exceptions=False):
    tasks = [_task(aw) for aw in aws]
    waiter = core.cur_task
    left = 0  # how many to wait for
    failed = None  # what to raise in the end

    def done(_task, error):
        nonlocal left, failed
        if waiter.data is not _Waiting:  # woken already: by a failure, or by a cancel from outside
            return
        if not return_exceptions and not isinstance(error, StopIteration):
            failed = error
        else:
            left -= 1
            if left:
                return
        core._task_queue.push(waiter)

    at_once = False
    for task in tasks:
        if task.state is True:
            task.state = done
            left += 1
        elif task.state:
            raise RuntimeError("can't gather")
        elif not isinstance(task.data, StopIteration) and not return_exceptions:
            at_once = True  # one has failed before: nothing to wait for
    cancelled = False
    if left and not at_once:
        waiter.data = _Waiting
        try:
            yield
        except core.CancelledError as error:
            cancelled = True
            failed = error
    results = []
    for task in tasks:
        result = task.data
        if task.state is done:  # still on its way: it goes on alone
            task.state = True
            if cancelled:
                task.cancel()
        elif isinstance(result, StopIteration):
            result = result.value
        elif not return_exceptions and failed is None:
            failed = result
        results.append(result)
    if failed is not None:
        raise failed
    return results
