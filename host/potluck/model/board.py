# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Boards and their chips as data: hardware/boards/NAME.toml on hardware/mcu/NAME.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from potluck.errors import HardwareInvalid, PinMissing, UnknownBoard
from potluck.model import hardware
from potluck.model.mcu import Limit, Mcu, McuPin, load_mcu
from potluck.model.picture import BoardLooks, read_board_looks
from potluck.model.purchase import Purchase, read_purchase
from potluck.model.reader import Table, suggest


@dataclass(frozen=True)
class Pin:
    """A GPIO that the board brings out: its name in recipes, what is printed, what it can do."""

    name: str
    gpio: int
    printed: str
    can: McuPin

    def limit(self, what: str) -> Limit | None:
        """The limit that forbids ``what`` (input, output, pull, adc), if there is one."""
        return next((limit for limit in self.can.limits if what in limit.blocks), None)


@dataclass(frozen=True)
class Rail:
    """A supply of the board: volts and how many mA it can give to parts (GND: 0, a return)."""

    name: str
    volts: float
    ma: float
    pins: tuple[str, ...]


@dataclass(frozen=True)
class HeaderPin:
    """One hole or pin of the board's edge.

    number  as the board's maker counts ("20", "J2-7"), unique on the board
    label   name of a Pin, of a rail's pin, or of a control
    kind    "gpio", "rail" or "control"
    """

    number: str
    label: str
    kind: str
    side: str
    position: int


@dataclass(frozen=True)
class MicroPython:
    """What the official firmware on this board looks like."""

    firmware: str
    page: str
    platform: str
    machine: str
    errno: str  # whose error numbers: "mperrno" (MicroPython's own) or "newlib"
    free_heap_bytes: int
    fs_blocks: int
    fs_block_bytes: int
    cpu_hz: int


@dataclass(frozen=True)
class Flashing:
    """How firmware gets on: method "uf2" or "esptool"; unused fields are "", 0 or ()."""

    method: str
    volume: str
    families: tuple[str, ...]
    chip: str
    offset: int
    enter: str


@dataclass(frozen=True)
class Port:
    """The board at the end of a USB cable. usb: "vid:pid" in lower-case hex."""

    kind: str
    usb: tuple[str, ...]
    boot_usb: tuple[str, ...]
    baud: int
    needs_dtr: bool
    edges_reset: bool
    receive_buffer_bytes: int


@dataclass(frozen=True)
class Radio:
    """Wi-Fi on the board. kind: the driver in the firmware ("esp32", "cyw43", "nina")."""

    kind: str
    hostname: str


@dataclass(frozen=True)
class Board:
    """A board one can buy. ``pins`` is keyed by name, ``rails`` by name ("3V3", "5V", "GND").

    names     further names that the firmware gives to pins: a GPIO, or "EXT_GPIOn" for a pin of
              another chip on the board that the firmware passes on to (a radio's LED pin)
    defaults  GPIOs that the firmware takes for a bus when a program names none: "I2C0": (scl, sda),
              "SPI0": (sck, mosi, miso), "UART0": (tx, rx)
    radio     None: no Wi-Fi
    picture   what it looks like between its pins
    """

    name: str
    title: str
    mcu: Mcu
    usb_end: str
    micropython: MicroPython
    flashing: Flashing
    port: Port
    rails: Mapping[str, Rail]
    pins: Mapping[str, Pin]
    controls: Mapping[str, str]
    header: tuple[HeaderPin, ...]
    names: Mapping[str, int | str]
    defaults: Mapping[str, tuple[int, ...]]
    radio: Radio | None
    picture: BoardLooks
    purchase: Purchase | None

    def pin(self, name: str, *, where: str = "") -> Pin:
        """The pin of that name or print. Raises PinMissing, naming the nearest there is."""
        found = self.pins.get(name) or next(
            (pin for pin in self.pins.values() if pin.printed == name), None)
        if found is None:
            what = f'{self.title} has no pin "{name[:40]}"'
            if name in self.controls:
                what = f'"{name}" on {self.title} is no GPIO ({self.controls[name]})'
            raise PinMissing(what, where=where, do=suggest(name, self.pins))
        return found

    def by_gpio(self, gpio: int) -> Pin | None:
        """The pin with that GPIO number, or None when the board does not bring it out."""
        return next((pin for pin in self.pins.values() if pin.gpio == gpio), None)

    def header_pins(self, label: str) -> tuple[HeaderPin, ...]:
        """All places with that label (GND has several)."""
        return tuple(place for place in self.header if place.label == label)


