# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The stream: differences, pieces, the line's limits, what a board lacks, its heap, and what can go wrong."""

import random
import zlib
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from potluck import places
from potluck.deploy import deploy, kept
from potluck.deploy.delta import Copy, apply, difference
from potluck.deploy.mpy import compile_mpy
from potluck.deploy.plan import check_names
from potluck.deploy.receiver import Receiver, as_sent, receiver
from potluck.deploy.stream import PLAIN, WIRE_MOST, Orders, pieces
from potluck.errors import BoardSwapped, DeployFailed, NoSpace, PotluckError
from potluck.link.base import Link
from potluck.link.repl import Repl

from tests.host.deploy.benches import BALLAST, MAIN, Bench, bases, paths, write_recipe


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """A board that runs version 1.0.0, which has proven itself."""
    with Bench() as bench:
        deploy(write_recipe(tmp_path_factory.mktemp("recipe")), link=bench.link)
        bench.wait_pointer("a = -")
        bench.board.stop()
        return bench.flash.device.image()


# -- differences ---------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([b"abcdefghijklmnopqrstuvwxyz" * 2, b"0123456789" * 9, b"x", b"yz"]), max_size=12),
       st.lists(st.sampled_from([b"abcdefghijklmnopqrstuvwxyz" * 2, b"0123456789" * 9, b"q", b"rs"]), max_size=12))  # fmt: skip
def test_a_difference_makes_the_new_content(old, new):
    old, new = b"".join(old), b"".join(new)
    assert apply(old, difference(old, new)) == new


def test_one_line_changed_costs_about_that_line():
    lines = [b"value_%d = reading(%d) * %d\n" % (n, n * 7, n * n) for n in range(400)]
    old = b"".join(lines)
    lines[200] = b"value_200 = something_else()\n"
    found = list(difference(old, b"".join(lines)))
    assert sum(len(piece) for piece in found if not isinstance(piece, Copy)) < 60
    assert sum(isinstance(piece, Copy) for piece in found) <= 4


# -- pieces --------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [124, WIRE_MOST])
@pytest.mark.parametrize("seed", range(4))
def test_each_piece_is_small_and_stands_for_what_it_says(most, seed):
    dice = random.Random(seed)
    words = [dice.randbytes(dice.randrange(2, 30)) for _ in range(80)]
    orders = b"".join(dice.choice(words) for _ in range(dice.choice([3, 300, 3000])))
    for deflate in (True, False):
        how, cut = pieces(orders, most, deflate=deflate)
        assert sum(piece.becomes for piece in cut) == len(orders)
        assert all(len(piece.wire) <= WIRE_MOST + 3 for piece in cut)
        inflater = zlib.decompressobj(-how) if how != PLAIN else None
        made = b""
        for piece in cut:
            out = inflater.decompress(piece.wire[3:]) if inflater else piece.wire[3:]
            assert len(out) == piece.becomes == int.from_bytes(piece.wire[1:3], "little")
            assert piece.wire[0] == len(piece.wire) - 3
            made += out
        assert made == orders


def test_what_does_not_get_smaller_travels_plain():
    orders = Orders()
    orders.file("/x", [random.Random(1).randbytes(3000)])
    assert pieces(orders.done(), 124, deflate=True)[0] == PLAIN


# -- lines and boards ----------------------------------------------------------------------------


def test_a_board_behind_a_uart_never_has_more_under_way_than_its_ring_holds(tmp_path):
    """The paced line of the virtual ESP32 loses what its ring of 259 bytes does not hold: nothing is lost."""
    with Bench("esp32_devkitc", speed=8.0) as bench:
        done = deploy(write_recipe(tmp_path, BALLAST + MAIN), link=bench.link)
        assert done.board == "esp32_devkitc" and done.alive.sample.values == (1,)
        assert set(list(bench.board.resets)[1:]) <= {"soft"}


