# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The board's files: littlefs semantics, MicroPython's error numbers, resets and restarts."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest

from potluck.errors import FlashImageInUse, FlashImageWrong
from potluck.virtual.flash import (
    APPEND,
    CREATE,
    EXCLUSIVE,
    MAX_OPEN,
    READ,
    READ_WRITE,
    WRITE,
    Flash,
    Geometry,
)

PICO = Geometry(block_count=352, prog_size=256)
ESP32 = Geometry(block_count=512)
SMALL = Geometry(block_count=16, prog_size=256)


@pytest.fixture
def flash():
    with_files = Flash(PICO)
    yield with_files
    with_files.close()


def number(function, *arguments):
    with pytest.raises(OSError) as caught:
        function(*arguments)
    return caught.value.errno


def test_a_file_comes_back_as_written(flash):
    for size in (0, 1, 511, 512, 513, 4096, 20_000):
        data = bytes(i * 7 % 251 for i in range(size))
        flash.write_bytes("/f", data)
        assert flash.read_bytes("/f") == data
        assert flash.stat("/f").size == size


def test_reading_and_writing_at_places(flash):
    with flash.open("/f", READ_WRITE | CREATE) as file:
        assert file.write(b"hello world") == 11
        assert (file.seek(6), file.read(3), file.tell()) == (6, b"wor", 9)
        assert file.seek(-2, 2) == 9
        file.write(b"LD!")
        assert (file.size(), file.seek(0), file.read()) == (12, 0, b"hello worLD!")
        buffer = bytearray(5)
        file.seek(9)
        assert file.readinto(buffer) == 3 and buffer == b"LD!\0\0"
        assert file.read(10) == b""
        file.truncate(5)
    assert flash.read_bytes("/f") == b"hello"


def test_seeking_behind_the_end_fills_with_zeros(flash):
    with flash.open("/f", READ_WRITE | CREATE) as file:
        file.seek(4)
        file.write(b"x")
    assert flash.read_bytes("/f") == b"\0\0\0\0x"


def test_append_and_exclusive(flash):
    flash.write_bytes("/f", b"one")
    with flash.open("/f", WRITE | APPEND) as file:
        file.seek(0)
        file.write(b"two")
    assert flash.read_bytes("/f") == b"onetwo"
    assert number(flash.open, "/f", WRITE | CREATE | EXCLUSIVE) == 17


def test_errors_have_the_boards_numbers(flash):
    flash.write_bytes("/file", b"")
    flash.mkdir("/dir")
    flash.write_bytes("/dir/inner", b"x")
    assert number(flash.open, "/none") == 2
    assert number(flash.stat, "/none") == 2
    assert number(flash.listdir, "/none") == 2
    assert number(flash.open, "/none/file", WRITE | CREATE) == 2
    assert number(flash.mkdir, "/dir") == 17
    assert number(flash.open, "/file/x", WRITE | CREATE) == 20
    assert number(flash.listdir, "/file") == 20
    assert number(flash.open, "/dir") == 21
    assert number(flash.open, "/" + "n" * 256, WRITE | CREATE) == 36
    assert number(flash.remove, "/dir") == 39
    assert number(flash.rename, "/none", "/x") == 2
    assert number(flash.rename, "/file", "/dir") == 21
    assert number(flash.rename, "/dir", "/file") == 20
    assert number(flash.rename, "/dir", "/dir/below") == 22
    assert number(flash.open, "/nul\0byte") == 22
    assert number(flash.remove, "/") == 22
    assert flash.read_bytes("/dir/inner") == b"x"


def test_a_handle_used_the_wrong_way_is_ebadf_and_no_crash(flash):
    reader = flash.open("/f", READ_WRITE | CREATE)
    reader.close()
    reader.close()
    assert number(reader.read) == 9
    writer = flash.open("/f", WRITE)
    assert number(writer.read) == 9
    writer.close()
    reader = flash.open("/f", READ)
    assert number(reader.write, b"x") == 9
    assert number(reader.truncate, 0) == 9
    for offset, whence in ((-1, 0), (1 << 40, 0), (0, 3)):
        assert number(reader.seek, offset, whence) == 22


