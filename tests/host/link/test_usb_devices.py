# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What is plugged in at USB, as Linux, macOS and Windows tell it."""

import json
import plistlib

from potluck.link.usb_devices import UsbDevice, from_cim, from_ioreg, from_sysfs, usb_devices


def sysfs(root, name, interfaces=(), **files):
    folder = root / name
    folder.mkdir(parents=True)
    for file, text in files.items():
        (folder / file).write_text(text + "\n")
    for number, driver in enumerate(interfaces):
        interface = root / f"{name}:1.{number}"
        interface.mkdir()
        if driver:
            target = root.parent / "drivers" / driver
            target.mkdir(parents=True, exist_ok=True)
            (interface / "driver").symlink_to(target)


def test_sysfs(tmp_path):
    root = tmp_path / "devices"
    sysfs(root, "usb1", idVendor="1d6b", idProduct="0002", bDeviceClass="09")
    sysfs(root, "1-1", idVendor="05e3", idProduct="0608", bDeviceClass="09", product="USB2.0 Hub")
    sysfs(root, "1-1.2", ["usbfs"], idVendor="1a86", idProduct="7523", bDeviceClass="ff", product="USB Serial")
    sysfs(root, "1-2", ["cdc_acm", "cdc_acm"], idVendor="2e8a", idProduct="0005", bDeviceClass="ef", serial="e66138")
    sysfs(root, "1-3", [""], idVendor="2341", idProduct="0070", bDeviceClass="00", product="Nano ESP32")
    sysfs(root, "1-4", idVendor="gone")
    assert from_sysfs(root) == [
        UsbDevice(0x1A86, 0x7523, "", "USB Serial", "1-1.2", "usbfs"),
        UsbDevice(0x2E8A, 0x0005, "e66138", "", "1-2", "cdc_acm"),
        UsbDevice(0x2341, 0x0070, "", "Nano ESP32", "1-3", ""),
    ]
    assert from_sysfs(tmp_path / "none") == []
    assert usb_devices() is not None, "and here, whatever there is"


def test_ioreg():
    tree = [
        {
            "IORegistryEntryName": "Root",
            "IORegistryEntryChildren": [
                {
                    "idVendor": 0x05E3, "idProduct": 0x0608, "bDeviceClass": 9,
                    "IORegistryEntryChildren": [
                        {
                            "idVendor": 0x2E8A, "idProduct": 3, "bDeviceClass": 0, "locationID": 0x14200000,
                            "USB Product Name": "RP2 Boot", "USB Serial Number": "E0C9125B0D9B",
                        }
                    ],
                }
            ],
        }
    ]  # fmt: skip
    assert from_ioreg(plistlib.dumps(tree)) == [UsbDevice(0x2E8A, 3, "E0C9125B0D9B", "RP2 Boot", "14200000")]
    assert from_ioreg(b"") == from_ioreg(b"<plist>") == []


def cim(device, name, service, problem=0):
    return {"DeviceID": device, "Name": name, "Service": service, "ConfigManagerErrorCode": problem}


def test_cim():
    rows = [
        cim("USB\\VID_1A86&PID_7523\\5&2C6D2E9&0&3", "USB Serial", None, 28),
        cim("USB\\VID_2E8A&PID_0005\\E66138528351462F", "USB Composite Device", "usbccgp"),
        cim("USB\\VID_05E3&PID_0608\\6&1", "Generic USB Hub", "USBHUB3"),
        cim("USB\\ROOT_HUB30\\4&1", "USB Root Hub", "USBHUB3"),
    ]
    assert from_cim(json.dumps(rows).encode()) == [
        UsbDevice(0x1A86, 0x7523, "", "USB Serial", "", "", 28),
        UsbDevice(0x2E8A, 0x0005, "E66138528351462F", "USB Composite Device", "", "usbccgp", 0),
    ]
    assert len(from_cim(json.dumps(rows[0]).encode())) == 1, "one device is no list"
    assert from_cim(b"") == from_cim(b"not json") == []