@pytest.mark.parametrize("lacks", ["raw paste", "deflate", "hashlib", "deflate and hashlib"])
def test_a_board_that_lacks_something(lacks, image, tmp_path, monkeypatch):
    start = Repl.start

    def poorer(self, code, **how):
        gone = "".join(f"sys.modules[{name!r}]=None\n" for name in ("deflate", "hashlib") if name in lacks)
        start(self, "import sys\n" + gone + code, **how)

    if lacks == "raw paste":
        init = Repl.__init__

        def plain(self, link):
            init(self, link)
            self.raw.use_paste = False

        monkeypatch.setattr(Repl, "__init__", plain)
    else:
        monkeypatch.setattr(Repl, "start", poorer)
    seen = []
    with Bench(image=image) as bench:
        done = deploy(
            write_recipe(tmp_path, BALLAST + MAIN, version="2.0.0"), link=bench.link,
            look=lambda state, planned: seen.append((state.has_deflate, state.has_sha256)) or True,
        )  # fmt: skip
        assert done.alive.hello.version == "2.0.0"
        assert seen == [("deflate" not in lacks, "hashlib" not in lacks)]
        assert (done.sent < 6800) == ("deflate" not in lacks)


def leave_heap(link, hole: int) -> int:
    """Take all of a board's heap but one hole of so many bytes and what is strewn about; bytes that are free then."""
    repl = Repl(link)
    repl.enter()
    repl.exec(
        f"import gc\ngc.collect()\nhole=bytearray({hole})\nkeep=None\n"
        "for size in 2000,200,16:\n try:\n  while gc.mem_free()>max(600,10*size): keep=(keep,bytearray(size))\n"
        " except MemoryError: pass\nhole=None\ngc.collect()\n"
    )
    free = int(repl.exec("gc.collect()\nprint(gc.mem_free())"))
    repl.close()
    return free


@pytest.mark.parametrize("hole, deflates", [(19_500, True), (8_800, False)])
def test_a_deploy_works_with_little_heap(hole, deflates, image):
    """With 20 KB free as ever; with 10 KB, which is what it takes at the most, without compression."""
    with Bench(image=image) as bench:
        assert leave_heap(bench.link, hole) < hole + 1_300
        ways = []
        done = deploy(
            "plant-waterer", link=bench.link, sample_s=60.0,
            look=lambda state, planned: ways.append(as_sent(planned.orders, state)[0]) or True,
        )  # fmt: skip
        assert done.alive.hello.recipe == "plant-waterer" and (ways[0] != PLAIN) == deflates


@pytest.mark.parametrize("hole, installed", [(8_300, True), (7_000, True), (3_000, True), (3_000, False)])
def test_too_little_heap_is_made_more_by_a_soft_reset(hole, installed, image, tmp_path):
    """Whether it is short for the stream, for what tells, for the import, for putting the receiver there."""
    with Bench(image=image) as bench:
        if not installed:
            bench.flash.remove(f"/slots/{receiver()[0]}.mpy")
        leave_heap(bench.link, hole)
        done = deploy(write_recipe(tmp_path, version="2.0.0"), link=bench.link)
        assert done.alive.hello.version == "2.0.0"
        assert list(bench.board.resets).count("soft") == 2, "for the heap, and to start"


def test_receiving_takes_less_than_8_kb(image, tmp_path, monkeypatch):
    """All that the receiver has on the heap when a compressed stream is done, its own code included."""
    source = (places.firmware_dir() / "boot" / "receiver.py").read_text()
    told = source.replace("            _receive(how)\n", "            _receive(how)\n            _heap()\n")
    told += "\ndef _heap():\n gc.collect()\n free = gc.mem_free()\n with open('/free', 'w') as file: file.write(str(free))\n"
    program = compile_mpy(told.encode(), "receiver.py", lines=False)
    monkeypatch.setattr("potluck.deploy.receiver.receiver", lambda: ("rx_measured", program))
    with Bench(image=image) as bench:
        bench.flash.write_bytes("/slots/rx_measured.mpy", program)
        repl = Repl(bench.link)
        repl.enter()
        before = int(repl.exec("import gc\ngc.collect()\nprint(gc.mem_free())"))
        repl.close()
        deploy(write_recipe(tmp_path, BALLAST + MAIN, version="2.0.0"), link=bench.link)
        assert 4_000 < before - int(bench.flash.read_bytes("/free")) < 8_192


def test_a_program_with_a_watchdog_of_its_own(tmp_path):
    program = "import machine, time\nw = machine.WDT(timeout=2000)\nwhile True:\n    w.feed()\n    time.sleep_ms(50)\n"
    with Bench(speed=4.0) as bench:
        bench.flash.write_bytes("/main.py", program.encode())
        bench.board.hard_reset()
        done = deploy(write_recipe(tmp_path, BALLAST + MAIN), link=bench.link)
        assert done.kept_main == "/main.own.py"
        assert bench.flash.read_bytes("/main.own.py") == program.encode()