def test_rename_replaces_a_file_and_an_empty_folder_only(flash):
    flash.write_bytes("/new", b"new")
    flash.write_bytes("/old", b"old")
    flash.rename("/new", "/old")
    assert flash.read_bytes("/old") == b"new"
    assert number(flash.stat, "/new") == 2
    flash.mkdir("/a")
    flash.mkdir("/b")
    flash.write_bytes("/a/file", b"1")
    flash.rename("/a", "/b")
    assert flash.listdir("/b") == [("file", False, 1)]
    flash.mkdir("/c")
    flash.write_bytes("/c/other", b"2")
    assert number(flash.rename, "/b", "/c") == 39


def test_remove_does_not_ask_what_it_is(flash):
    # os.remove and os.rmdir are the same function on a board (extmod/vfs_lfsx.c)
    flash.mkdir("/d")
    flash.unlink("/d")
    flash.write_bytes("/f", b"")
    flash.rmdir("/f")
    assert flash.listdir("/") == []


@pytest.mark.parametrize("path", ["/f", "f", "//f", "/./f", "/x/../f", "/../../f", "/x/../../../f"])
def test_paths_never_leave_the_root(flash, path):
    flash.write_bytes("/f", b"here")
    assert flash.read_bytes(path) == b"here"


def test_names_of_any_script(flash):
    flash.write_bytes("/Žluťoučký kůň.py", b"1")
    assert flash.listdir("/") == [("Žluťoučký kůň.py", False, 1)]
    assert number(flash.open, "/" + "ž" * 128, WRITE | CREATE) == 36  # 256 bytes
    assert number(flash.open, "/\ud800\udfff", WRITE | CREATE) == 22


def test_statvfs_counts_blocks_as_the_board_does(flash):
    assert flash.statvfs() == (4096, 352, 350)
    flash.write_bytes("/small", b"x" * 512)  # lives in its directory entry
    assert flash.statvfs()[2] == 350
    flash.write_bytes("/big", b"x" * 8192)
    assert flash.statvfs()[2] == 347  # 8 bytes of each block but the first are pointers
    flash.mkdir("/d")
    assert flash.statvfs()[2] == 345
    assert Flash(ESP32).statvfs() == (4096, 512, 510)


def test_an_esp32_keeps_less_in_the_entry():
    flash = Flash(ESP32)
    flash.write_bytes("/small", b"x" * 100)
    assert flash.statvfs()[2] == 510
    flash.write_bytes("/more", b"x" * 200)
    assert flash.statvfs()[2] == 509


def test_a_full_flash_says_so_and_keeps_what_was_there():
    flash = Flash(SMALL)
    flash.write_bytes("/keep", b"k" * 5000)
    file = flash.open("/big", WRITE | CREATE)
    with pytest.raises(OSError) as caught:
        for _ in range(100):
            file.write(b"x" * 1024)
    assert caught.value.errno == 28
    file.close()
    assert flash.read_bytes("/keep") == b"k" * 5000
    assert flash.stat("/big").size == 0  # never committed
    flash.remove("/big")
    assert flash.statvfs()[2] == 16 - 2 - 2
    sparse = flash.open("/sparse", WRITE | CREATE)
    sparse.seek(1 << 30)
    assert number(sparse.write, b"x") == 28


def test_a_reset_forgets_what_was_not_flushed(flash):
    flushed = flash.open("/flushed", WRITE | CREATE)
    flushed.write(b"a" * 5000)
    flushed.flush()
    flushed.write(b"b" * 5000)
    lost = flash.open("/lost", WRITE | CREATE)
    lost.write(b"c" * 5000)
    before = flash.device.operations
    flash.reset()
    assert flash.device.operations == before
    assert number(flushed.write, b"x") == 9
    lost.close()
    assert flash.read_bytes("/flushed") == b"a" * 5000
    assert flash.read_bytes("/lost") == b""


def test_open_files_are_bounded_and_a_reset_frees_them(flash):
    flash.write_bytes("/f", b"x")
    opened = [flash.open("/f") for _ in range(MAX_OPEN)]
    assert number(flash.open, "/f") == 12
    assert all(file.read() == b"x" for file in opened)
    flash.reset()
    assert flash.read_bytes("/f") == b"x"


