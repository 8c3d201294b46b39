# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Boot drives are found by what is on them, wherever the system mounts them."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from potluck.flasher import drives
from potluck.flasher.drives import find_drives, from_mounts, mounted, read_drive, still_there, unmounted

RP2040 = "UF2 Bootloader v3.0\r\nModel: Raspberry Pi RP2\r\nBoard-ID: RPI-RP2\r\n"


def drive(folder, text=RP2040):
    folder.mkdir()
    (folder / "INFO_UF2.TXT").write_bytes(text.encode())
    return folder


def test_a_drive_says_what_it_is(tmp_path):
    found = read_drive(drive(tmp_path / "RPI-RP2"))
    assert (found.board_id, found.model, found.bootloader) == (
        "RPI-RP2",
        "Raspberry Pi RP2",
        "UF2 Bootloader v3.0",
    )


def test_only_folders_with_the_file_are_drives(tmp_path):
    drive(tmp_path / "b")
    drive(tmp_path / "a", "UF2 Bootloader v1.0\nModel: Raspberry Pi RP2350\nBoard-ID: RP2350\n")
    drive(tmp_path / "empty", "")
    (tmp_path / "photos").mkdir()
    found = find_drives([tmp_path / name for name in ("b", "a", "empty", "photos", "none")])
    assert [one.board_id for one in found] == ["RP2350", "RPI-RP2"]


@pytest.mark.parametrize("text", ["\x00" * 5000, "Board-ID", ":\n:\n", "Board-ID:\nModel: x", "\xff\xfe\n"])
def test_a_strange_file_makes_no_trouble(tmp_path, text):
    found = read_drive(drive(tmp_path / "strange", text))
    assert found is None or found.board_id == ""


def test_the_kernels_table_is_read():
    table = (
        "proc /proc proc rw 0 0\n"
        "/dev/sda1 / ext4 rw 0 0\n"
        "/dev/sdb1 /media/you/RPI-RP2 vfat rw,uid=1000 0 0\n"
        "/dev/sdc1 /media/you/my\\040drive vfat rw 0 0\n"
        "nas:/x /mnt/nas nfs rw 0 0\n"
        "half\n"
    )
    found = from_mounts(table, lambda device: True)
    assert [path.as_posix() for path in found] == ["/media/you/RPI-RP2", "/media/you/my drive"]
    assert [path.as_posix() for path in from_mounts(table, lambda device: device != "/dev/sdb1")] == ["/media/you/my drive"]


def test_a_drive_that_is_still_in_the_table_but_has_no_device_any_more_is_gone(tmp_path):
    """Mounted by hand: the kernel shows its names from memory until it is unmounted."""
    folder = drive(tmp_path / "RPI-RP2")
    table = f"/dev/sdb1 {folder} vfat rw 0 0\n"
    assert still_there(folder, table, lambda device: True) and still_there(folder, "", lambda device: False)
    assert not still_there(folder, table, lambda device: False)
    assert not still_there(tmp_path / "none", table, lambda device: True)


def test_windows_letters_and_macos_volumes(monkeypatch, tmp_path):
    """Only removable drives on Windows (a network drive may hang); every volume on macOS."""
    monkeypatch.delenv("POTLUCK_DRIVES", raising=False)
    kinds = {"C:\\": 3, "E:\\": 2, "Z:\\": 4}
    kernel = SimpleNamespace(GetLogicalDrives=lambda: 1 << 2 | 1 << 4 | 1 << 25, GetDriveTypeW=kinds.__getitem__)
    monkeypatch.setattr("ctypes.windll", SimpleNamespace(kernel32=kernel), raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    assert [str(path) for path in mounted()] == ["E:\\"]
    monkeypatch.setattr(sys, "platform", "darwin")
    for name in ("Macintosh HD", "RPI-RP2"):
        (tmp_path / name).mkdir()
    below = drives._below
    monkeypatch.setattr(drives, "_below", lambda top: below(tmp_path) if top == Path("/Volumes") else [])
    assert [path.name for path in mounted()] == ["Macintosh HD", "RPI-RP2"]


def test_a_list_of_folders_stands_in_for_the_systems(tmp_path, monkeypatch):
    monkeypatch.setenv("POTLUCK_DRIVES", os.pathsep.join(map(str, [drive(tmp_path / "a"), tmp_path / "b"])))
    assert mounted() == [tmp_path / "a", tmp_path / "b"]
    assert [one.path for one in find_drives()] == [tmp_path / "a"]
    monkeypatch.setenv("POTLUCK_DRIVES", "")
    assert find_drives() == []


def test_a_drive_that_nobody_mounted_is_seen(tmp_path):
    (tmp_path / "sdz1").touch()
    (tmp_path / "RPI-RP2").symlink_to(tmp_path / "sdz1")
    found = unmounted(["RPI-RP2", "RP2350"], tmp_path)
    assert found == ([tmp_path / "RPI-RP2"] if os.path.exists("/proc/mounts") else [])