# -- what can go wrong -----------------------------------------------------------------------------


def test_ctrl_c_in_the_middle(image, tmp_path):
    def interrupted(stage, done, total):
        if stage == "send" and done > 400:
            raise KeyboardInterrupt

    with Bench(image=image) as bench:
        with pytest.raises(KeyboardInterrupt):
            deploy(write_recipe(tmp_path, BALLAST + MAIN, "2.0.0"), link=bench.link, progress=interrupted)
        assert bench.alive().version == "1.0.0", "started again at once, not after a watchdog's bite"
        assert "watchdog" not in list(bench.board.resets)
        assert deploy(write_recipe(tmp_path, version="2.0.0"), link=bench.link).alive.hello.version == "2.0.0"


def test_another_board_says_hello_after_the_switch(image, tmp_path):
    with Bench(image=image) as bench, Bench(image=image, seed=1) as other:

        class Swapped(Link):
            name = "swapped"
            line = bench.link

            def read(self, timeout_s):
                return self.line.read(timeout_s)

            def write(self, data):
                self.line.write(data)

        line = Swapped()

        def swap(stage, done, total):
            if stage == "start":
                line.line = other.link

        with pytest.raises(BoardSwapped):
            deploy(write_recipe(tmp_path), link=line, progress=swap)


def test_a_name_that_a_board_cannot_hold():
    check_names({"ü" * 100: b""}, "port")
    for name in ("ü" * 130, "x" * 252, "a/" + "y" * 253, "\udcff.py"):
        with pytest.raises(DeployFailed):
            check_names({name: b""}, "port")


def test_a_read_only_file_system(image, tmp_path, monkeypatch):
    start = Repl.start
    readonly = (
        "import builtins\ndef _no(p,m='r',*a,**k):\n if 'w' in m: raise OSError(30)\n return _o(p,m,*a,**k)\n"
        "_o=builtins.open\nbuiltins.open=_no\n"
    )
    monkeypatch.setattr(Repl, "start", lambda self, code: start(self, readonly + code))
    with Bench(image=image) as bench:
        with pytest.raises(DeployFailed, match="read-only"):
            deploy(write_recipe(tmp_path, version="2.0.0"), link=bench.link)
        assert bench.alive().version == "1.0.0"


def test_a_flash_that_fills_up_while_it_is_written(image, tmp_path, monkeypatch):
    """The plan saw room that somebody else took: the board says so, and the old version goes on."""
    monkeypatch.setattr(import_module("potluck.deploy.plan"), "_check_room", lambda *_: None)
    with Bench(image=image) as bench:
        size = bench.flash.statvfs()[0]
        while (free := bench.flash.statvfs()[2]) > 4:
            bench.flash.write_bytes(f"/big{free}.bin", bytes(size * max(1, free - 5)))
        with pytest.raises(NoSpace, match="was full"):
            deploy(write_recipe(tmp_path, "".join(BALLAST.replace("0", d) for d in "12345") + MAIN, "2.0.0"), link=bench.link)
        assert bench.alive().version == "1.0.0"


def test_a_clock_of_2000_is_not_believed(image, tmp_path):
    with Bench(image=image) as bench:
        deploy(write_recipe(tmp_path, version="2.0.0"), link=bench.link)
        assert b'"when":"20' in bench.flash.read_bytes("/slots/b/slot.json")
        assert b'"when":"2000' not in bench.flash.read_bytes("/slots/b/slot.json")


def test_content_that_is_not_known_here_is_sent_whole(image, tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "find", lambda hash: None)
    with Bench(image=image) as bench:
        done = deploy(write_recipe(tmp_path, version="2.0.0"), link=bench.link)
        how = {change.path: change.how for change in done.plan.changes}
        assert how["config.mpy"] == "new" and how["recipe.mpy"] == "copied" and how["potluck/app.mpy"] == "same"


def test_a_receiver_that_a_power_cut_has_emptied_is_sent_again(image, tmp_path):
    name, program = receiver()
    with Bench(image=image) as bench:
        bench.flash.write_bytes(f"/slots/{name}.mpy", b"")
        bench.flash.write_bytes(f"/slots/{name}.mpy.new", program[:1000])
        assert deploy(write_recipe(tmp_path, version="2.0.0"), link=bench.link).alive.hello.version == "2.0.0"
        assert bench.flash.read_bytes(f"/slots/{name}.mpy") == program


