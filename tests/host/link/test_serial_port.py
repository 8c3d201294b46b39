# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Opening ports that are there, are not there, are held, are no ports; and what the lines do."""

import errno
import fcntl
import os
import socket
import subprocess
import sys
import termios
import threading

import pytest
import serial
from potluck import link
from potluck.errors import PortBusy, PortGone, PortNotFound, PortPermission
from potluck.link import serial_port
from potluck.link.holder import group_advice, holders

from tests.needs import need


def test_bytes_go_both_ways_and_reading_ends_with_what_is_there(far):
    with link.open_port(far.port) as line:
        far.write(b"hello \x1e\x00\xff")
        assert line.read(1.0) == b"hello \x1e\x00\xff"
        line.write(b"\x03\r\n\x04")
        assert far.read() == b"\x03\r\n\x04"
        assert line.read(0) == b""
        assert not line.hard_reset(), "a pseudo-terminal has no reset line"
    line.close()  # twice is fine


def test_a_second_opening_is_refused_and_names_the_holder(far):
    with link.open_port(far.port):
        with pytest.raises(PortBusy) as refused:
            link.open_port(far.port)
    assert refused.value.where == far.port
    link.open_port(far.port).close()


def test_the_program_that_holds_the_port_is_named(far):
    need("linux")
    script = (
        "import fcntl, sys; f = open(sys.argv[1], 'rb', 0); fcntl.flock(f, fcntl.LOCK_EX)\n"
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, far.port], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        other.stdout.readline()
        assert (other.pid, "python") in [(pid, name[:6]) for pid, name in holders(far.port)]
        with pytest.raises(PortBusy, match=rf"python\S* \(process {other.pid}\)"):
            link.open_port(far.port)
        other.stdin.close()


def test_a_port_that_disappears_is_gone(far):
    with link.open_port(far.port) as line:
        far.close()
        with pytest.raises(PortGone):
            for _ in range(5):
                line.read(0.2)
        with pytest.raises(PortGone):
            for _ in range(5):
                line.write(b"x")


@pytest.mark.parametrize("name", ["/dev/ttyACM99", "a99", "u99", "/nowhere/at/all", "port:/dev/ttyUSB99"])
def test_no_such_port(name):
    with pytest.raises(PortNotFound) as missing:
        link.open_port(name)
    assert missing.value.where == name


