# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""driver.py and world.py beside part.toml take what part.toml says they get.

Read, never run: code of a part does not run on the host, not even in a test.
"""

from __future__ import annotations

import ast
import re

import pytest
from potluck import checks
from potluck.model import load_part, load_recipe, part_kinds, wire

from tests.host.recipe_kit import write_recipe

DRIVEN = [kind for kind in part_kinds() if load_part(kind).driver]


def class_of(path, name: str) -> ast.ClassDef:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name]
    assert len(found) == 1, f"{path} must define class {name}"
    return found[0]


def methods(node: ast.ClassDef) -> dict[str, ast.arguments]:
    return {item.name: item.args for item in node.body
            if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("kind", DRIVEN)
def test_the_driver_takes_the_objects_and_options_of_its_part(kind):
    part = load_part(kind)
    args = methods(class_of(part.driver_path, part.driver.class_name))["__init__"]
    names = [arg.arg for arg in args.posonlyargs + args.args][1:]
    optional = set(names[len(names) - len(args.defaults):] if args.defaults else [])
    optional |= {arg.arg for arg, value in zip(args.kwonlyargs, args.kw_defaults, strict=True) if value}
    takes = {*names, *(arg.arg for arg in args.kwonlyargs)}
    given = {arg.name for arg in part.driver.args}
    given |= {option.name for option in part.options.values() if option.driver}
    assert given <= takes, "part.toml gives what the driver does not take"
    assert takes - optional <= given, "the driver needs what part.toml does not give"


@pytest.mark.parametrize("kind", DRIVEN)
def test_an_actuator_can_be_made_safe(kind):
    part = load_part(kind)
    has = methods(class_of(part.driver_path, part.driver.class_name))
    if part.group == "actuator":
        assert "safe" in has
    if "max_on_s" in part.options:
        assert "run" in has


@pytest.mark.parametrize("kind", DRIVEN)
def test_the_world_model_has_the_form_the_engine_calls(kind):
    has = methods(class_of(load_part(kind).world_path, "World"))
    assert [arg.arg for arg in has["__init__"].args] == ["self", "name", "options"]
    assert {"drive", "source", "i2c", "spi", "uart", "pulse", "bitstream", "command"} & set(has)


@pytest.mark.parametrize("kind", DRIVEN)
def test_its_readme_shows_lines_that_fit(kind, tmp_path):
    """What a maker copies: the recipe's lines load and are wired, the code uses what the driver has."""
    page = (load_part(kind).folder / "README.md").read_text("utf-8")
    [declared] = re.findall(r"```toml\n(.*?)```", page, re.S)
    [shown] = re.findall(r"```python\n(.*?)```", page, re.S)
    folder = write_recipe(tmp_path, text=HEAD + declared)
    recipe = load_recipe(folder)
    assert not [finding for finding in checks.run(wire(recipe, "pico")) if finding.level == checks.ERROR]
    [name] = recipe.parts
    part = recipe.parts[name].part
    driver = class_of(part.driver_path, part.driver.class_name)
    has = set(methods(driver)) | {target.attr for node in ast.walk(driver) if isinstance(node, ast.Assign)
                                  for target in node.targets if isinstance(target, ast.Attribute)}
    used = {node.attr for node in ast.walk(ast.parse(shown)) if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name) and node.value.id == name}
    assert used and used <= has


HEAD = """[recipe]
name = "plant-waterer"
version = "1.0.0"
summary = "Shows one part."
authors = ["A"]
licence = { code = "MIT" }
[channels]
one = { unit = "1" }
"""
