# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck board start | list | poke | reset | unplug | plug | vcd | snapshot | stop"""

from pathlib import Path

import click

from potluck.cli.frame import common
from potluck.cli.params import BAUD, SPEED

_WORDS = {"on": 1.0, "yes": 1.0, "true": 1.0, "off": 0.0, "no": 0.0, "false": 0.0}


class Poke(click.ParamType):
    """ "soil.unplugged=1" → ("soil.unplugged", 1.0); on/off, yes/no and true/false are 1 and 0."""

    name = "path=value"

    def convert(self, value, param, ctx):
        path, equals, text = value.partition("=")
        number = _WORDS.get(text.strip().lower())
        try:
            number = float(text) if number is None else number
        except ValueError:
            number = None
        if not path.strip() or not equals or number is None or number != number:
            self.fail(f"'{value}' is not PATH=VALUE; write for example soil.unplugged=1", param, ctx)
        return path.strip(), number


@click.group("board")
def command():
    """Start, list, poke and stop virtual boards.

    A virtual board is real MicroPython behind a serial port of its own: every tool that
    talks to a board talks to it.
    """


@command.command("start")
@click.option("--board", metavar="BOARD", help="What it plays: pico (default), esp32_devkitc, pico_w ...")
@click.option(
    "--from",
    "snapshot",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Go on from a snapshot (potluck board snapshot): files, clock, memory, world.",
)
@click.option("--name", metavar="NAME", help="What to call it (default: pico-1, pico-2 ...).")
@click.option(
    "--speed", type=SPEED, default=1.0, metavar="N", help="Its seconds per second: 1 (default), N or max."
)
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Keep its files here over restarts (default: they are forgotten when it stops).",
)
@click.option(
    "--tcp", is_flag=True, help="A TCP port of this machine instead of a terminal (always on Windows)."
)
@click.option(
    "--net", is_flag=True, help="Let its sockets reach this computer itself (127.0.0.1), and nothing else."
)
@click.option(
    "--rfc2217", is_flag=True, help="A TCP port that carries DTR and RTS too: tools can reset by them."
)
@click.option(
    "--baud",
    type=BAUD,
    metavar="N",
    help="Of a board with a UART: bits per second (default: its own, 115200), or max: no limit, no loss.",
)
@click.option(
    "--moving-port", is_flag=True, help="Of a board with native USB: after each reset its port has another name."
)
@click.option(
    "--foreground", is_flag=True, help="Stay here until Ctrl-C instead of running in the background."
)
@common
def start(out, board, snapshot, name, speed, folder, tcp, net, rfc2217, baud, moving_port, foreground):
    """Start a virtual board and say its port."""
    from potluck.virtual import daemon

    if board and snapshot:
        raise click.UsageError("a snapshot says which board it is of: leave out --board")
    board = board or "pico"
    if not foreground:
        started = daemon.start(
            name, board, speed=speed, dir=folder, tcp=tcp, net=net, rfc2217=rfc2217, baud=baud, moving_port=moving_port,
            snapshot=snapshot,
        )  # fmt: skip
        _tell(out, started)
        return

    def announce(started):
        _tell(out, started)
        out.say("Ctrl-C stops it.")

    folder = folder.absolute() if folder is not None else None
    options = daemon.Options(
        name, board, speed, folder, tcp, net=net, rfc2217=rfc2217, baud=baud, moving_port=moving_port, snapshot=snapshot
    )
    daemon.run(options, announce=announce)


def _tell(out, board) -> None:
    out.data(board.describe())
    out.say(f"{board.name} runs: a virtual {board.board} at {board.port}", bold=True)
    out.say("Next, for example:")
    rows = [
        (f"mpremote connect {board.port}", "its prompt (leave with Ctrl-X)"),
        (f"potluck deploy plant-waterer virtual:{board.name}", "a recipe"),
        (f"potluck board stop {board.name}", "the end"),
    ]
    out.table(rows, indent="  ")


@command.command("list")
@common
def list_(out):
    """List the virtual boards that run; with --json also their pins and worlds."""
    from potluck.virtual import registry

    boards = registry.running()
    if out.json:
        for board in boards:
            out.data({**board.describe(), **_status(board)})
        return
    if not boards:
        out.say("no virtual board is running; start one: potluck board start")
        return
    rows = [("name", "board", "speed", "state", "port", "files kept in")]
    for board in boards:
        rows.append(
            (board.name, board.board, board.speed, _state(_status(board)), board.port, board.dir or "nowhere")
        )
    out.table(rows)


