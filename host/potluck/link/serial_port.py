# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Serial ports, pseudo-terminals and serial-over-network, through pyserial.

What DTR and RTS do differs by what is behind the port:

- Behind a USB-to-UART bridge they drive the ESP32's auto-reset circuit (two crossed transistors,
  Espressif "ESP32-DevKitC V4 schematic"): RTS alone asserted pulls EN and resets the chip, DTR
  alone pulls GPIO0, both or neither do nothing. So they go up together and stay up for ever: on
  Linux the kernel raises both in one message at open, and clearing HUPCL keeps it from dropping
  them at close, one after the other in some bridges. No edge, no reset, no ghost press of BOOT.
- On native USB, DTR says that somebody listens: an RP2040 discards its output without it. There
  HUPCL stays, so that the board learns at close that nobody listens any more and does not wait.
- Windows has no HUPCL and some drivers move the lines one by one: they go up DTR first and down
  RTS first, so that RTS is never asserted alone.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import time

import serial

from potluck.errors import BoardNotRunning, BoardSilent, PortBusy, PortGone, PortNotFound, PortPermission, PotluckError
from potluck.link.base import Link
from potluck.link.holder import group_advice, holders
from potluck.link.usb_ids import BRIDGE_VENDORS, RESETS_BY_LINES, lookup

BAUD = 115200  # MicroPython's REPL on every board; native USB ignores it
WRITE_TIMEOUT_S = 10.0
_LOOK_EVERY_S = 0.05  # for a port that went


