# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Bill of materials, manifest and build sheet: read back by programs that we did not write."""

from __future__ import annotations

import csv
import io
import re
import struct
import subprocess
import sys
import time
import tomllib

import pytest
from click.testing import CliRunner
from potluck import errors, generate, model
from potluck.cli import group
from potluck.generate.sheet import before
from potluck.model.purchase import ohms_code
from potluck.png import png
from potluck.remix import remix

from tests.host.draw.kept import ALL, AT_ONCE, kept, of, some_long
from tests.host.recipe_kit import own_hardware, wired, write_recipe
from tests.needs import need
from tests.okh import complaints, schema_complaints


@pytest.mark.parametrize(("recipe", "board"), ALL)
def test_the_bill_lists_every_part_once_with_its_price(recipe, board):
    wiring = of(recipe, board)
    rows = list(csv.DictReader(io.StringIO(kept(recipe, board)["bom.csv"].decode())))
    references = [ref for row in rows for ref in row["references"].split()]
    assert references == ["board", *references[1:]]
    assert sorted(references[1:]) == sorted(component.ref for component in wiring.components)
    for row in rows:
        assert int(row["quantity"]) == len(row["references"].split())
        assert float(row["price each"]) > 0 and row["currency"] == "USD" and re.fullmatch(r"20\d\d-\d\d", row["price of"])
        assert "{" not in row["part number"]


def test_equal_parts_are_one_line():
    rows = list(csv.DictReader(io.StringIO(generate.bom_csv(of("parts-tour", "pico")))))
    [row] = [row for row in rows if row["value"] == "330 Ω"]
    assert row["quantity"] == "2" and row["part number"] == "Yageo MFR-25FBF52-330R"


def test_the_sum_is_that_of_the_lines():
    lines = generate.bom(of("plant-waterer", "pico"))
    total = sum(line.quantity * line.purchase.price for line in lines)
    assert f"Together about {total:.2f} USD" in generate.bom_markdown(of("plant-waterer", "pico"))


@pytest.mark.parametrize("kind", model.part_kinds())
def test_every_part_says_what_it_costs_and_when(kind):
    assert model.load_part(kind).purchase.dated


@pytest.mark.parametrize(("old", "new", "what"), [
    ('currency = "USD"', 'currency = "dollars"', "three capitals"), ('dated = "2026-11"', 'dated = "last week"', "month"),
    ('currency = "USD"', 'currency = "USD"\nshop = "x"', "not a key")])  # fmt: skip
def test_a_purchase_says_it_right(old, new, what, tmp_path, monkeypatch):
    own_hardware(tmp_path, monkeypatch, ("parts/led/part.toml", old, new))
    with pytest.raises(errors.HardwareInvalid, match=what):
        model.load_part("led")


@pytest.mark.parametrize(("ohms", "code"), [(220, "220R"), (4_700, "4K7"), (10_000, "10K"), (1_000_000, "1M"), (4.7, "4R7")])
def test_resistances_as_in_part_numbers(ohms, code):
    assert ohms_code(ohms) == code


@pytest.mark.parametrize(("recipe", "board"), ALL)
def test_the_manifest_is_what_open_know_how_asks_for(recipe, board):
    files = kept(recipe, board)
    manifest = tomllib.loads(files["okh.toml"].decode())
    assert complaints(manifest) == ["repo is missing"], "nobody has said where it is published: nothing is made up"
    assert complaints(manifest | {"repo": "https://example.org/waterer"}) == []
    listed = [manifest["bom"], manifest["manufacturing-instructions"], *manifest["source"], manifest["image"][0]["location"]]
    assert set(listed) <= files.keys(), "it lists only what is there"


GOOD = {"okhv": "2.4", "name": "a", "repo": "https://a.b", "license": "MIT", "licensor": "A", "function": "f"}
BAD = [{"okhv": "3"}, {"bom": "../bom.csv"}, {"repo": "here"}, {"licensor": 3}, {"colour": "red"}, {"part": [{"name": "x"}]},
       {"documentation-language": "English_"}, {"fork-of": "https://a.b"}, {"forkOf": "a"}, {"source": ["a", "../b"]},
       {"image": [{"depicts": "x"}]}]  # fmt: skip


def test_the_manifest_can_be_refused():
    assert complaints(GOOD) == []
    for bad in BAD:
        assert complaints(GOOD | bad), bad
    for key in GOOD:
        assert complaints({name: value for name, value in GOOD.items() if name != key})


def test_the_public_schema_says_the_same():
    need("okh-schema")
    assert schema_complaints(GOOD | {"forkOf": "https://a.b"}) == []
    for bad in BAD:
        assert schema_complaints(GOOD | bad), bad
    for recipe, board in ALL:
        manifest = tomllib.loads(kept(recipe, board)["okh.toml"].decode())
        assert schema_complaints(manifest) == ["'repo' is a required property"]
        assert schema_complaints(manifest | {"repo": "https://example.org/waterer"}) == []


def test_a_remix_names_whom_it_was_made_from(tmp_path):
    lineage = ('\n[[lineage]]\nparent = "a-parent"\nversion = "1.2.0"\nhash = "0123456789ab"\nauthors = ["A \\"quoted\\" one"]\n'
               'licence = { code = "MIT" }\n')  # fmt: skip
    made = write_recipe(tmp_path, ("[world]", lineage + "\n[world]"), ('"the potluck authors"', '"A \\\\ \\"B\\""'))
    text = generate.okh_toml(of(made, "pico"), {})
    assert '# Made from a-parent 1.2.0 (0123456789ab) by A "quoted" one.' in text
    assert tomllib.loads(text)["licensor"] == 'A \\ "B"'


