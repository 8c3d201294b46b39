# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The catalogue against a server in every mood, and without one."""

import json
import os
import re
import time

import pytest
from click.testing import CliRunner
from potluck.cli import group
from potluck.errors import (
    CatalogueChanged,
    CatalogueUnreachable,
    FirmwareHash,
    FirmwareUnknown,
    FirmwareWrong,
)
from potluck.flasher.catalogue import Catalogue, read_name
from potluck.flasher.catalogue.fetch import _Redirects, load

from tests.host.flasher import image_kit as kit

NEWEST = "RPI_PICO-20260824-v1.29.0.uf2"


def run(*args):
    done = CliRunner().invoke(group, [str(arg) for arg in args], prog_name="potluck")
    assert "Traceback" not in done.output
    return done


def test_the_newest_stable_release_is_the_default(server):
    catalogue = Catalogue()
    assert catalogue.choose("RPI_PICO", kind="uf2").name == NEWEST
    assert [one.version for one in catalogue.releases("RPI_PICO")] == [
        "1.30.0-preview.62.g0a1b2c3d4e", "1.30.0-preview.7.gffff00001", "1.29.0", "1.28.0", "1.26.1", "1.26.0"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "found"),
    [("1.28.0", "1.28.0"), ("v1.28.0", "1.28.0"), ("1.26", "1.26.1"), ("preview", "1.30.0-preview.62.g0a1b2c3d4e"),
     ("1.30.0-preview.7.gffff00001", "1.30.0-preview.7.gffff00001")],
)  # fmt: skip
def test_versions(server, asked, found):
    assert Catalogue().choose("RPI_PICO", version=asked).version == found


def test_variants_are_builds_of_their_own(server):
    catalogue = Catalogue()
    assert catalogue.choose("ESP32_GENERIC-SPIRAM", kind="bin").name == "ESP32_GENERIC-SPIRAM-20260824-v1.29.0.bin"
    assert catalogue.choose("ESP32_GENERIC", kind="app-bin").name == "ESP32_GENERIC-20260824-v1.29.0.app-bin"
    assert server.asked.count("/download/ESP32_GENERIC/") == 1
    with pytest.raises(FirmwareUnknown, match="ESP32_GENERIC"):
        catalogue.choose("ESP32_GENERIC-SPIRAN")


@pytest.mark.parametrize(
    "name",
    ["RPI_PICO.uf2", "RPI_PICO-2026-v1.uf2", "RPI_PICO-20260824-v1.29.0.elf", "../RPI_PICO-20260824-v1.29.0.uf2", ""],
)
def test_names_of_another_form_are_none(name):
    assert read_name(name) is None


def test_old_names_are_read():
    assert read_name("rp2-pico-20210222-unstable-v1.14-80-g75db0b907.uf2") is None  # before boards had ids
    old = read_name("RPI_PICO-20230101-unstable-v1.19.1-782-g699477d12.uf2")
    assert old.preview and old.version == "1.19.1-782-g699477d12"
    assert old.rank > read_name("RPI_PICO-20220618-v1.19.1.uf2").rank
    assert read_name("X-20260901-v1.30.0-preview.9.gabc.bin").rank < read_name("X-20261201-v1.30.0.bin").rank


def test_a_board_that_has_only_previews_so_far_says_how_to_take_one(server):
    from tests.host.flasher import catalogue_server

    whole = catalogue_server.page("ESP32_GENERIC_H2", ("bin", "app-bin")).decode()
    server.pages["ESP32_GENERIC_H2"] = re.sub(r"(?s)<h3>Releases.*?(?=<h3>)", "", whole).encode()
    with pytest.raises(FirmwareUnknown, match="no stable") as caught:
        Catalogue().choose("ESP32_GENERIC_H2", kind="bin")
    assert "--version preview takes 1.30.0-preview.62" in caught.value.do
    assert Catalogue().choose("ESP32_GENERIC_H2", version="preview", kind="bin").preview


def test_unknown_versions_and_boards_say_what_there_is(server):
    with pytest.raises(FirmwareUnknown, match="1.29.0"):
        Catalogue().choose("RPI_PICO", version="1.2.3")
    with pytest.raises(FirmwareUnknown):
        Catalogue().choose("NO_SUCH_BOARD")
    for name in ("../etc", "a/b", "x" * 200, "RPI_PICO?x=1"):
        with pytest.raises(FirmwareUnknown):
            Catalogue().releases(name)
    assert not any("etc" in path or "?" in path for path in server.asked)


def test_a_file_is_loaded_once_and_kept_with_its_hash(server):
    catalogue = Catalogue()
    release = catalogue.choose("RPI_PICO")
    steps = []
    data = catalogue.load(release, progress=lambda done, total: steps.append((done, total)))
    assert data == server.files[NEWEST] and steps[-1] == (len(data), len(data))
    assert catalogue.load(release) == data
    assert server.asked.count(f"/resources/firmware/{NEWEST}") == 1
    catalogue.cache.path(NEWEST).write_bytes(data[:-1] + b"x")
    with pytest.raises(FirmwareHash):
        catalogue.load(release)