def test_a_removed_file_can_be_open(flash):
    flash.write_bytes("/f", b"x" * 3000)
    with flash.open("/f", READ_WRITE) as file:
        flash.remove("/f")
        assert file.read() == b"x" * 3000
        file.seek(0)
        file.write(b"y")
    assert flash.listdir("/") == []


def test_modification_times_follow_the_boards_clock():
    now = [1_000.5]
    flash = Flash(SMALL, clock=lambda: now[0])
    flash.write_bytes("/f", b"x")
    now[0] = 2_000.0
    flash.read_bytes("/f")
    assert flash.stat("/f").mtime == 1_000
    flash.rename("/f", "/g")
    assert flash.stat("/g").mtime == 1_000
    flash.write_bytes("/g", b"")
    assert flash.stat("/g").mtime == 2_000


def test_busy_time_is_that_of_the_chip():
    busy = []
    flash = Flash(PICO, on_busy=busy.append)
    flash.write_bytes("/big", b"x" * 8192)
    flash.read_bytes("/big")
    # three blocks of 4 KB erased, 34 pages of 256 bytes (8 bytes of pointers), one commit of the entry
    assert sum(busy) == pytest.approx(3 * 45 + flash_pages(flash) * 0.4)
    assert len(busy) < 4


def flash_pages(flash):
    return flash.device.operations - sum(flash.device.erases)


def test_wear_is_counted_per_block(flash):
    for turn in range(200):
        flash.write_bytes("/state", b"%d" % turn)
    assert 200 / 16 - 2 <= sum(flash.device.erases) <= 200 / 8  # 8 to 16 commits of 256 bytes fit a block


def test_an_image_carries_everything(flash):
    flash.mkdir("/lib")
    flash.write_bytes("/lib/x.py", b"print(1)")
    again = Flash(PICO, image=flash.image())
    assert again.read_bytes("/lib/x.py") == b"print(1)"


def test_a_folder_keeps_the_flash(tmp_path):
    path = tmp_path / "board" / "flash.img"
    flash = Flash(PICO, path=path)
    flash.write_bytes("/main.py", b"print(1)" * 1000)
    assert path.stat().st_size == PICO.size
    with pytest.raises(FlashImageInUse):
        Flash(PICO, path=path)
    flash.close()
    again = Flash(PICO, path=path)
    assert again.read_bytes("/main.py") == b"print(1)" * 1000
    again.close()
    assert [entry.name for entry in path.parent.iterdir()] == ["flash.img"]


def test_a_file_that_is_not_this_boards_flash(tmp_path):
    path = tmp_path / "flash.img"
    path.write_bytes(b"hello")
    with pytest.raises(FlashImageWrong, match="5 bytes"):
        Flash(PICO, path=path)
    path.write_bytes(b"\x5a" * PICO.size)
    with pytest.raises(FlashImageWrong, match="littlefs"):
        Flash(PICO, path=path)
    assert path.read_bytes() == b"\x5a" * PICO.size  # nothing of somebody's file is lost


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_killing_the_host_keeps_what_a_power_cut_keeps(tmp_path):
    path = tmp_path / "flash.img"
    code = textwrap.dedent(
        f"""
        from pathlib import Path
        from potluck.virtual.flash import *
        flash = Flash(Geometry(block_count=352, prog_size=256), path=Path({str(path)!r}))
        flash.write_bytes("/closed", b"c" * 9000)
        file = flash.open("/open", WRITE | CREATE)
        file.write(b"o" * 9000)
        print("written", flush=True)
        input()
        """
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ
    )
    assert writer.stdout.readline() == b"written\n"
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    writer.stdin.close()
    writer.stdout.close()
    flash = Flash(PICO, path=path)
    assert flash.read_bytes("/closed") == b"c" * 9000
    assert flash.read_bytes("/open") == b""
    flash.close()


def test_boards_differ_by_their_data():
    pico, esp32 = Flash.for_board("pico"), Flash.for_board("esp32_devkitc")
    assert pico.statvfs()[1] == 352 and pico.listdir("/") == []
    assert esp32.statvfs()[1] == 512 and [entry[0] for entry in esp32.listdir("/")] == ["boot.py"]
