# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Each check by itself: facts in, findings out."""

import re
from types import SimpleNamespace

import pytest
from potluck.doctor import computer, firmware, ids, log_lines
from potluck.doctor.computer import Computer
from potluck.doctor.hearing import Heard
from potluck.flasher.drives import Drive
from potluck.link.find import Found
from potluck.link.usb_devices import UsbDevice

PICO = Found("/dev/ttyACM0", "Raspberry Pi Pico", "usb", usb="2e8a:0005")
CH340 = UsbDevice(0x1A86, 0x7523, "", "USB Serial", "1-1.2", "ch341")


def found(checks, *facts):
    return {finding.id: finding for one in checks for finding in one(*facts)}


def of(**seen):
    return found(computer.CHECKS, Computer(**{"system": "linux", **seen}))


def test_every_id_is_explained_once_and_no_heading_is_left_over(root):
    text = (root / "docs" / "doctor.md").read_text("utf-8")
    headings = re.findall(r"^## (\S+)$", text, flags=re.M)
    assert sorted(headings) == sorted(ids())


# -- the computer ---------------------------------------------------------------------------------------


def test_all_well_is_no_finding():
    assert of(ports=[PICO], devices=[UsbDevice(0x2E8A, 5, "e66", "Board in FS mode", "1-2", "cdc_acm")]) == {}


def test_nothing_on_usb_is_the_cable_first():
    keyboard = UsbDevice(0x046D, 0xC31C, "", "Keyboard", "1-5", "usbhid")
    finding = of(devices=[keyboard])["nothing-on-usb"]
    assert finding.level == "error" and "another cable" in finding.do
    assert "nothing-on-usb" in of(ports=[Found("virtual:pico-1", "virtual pico", "virtual")])
    assert "nothing-on-usb" not in of(devices=[CH340])


@pytest.mark.parametrize(
    "system, word",
    [("linux", "sudo modprobe ch341"), ("darwin", "Privacy & Security"), ("win32", "'CH341SER'")],
)
def test_a_bridge_without_a_port_has_no_driver(system, word):
    device = CH340._replace(driver="", problem=28 if system == "win32" else 0)
    finding = of(system=system, devices=[device])["no-driver"]
    assert word in finding.do and "CH340 [1a86:7523]" in finding.what
    assert system != "win32" or "code 28" in finding.do
    port = Found("/dev/ttyUSB0", "CH340", "usb", usb="1a86:7523")
    assert of(system=system, devices=[device], ports=[port]) == {}


@pytest.mark.parametrize(
    "ids_of, module", [((0x10C4, 0xEA60), "cp210x"), ((0x0403, 0x6001), "ftdi_sio"), ((0x1A86, 0x55D4), "cdc_acm"),
                       ((0x067B, 0x2303), "pl2303"), ((0x1A86, 0x55D3), "cdc_acm")],
)  # fmt: skip
def test_the_driver_goes_by_the_usb_id(ids_of, module):
    finding = of(devices=[UsbDevice(*ids_of, "", "", "1-1", "")])["no-driver"]
    assert f"modprobe {module};" in finding.do


def test_brltty_is_named_where_it_took_the_port():
    seen = of(devices=[CH340._replace(driver="usbfs")])
    assert set(seen) == {"driver-taken"} and "apt remove brltty" in seen["driver-taken"].do


def test_permission_and_holder():
    seen = of(
        ports=[PICO],
        refused={"/dev/ttyACM0": "join the group 'dialout': sudo usermod -a -G dialout ann"},
        holders={"/dev/ttyACM0": [(4711, "thonny")]},
    )
    assert "usermod -a -G dialout ann" in seen["port-permission"].do
    assert "thonny (process 4711)" in seen["port-busy"].what and seen["port-busy"].level == "warning"
    modem = of(ports=[PICO], holders={"/dev/ttyACM0": [(9, "ModemManager")]})["port-busy"]
    assert "modem" in modem.do


def test_a_bootloader_is_one_finding_with_or_without_its_drive(tmp_path):
    boot = UsbDevice(0x2E8A, 3, "E0C9125B0D9B", "RP2 Boot", "1-1", "usb-storage")
    drive = Drive(tmp_path, "RPI-RP2", "Raspberry Pi RP2", "UF2 Bootloader v3.0")
    for seen in (of(devices=[boot], drives=[drive]), of(devices=[boot])):
        assert set(seen) == {"bootloader-waits"} and "potluck flash" in seen["bootloader-waits"].do
    dfu = of(devices=[UsbDevice(0x2341, 0x0070, "F4", "Nano ESP32", "1-2", "")])
    assert "Nano ESP32" in dfu["bootloader-waits"].what


def test_an_uno_is_told_kindly():
    uno = Found("/dev/ttyACM1", "Arduino UNO [2341:0043]", "usb", is_board=False, usb="2341:0043",
                note="an AVR UNO cannot run MicroPython")  # fmt: skip
    finding = of(ports=[uno])["no-board"]
    assert finding.level == "note" and "AVR" in finding.what


# -- the board's own lines ---------------------------------------------------------------------------------


def log(text, went=0):
    return found(log_lines.CHECKS, Heard(text, None, went, None), "/dev/ttyUSB0")


START = "ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\nload:0x3fff0030\r\n"


