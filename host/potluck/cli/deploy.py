# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck deploy RECIPE [PORT]..."""

import click

from potluck.cli.frame import common
from potluck.cli.params import DURATION
from potluck.cli.progress import Progress


@click.command("deploy")
@click.argument("recipe")
@click.argument("ports", nargs=-1, metavar="[PORT]...")
@click.option("--board", metavar="BOARD", help="What kind of board it is, instead of asking it.")
@click.option("--all", "all_", is_flag=True, help="On every board there is, virtual ones too.")
@click.option("--dry-run", is_flag=True, help="Say what would be changed and sent, and change nothing.")
@click.option("--watch", "watching", is_flag=True, help="Stay: show and log what it senses, and deploy again at each save.")
@click.option("--for", "for_s", type=DURATION, help="With --watch: stop after this long (20s, 5m, 1h).")
@click.option("--log", "paths", multiple=True, metavar="FILE", help="With --watch: log to FILE instead of the default log.")
@click.option("--via", type=click.Choice(["mpremote", "ampy"]), help="Let this tool carry the files, for a board that needs it.")
@common
def command(out, recipe, ports, board, all_, dry_run, watching, for_s, paths, via):
    """Put RECIPE on the board at PORT and start it; several PORTs, or --all, at the same time.

    RECIPE is a name or a folder. PORT may be left out when there is only one board: a device
    (/dev/ttyACM0, COM3, a0, u0), id:SERIAL, virtual:NAME, socket://HOST:PORT or rfc2217://HOST:PORT.

    A main.py of your own that is on the board is kept under another name, which is shown; 'potluck
    restore' brings it back. No other file of yours is touched.
    """
    if all_ and ports:
        raise click.UsageError("name the boards or say --all, not both")
    if (watching or dry_run) and (all_ or len(ports) > 1):
        raise click.UsageError("--watch and --dry-run are for one board at a time")
    if watching and dry_run:
        raise click.UsageError("--watch or --dry-run, not both")
    if (for_s or paths) and not watching:
        raise click.UsageError("--for and --log go with --watch")
    if via and (watching or dry_run or all_ or len(ports) > 1):
        raise click.UsageError("--via is for one board, without --watch or --dry-run")
    if watching:
        return _watched(out, recipe, ports[0] if ports else None, board, for_s, paths)
    if all_ or len(ports) > 1:
        return _several(out, recipe, ports, board)
    if dry_run:
        return _dry(out, recipe, ports[0] if ports else None, board)
    from potluck.deploy import deploy

    with Progress(out) as progress:
        done = deploy(recipe, ports[0] if ports else None, board=board, progress=progress, via=via or "")
    tell(out, done)
    out.say(f"Watch it: potluck watch {done.port}")
    out.data(as_data(done))
    return 0


def as_data(done) -> dict:
    """The result of a deploy for programs."""
    return {
        "recipe": done.recipe,
        "version": done.version,
        "hash": done.hash,
        "board": done.board,
        "port": done.port,
        "slot": done.slot,
        "files": done.files,
        "bytes": done.size,
        "sent": done.sent,
        "kept_main": done.kept_main or None,
        "seconds": round(done.seconds, 3),
        "switched_s": round(done.switched_s, 3),
        "findings": [finding.as_dict() for finding in done.findings],
    }


def tell(out, done) -> None:
    """The result of a deploy in lines for people."""
    for finding in done.findings:
        if finding.level == "warning":
            out.say(f"warning: {finding}", fg="yellow")
    out.say(_line(done))
    if done.kept_main:
        out.say(f"Your own main.py is kept on the board as {done.kept_main}; 'potluck restore' brings it back")


def _line(done) -> str:
    sent = f"{done.sent / 1024:.1f} KB sent" if done.sent else "nothing new to send"
    return (
        f"{done.recipe} {done.version} runs on {done.board}: "
        f"{done.files} files, {sent}, alive after {done.seconds:.1f} s"
    )


def _dry(out, recipe, port, board) -> int:
    from potluck.deploy.dry_run import dry_run

    with Progress(out) as progress:
        found = dry_run(recipe, port, board=board, progress=progress)
    out.data(found.as_dict())
    if not found.changed:
        out.say(f"slot {found.slot} holds exactly this, and runs it: nothing would be sent")
        return 0
    for change in found.changes:
        if change.how != "same":
            sent = f"{change.sent} of {change.size} bytes" if change.how == "changed" else f"{change.size} bytes"
            out.say(f"  {_SIGNS[change.how]} {change.path}  ({change.how}, {sent})")
    same = sum(change.how == "same" for change in found.changes)
    out.say(f"  {same} more files are on the board already" if same else "")
    out.say(f"{found.bytes} bytes would be sent to slot {found.slot}")
    out.say(f"it takes at most {found.needed_kb} KB of flash; {found.free_kb} KB are free")
    if found.kept_main:
        out.say(f"your own main.py would be kept as {found.kept_main}")
    out.say("nothing was changed; what ran before runs again")
    return 0


_SIGNS = {"new": "+", "changed": "~", "copied": "=", "gone": "-"}


def _several(out, recipe, ports, board) -> int:
    from potluck.fleet import deploy_all, every_board

    def told(outcome):
        if outcome.error is None:
            out.say(f"{outcome.port}: {_line(outcome.done)}")
            out.data(as_data(outcome.done))
        else:
            out.say(f"{outcome.port}: error [{outcome.error.id}]: {outcome.error}", fg="red")
            out.data({"port": outcome.port, "error": outcome.error.as_dict()})

    ports = ports or every_board()
    outcomes = deploy_all(recipe, ports, board=board, told=told)
    failed = sum(outcome.error is not None for outcome in outcomes)
    out.say(f"{len(outcomes) - failed} of {len(outcomes)} boards run it")
    return 1 if failed else 0


def _watched(out, recipe, port, board, for_s, paths) -> int:
    from potluck.cli.watch import logs, view
    from potluck.redeploy import deploy_and_watch

    def told(what, done):
        progress.close()
        tell(out, done)
        out.say("Save a file of the recipe, and it is deployed again. Ctrl-C ends; the board goes on.")
        out.data(as_data(done))

    with Progress(out) as progress:
        first = True

        def step(stage, done, total):
            nonlocal first
            if first:
                progress(stage, done, total)
            first = first and stage != "start"

        deploy_and_watch(
            recipe, [*logs(paths), view(out)], port, board=board, for_s=for_s, told=told, progress=step
        )
    return 0