def board_names() -> list[str]:
    """Names of all boards potluck knows."""
    return hardware.known("boards")


def load_board(name: str, *, where: str = "") -> Board:
    """The board of that name with its chip. Raises UnknownBoard, HardwareInvalid."""
    table, _ = hardware.open_named("boards", name, "", UnknownBoard, "board", where)
    sources = hardware.Sources(table)
    about = table.table("board")
    if about.name("name") != name:
        raise about.wrong("name", "differs from the file's name")
    mcu = load_mcu(about.name("mcu"), where=about.where("mcu"))
    title, usb_end = about.text("title"), about.choice("usb_end", ("top", "bottom"))
    sources.of(about)
    about.done()
    pins = _pins(table.table("pins"), mcu, sources)
    rails = {key: _rail(key, sub, sources)
             for key, sub in table.table("rails").entries(lambda name: True)}
    controls = _controls(table.table("controls", {}), sources)
    header = _header(table, pins, rails, controls, sources)
    board = Board(
        name=name, title=title, mcu=mcu, usb_end=usb_end,
        micropython=_micropython(table.table("micropython"), sources),
        flashing=_flashing(table.table("flash"), sources),
        port=_port(table.table("port"), sources),
        rails=MappingProxyType(rails), pins=MappingProxyType(pins),
        controls=MappingProxyType(controls), header=header,
        names=MappingProxyType(_names(table.table("names", {}), mcu, sources)),
        defaults=MappingProxyType(_defaults(table.table("defaults", {}), mcu, sources)),
        radio=_radio(table.table("radio"), sources) if table.has("radio") else None,
        picture=read_board_looks(table.table("picture")) if table.has("picture") else BoardLooks(),
        purchase=read_purchase(table.table("buy"), sources) if table.has("buy") else None,
    )
    table.done()
    sources.done()
    return board


def _controls(table: Table, sources: hardware.Sources) -> dict[str, str]:
    if table.keys():
        sources.of(table)
    return {key: table.text(key) for key in table.keys() if key != "source"}


def _pins(table: Table, mcu: Mcu, sources: hardware.Sources) -> dict[str, Pin]:
    sources.of(table)
    pins: dict[str, Pin] = {}
    for name, sub in table.entries(lambda name: True):
        gpio = sub.integer("gpio", low=0, high=200)
        if gpio not in mcu.pins:
            raise sub.wrong("gpio", f"{mcu.title} has no GPIO{gpio}")
        if any(pin.gpio == gpio for pin in pins.values()):
            raise sub.wrong("gpio", f"GPIO{gpio} has two names")
        pins[name] = Pin(name, gpio, sub.text("printed", name), mcu.pins[gpio])
        sub.done()
    return pins


def _names(table: Table, mcu: Mcu, sources: hardware.Sources) -> dict[str, int | str]:
    found: dict[str, int | str] = {}
    if table.keys():
        sources.of(table)
    for key in (key for key in table.keys() if key != "source"):
        value = table.take(key)
        outside = isinstance(value, str) and value[:8] == "EXT_GPIO" and value[8:].isdigit()
        if not outside and (type(value) is not int or value not in mcu.pins):
            raise table.wrong(key, f"is neither a GPIO of {mcu.title} nor EXT_GPIO and a number")
        found[key] = value
    return found


