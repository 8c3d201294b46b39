# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""One recipe on one board, expanded: every terminal on exactly one net."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from potluck.errors import PinMissing, UnknownBoard
from potluck.model.board import Board, HeaderPin, Pin, load_board
from potluck.model.part import RAILS, Part, Terminal
from potluck.model.reader import suggest
from potluck.model.recipe import Recipe, RecipePart, supply_terminal

BOARD = "board"


@dataclass(frozen=True, order=True)
class End:
    """A terminal in the wiring.

    owner     "board", a part's name ("pump"), or a circuit's part ("pump.switch")
    terminal  the terminal's name; for the board the header pin's number ("20")
    """

    owner: str
    terminal: str

    def __str__(self) -> str:
        return f"{self.owner}.{self.terminal}"


@dataclass(frozen=True)
class Net:
    """Terminals that are one piece of metal.

    rail  "GND", "3V3", "5V" or ""; two of them joined by "+" are a short circuit
    """

    name: str
    rail: str
    ends: tuple[End, ...]


@dataclass(frozen=True)
class Component:
    """A thing on the table: ref ("Q1"), owner as in End, part, options, circuit's part or ""."""

    ref: str
    owner: str
    part: Part
    options: Mapping[str, int | float | str]
    value: str

    @property
    def of(self) -> str:
        """The recipe's part it belongs to."""
        return self.owner.partition(".")[0]


@dataclass(frozen=True)
class PinUse:
    """A part's terminal at a pin of the board, and how the driver uses it (HOWS of part.py)."""

    part: str
    terminal: Terminal
    pin: Pin
    hows: tuple[str, ...]


@dataclass(frozen=True)
class Wiring:
    """The expanded declaration; what all checks and generators work on.

    unused   header pins that nothing goes to
    feeds    rail -> "board" or the name of the part that feeds it
    """

    recipe: Recipe
    board: Board
    nets: tuple[Net, ...]
    components: tuple[Component, ...]
    uses: tuple[PinUse, ...]
    unused: tuple[HeaderPin, ...]
    feeds: Mapping[str, str]

    def net_of(self, owner: str, terminal: str) -> Net | None:
        """The net of a terminal; None only for a header pin that is not used."""
        end = End(owner, terminal)
        return next((net for net in self.nets if end in net.ends), None)

    def component(self, owner: str) -> Component:
        """The component of that owner (KeyError when there is none)."""
        for component in self.components:
            if component.owner == owner:
                return component
        raise KeyError(owner)

    def gpios(self, part: str) -> dict[str, int]:
        """terminal -> GPIO number for the part's signals (through its circuit)."""
        return {use.terminal.name: use.pin.gpio for use in self.uses if use.part == part}


def wire(recipe: Recipe, board_name: str) -> Wiring:
    """Expand a recipe for one board.

    Raises UnknownBoard when the recipe has no pins for it, PinMissing when a part has no pin or
    the board lacks it.
    """
    file = f"{recipe.name}/recipe.toml"
    board = load_board(board_name, where=file)
    if board_name not in recipe.pins:
        raise UnknownBoard(f"{recipe.name} has no pins for {board.title}", where=file,
                           do=f"add [pins.{board_name}], or use {' or '.join(recipe.boards)}")
    uses = _uses(recipe, board, f"{file}: pins.{board_name}")
    joints = _Joints()
    feeds = _join_rails(recipe, board, joints)
    pin_of = {(use.part, use.terminal.name): _board_end(board, use.pin.name) for use in uses}
    for held in recipe.parts.values():
        _join_part(held, joints, pin_of)
    components = _components(recipe)
    nets = joints.nets(_order(board, components))
    on_nets = {end for net in nets for end in net.ends}
    unused = tuple(place for place in board.header if End(BOARD, place.number) not in on_nets)
    return Wiring(recipe, board, nets, components, uses, unused, MappingProxyType(feeds))


def _uses(recipe: Recipe, board: Board, where: str) -> tuple[PinUse, ...]:
    given, uses = recipe.pins[board.name], []
    for held in recipe.parts.values():
        for terminal in held.part.signals:
            if held.name not in given:
                raise PinMissing(f'"{held.name}" has no pin', where=where,
                                 do=f'add {held.name} = "...", {suggest("", board.pins)}')
            label = given[held.name][terminal.name]
            pin = board.pin(label, where=f"{where}.{held.name}")
            args = held.part.driver.args if held.part.driver else ()
            hows = tuple(arg.how for arg in args if arg.terminal == terminal.name)
            uses.append(PinUse(held.name, terminal, pin, hows))
    return tuple(uses)


