# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
from . import core


async def _watch(waiter, status, aw):
    try:
        result = await aw
        error = None
    except BaseException as caught:
        error = caught
        result = None
    if status[0] is None:  # the waiter has not been told anything else before
        status[0] = error is None
        status[1] = result if error is None else error
        waiter.cancel()


async def wait_for(aw, timeout, sleep=core.sleep):
    aw = aw if isinstance(aw, core.Task) else core.create_task(aw)
    if timeout is None:
        return await aw
    status = [None, None]
    core.create_task(_watch(core.cur_task, status, aw))
    try:
        await sleep(timeout)
    except core.CancelledError:
        if status[0] is None:  # cancelled from outside
            status[0] = False
            aw.cancel()
            raise
        if status[0]:
            return status[1]
        raise status[1]
    status[0] = False
    aw.cancel()
    await core.sleep_ms(0)
    raise core.TimeoutError


def wait_for_ms(aw, timeout):
    return wait_for(aw, timeout, core.sleep_ms)


class _Remove:
    @staticmethod
    def remove(task):
        pass


def gather(*aws, return_exceptions=False):
    if not aws:
        return []
    tasks = [aw if isinstance(aw, core.Task) else core.create_task(aw) for aw in aws]
    waiter = core.cur_task
    left = 0
    failed = None

    def done(task, error):
        nonlocal left, failed
        left -= 1
        if not return_exceptions and not isinstance(error, StopIteration) and failed is None:
            failed = error
            core._task_queue.push(waiter)
        elif not left and failed is None:
            core._task_queue.push(waiter)

    for i, task in enumerate(tasks):
        if task.done():
            if not isinstance(task.data, StopIteration) and not return_exceptions:
                raise task.data
        elif task.state is True:
            task.state = done
            left += 1
        else:
            raise RuntimeError("can't gather")
    cancelled = None
    if left:
        waiter.data = _Remove
        try:
            yield
        except core.CancelledError as error:
            cancelled = error
        if left or cancelled:
            for task in tasks:
                if task.state is done:
                    task.state = True
                    if cancelled:
                        task.cancel()
        if cancelled:
            raise cancelled
        if failed is not None:
            raise failed
    results = []
    for task in tasks:
        result = task.data
        results.append(result.value if isinstance(result, StopIteration) else result)
    return results