def test_a_file_a_folder_and_dev_null_are_no_ports(tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("kept")
    for path in (file, tmp_path, "/dev/null"):
        with pytest.raises(PortNotFound, match="not a serial port"):
            link.open_port(str(path))
    assert file.read_text() == "kept"


def test_no_permission(far):
    need("not-root")
    os.chmod(far.port, 0)
    with pytest.raises(PortPermission):
        link.open_port(far.port)


def test_permission_is_told_by_error_number(far, monkeypatch):
    def refuse(self):
        raise serial.SerialException(errno.EACCES, "[Errno 13] the text does not matter")

    monkeypatch.setattr(serial.Serial, "open", refuse)
    with pytest.raises(PortPermission) as refused:
        link.open_port(far.port)
    assert refused.value.do == group_advice(far.port)


def test_advice_names_the_real_group(far):
    import grp

    os.chmod(far.port, 0o660)
    name = grp.getgrgid(os.stat(far.port).st_gid).gr_name
    if name != "root":
        assert f"'{name}'" in group_advice(far.port)
    os.chmod(far.port, 0o600)
    assert far.port in group_advice(far.port)


class RecordingSerial(serial.Serial):
    """A real port whose changes of DTR and RTS are written down."""

    events: list = []

    def _update_dtr_state(self):
        self.events.append(("dtr", self._dtr_state))

    def _update_rts_state(self):
        self.events.append(("rts", self._rts_state))


def never_rts_alone(events):
    """RTS asserted while DTR is not pulls EN low; at open the kernel has raised both already."""
    lines = {"dtr": True, "rts": True}
    for line, state in events:
        lines[line] = state
        if lines["rts"] and not lines["dtr"]:
            return False
    return True


@pytest.fixture
def bridge(far, monkeypatch):
    """The pseudo-terminal taken for a USB bridge, its lines recorded."""
    monkeypatch.setattr(serial_port, "_is_pty", lambda device: False)
    monkeypatch.setattr(serial, "Serial", RecordingSerial)
    RecordingSerial.events = []
    return far


def test_opening_and_closing_never_reset_an_esp32(bridge):
    line = link.open_port(bridge.port)
    hangs_up = termios.tcgetattr(line._port.fd)[2] & termios.HUPCL
    line.read(0)
    line.close()
    assert RecordingSerial.events == [("dtr", True), ("rts", True)]
    assert never_rts_alone(RecordingSerial.events)
    assert not hangs_up, "closing would drop both lines, one after the other on some bridges"


def test_native_usb_gets_dtr_and_learns_when_nobody_listens(bridge, monkeypatch):
    class Pico:
        vid, pid, product = 0x2E8A, 0x0005, "Board in FS mode"

    monkeypatch.setattr(serial_port, "_usb_info", lambda device: Pico)
    keep = []
    monkeypatch.setattr(serial_port, "_keep_lines_at_close", keep.append)
    with link.open_port(bridge.port) as line:
        assert ("dtr", True) in RecordingSerial.events
        assert line.description == "Raspberry Pi Pico family, MicroPython"
        assert not line.hard_reset()
    assert keep == []


def test_reset_on_request_pulls_en_and_lets_go(bridge):
    with link.open_port(bridge.port, reset=True):
        pass
    assert RecordingSerial.events == [("dtr", True), ("rts", True), ("dtr", False), ("dtr", True)]


def test_socket(monkeypatch):
    server = socket.create_server(("127.0.0.1", 0))
    address = f"socket://127.0.0.1:{server.getsockname()[1]}"

    def serve():
        peer, _ = server.accept()
        assert peer.recv(10) == b"ping"  # pyserial drops what comes before it has finished opening
        peer.sendall(b"x" * 1000)
        peer.close()

    thread = threading.Thread(target=serve)
    thread.start()
    monkeypatch.setattr("time.sleep", lambda s: None)  # pyserial waits 0.3 s after closing a socket
    with link.open_port(address) as line:
        line.write(b"ping")
        got = b""
        while len(got) < 1000:
            got += line.read(2.0)
        with pytest.raises(PortGone):
            while True:
                line.read(2.0)
    thread.join()
    server.close()
    with pytest.raises(PortNotFound, match="nothing answers"):
        link.open_port(address)


def test_exclusive_lock_is_mpremotes_lock(far):
    with link.open_port(far.port):
        with open(far.port, "rb", buffering=0) as other, pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_rfc2217():
    """pyserial's own server in front of its loop:// port: what is written comes back."""
    from serial.rfc2217 import PortManager

    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve():
        peer, _ = listener.accept()
        peer.settimeout(0.05)
        looped = serial.serial_for_url("loop://", timeout=0)
        manager = PortManager(looped, type("Peer", (), {"write": staticmethod(peer.sendall)}))
        while not over.is_set():
            try:
                looped.write(b"".join(manager.filter(peer.recv(1024))))
            except TimeoutError:
                pass
            except OSError:
                break
            back = looped.read(1024)
            if back:
                peer.sendall(b"".join(manager.escape(back)))
        peer.close()

    server = threading.Thread(target=serve)
    server.start()
    try:
        with link.open_port(f"rfc2217://127.0.0.1:{listener.getsockname()[1]}") as line:
            line.write(b"\x03 frame \xff\n")
            got = b""
            while len(got) < 10:
                got += line.read(2.0)
            assert got == b"\x03 frame \xff\n"
            assert line.hard_reset(), "the lines were moved; what they do there nobody says"
    finally:
        over.set()
        server.join()
        listener.close()
