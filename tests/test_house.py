# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The house's own rules, held by reading its files: who may import whom, licences, sizes, documents."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest

from potluck.cli import COMMANDS, group
from potluck.errors import every_error

ROOT = Path(__file__).resolve().parent.parent
HOST = ROOT / "host" / "potluck"
GUEST = HOST / "virtual" / "guest"  # MicroPython, served to the virtual board

# room → the rooms it may import besides itself. A room not listed is a verb: it may import every
# room below it, other verbs where no circle comes of it, and never the command line.
MAY_IMPORT = {
    "errors": set(),
    "places": {"errors"},
    "model": {"errors", "places"},
    "checks": {"errors", "model"},
    "generate": {"errors", "model", "checks"},
    "telemetry": {"errors", "model"},
    "sink": {"errors", "model", "places", "telemetry"},
    "link": {"errors", "model", "places", "telemetry", "virtual"},
    "virtual": {"errors", "places", "model"},
    "flasher": {"errors", "places", "model"},
}
# A link finds a running virtual board by name, as it finds a serial port; it knows no more of it.
LINK_OF_VIRTUAL = {"potluck.virtual.registry"}
ENTRY = {"cli", "__main__", "__init__"}


def tracked() -> list[Path]:
    """Files that are, or are about to be, in git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git clone")
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def host_modules() -> list[Path]:
    return [path for path in sorted(HOST.rglob("*.py")) if GUEST not in path.parents]


def imports(path: Path) -> set[str]:
    """Full names that a module imports, inside functions too."""
    found = set()
    package = path.relative_to(ROOT / "host").parent.parts if HOST in path.parents else ()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            where = ".".join((*base, *filter(None, [node.module])))
            found |= {f"{where}.{alias.name}" for alias in node.names}
    return found


def room_of(full_name: str) -> str | None:
    """potluck.link.names.x → link; None outside the package and for its bare names."""
    parts = full_name.split(".")
    if parts[0] != "potluck" or len(parts) < 2:
        return None
    return parts[1] if (HOST / parts[1]).is_dir() or (HOST / f"{parts[1]}.py").is_file() else None


def rooms() -> dict[str, set[str]]:
    """room → rooms it imports."""
    graph: dict[str, set[str]] = {}
    for path in host_modules():
        room = path.relative_to(HOST).parts[0].removesuffix(".py")
        graph.setdefault(room, set()).update(filter(None, map(room_of, imports(path))))
    return {room: seen - {room} for room, seen in graph.items()}


def test_rooms_import_only_what_stands_below_them():
    graph = rooms()
    assert {"model", "link", "virtual", "cli"} <= set(graph), "the reader of imports found no rooms"
    for room, seen in graph.items():
        if room in MAY_IMPORT:
            assert seen <= MAY_IMPORT[room], f"{room} imports {sorted(seen - MAY_IMPORT[room])}"
        elif room not in ENTRY:
            assert not seen & ENTRY, f"{room} imports the command line"


def test_rooms_import_in_no_circle():
    graph, done = rooms(), set()

    def visit(room: str, way: tuple[str, ...]) -> None:
        assert room not in way, " → ".join((*way[way.index(room) :], room))
        if room not in done:
            for below in sorted(graph.get(room, ())):
                visit(below, (*way, room))
            done.add(room)

    for room in graph:
        visit(room, ())


def test_a_link_knows_only_the_names_of_virtual_boards():
    for path in sorted((HOST / "link").rglob("*.py")):
        seen = {name for name in imports(path) if name.startswith("potluck.virtual")}
        assert seen <= LINK_OF_VIRTUAL, f"{name_of(path)} imports {sorted(seen)}"


def test_only_the_entry_points_import_the_command_line():
    for path in host_modules():
        if path.relative_to(HOST).parts[0] not in ("cli", "__main__.py"):
            assert not any(name.startswith("potluck.cli") for name in imports(path)), name_of(path)


def device_sources() -> list[Path]:
    """Everything that runs on a board."""
    folders = ("firmware", "hardware", "projects")
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def test_code_for_the_board_imports_nothing_of_the_host():
    own = {path.stem for path in (ROOT / "firmware" / "potluck").glob("*.py")}
    sources = device_sources()
    assert sources
    for path in sources:
        for name in imports(path):
            first, _, rest = name.partition(".")
            if first == "potluck" and rest:
                # either a module of the runtime or a name that its __init__ gives
                inner = rest.split(".")[0]
                text = (ROOT / "firmware" / "potluck" / "__init__.py").read_text("utf-8")
                assert inner in own or re.search(rf"\b{inner}\b", text), f"{name_of(path)}: {name}"
            else:
                assert first not in ("host", "tests", "serial", "click"), f"{name_of(path)}: {name}"


def test_drivers_receive_pins_and_buses_and_build_none():
    built = {"Pin", "ADC", "PWM", "I2C", "SoftI2C", "SPI", "SoftSPI", "UART"}
    for path in sorted((ROOT / "hardware" / "parts").glob("*/driver.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
                assert called not in built, f"{name_of(path)}:{node.lineno} builds a {called}"


# -- files ---------------------------------------------------------------------------------

_HEADED = {".py", ".sh", ".toml", ".md", ".yml", ".yaml", ".svg", ".cfg"}
_BARE = {"Makefile", "run"}


def licence_of(path: Path) -> str:
    """The licence that a file of this kind and place carries."""
    top = path.relative_to(ROOT).parts[0]
    if path.suffix in (".md", ".svg"):
        return "CC-BY-4.0"
    if path.suffix == ".toml" and (top == "hardware" or path.name == "recipe.toml"):
        return "CERN-OHL-P-2.0"  # says how things are wired
    return "MIT"


def test_every_source_file_says_whose_it_is_and_under_which_licence():
    wrong = []
    for path in tracked():
        if path.suffix in _HEADED or path.name in _BARE:
            head = path.read_text("utf-8")[:600]
            licence = re.search(r"SPDX-License-Identifier: (\S+)", head)
            if "SPDX-FileCopyrightText: 2026" not in head or not licence:
                wrong.append(f"{name_of(path)}: no SPDX header")
            elif licence[1] != licence_of(path):
                wrong.append(f"{name_of(path)}: {licence[1]} and not {licence_of(path)}")
    assert not wrong, "\n".join(wrong)


def test_every_licence_that_is_named_is_here():
    for name in ("MIT", "CERN-OHL-P-2.0", "CC-BY-4.0"):
        assert (ROOT / "LICENSES" / f"{name}.txt").stat().st_size > 900
    for name in ("Apache-2.0.txt", "MIT.txt", "NOTICE.md"):
        assert (ROOT / "LICENSES" / "engine" / name).is_file()


def test_no_source_file_is_too_long_to_hold_in_the_head():
    long = {
        name_of(p): n
        for p in tracked()
        if p.suffix == ".py" and (n := len(p.read_text("utf-8").splitlines())) > 400
    }
    assert not long


def test_files_name_no_machine_and_no_registry():
    # Spelt in pieces, so that this file passes its own test.
    home = re.compile("/(?:" + "home|Users" + r")/(?!you\b|pi\b)\w+/|(?<![\w.~])/" + "(?:root|work)" + "/")
    host = re.compile(r"https?://[\w.-]*(?:reg" + r"istry|pypi|pythonhosted|npmjs|mirror)[\w.-]*", re.I)
    found = []
    for path in tracked():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if home.search(line) or host.search(line):
                found.append(f"{name_of(path)}:{number}: {line.strip()[:120]}")
    assert not found, "\n".join(found)


def test_git_holds_no_built_and_no_foreign_binaries():
    pictures = {".png", ".jpg", ".gif", ".webp", ".ico", ".woff2"}
    binary = [name_of(p) for p in tracked() if p.suffix not in pictures and b"\0" in p.read_bytes()[:8000]]
    assert not binary


# -- documents -----------------------------------------------------------------------------


def documents() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".md"]


def lines_outside_code(text: str) -> list[str]:
    return re.sub(r"^```.*?^```", "", text, flags=re.S | re.M).splitlines()


def anchors(path: Path) -> set[str]:
    """What #… may point to: the headings as GitHub spells them."""
    headings = [
        line.lstrip("#").strip()
        for line in lines_outside_code(path.read_text("utf-8"))
        if line.startswith("#")
    ]
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