def _defaults(table: Table, mcu: Mcu, sources: hardware.Sources) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    if table.keys():
        sources.of(table)
    for key in (key for key in table.keys() if key != "source"):
        value = table.take(key)
        size = 3 if key.startswith("SPI") else 2
        if key[:-1] not in ("I2C", "SPI", "UART") or not key[-1].isdigit():
            raise table.wrong(key, "is none of I2C, SPI, UART with a number")
        if not isinstance(value, list) or len(value) != size or any(gpio not in mcu.pins for gpio in value):
            raise table.wrong(key, f"must list {size} GPIO numbers of {mcu.title}")
        found[key] = tuple(value)
    return found


def _radio(table: Table, sources: hardware.Sources) -> Radio:
    found = Radio(table.choice("kind", ("esp32", "cyw43", "nina")), table.text("hostname"))
    sources.of(table)
    table.done()
    return found


def _rail(name: str, table: Table, sources: hardware.Sources) -> Rail:
    rail = Rail(name, float(table.number("volts", low=0, high=60)),
                float(table.number("ma", low=0, high=20_000)), table.texts("pins", least=1))
    sources.of(table)
    table.done()
    return rail


def _header(table: Table, pins: dict, rails: dict, controls: dict, sources: hardware.Sources) -> tuple[HeaderPin, ...]:
    kinds = {**dict.fromkeys(controls, "control"), **dict.fromkeys(pins, "gpio")}
    kinds |= {label: "rail" for rail in rails.values() for label in rail.pins}
    places: list[HeaderPin] = []
    for sub in table.tables("header"):
        side = sub.choice("side", ("left", "right"))
        first, step = sub.integer("first", low=1, high=500), sub.integer("step", low=-1, high=1)
        prefix = sub.text("prefix", "")
        for position, label in enumerate(sub.texts("pins", least=1)):
            if label not in kinds:
                raise sub.wrong("pins", f'"{label}" is no pin, rail or control of this board')
            number = f"{prefix}{first + step * position}"
            places.append(HeaderPin(number, label, kinds[label], side, position))
        sources.of(sub)
        sub.done()
    labels = [place.label for place in places]
    for label, kind in kinds.items():
        if label not in labels or (kind != "rail" and labels.count(label) != 1):
            raise HardwareInvalid(f'"{label}" must be once in the header', where=table.file)
    if len({place.number for place in places}) != len(places):
        raise HardwareInvalid("two header pins have one number", where=table.file)
    return tuple(places)


def _micropython(table: Table, sources: hardware.Sources) -> MicroPython:
    found = MicroPython(
        firmware=table.text("firmware"), page=table.text("page"),
        platform=table.name("platform"), machine=table.text("machine"),
        errno=table.choice("errno", ("mperrno", "newlib"), "mperrno"),
        free_heap_bytes=table.integer("free_heap_bytes", low=8_192, high=1 << 26),
        fs_blocks=table.integer("fs_blocks", low=8, high=1 << 20),
        fs_block_bytes=table.integer("fs_block_bytes", low=128, high=1 << 16),
        cpu_hz=table.integer("cpu_hz", low=1_000_000, high=1_000_000_000),
    )
    sources.of(table)
    table.done()
    return found


def _flashing(table: Table, sources: hardware.Sources) -> Flashing:
    found = Flashing(
        method=table.choice("method", ("uf2", "esptool", "dfu")),
        volume=table.text("volume", ""), families=table.texts("families", ()),
        chip=table.text("chip", ""), offset=table.integer("offset", 0, low=0, high=1 << 24),
        enter=table.text("enter"),
    )
    sources.of(table)
    table.done()
    return found


def _port(table: Table, sources: hardware.Sources) -> Port:
    found = Port(
        kind=table.choice("kind", ("native_usb", "uart_bridge")),
        usb=table.texts("usb", least=1), boot_usb=table.texts("boot_usb"),
        baud=table.integer("baud", low=300, high=4_000_000),
        needs_dtr=table.flag("needs_dtr"), edges_reset=table.flag("edges_reset"),
        receive_buffer_bytes=table.integer("receive_buffer_bytes", low=0, high=1 << 20),
    )
    sources.of(table)
    table.done()
    return found