def test_a_published_recipe_says_where_and_its_remix_says_of_what_it_is_a_fork(tmp_path):
    home = "https://example.org/waterer"
    parent = write_recipe(tmp_path, ('version = "1.0.0"', f'version = "1.0.0"\nrepo = "{home}"'))
    child = remix(parent, "balcony", into=tmp_path)
    manifests = [tomllib.loads(generate.okh_toml(of(one, "pico"), {})) for one in (parent, child)]
    assert complaints(manifests[0]) == [] and manifests[0]["repo"] == home and "forkOf" not in manifests[0]
    assert "repo" not in manifests[1] and manifests[1]["forkOf"] == home
    assert model.load_recipe(child).lineage[0].repo == home
    second = remix(child, "window", into=tmp_path)
    assert "forkOf" not in tomllib.loads(generate.okh_toml(of(second, "pico"), {})), "its parent has no address"


@pytest.mark.parametrize("address", ["here", "javascript:alert(1)", "https://", "https://a b", 'https://a\\"b'])
def test_an_address_is_an_address(address, tmp_path):
    with pytest.raises(errors.RecipeInvalid, match="repo"):
        model.load_recipe(write_recipe(tmp_path, ('version = "1.0.0"', f'version = "1.0.0"\nrepo = "{address}"')))


def test_the_sheet_has_everything_on_it():
    wiring = of("plant-waterer", "pico")
    page = generate.build_sheet(wiring)
    for wire in generate.connections(wiring):
        assert f"<b>{wire.number}</b>{wire.colour} · {wire.first} → {wire.last}" in page
    for line in generate.bom(wiring):
        assert line.value in page
    assert "<h2>Before water</h2>" in page and "<strong>Siphon.</strong>" in page
    assert "stripes red red black black brown" in page
    assert "<script" not in page and "http://www.w3.org/2000/svg" in page and "src=" not in page and "href" not in page


def test_a_strangers_readme_is_text_on_the_sheet(tmp_path):
    readme = tmp_path / "README.md"
    text = "<script>alert(1)</script> and [a link](javascript:x)\n\n- one\n- two\n\n## Other\n"
    readme.write_text(f"# X\n\n## Before <b>use</b>\n\n{text}")
    heading, html = before(readme)
    assert heading == "Before <b>use</b>"
    assert "<script>" not in html and "javascript" not in html and "<li>two</li>" in html and "Other" not in html
    assert before(tmp_path / "none.md") == ("", "")


@pytest.mark.parametrize("piece", ["[", "[](", "[a](", "**a ", "*a", "``a", "* a\n", "1. a\n", " \n", "## Before\n"])
def test_a_strangers_readme_takes_no_longer_than_its_length(piece, tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("# X\n\n## Before use\n\n" + piece * (100_000 // len(piece)))
    began = time.process_time()
    before(readme)
    assert time.process_time() - began < 2


def test_without_a_readme_the_sheet_has_no_such_section(tmp_path):
    assert "Before" not in generate.build_sheet(wired(tmp_path, "pico"))


@pytest.mark.parametrize(("recipe", "board"), some_long(AT_ONCE[1]))
def test_a_browser_prints_it_on_one_page(recipe, board, tmp_path):
    """The sheet printed by Chromium is one page of A4 and has its texts."""
    need("chromium"), need("pdfinfo"), need("pdftotext")
    wiring, page, pdf = of(recipe, board), tmp_path / "build.html", tmp_path / "build.pdf"
    page.write_bytes(kept(recipe, board)["build.html"])
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}",
               "--no-pdf-header-footer", f"--print-to-pdf={pdf}", page.as_uri()]  # fmt: skip
    subprocess.run(command, capture_output=True, check=True, timeout=90)
    info = subprocess.run(["pdfinfo", pdf], capture_output=True, check=True, text=True).stdout
    assert re.search(r"^Pages: +1$", info, re.M) and "(A4)" in info, info
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True, text=True).stdout
    assert wiring.recipe.summary in text and "Together about" in text and str(generate.connections(wiring)[-1].number) in text


def test_the_command_makes_a_png_by_the_library_or_by_the_program(tmp_path, monkeypatch):
    sizes = []
    for number, module in enumerate(("resvg-py", None)):
        if module:
            need(module)
        else:
            need("rsvg-convert")
            monkeypatch.setitem(sys.modules, "resvg_py", None)
        folder = tmp_path / str(number)
        done = CliRunner().invoke(group, ["draw", "plant-waterer", "--board", "pico", "--out", str(folder), "--png"])
        assert done.exit_code == 0, done.output
        made = (folder / "plant-waterer" / "pico" / "wiring.png").read_bytes()
        assert made[:8] == b"\x89PNG\r\n\x1a\n"
        sizes.append(struct.unpack(">II", made[16:24]))
    view = re.search(rb'viewBox="0 0 ([\d.]+) ([\d.]+)"', (folder / "plant-waterer" / "pico" / "wiring.svg").read_bytes())
    for size in sizes:
        assert size == pytest.approx((2 * float(view[1]), 2 * float(view[2])), abs=2)


def test_without_either_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(errors.PngImpossible, match="neither resvg nor rsvg-convert"):
        png(b"<svg/>")
    done = CliRunner().invoke(group, ["draw", "plant-waterer", "--out", str(tmp_path), "--png"], prog_name="potluck")
    assert done.exit_code == 1 and "png-impossible" in done.output + (done.stderr if done.stderr_bytes else "")


def test_what_is_no_picture_is_refused(monkeypatch):
    need("resvg-py")
    with pytest.raises(errors.PngImpossible):
        png(b"<svg")
    need("rsvg-convert")
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(errors.PngImpossible):
        png(b"<svg")