def test_a_tampered_file_is_noticed_even_after_the_cache_was_cleared(server):
    catalogue = Catalogue()
    release = catalogue.choose("RPI_PICO")
    catalogue.load(release)
    catalogue.cache.drop(NEWEST)
    changed = kit.uf2_image(length=21_000)
    server.files[NEWEST] = changed
    with pytest.raises(FirmwareHash, match="not the file that it was"):
        catalogue.load(release)
    assert not catalogue.cache.has(NEWEST)
    with pytest.raises(FirmwareHash, match="should be"):
        catalogue.load(release, sha256="0" * 64)
    import hashlib

    assert catalogue.load(release, sha256=hashlib.sha256(changed).hexdigest().upper()) == changed
    assert catalogue.load(release) == changed


@pytest.mark.parametrize(("mood", "error"), [("login", FirmwareWrong), ("truncated", CatalogueUnreachable)])
def test_what_is_no_firmware_is_never_kept(server, mood, error):
    catalogue = Catalogue()
    release = catalogue.choose("RPI_PICO")
    server.mood = mood
    with pytest.raises(error):
        catalogue.load(release)
    assert not catalogue.cache.has(NEWEST)
    assert not catalogue.cache.folder.exists() or not list(catalogue.cache.folder.glob(".new-*"))
    server.mood = "dripping"
    assert catalogue.load(release)


def test_redirections_are_followed_but_never_from_https_to_http(server):
    server.mood = "redirected"
    catalogue = Catalogue()
    assert catalogue.load(catalogue.choose("RPI_PICO"))
    import urllib.request

    with pytest.raises(ValueError, match="https"):
        _Redirects().redirect_request(
            urllib.request.Request("https://a.example/"), None, 302, "", {}, "http://a.example/"
        )
    with pytest.raises(CatalogueUnreachable):
        load("file:///etc/hostname")


def test_a_page_of_another_form_is_an_error(server):
    with pytest.raises(CatalogueChanged):
        Catalogue().releases("CHANGED")
    server.mood = "login"
    with pytest.raises(CatalogueChanged):
        Catalogue().releases("RPI_PICO")


@pytest.mark.parametrize("mood", ["slow", "truncated", "broken", "gone"])
def test_without_a_network_the_cache_answers_and_says_so(server, mood):
    told = []
    Catalogue().releases("RPI_PICO")
    if mood == "gone":
        server.close()
    server.mood = mood
    catalogue = Catalogue(told=told.append, silence_s=0.3)
    began = time.monotonic()
    assert [one.version for one in catalogue.releases("RPI_PICO", fresh_s=0)][2] == "1.29.0"
    assert time.monotonic() - began < 5
    assert len(told) == 1 and "cannot be loaded" in told[0] and "ago" in told[0]


def test_without_a_page_the_files_answer(server):
    catalogue = Catalogue()
    catalogue.load(catalogue.choose("RPI_PICO"))
    for page in (catalogue.cache.folder / "pages").iterdir():
        page.write_text("{broken")
    server.mood = "broken"
    told = []
    again = Catalogue(told=told.append)
    assert again.load(again.choose("RPI_PICO")) == server.files[NEWEST]
    assert told
    with pytest.raises(CatalogueUnreachable, match="503"):
        again.choose("ESP32_GENERIC")


def test_offline_asks_nobody(server):
    with pytest.raises(CatalogueUnreachable):
        Catalogue(offline=True).releases("RPI_PICO")
    assert server.asked == []
    online = Catalogue()
    online.load(online.choose("RPI_PICO"))
    before = len(server.asked)
    offline = Catalogue(offline=True)
    assert offline.load(offline.choose("RPI_PICO"))
    with pytest.raises(CatalogueUnreachable):
        offline.load(offline.choose("RPI_PICO", version="1.28.0"))
    assert len(server.asked) == before


def test_commands(server, tmp_path):
    listed = run("firmware", "list", "pico", "--json")
    assert listed.exit_code == 0 and json.loads(listed.stdout.splitlines()[2])["name"] == NEWEST
    got = json.loads(run("firmware", "get", "pico", "--json").stdout)
    assert got["name"] == NEWEST and os.path.getsize(got["path"]) == len(server.files[NEWEST])
    assert "in the cache" in run("firmware", "list").stdout
    assert "MicroPython v1.29.0" in run("firmware", "get", "rp2040").stdout
    assert run("firmware", "get", "esp32c9").stderr.startswith("error [firmware-unknown]")
    checked = run("firmware", "verify")
    assert checked.exit_code == 0 and got["sha256"] in checked.stdout
    with open(got["path"], "r+b") as file:
        file.write(b"X")
    broken = run("firmware", "verify")
    assert broken.exit_code == 1 and "error [firmware-hash]" in broken.stderr
    assert "web page" in run("firmware", "verify", write(tmp_path / "x.uf2", kit.HTML)).stderr
    assert run("firmware", "verify", tmp_path / "none").exit_code == 1


def test_import(server, tmp_path):
    server.close()
    mine = write(tmp_path / "firmware.uf2", kit.uf2_image())
    assert "error [firmware-unknown]" in run("firmware", "import", mine).stderr
    done = run("firmware", "import", mine, "--as", "pico", "--json")
    assert json.loads(done.stdout)["name"] == "RPI_PICO-20260824-v1.29.0.uf2"
    assert Catalogue(offline=True, silence_s=0.2).cache.has(NEWEST)
    told = []
    catalogue = Catalogue(told=told.append)
    assert catalogue.load(catalogue.choose("RPI_PICO")) and "loaded before" in told[0]
    assert "error [firmware-wrong]" in run("firmware", "import", write(tmp_path / "a.bin", kit.HTML)).stderr


def write(path, data):
    path.write_bytes(data)
    return path
