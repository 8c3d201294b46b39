# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A desk with boards on it: what the system lists as ports and drives, and boards that come and go."""

import contextlib
import os
import struct
import threading
import time
from types import SimpleNamespace

from potluck.virtual.board import VirtualBoard
from potluck.virtual.ports.pty import PtyPort

ENGINE = "v1.27.0-preview.225.g3f6d144cb8"  # what virtual boards run, and so what the images here hold
RPI_RP2 = b"UF2 Bootloader v3.0\r\nModel: Raspberry Pi RP2\r\nBoard-ID: RPI-RP2\r\n"
RP2350 = b"UF2 Bootloader v1.0\r\nModel: Raspberry Pi RP2350\r\nBoard-ID: RP2350\r\n"
# A real board reads its flash as memory. A virtual one has none there: its boot.py puts this file in that place.
XIP = b"""
import machine, sys
class uctypes:
    def bytearray_at(address, count):
        with open("/flash.bin", "rb") as file:
            file.seek(address - 0x10000000)
            return file.read(count)
class Memory:
    def __getitem__(self, address):
        return int.from_bytes(uctypes.bytearray_at(address, 4), "little")
machine.mem32 = Memory()
sys.modules["uctypes"] = uctypes
"""


class Desk:
    """In place of the system's list of ports; boards plug themselves in and out."""

    def __init__(self, monkeypatch, tmp_path):
        self.folder = tmp_path / "desk"
        self.folder.mkdir()
        self.listed = {}
        self.boards, self.kept = [], []
        self._number = 0
        self._lock = threading.Lock()
        monkeypatch.setattr("serial.tools.list_ports.comports", lambda include_links=False: self.comports())
        self.drives = self.folder / "drives"
        self.drives.mkdir()
        monkeypatch.setattr("potluck.flasher.drives.mounted", lambda: sorted(self.drives.iterdir()))

    def comports(self):
        with self._lock:
            return list(self.listed.values())

    def plug(self, device, vid, pid, serial=""):
        with self._lock:
            self.listed[device] = SimpleNamespace(
                device=device, vid=vid, pid=pid, serial_number=serial, product="", description="", location=None,
                manufacturer="", hwid=""
            )

    def unplug(self, device, another_name=True):
        """another_name: see to it that what is plugged in next does not get this one's."""
        end = time.monotonic() + 1
        while another_name and os.path.exists(device) and time.monotonic() < end:
            time.sleep(0.01)
        if another_name:
            self.kept += os.openpty()
        with self._lock:
            self.listed.pop(device, None)

    def micropython(self, serial, usb=(0x2E8A, 0x0005), kind="pico", seed=0, files=None):
        """A virtual board that runs MicroPython, at a new name in /dev. files: path → bytes, on it before it starts."""
        with self._lock:
            self._number += 1
            port = Telling(self.folder / f"tty{self._number}")
        board = VirtualBoard(kind, seed=seed)
        for path, data in (files or {}).items():
            board.flash.write_bytes(path, data)
        board.attach(port)
        port.open()
        board.start()
        board.wait_ready()
        self.boards.append(board)
        self.plug(port.device, *usb, serial)
        return SimpleNamespace(board=board, port=port, device=port.device)

    def clear(self):
        for handle in self.kept:
            os.close(handle)
        for board in self.boards:
            with contextlib.suppress(Exception):
                board.stop()
                board.console.port.close()


class Telling(PtyPort):
    """A port whose board can be waited for to go into its bootloader, and whose speed can be read."""

    def wait_bootloader(self, board, timeout_s, given_up=lambda: False):
        """Whether the board was sent into its bootloader (machine.bootloader) before the time was over."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end and not given_up():
            if list(board.resets)[-1:] == ["bootloader"]:
                return True
            time.sleep(0.01)
        return False

    def touched(self):
        """Whether somebody set it to 1200 baud."""
        import termios

        with contextlib.suppress(OSError, TypeError, termios.error):
            return termios.tcgetattr(self._slave)[4] == termios.B1200
        return False


class BootDrive(threading.Thread):
    """An RP2040 that waits in its boot ROM: a folder that takes a UF2 file block by block and vanishes.

    moods: "well"; "picky" ignores the blocks of another family, as the ROM does; "stuck" takes nothing.
    late_s: it appears after so long. pull: as if the cable came out.
    flashed(drive) is called when the last block has landed.
    """

    def __init__(self, desk, name="RPI-RP2", *, info=RPI_RP2, family=0xE48BFF56, mood="well", flashed=None, late_s=0.0):
        super().__init__(daemon=True)
        self.folder = desk.drives / name
        self.info, self.family, self.mood, self.flashed, self.late_s = info, family, mood, flashed, late_s
        self.memory, self.numbers, self.before = {}, {}, b""
        self.stopped = threading.Event()
        if not late_s:
            self.appear()
        self.start()

    def appear(self):
        self.folder.mkdir()
        (self.folder / "INDEX.HTM").write_bytes(b"<html></html>")
        (self.folder / "INFO_UF2.TXT").write_bytes(self.info)

    def run(self):
        if self.late_s:
            self.stopped.wait(self.late_s)
            self.appear()
        while not self.stopped.wait(0.005):
            if self.mood != "stuck" and self.look():
                self.pull()
                if self.flashed:
                    self.flashed(self)
                return

    def look(self):
        """Read what is there so far; whether the board restarts (or is pulled out) now."""
        total = None
        for path in self.folder.glob("*.[uU][fF]2"):
            data = path.read_bytes()
            for at in range(0, len(data) - 511, 512):
                words = struct.unpack_from("<4s4sIIIIII", data, at)
                if words[0] == b"UF2\n" and words[7] == self.family and words[2] & 0x2000:
                    self.memory[words[3]] = data[at + 32 : at + 32 + words[4]]
                    self.numbers[words[5]] = words[3]
                    total = words[6]
        return total is not None and len(self.memory) == total

    @property
    def flash(self):
        """What a board would read from 0x10000000 on, after what was there `before`.

        As an RP2040's boot ROM does it (pico-bootrom-rp2040, virtual_disk.c): whenever 16 more block
        numbers have come, the sector of that block is erased; a page that is written only clears bits.
        """
        end = max(at + len(page) for at, page in self.memory.items()) - 0x10000000
        chip, erased = bytearray(self.before.ljust(end, b"\xff")), set()
        for number, address in sorted(self.numbers.items()):
            at, page = address - 0x10000000, self.memory[address]
            if number // 16 not in erased:
                erased.add(number // 16)
                chip[at & ~4095 : (at | 4095) + 1] = b"\xff" * 4096
            was = int.from_bytes(chip[at : at + len(page)], "big")
            chip[at : at + len(page)] = (was & int.from_bytes(page, "big")).to_bytes(len(page), "big")
        return bytes(chip)

    def pull(self):
        gone = self.folder.with_name(f".{self.folder.name}-gone")
        os.replace(self.folder, gone)  # at once, as a pulled drive
        for path in gone.iterdir():
            path.unlink()
        gone.rmdir()

    def stop(self):
        self.stopped.set()
        self.join(5)
