# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""`potluck devs` with eight boards plugged in: the whole command, listening included.

The ports are pseudo-terminals that pass for USB ports: the list that pyserial would give is replaced in
the measured process, everything after it is real. Half of the boards talk, half are silent.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from zlib import crc32

from bench.kit import ROOT
from bench.rows import Row

PORTS, TIMES = 8, 5

_COMMAND = """
import sys
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

ports = []
for number, device in enumerate(sys.argv[1:]):
    port = ListPortInfo(device, skip_link_detection=True)
    port.vid, port.pid, port.serial_number = 0x2E8A, 0x0005, f"e66138528351460{number}"
    ports.append(port)
list_ports.comports = lambda include_links=False: ports
sys.argv = ["potluck", "devs", "--json"]
from potluck.__main__ import main

main()
"""


def measure() -> list[Row]:
    if os.name != "posix":
        raise SystemExit("pseudo-terminals are POSIX")
    import pty
    import tty

    ends = [pty.openpty() for _ in range(PORTS)]
    devices = [os.ttyname(near) for _, near in ends]
    for _, near in ends:
        tty.setraw(near)
        os.close(near)  # else this process would be shown as the ports' holder
    over = threading.Event()
    talking = threading.Thread(target=_talk, args=([far for far, _ in ends[::2]], over))
    talking.start()
    try:
        with tempfile.TemporaryDirectory() as home:
            took = [_once(devices, home) for _ in range(TIMES)]
    finally:
        over.set()
        talking.join()
        for far, _ in ends:
            os.close(far)
    return [Row(f"potluck devs, {PORTS} ports", min(took), "s", "≤ 0.3", f"whole command, best of {TIMES}")]


def _once(devices: list[str], home: str) -> float:
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _COMMAND, *devices],
        cwd=ROOT,
        env={**os.environ, "POTLUCK_DATA_DIR": home, "POTLUCK_RUNTIME_DIR": home, "POTLUCK_DRIVES": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    took = time.perf_counter() - began
    heard = [json.loads(line)["recipe"] for line in done.stdout.splitlines()]
    if heard.count("plant-waterer") < PORTS // 2:
        raise SystemExit(f"devs did not hear the boards: {heard}")
    return took


def _talk(fars: list[int], over: threading.Event) -> None:
    body = '{"n":0,"t":15,"hello":{"recipe":"plant-waterer","mp":"1.26.1","board":"pico","channels":[]}'
    hello = f'\x1e{body},"c":"{crc32(body.encode()):08x}"}}\n'.encode()
    for far in fars:
        os.set_blocking(far, False)
    while not over.wait(0.03):
        for far in fars:
            try:
                os.write(far, hello)
            except OSError:
                pass  # nobody reads at the moment