@pytest.mark.parametrize(
    "text, id",
    [
        ("\r\nBrownout detector was triggered\r\n\r\n", "brownout"),
        ("E BOD: Brownout detector was triggered\r\n", "brownout"),
        ("rst:0xf (RTCWDT_BROWN_OUT_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n", "brownout"),
        ("rst:0xf (BROWNOUT_RST),boot:0xc (SPI_FAST_FLASH_BOOT)\r\n", "brownout"),
        (START * 4, "boot-loop"),
        ("MPY: soft reboot\r\n" * 5, "boot-loop"),
        ("rst:0x8 (TG1WDT_SYS_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n", "watchdog-reset"),
        ("potluck: safe mode: the app hung and the watchdog reset the board\r\n", "watchdog-reset"),
        ("Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.\r\n", "chip-panic"),
        ("abort() was called at PC 0x400d1234 on core 0\r\n", "chip-panic"),
        ("invalid header: 0xffffffff\r\n" * 3, "no-valid-firmware"),
        ("flash read err, 1000\r\nets_main.c 371\r\n", "flash-voltage"),
        ("rst:0x1 (POWERON_RESET),boot:0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))\r\n", "download-mode"),
        ("rst:0x1 (POWERON),boot:0x0 (DOWNLOAD(USB/UART0))\r\nwaiting for download\r\n", "download-mode"),
        ("MemoryError: memory allocation failed, allocating 4096 bytes\r\n", "out-of-memory"),
        ('Traceback (most recent call last):\r\n  File "main.py", line 3, in <module>\r\nOSError: [Errno 19] ENODEV\r\n',
         "program-crashes"),
        ("\x00\x9f\N{REPLACEMENT CHARACTER}" * 40, "garbled"),
    ],
)  # fmt: skip
def test_lines_are_recognised(text, id):
    assert id in log(text)


@pytest.mark.parametrize(
    "text",
    [
        "", START, "MPY: soft reboot\r\nMicroPython v1.26.1 on 2025-09-11; Raspberry Pi Pico with RP2040\r\n>>> ",
        "T=21.5 H=40\r\n" * 50, '\x1e{"n":1,"t":5,"v":[41.5,1],"c":"00000000"}\n' * 30, "naïve façade 21 °C\r\n" * 20,
        'Traceback (most recent call last):\r\n  File "main.py", line 3, in <module>\r\nKeyboardInterrupt: \r\n',
    ],
)  # fmt: skip
def test_healthy_lines_are_not(text):
    assert log(text) == {}


def test_a_board_that_goes_off_usb_again_and_again_is_a_loop_and_once_is_none():
    assert "left USB and came back 2 times" in log("", went=2)["boot-loop"].what
    assert log("", went=1) == {}


def test_brownout_is_told_its_cure_and_never_to_switch_the_detector_off():
    finding = log("Brownout detector was triggered")["brownout"]
    assert "cable" in finding.do and "supply of their own" in finding.do and "Leave the detector on" in finding.do


def test_the_newest_release_comes_from_the_cache_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("POTLUCK_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("POTLUCK_FIRMWARE_URL", "http://127.0.0.1:9")  # would refuse, and is not asked
    assert firmware.newest_release("Raspberry Pi Pico with RP2040") == ""
    release = SimpleNamespace(version="1.29.0")
    monkeypatch.setattr("potluck.flasher.catalogue.Catalogue.choose", lambda self, name: self.offline and release)
    assert firmware.newest_release("Raspberry Pi Pico with RP2040") == "1.29.0"
    assert firmware.newest_release("A board that nobody knows") == ""


# -- firmware and files -------------------------------------------------------------------------------------

WELL = {
    "name": "micropython", "version": (1, 26, 1), "machine": "Raspberry Pi Pico with RP2040", "unreadable": [],
    "empty": [], "leftovers": [], "quarantine": [], "block": 4096, "blocks": 352, "free": 300, "files": 9, "slot": "/slots/a",
    "recipe_there": True, "boot_loops": False, "crash": "", "running": True, "safe": "",
}  # fmt: skip


def said(**changes):
    return found(firmware.CHECKS, WELL | changes, "/dev/ttyACM0")


def test_firmware_and_files():
    assert said() == {}
    assert "1.20.0 is too old" in said(version=(1, 20, 0))["old-firmware"].what
    assert "1.29.0 is out" in said(newest="1.29.0")["newer-firmware"].what
    assert said(newest="1.26.1") == said(newest="1.9.4") == said(newest="") == said(newest="preview") == {}
    assert set(said(name="circuitpython", version=(9, 2, 1))) == {"not-micropython"}
    assert "2 of 352" in said(free=2)["files-full"].what
    assert set(said(blocks=None, free=None, files=0, slot="", recipe_there=False)) == {"files-missing"}
    assert "/main.py" in said(unreadable=[("/main.py", 84)])["files-unreadable"].what
    assert "/lib/a.py" in said(empty=["/lib/a.py"])["file-empty"].what
    assert "leftovers" in said(leftovers=["/x.new"]) and "boot-blocks" in said(boot_loops=True)
    assert "quarantined" in said(quarantine=["/main.quarantine.py"])
    assert "/slots/a" in said(recipe_there=False)["slot-broken"].what
    assert "ENODEV" in said(crash="OSError: [Errno 19] ENODEV")["last-crash"].what
    assert set(said(running=False)) == {"not-running"}
    assert said(running=False, slot="", recipe_there=False) == {}
    crash, reason = "OSError: [Errno 19] ENODEV", "3 starts in a row ended badly, the last one: ENODEV"
    safe = said(crash=crash, running=False, safe=reason)
    assert set(safe) == {"safe-mode"} and reason in safe["safe-mode"].what
    stopped = set(said(crash=crash, running=False))
    assert stopped == set(said(crash=crash, running=False, safe=None)) == {"not-running", "last-crash"}
