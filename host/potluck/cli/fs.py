# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck fs ls | cat | cp | rm | rmdir | mkdir | touch | tree | df | sha256sum"""

from __future__ import annotations

import functools

import click

from potluck.cli.at_board import keeps_running, write_bytes
from potluck.cli.frame import common

_PATHS = click.argument("paths", nargs=-1, metavar="[:PATH]...")
_NEEDED = click.argument("paths", nargs=-1, required=True, metavar=":PATH...")
_RECURSIVE = click.option("-r", "--recursive", is_flag=True, help="Folders with all that is in them.")
_VERBOSE = click.option("-v", "--verbose", is_flag=True, help="Say each step.")


@click.group("fs")
def command():
    """Look at a board's files, copy and remove them.

    Paths are written as mpremote's: `:lib/x.py` is on the board. What ran on the board is stopped
    first and started again afterwards.
    """


def on_board(function):
    """Give a command --port and --no-restart and the board's files, as its second argument."""

    @click.option("--port", metavar="PORT", help="Which board, when there are several.")
    @keeps_running
    @common
    @functools.wraps(function)
    def wrapped(out, *args, port, how, **kwargs):
        from potluck.fs import board_files

        with board_files(port, **how) as files:
            return function(out, files, *args, **kwargs)

    return wrapped


def _bare(paths, *default):
    from potluck.fs.paths import bare

    return [bare(path) for path in paths or default]


def _entry(entry) -> dict:
    return {"path": entry.path, "type": "folder" if entry.is_folder else "file", "size": entry.size}


@command.command("ls")
@_PATHS
@on_board
def ls(out, files, paths):
    """List folders: sizes in bytes and names."""
    wanted = _bare(paths, "")
    for path in wanted:
        if len(wanted) > 1:
            out.say(f"ls :{path}")
        for entry in files.ls(path):
            out.data(_entry(entry))
            out.say(f"{entry.size:12} {entry.name}{'/' if entry.is_folder else ''}")


@command.command("tree")
@_PATHS
@click.option("-s", "--size", is_flag=True, help="Show sizes in bytes.")
@click.option("-h", "--human", is_flag=True, help="Show sizes in B, K, M.")
@on_board
def tree(out, files, paths, size, human):
    """Show folders with all that is in them."""
    for path in _bare(paths, ""):
        root = files.absolute(path)
        entries = files.walk(path)
        for entry in entries:
            out.data(_entry(entry))
        out.say(f":{path.rstrip('/') or root}" if path != "." else f":{root}")
        inside: dict[str, list] = {}
        for entry in entries:
            inside.setdefault(entry.path.rpartition("/")[0] or "/", []).append(entry)
        _branches(out, inside, root, "", size, human)


def _branches(out, inside, folder, indent, size, human) -> None:
    entries = inside.get(folder, [])
    for number, entry in enumerate(entries):
        last = number == len(entries) - 1
        shown = ""
        if not entry.is_folder:
            shown = f"[{entry.size:>9}]  " if size else f"[{_human(entry.size):>6}]  " if human else ""
        out.say(f"{indent}{'└── ' if last else '├── '}{shown}{entry.name}")
        if entry.is_folder:
            _branches(out, inside, entry.path, indent + ("    " if last else "│   "), size, human)


def _human(size: int) -> str:
    if size < 1024:
        return str(size)
    return f"{size / 1024:.1f}K" if size < 1024**2 else f"{size / 1024**2:.1f}M"


@command.command("cat")
@_NEEDED
@on_board
def cat(out, files, paths):
    """Print files to stdout, byte by byte as they are."""
    for path in _bare(paths):
        content = files.read(path)
        out.data({"path": files.absolute(path), "size": len(content), "text": content.decode("utf-8", "replace")})
        if not out.json:
            write_bytes(content)


@command.command("cp")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.argument("to", metavar="DEST")
@_RECURSIVE
@click.option("-f", "--force", is_flag=True, help="Copy also what is the same already.")
@_VERBOSE
@on_board
def cp(out, files, sources, to, recursive, force, verbose):
    """Copy to the board, from it, or on it: potluck fs cp main.py :

    A file is written beside the old one, proved by its hash and renamed: whatever happens in between,
    the old one or the new one is there. Files that are the same already are not copied again.
    """
    from potluck.cli.copy_progress import CopyProgress
    from potluck.fs import copy

    def told(copied):
        progress.close()
        out.data({"source": copied.source, "to": copied.to, "size": copied.size, "copied": not copied.same})
        if verbose and not copied.same:
            out.say(f"{copied.source} -> {copied.to}")
        elif copied.same:
            out.say(f"Up to date: {copied.to}")

    with CopyProgress(out) as progress:
        try:
            copy(files, list(sources), to, recursive=recursive, force=force, told=told, progress=progress)
        except ValueError as wrong:
            if type(wrong) is not ValueError:
                raise
            raise click.UsageError(str(wrong)) from wrong


@command.command("rm")
@_NEEDED
@_RECURSIVE
@click.option("-f", "--force", is_flag=True, help="What is not there is no error; `/` may go.")
@_VERBOSE
@on_board
def rm(out, files, paths, recursive, force, verbose):
    """Remove files, and with -r folders."""
    for path in _bare(paths):
        full = files.absolute(path)
        if full == "/" and recursive and not force:
            raise click.UsageError("this would remove every file of the board; say -f if it is meant")
        if force and not files.kind(path):
            continue
        if recursive:
            removed = files.remove_tree(path)
        else:
            files.remove(path)
            removed = [full]
        for one in removed:
            out.data({"removed": one})
            if verbose:
                out.say(f"removed: :{one}")


@command.command("rmdir")
@_NEEDED
@on_board
def rmdir(out, files, paths):
    """Remove empty folders."""
    for path in _bare(paths):
        files.rmdir(path)
        out.data({"removed": files.absolute(path) + "/"})


@command.command("mkdir")
@_NEEDED
@click.option("-p", "--parents", is_flag=True, help="Make those above it too; one that is there is no error.")
@on_board
def mkdir(out, files, paths, parents):
    """Make folders."""
    for path in _bare(paths):
        if parents:
            files.make_folders(path)
        else:
            files.mkdir(path)
        out.data({"made": files.absolute(path) + "/"})


@command.command("touch")
@_NEEDED
@on_board
def touch(out, files, paths):
    """Make empty files where there are none."""
    for path in _bare(paths):
        files.touch(path)
        out.data({"path": files.absolute(path)})


@command.command("sha256sum")
@_NEEDED
@on_board
def sha256sum(out, files, paths):
    """Print the SHA-256 of files, taken on the board."""
    for path in _bare(paths):
        digest = files.sha256(path).hex()
        out.data({"path": files.absolute(path), "sha256": digest})
        out.say(f"{digest}  :{path}")


@command.command("df")
@on_board
def df(out, files):
    """Say how full the board's file systems are, in bytes."""
    line = "{:<10}{:>9}{:>9}{:>9}{:>5} {}"
    out.say(line.format("filesystem", "size", "used", "avail", "use%", "mounted on"))
    for disk in files.df():
        out.data(disk._asdict())
        used = 100 * disk.used // disk.size
        out.say(line.format(disk.kind, disk.size, disk.used, disk.free, used, disk.mounted_on))