class SerialLink(Link):
    """A port opened through pyserial, for this program alone."""

    def __init__(self, device: str, *, name: str = ""):
        self.name = name or device
        self.device = device
        self.is_url = "://" in device
        self.is_pty = not self.is_url and _is_pty(device)
        usb = None if self.is_url or self.is_pty else _usb_info(device)
        known = lookup(usb.vid, usb.pid) if usb else None
        self.description = known.label if known else (usb.product or "serial port" if usb else "serial port")
        self.is_bridge = not self.is_pty and (usb is None or usb.vid is None or usb.vid in BRIDGE_VENDORS)
        # over RFC 2217 nobody says what is at the other end: its lines are moved, and may do nothing
        self.has_reset = (
            self.device.startswith("rfc2217:")
            or (self.is_bridge and not self.is_url)
            or (usb is not None and (usb.vid, usb.pid) in RESETS_BY_LINES)
        )
        self.look_again = lambda: device  # where the same board is after it went; open_port() knows better
        if not self.is_url:
            self._refuse_what_is_no_port()
        self._port = self._open()

    def read(self, timeout_s: float) -> bytes:
        try:
            self._set_timeout(timeout_s)
            if not self.is_url and (waiting := self._port.in_waiting):
                return self._port.read(waiting)
            first = self._port.read(1)
            if not first:
                return b""
            if self.is_url:  # in_waiting of a socket only says yes or no
                self._set_timeout(0)
                return first + self._port.read(4096)
            return first + self._port.read(self._port.in_waiting)
        except (OSError, TypeError) as wrong:  # TypeError: pyserial on a port closed meanwhile
            raise self._gone() from wrong

    def write(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except serial.SerialTimeoutException as wrong:
            raise BoardSilent(
                f"the board took no bytes for {WRITE_TIMEOUT_S:.0f} s",
                where=self.name,
                do="press its reset button, or unplug it and plug it in again",
            ) from wrong
        except (OSError, TypeError) as wrong:
            raise self._gone() from wrong

    def close(self) -> None:
        try:
            if sys.platform == "win32" and self._port.is_open:
                self._port.rts = False
                self._port.dtr = False
            self._port.close()
        except OSError:
            pass  # the device has gone: nothing is left to let go of

    def hard_reset(self) -> bool:
        """RTS alone resets the chip behind a bridge (see above); both up again lets it run."""
        if not self.has_reset:
            return False
        try:
            self._port.dtr = False
            time.sleep(0.1)
            self._port.dtr = True
        except OSError as wrong:
            if wrong.errno in (errno.ENOTTY, errno.EINVAL):
                return False
            raise self._gone() from wrong
        return True

    def reopen(self, patience_s: float) -> bool:
        """A board with USB of its own that resets: its port goes and comes back, perhaps under another name."""
        self.close()
        end = time.monotonic() + patience_s
        while True:
            try:
                self.device = self.look_again()
                self._refuse_what_is_no_port()
                self._port = self._open()
                return True
            except (PortNotFound, PortGone, PortBusy, BoardNotRunning):
                if time.monotonic() > end:
                    return False
            time.sleep(_LOOK_EVERY_S)

    # -- opening -----------------------------------------------------------------------

    def _open(self):
        try:
            port = serial.serial_for_url(
                self.device,
                baudrate=BAUD,
                timeout=0,
                # pyserial's rfc2217 knows no write timeout; its socket has the system's
                write_timeout=None if self.device.startswith("rfc2217:") else WRITE_TIMEOUT_S,
                exclusive=None if sys.platform == "win32" else True,
                do_not_open=True,
            )
            if sys.platform == "win32":
                port.dtr = port.rts = False
                port.open()
                port.dtr = True
                port.rts = True
            else:
                port.open()  # asserts DTR, then RTS; ENOTTY of a pseudo-terminal is ignored
                if self.is_bridge and not self.is_url:
                    _keep_lines_at_close(port.fd)
        except (OSError, ValueError) as wrong:
            raise self._refused(wrong) from wrong
        return port

    def _refuse_what_is_no_port(self) -> None:
        if sys.platform == "win32":
            return
        try:
            mode = os.stat(self.device).st_mode
        except OSError as wrong:
            raise self._refused(wrong) from wrong
        if not stat.S_ISCHR(mode):
            raise PortNotFound("not a serial port", where=self.name, do="'potluck devs' lists the ports")
        if not self.is_pty and _is_tty(self.device):
            # Programs that do not lock (screen, cat) would steal bytes from us unnoticed.
            found = holders(self.device)
            if found:
                raise self._busy(found)

    def _busy(self, found: list[tuple[int, str]]) -> PotluckError:
        who = ", ".join(f"{program} (process {pid})" for pid, program in found)
        return PortBusy(
            f"another program has the port open: {who}" if who else "another program has the port open",
            where=self.name,
            do="close it there" if who else "close serial monitors, Thonny, mpremote and the like",
        )

    def _refused(self, wrong: Exception) -> PotluckError:
        """Our error for pyserial's; decided by error numbers, never by text."""
        number = _errno_of(wrong)
        if self.is_url:
            return PortNotFound(
                f"nothing answers at this address: {os.strerror(number) if number else wrong}",
                where=self.name,
                do="is the other side started, and the host and port right?",
            )
        if sys.platform == "win32" and _usb_info(self.device):
            return self._busy([])  # listed and yet refused: Windows says 'access denied' for busy
        if number in (errno.EBUSY, errno.EAGAIN):
            return self._busy(holders(self.device))
        if number in (errno.EACCES, errno.EPERM):
            return PortPermission(
                "no permission to open the port", where=self.name, do=group_advice(self.device)
            )
        if number in (errno.EIO, errno.ENXIO, errno.ENODEV):
            return self._gone()
        if number in (errno.ENOTTY, errno.EINVAL):
            return PortNotFound("not a serial port", where=self.name, do="'potluck devs' lists the ports")
        return PortNotFound(
            "no such port", where=self.name, do="'potluck devs' lists the ports; is the cable plugged in?"
        )

    def _gone(self) -> PortGone:
        return PortGone(
            "the port has gone", where=self.name, do="plug the board in again and repeat the command"
        )

    def _set_timeout(self, timeout_s: float) -> None:
        if self._port.timeout != timeout_s:
            if self.device.startswith("rfc2217:"):
                # its public setter sends the whole line setting over the net again and waits for the answers
                self._port._timeout = timeout_s
            else:
                self._port.timeout = timeout_s


def _is_pty(device: str) -> bool:
    # Linux: major 136–143 (Documentation/admin-guide/devices.txt); macOS names them ttysNNN
    real = os.path.realpath(device)
    return real.startswith("/dev/pts/") or (sys.platform == "darwin" and real.startswith("/dev/ttys"))


def _is_tty(device: str) -> bool:
    """Linux: whether the kernel counts the device among the terminals (elsewhere False)."""
    number = os.stat(device).st_rdev
    return os.path.realpath(f"/sys/dev/char/{os.major(number)}:{os.minor(number)}/subsystem").endswith("/tty")


def _usb_info(device: str):
    from serial.tools import list_ports

    return next((port for port in list_ports.comports(include_links=False) if port.device == device), None)


def _keep_lines_at_close(fd: int) -> None:
    import termios

    try:
        attributes = termios.tcgetattr(fd)
        attributes[2] &= ~termios.HUPCL
        termios.tcsetattr(fd, termios.TCSANOW, attributes)
    except termios.error:
        pass  # a driver without terminal settings has no line to drop either


def _errno_of(wrong: BaseException | None) -> int | None:
    """pyserial keeps the error number on some paths; on others it is the exception behind."""
    while wrong is not None:
        number = getattr(wrong, "errno", None)
        if number is None and type(wrong).__module__ == "termios" and wrong.args:
            number = wrong.args[0]
        if number:
            return number
        wrong = wrong.__cause__ or wrong.__context__
    return None