def _join_rails(recipe: Recipe, board: Board, joints: _Joints) -> dict[str, str]:
    """Rails that a part uses, joined to the board unless a part of the recipe feeds them."""
    feeds = {"GND": BOARD}
    for held in recipe.parts.values():
        for terminal in held.part.terminals.values():
            if terminal.to in RAILS:
                feeds.setdefault(terminal.to, BOARD)
                if terminal.type == "power_out" and terminal.to != "GND":
                    feeds[terminal.to] = held.name
    for rail, by in feeds.items():
        if by == BOARD and rail in board.rails:
            for label in board.rails[rail].pins:
                for place in board.header_pins(label):
                    joints.join(rail, End(BOARD, place.number))
    return feeds


def _join_part(held: RecipePart, joints: _Joints, pin_of: dict) -> None:
    name, circuit = held.name, held.through
    for terminal in held.part.terminals.values():
        end = End(name, terminal.name)
        if terminal.to in RAILS:
            joints.join(terminal.to, end)
        elif circuit is None:
            joints.join(f"{name}_{terminal.name}", end, pin_of[name, terminal.name])
    if circuit is None:
        return
    signal = held.part.signals[0].name
    outer: dict[str, End | str] = {rail: rail for rail in RAILS}
    outer |= {"pin": pin_of[name, signal], "signal": End(name, signal)}
    if supply := supply_terminal(held.part):
        outer["supply"] = End(name, supply)
    for net, ends in circuit.nets.items():
        for end in ends:
            owner, inside, terminal = end.partition(".")
            joints.join(f"{name}_{net}", End(f"{name}.{owner}", terminal) if inside
                        else outer[circuit.ports[end].joins])


def _components(recipe: Recipe) -> tuple[Component, ...]:
    """Recipe parts first, then what their circuits bring: an added part renumbers nothing."""
    wanted = [(held.name, held.part, held.options) for held in recipe.parts.values()]
    for held in recipe.parts.values():
        if held.through:
            wanted += [(f"{held.name}.{name}", inner.part, inner.options)
                       for name, inner in held.through.parts.items()]
    counts: dict[str, int] = {}
    found = []
    for owner, part, options in wanted:
        counts[part.ref] = counts.get(part.ref, 0) + 1
        found.append(Component(f"{part.ref}{counts[part.ref]}", owner, part, options,
                               _value(part, options)))
    return tuple(found)


def _value(part: Part, options: Mapping) -> str:
    value = part.value
    for name, setting in options.items():
        text = _ohms(setting) if name == "ohms" else str(setting)
        value = value.replace("{" + name + "}", text)
    return value


def _ohms(ohms: float) -> str:
    for factor, prefix in ((1e6, " M"), (1e3, " k")):
        if ohms >= factor:
            return f"{ohms / factor:g}{prefix}"
    return f"{ohms:g} "


def _board_end(board: Board, label: str) -> End:
    return End(BOARD, board.header_pins(label)[0].number)


def _order(board: Board, components: tuple[Component, ...]) -> dict[End, int]:
    """A stable order of ends: the board's header, then components as they are numbered."""
    ends = [End(BOARD, place.number) for place in board.header]
    ends += [End(held.owner, name) for held in components for name in held.part.terminals]
    return {end: number for number, end in enumerate(ends)}


class _Joints:
    """Groups of ends that grow together (union-find). A name is a node too: it names its group."""

    def __init__(self):
        self._above: dict[str | End, str | End] = {}

    def join(self, name: str, *ends: End | str) -> None:
        """Put the ends (or whole nets, by name) on the net of that name."""
        top = self._top(name)
        for end in ends:
            self._above[self._top(end)] = top

    def nets(self, order: dict[End, int]) -> tuple[Net, ...]:
        """The nets with their ends in order; rails first, then by their first end."""
        groups: dict[str | End, tuple[list[str], list[End]]] = {}
        for node in self._above:
            names, ends = groups.setdefault(self._top(node), ([], []))
            (ends if isinstance(node, End) else names).append(node)
        nets = []
        for names, ends in groups.values():
            rail = "+".join(name for name in RAILS if name in names)
            if ends:
                nets.append(Net(rail or names[0], rail, tuple(sorted(ends, key=order.get))))
        rank = {rail: number for number, rail in enumerate(RAILS)}
        return tuple(sorted(nets, key=lambda net: (rank.get(net.rail, len(rank)),
                                                   order[net.ends[0]])))

    def _top(self, node: str | End) -> str | End:
        self._above.setdefault(node, node)
        while self._above[node] != node:
            node = self._above[node]
        return node