class Counting(Link):
    """sent, got: bytes to and from the board; asked: what was written that is no stream."""

    name = "counting"

    def __init__(self, link):
        self._link, self.sent, self.got, self.asked = link, 0, 0, b""

    def read(self, timeout_s):
        data = self._link.read(timeout_s)
        self.got += len(data)
        return data

    def write(self, data):
        self.sent += len(data)
        self.asked += data if data in (b"m", b"l", b"ml") else b""
        self._link.write(data)


def test_nothing_changed_asks_and_sends_next_to_nothing(image, tmp_path):
    heard = []
    recipe = write_recipe(tmp_path, BALLAST + MAIN, "2.0.0")
    with Bench(image=image) as bench:
        deploy(recipe, link=bench.link)
        bench.wait_pointer("b = a")
        line = Counting(bench.link)
        assert deploy(recipe, link=line, progress=lambda stage, *_: heard.append((stage, line.got))).sent == 0
        assert line.sent <= 300 and line.asked == b""
        assert dict(heard)["compile"] <= 500, "the prompt and the answer"


def test_a_slot_that_this_computer_knows_is_not_listed(image, tmp_path, monkeypatch):
    """The board tells one hash of a slot; who does not know what is behind it asks, once."""
    with Bench(image=image) as bench:
        monkeypatch.setattr(kept, "_folder", lambda: tmp_path / "another computer")
        asked, plans = [], []
        for version in ("2.0.0", "2.0.1"):
            line = Counting(bench.link)
            plans.append(deploy(write_recipe(tmp_path, BALLAST + MAIN, version), link=line).plan)
            asked.append(line.asked)
        assert asked == [b"ml", b"m"]
        assert {change.how for change in plans[1].changes if change.path.startswith("potluck/")} == {"same"}
        bench.wait_pointer("b = a")
        assert paths(bench.flash, "/slots/b")


def test_a_file_that_changed_on_the_board_is_seen(image, tmp_path):
    """What is told is reckoned from the content, each time: nothing on the board is believed."""
    recipe = write_recipe(tmp_path, BALLAST + MAIN, "2.0.0")
    with Bench(image=image) as bench:
        deploy(recipe, link=bench.link)
        bench.wait_pointer("b = a")
        content = bench.flash.read_bytes("/slots/b/recipe.mpy")
        bench.flash.write_bytes("/slots/b/recipe.mpy", content[:-1] + bytes([content[-1] ^ 1]))
        done = deploy(recipe, link=bench.link)
        assert done.slot == "a" and done.plan.changed
        assert bench.flash.read_bytes("/slots/a/recipe.mpy") == content


def test_an_earlier_receiver_goes_when_the_new_one_has_worked(image, tmp_path):
    own = f"{receiver()[0]}.mpy"
    with Bench(image=image) as bench:
        for name in ("rx_00000001.mpy", "rx_00000002.mpy.new"):
            bench.flash.write_bytes(f"/slots/{name}", b"of an earlier potluck")
        deploy(write_recipe(tmp_path), link=bench.link)
        there = {name for name, *_ in bench.flash.listdir("/slots")}
        assert {own, "rx_00000001.mpy"} <= there, "nothing has changed: nothing is touched"
        deploy(write_recipe(tmp_path, version="2.0.0"), link=bench.link)
        assert {name for name, *_ in bench.flash.listdir("/slots")} == {"a", "b", "active", own, *bases(bench.flash, "b")}


def test_a_stream_with_a_flipped_bit_is_never_switched_to(image, tmp_path, monkeypatch):
    send, dice = Receiver._send, random.Random(7)

    def flipped(self, cut, *rest):
        at = dice.randrange(len(cut))
        wire = bytearray(cut[at].wire)
        wire[dice.randrange(3, len(wire))] ^= 1 << dice.randrange(8)
        send(self, [*cut[:at], cut[at]._replace(wire=bytes(wire)), *cut[at + 1 :]], *rest)

    monkeypatch.setattr(Receiver, "_send", flipped)
    monkeypatch.setattr("potluck.deploy.receiver.PIECE_S", 1.0)
    monkeypatch.setattr("potluck.deploy.receiver.STATE_S", 2.0)
    with Bench(image=image) as bench:
        for _ in range(5):
            with pytest.raises(PotluckError):
                deploy(write_recipe(tmp_path, BALLAST + MAIN, "2.0.0"), link=bench.link)
            assert bench.pointer() == "a = -"
            assert bench.alive().version == "1.0.0"
