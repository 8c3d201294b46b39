# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Any sequence of file operations, resets and power cuts agrees with a simple model of the files."""

from hypothesis import given, settings
from hypothesis import strategies as st
from potluck.virtual.flash import APPEND, CREATE, WRITE, Flash, Geometry, PowerCut

PICO = Geometry(block_count=64, prog_size=256)
ESP32 = Geometry(block_count=64)

names = st.sampled_from(["/a", "/b", "/d/a", "/d/b", "/d", "/d/d"])
sizes = st.sampled_from([0, 1, 100, 129, 512, 513, 4096, 9000])
steps = st.one_of(
    st.tuples(st.just("write"), names, sizes),
    st.tuples(st.just("append"), names, sizes),
    st.tuples(st.just("remove"), names, st.none()),
    st.tuples(st.just("rename"), names, names),
    st.tuples(st.just("mkdir"), names, st.none()),
    st.tuples(st.just("reset"), st.none(), st.none()),
    st.tuples(st.just("leave open"), names, sizes),
)
cuts = st.none() | st.tuples(st.integers(1, 40), st.booleans())

FOLDER = object()


def content(turn, size):
    return bytes((turn * 31 + i * 7) % 251 for i in range(size))


def expected(model, turn, step):
    """The model after a step that succeeded. Whether it may succeed is littlefs's affair."""
    what, one, two = step
    after = dict(model)
    if what == "write":
        after[one] = content(turn, two)
    elif what == "append":
        after[one] = model.get(one, b"") + content(turn, two)
    elif what == "remove":
        del after[one]
    elif what == "mkdir":
        after[one] = FOLDER
    elif what == "rename":
        moved = {path: after.pop(path) for path in model if path == one or path.startswith(one + "/")}
        after.update({two + path[len(one) :]: value for path, value in moved.items()})
    elif what == "leave open":
        after.setdefault(one, b"")
    return after


def do(flash, turn, step, left_open):
    what, one, two = step
    if what == "write":
        flash.write_bytes(one, content(turn, two))
    elif what == "append":
        with flash.open(one, WRITE | CREATE | APPEND) as file:
            file.write(content(turn, two))
    elif what == "remove":
        flash.remove(one)
    elif what == "rename":
        flash.rename(one, two)
    elif what == "mkdir":
        flash.mkdir(one)
    elif what == "reset":
        flash.reset()
        left_open.clear()
    elif what == "leave open":
        file = flash.open(one, WRITE | CREATE)
        left_open.append(file)
        file.write(content(turn, two))


def everything(flash, folder="/"):
    found = {}
    for name, is_dir, size in flash.listdir(folder):
        path = folder.rstrip("/") + "/" + name
        if is_dir:
            found[path] = FOLDER
            found.update(everything(flash, path))
        else:
            found[path] = flash.read_bytes(path)
            assert len(found[path]) == size
    return found


@given(st.sampled_from([PICO, ESP32]), st.lists(st.tuples(steps, cuts), max_size=25))
@settings(max_examples=150, deadline=None)
def test_files_are_what_was_committed(geometry, plan):
    flash = Flash(geometry)
    model, left_open = {}, []
    for turn, (step, cut) in enumerate(plan):
        if step[0] != "reset" and left_open:
            # two handles on one file are undefined in littlefs, on a board as here
            flash.reset()
            left_open.clear()
        if cut is not None:
            flash.device.cut_power_at(cut[0], torn=cut[1])
        try:
            do(flash, turn, step, left_open)
            model = expected(model, turn, step)
        except OSError as error:
            assert error.errno in (2, 17, 20, 21, 22, 39)
        except PowerCut:
            flash.power_on()
            left_open.clear()
            found = everything(flash)
            possible = [model, expected(model, turn, step)]
            if step[0] in ("write", "append"):
                # created, and truncated, by open; filled by close
                possible += [{**model, step[1]: b""}, {**model, step[1]: model.get(step[1], b"")}]
            assert found in possible
            model = found
        flash.device.power_on()  # a cut that did not come is forgotten
        if not left_open:
            assert everything(flash) == model
    flash.reset()
    assert everything(flash) == model
    flash.close()