def test_every_document_has_one_title_and_it_comes_first():
    for path in documents():
        headings = [line for line in lines_outside_code(path.read_text("utf-8")) if re.match(r"#+ ", line)]
        assert headings and headings[0].startswith("# "), f"{name_of(path)} does not begin with its title"
        assert sum(line.startswith("# ") for line in headings) == 1, f"{name_of(path)} has two titles"


def test_every_link_between_documents_leads_somewhere():
    broken = []
    for path in documents():
        for target in re.findall(r"\]\(([^)\s]+)\)", "\n".join(lines_outside_code(path.read_text("utf-8")))):
            if re.match(r"[a-z]+:", target):
                continue
            file, _, anchor = target.partition("#")
            there = (path.parent / file).resolve() if file else path
            if not there.exists() or (anchor and there.suffix == ".md" and anchor not in anchors(there)):
                broken.append(f"{name_of(path)}: {target}")
    assert not broken, "\n".join(broken)


def test_every_error_is_explained():
    explained = anchors(ROOT / "docs" / "troubleshooting.md")
    missing = [error.id for error in every_error() if error.id not in explained]
    assert not missing, f"docs/troubleshooting.md has no heading for {missing}"


def test_every_command_is_documented():
    text = "\n".join(path.read_text("utf-8") for path in documents())
    missing = [name for name in COMMANDS if not re.search(rf"\bpotluck {name}\b", text)]
    assert not missing, f"no document shows {missing}"


def shown_commands() -> list[tuple[str, list[str]]]:
    """(document, words) of every command line in the documents' sh blocks that a maker would type."""
    found = []
    for path in documents():
        for block in re.findall(
            r"^```(?:sh|console|powershell)\n(.*?)^```", path.read_text("utf-8"), flags=re.S | re.M
        ):
            for line in block.replace("\\\n", " ").splitlines():
                words = (
                    shlex.split(line.removeprefix("$ "), comments=True, posix=True) if line.strip() else []
                )
                if words and Path(words[0]).name.removesuffix(".exe") in ("potluck", "make"):
                    found.append((name_of(path), words))
    return found


def test_command_lines_in_the_documents_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.M))
    shown = shown_commands()
    assert {"make", "potluck"} <= {words[0] for _, words in shown}
    for document, words in shown:
        plain = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
        if words[0] == "make":
            assert set(plain) <= targets, f"{document}: {' '.join(words)}"
            continue
        if not plain:
            continue  # potluck --help
        assert plain[0] in COMMANDS, f"{document}: {' '.join(words)}"
        check_parses(document, words)


def check_parses(document: str, words: list[str]) -> None:
    """A potluck command line that a document shows is taken by the command's own parser."""
    command, context = group, None
    rest = words[1:]
    try:
        while isinstance(command, click.Group):
            name, rest = rest[0], rest[1:]
            command = command.get_command(context, name)
            assert command is not None, f"{document}: {' '.join(words)}"
        if "--help" not in rest:
            command.make_context(words[0], rest)
    except (click.ClickException, IndexError) as wrong:
        pytest.fail(f"{document}: {' '.join(words)}: {wrong}")
