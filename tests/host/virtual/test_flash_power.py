# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Power cut at every single flash operation, whole and torn: old or new, never a mixture."""

import pytest

from potluck.virtual.flash import CREATE, READ_WRITE, TRUNCATE, WRITE, Flash, Geometry, PowerCut

PICO = Geometry(block_count=352, prog_size=256)
OLD = b"old" * 1500
NEW = b"new!" * 1280


def switch(flash):
    """Write aside and rename, as every careful program on a board does."""
    flash.write_bytes("/state.tmp", NEW)
    flash.rename("/state.tmp", "/state")


def prepared(flash):
    flash.write_bytes("/state", OLD)
    return flash


def operations_of(action, image):
    flash = Flash(PICO, image=image)
    action(flash)
    return flash.device.operations


@pytest.mark.parametrize("torn", [False, True])
def test_write_aside_and_rename_gives_old_or_new(torn):
    image = prepared(Flash(PICO)).image()
    total = operations_of(switch, image)
    assert 20 <= total <= 40  # 5 KB are 20 pages and two erases, plus two commits
    seen = set()
    for k in range(1, total + 1):
        flash = Flash(PICO, image=image)
        flash.device.cut_power_at(k, torn=torn)
        with pytest.raises(PowerCut):
            switch(flash)
        with pytest.raises(PowerCut):
            flash.stat("/state")
        flash.power_on()
        state = flash.read_bytes("/state")
        assert state in (OLD, NEW)
        seen.add(state)
        # and the board goes on: leftovers can be removed, the same can be done again
        switch(flash)
        assert flash.read_bytes("/state") == NEW
        assert [entry[0] for entry in flash.listdir("/")] == ["state"]
        flash.close()
    assert OLD in seen


@pytest.mark.parametrize("torn", [False, True])
def test_a_cut_among_many_open_files_is_survived(torn):
    """Folders, removals, appends and files left open: the mount after each cut is sound."""

    def busy(flash):
        files = [flash.open(f"/open{i}", READ_WRITE | CREATE) for i in range(4)]
        flash.mkdir("/d")
        for i, file in enumerate(files):
            file.write(b"x" * (300 + 3000 * i))
            file.flush()
            file.write(b"y" * 100)
        flash.write_bytes("/d/in", b"z" * 6000)
        flash.remove("/state")
        flash.rename("/d/in", "/state")
        flash.remove("/d")
        for file in files:
            file.close()

    image = prepared(Flash(PICO)).image()
    for k in range(1, operations_of(busy, image) + 1):
        flash = Flash(PICO, image=image)
        flash.device.cut_power_at(k, torn=torn)
        with pytest.raises(PowerCut):
            busy(flash)
        flash.power_on()
        for name, is_dir, size in flash.listdir("/"):
            if not is_dir:
                assert len(flash.read_bytes("/" + name)) == size
        flash.write_bytes("/after", b"works")
        flash.reset()
        assert flash.read_bytes("/after") == b"works"
        flash.close()


def test_a_cut_reaches_a_file_backed_flash_as_well(tmp_path):
    path = tmp_path / "flash.img"
    prepared(Flash(PICO, path=path)).close()
    flash = Flash(PICO, path=path)
    flash.device.cut_power_at(5, torn=True)
    with pytest.raises(PowerCut):
        switch(flash)
    flash.close()
    again = Flash(PICO, path=path)
    assert again.read_bytes("/state") == OLD
    again.close()


def test_a_cut_from_outside_stops_everything_until_power_is_back():
    flash = prepared(Flash(PICO))
    file = flash.open("/open", WRITE | CREATE | TRUNCATE)
    file.write(b"never committed")
    flash.power_cut()
    for use in (lambda: file.write(b"x"), file.close, lambda: flash.listdir("/"), flash.statvfs):
        with pytest.raises(PowerCut):
            use()
    flash.power_on()
    assert flash.read_bytes("/open") == b""
    assert flash.read_bytes("/state") == OLD


def test_a_planned_cut_counts_from_now():
    flash = prepared(Flash(PICO))
    with pytest.raises(ValueError):
        flash.device.cut_power_at(0)
    flash.device.cut_power_at(1)
    with pytest.raises(PowerCut):
        flash.mkdir("/d")
    flash.power_on()
    flash.mkdir("/d")  # the plan is used up
    assert flash.stat("/d").is_dir
