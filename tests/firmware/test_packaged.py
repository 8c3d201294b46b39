# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The runtime by other people's ways onto a board: mpremote's mip, and frozen into a build of one's own."""

import functools
import http.server
import importlib.util
import json
import os
import re
import subprocess
import sys
import threading
import time

import pytest
from potluck import generate, link, model
from potluck.run import reset_board
from potluck.telemetry import Hello, Parser, Sample
from potluck.virtual import daemon, registry

from tests.needs import micropython_checkout, need

RECIPE = """
[recipe]
name = "beat"
version = "1.0.0"
summary = "Counts."
authors = ["the potluck authors"]
licence = { code = "MIT" }
[parts]
[pins.pico]
[settings]
[channels]
beats = { unit = "1" }
"""
MAIN = """
from potluck import app
n = 0
@app.every(1)
def beat():
    global n
    n += 1
    app.report(beats=n)
app.run()
"""


@pytest.fixture
def runtime(root):
    return root / "firmware" / "potluck"


def version(runtime):
    return re.search(r'^VERSION = "(.+)"', (runtime / "__init__.py").read_text(), re.M)[1]


def files(runtime):
    """Its files as a board names them."""
    return sorted(path.relative_to(runtime.parent).as_posix() for path in runtime.rglob("*.py"))


def test_the_package_is_the_whole_runtime(root, runtime):
    package = json.loads((root / "firmware" / "package.json").read_text())
    assert package["urls"] == [[name] * 2 for name in files(runtime)]
    assert package["version"] == version(runtime)
    assert package["deps"] == [], "all that it imports is in every official firmware"


def test_the_manifest_freezes_the_runtime(root, runtime, monkeypatch):
    # the four calls of docs.micropython.org, "MicroPython manifest files", as far as ours says them
    monkeypatch.chdir(root / "firmware")
    said = []
    manifest = {
        "metadata": lambda **about: said.append(about),
        "package": lambda path: said.append(sorted(name for name in os.listdir(path) if name.endswith(".py"))),
    }
    exec((root / "firmware" / "manifest.py").read_text(), manifest)
    about, names = said
    assert about["version"] == version(runtime)
    assert names == sorted(path.name for path in runtime.glob("*.py"))


@pytest.mark.parametrize("mode", ["MODE_FREEZE", "MODE_COMPILE"])
def test_micropythons_own_tool_reads_the_manifest(root, runtime, mode):
    need("micropython-tools")
    spec = importlib.util.spec_from_file_location("manifestfile", micropython_checkout() / "tools" / "manifestfile.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    manifest = tool.ManifestFile(getattr(tool, mode))
    manifest.execute(str(root / "firmware" / "manifest.py"))
    assert sorted(file.target_path for file in manifest.files()) == files(runtime)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def served(root):
    need("loopback")
    handler = functools.partial(Quiet, directory=str(root / "firmware"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/package.json"
        server.shutdown()


@pytest.fixture
def board():
    need("pty")
    yield daemon.start(name="mip", speed=10.0)
    for running in registry.running():
        running.stop()


@pytest.mark.parametrize("source", ["address", "folder"])
def test_mpremote_installs_it_and_a_recipe_runs_on_it(source, request, board, root, runtime, tmp_path):
    need("mpremote")
    package = request.getfixturevalue("served") if source == "address" else str(root / "firmware" / "package.json")
    (tmp_path / "recipe.toml").write_text(RECIPE)
    (tmp_path / "main.py").write_text(MAIN)
    wiring = model.wire(model.load_recipe(str(tmp_path)), "pico")
    (tmp_path / "config.py").write_text(generate.device_config(wiring))
    done = subprocess.run(
        [sys.executable, "-m", "mpremote", "connect", board.port, "mip", "install", package,
         "+", "cp", "config.py", "main.py", ":", "+", "ls", ":lib/potluck"],
        capture_output=True, text=True, timeout=60, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    for path in runtime.glob("*.py"):
        assert f"{path.stat().st_size} {path.name}\n" in done.stdout
    reset_board(board.port, soft=True)
    parser, seen, end = Parser(), [], time.monotonic() + 20
    with link.open_port(board.port) as line:
        while not any(isinstance(event, Sample) for event in seen):
            assert time.monotonic() < end, seen
            seen += parser.feed(line.read(0.2))
    (hello,) = [event for event in seen if isinstance(event, Hello)][:1]
    assert hello.recipe == "beat" and hello.hash == wiring.recipe.content_hash