def _status(board) -> dict:
    """What a board says of itself; {"error": id} of one that cannot say it just now."""
    from potluck.errors import PotluckError

    try:
        return board.control({"do": "status"}, timeout_s=3.0)
    except PotluckError as error:
        return {"error": error.as_dict()}


def _state(status: dict) -> str:
    if "error" in status:
        return "does not answer"
    if not status["plugged"]:
        return "unplugged"
    if status["bootloader"]:
        return "in its bootloader"
    return {True: "in use", False: "free", None: "runs"}[status["client"]]


@command.command("poke")
@click.argument("pokes", type=Poke(), nargs=-1, required=True, metavar="PATH=VALUE...")
@click.option("--name", metavar="NAME", help="Which board, when several run.")
@common
def poke(out, pokes, name):
    """Change the world of a running board: soil.unplugged=1, button.pressed=on."""
    from potluck.virtual import registry

    board = registry.find(name)
    for path, value in pokes:
        board.control({"do": "poke", "path": path, "value": value})
        out.say(f"{board.name}: {path} is {value:g}")
        out.data({"name": board.name, "path": path, "value": value})


@command.command("reset")
@click.argument("name", required=False)
@click.option("--boot", is_flag=True, help="Hold BOOT or BOOTSEL meanwhile: it waits in its bootloader.")
@common
def reset(out, name, boot):
    """Press a board's reset button."""
    from potluck.virtual import registry

    board = registry.find(name)
    board.control({"do": "reset", "boot": boot})
    out.say(f"{board.name}: reset" + (" into its bootloader" if boot else ""))
    out.data({"name": board.name})


@command.command("unplug")
@click.argument("name", required=False)
@common
def unplug(out, name):
    """Pull the data cable of a board; it runs on, as one with a supply of its own."""
    board = _order(out, name, "unplug", "unplugged")
    out.say(f"{board.name}: unplugged; put it back: potluck board plug {board.name}")


@command.command("plug")
@click.argument("name", required=False)
@common
def plug(out, name):
    """Put the data cable of a board back."""
    board = _order(out, name, "plug", "plugged")
    out.say(f"{board.name}: plugged in at {board.port}")


def _order(out, name, do, done):
    from potluck.virtual import registry

    board = registry.find(name)
    board.control({"do": do})
    out.data({"name": board.name, "state": done, "port": board.port})
    return board


_FILE = click.Path(dir_okay=False, path_type=Path)


@command.command("vcd")
@click.argument("name")
@click.argument("file", type=_FILE)
@common
def vcd(out, name, file):
    """Write what a board's pins did to FILE, for a waveform viewer (GTKWave, PulseView)."""
    _write(out, name, file, "vcd")


@command.command("snapshot")
@click.argument("name")
@click.argument("file", type=_FILE)
@common
def snapshot(out, name, file):
    """Write what outlives a reset of a board (flash, clock, memory, world) to FILE.

    The way back: potluck board start --from FILE; from Python VirtualBoard.restore(bytes).
    """
    _write(out, name, file, "snapshot")


def _write(out, name, file, do) -> None:
    from potluck.virtual import registry

    board = registry.find(name)
    board.control({"do": do, "path": str(file.absolute())})
    out.data({"name": board.name, "file": str(file)})
    out.say(f"{board.name}: written to {file}")


@command.command("stop")
@click.argument("name", required=False)
@click.option("--all", "all_", is_flag=True, help="Every virtual board of yours.")
@common
def stop(out, name, all_):
    """Stop a board. Its files stay if it was started with --dir."""
    from potluck.virtual import registry

    if name and all_:
        raise click.UsageError("name a board or say --all, not both")
    boards = registry.running() if all_ else [registry.find(name)]
    for board in boards:
        board.stop()
        out.say(f"{board.name}: stopped" + (f"; its files are in {board.dir}" if board.dir else ""))
        out.data({"name": board.name, "state": "stopped", "dir": board.dir})
    if not boards:
        out.say("no virtual board was running")
