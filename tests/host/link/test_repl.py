# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Getting into the REPL of boards that are busy, deaf, noisy or no MicroPython at all."""

import pytest
from potluck import link
from potluck.errors import FirmwareError, NotMicroPython, PortGone
from potluck.link.repl import Repl
from potluck.link.serial_port import SerialLink


@pytest.fixture
def impatient(monkeypatch):
    """Stages as ever, each a tenth as long: nothing will come, and the test need not wait for it."""
    attempt = Repl._try_raw
    monkeypatch.setattr(Repl, "_try_raw", lambda self, patience_s, seen: attempt(self, patience_s / 10, seen))


@pytest.mark.parametrize("raw_paste", [True, False])
def test_code_runs_and_its_output_comes_back(far, fake, raw_paste):
    fake(raw_paste=raw_paste)
    with link.open_port(far.port) as line, Repl(line) as repl:
        assert repl.exec("print('x' * 300)") == b"x" * 300 + b"\n"
        repl.exec("a = 6")
        assert repl.eval("a * 7") == 42


def test_exception_on_the_board_is_ours(far, fake):
    fake()
    with link.open_port(far.port) as line, Repl(line) as repl:
        with pytest.raises(FirmwareError, match="ZeroDivisionError") as wrong:
            repl.exec("1/0")
        assert "Traceback" in wrong.value.trace
        assert repl.eval("1 + 1") == 2, "the session goes on"


@pytest.mark.parametrize("deaf_to", [0, 1, 4])
def test_noise_and_swallowed_interrupts(far, fake, deaf_to):
    fake(deaf_to=deaf_to, noise=b'\x1e{"n":1,"t":5,"v":[1],"c":"00000000"}\nraw REPL\r\n')
    with link.open_port(far.port) as line, Repl(line) as repl:
        assert repl.eval("2 + 2") == 4


def test_the_in_band_stop_is_tried_when_ctrl_c_is_not_heard(far, fake, impatient):
    board = fake(deaf_to=10**6, noise=b"tick\r\n")
    heard = []
    take = board.take

    def listen(byte):
        heard.append(byte)
        if b"".join(heard).endswith(b"STOP\n"):
            board.running = False
        take(byte)

    board.take = listen
    with link.open_port(far.port) as line:
        repl = Repl(line)
        repl.enter(stop=lambda: b"STOP\n")
        assert repl.eval("3 + 3") == 6


@pytest.mark.parametrize("resets", [1, 2, 3])
def test_a_board_that_resets_meanwhile_is_met_again_where_it_comes_back(far, fake, resets):
    fake(deaf_to=1, noise=b"tick\r\n")

    class Resetting(SerialLink):
        """Goes when it is first read from, so often; then it is there again."""

        left, returned = resets, 0

        def read(self, timeout_s):
            if self.left:
                self.left -= 1
                raise PortGone("the port has gone", where=self.name)
            return super().read(timeout_s)

        def reopen(self, patience_s):
            self.returned += 1
            return True

    with Resetting(far.port) as line:
        if resets > 2:
            with pytest.raises(PortGone):
                Repl(line).enter()
        else:
            repl = Repl(line)
            repl.enter()
            assert repl.eval("2 + 2") == 4
        assert line.returned == min(resets, 2)


def test_silence_is_not_micropython(far, impatient):
    with link.open_port(far.port) as line, pytest.raises(NotMicroPython, match="nothing answers") as wrong:
        Repl(line).enter()
    assert "after Ctrl-C" in wrong.value.what


def test_chatter_without_prompt_says_stages_and_last_bytes(far, fake, impatient):
    fake(deaf_to=10**6, noise=b"T=21.5 H=40\r\n")
    with link.open_port(far.port) as line, pytest.raises(NotMicroPython) as wrong:
        Repl(line).enter()
    assert "after more Ctrl-C" in wrong.value.what
    assert "H=40" in wrong.value.what
