# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Images are read whole before a board is touched; whatever is wrong is said by name."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from potluck import model
from potluck.errors import FirmwareMismatch, FirmwareWrong
from potluck.flasher.images import check_fits, read_image, with_blank

from tests.host.flasher import image_kit as kit

FULL, APP, UF2 = kit.full_image(), kit.app_image(), kit.uf2_image()


@pytest.mark.parametrize("chip", kit.CHIPS)
def test_a_full_image_says_what_it_is(chip):
    image = read_image(kit.full_image(chip, size_mb=4))
    assert (image.kind, image.chip.name, image.flash_bytes) == ("full", chip, 4 << 20)
    assert [part.label for part in image.partitions] == ["nvs", "phy_init", "factory", "vfs"]
    assert (image.banner.version, image.banner.date) == ("v1.29.0", "2026-08-24")
    check_fits(image, model.load_chip(chip), flash_bytes=4 << 20)


def test_a_uf2_file_says_what_it_is():
    image = read_image(UF2)
    assert (image.family, image.start) == ("e48bff56", 0x10000000)
    assert image.banner.machine == "Raspberry Pi Pico with RP2040"
    assert image.blocks == len(UF2) // 512
    check_fits(image, model.load_chip("rp2040"))


def test_the_block_that_an_erratum_of_the_rp2350_wants_is_no_second_family():
    image = read_image(kit.uf2_image(family=0xE48BFF59, absolute=True))
    check_fits(image, model.load_chip("rp2350"))
    assert image.end < 0x10FFFF00


def test_a_program_says_itself_where_its_files_are():
    assert read_image(UF2).files is None
    image = read_image(kit.uf2_image(files=(0x10080000, 0x80000)))
    assert image.files == (0x10080000, 0x10100000)
    riscv = read_image(kit.uf2_image(family=0xE48BFF5A, absolute=True, files=(0x10100000, 0x300000)))
    assert riscv.files == (0x10100000, 0x10400000)


@given(st.integers(0, 1023), st.integers(0, 255))
@settings(max_examples=100, deadline=None)
def test_whatever_a_program_says_of_itself_is_read_or_left_alone(at, value):
    from potluck.flasher.images.binary_info import files_place

    data = bytearray(kit.binary_info(0x10000000, 0x10080000, 0x80000) + bytes(512))
    data[at] = value
    place = files_place(((0x10000000, bytes(data)),))
    assert place is None or place[0] < place[1] <= 1 << 32


@pytest.mark.parametrize("absolute", [False, True])
def test_the_same_firmware_with_empty_flash_after_it(absolute):
    data = kit.uf2_image(length=5000, family=0xE48BFF59, absolute=absolute, files=(0x10008000, 0x8000))
    image = read_image(data)
    both = with_blank(data, image, image.files[1])
    again = read_image(both)
    assert again.spans == ((image.start, image.spans[0][1].ljust(0x10000, b"\xff")),)
    assert (again.family, again.files, again.blocks) == (image.family, image.files, 256)
    assert both[:512] == data[:512] or not absolute  # the erratum's block stays first, and counts for itself
    with pytest.raises(ValueError, match="gaps"):
        with_blank(data, replace(image, spans=((0x10000000, b"a"), (0x10000200, b"b"))), 0x10010000)


STRANGERS = {
    "web page": kit.HTML,
    "ESP8266": kit.ESP8266,
    "ELF": b"\x7fELF\x02\x01" + bytes(100),
    "ZIP": b"PK\x03\x04" + bytes(100),
    ".mpy": b"M\x06\x00\x1f" + bytes(100),
    "source code": b"import machine\nprint(1)\n",
    "a text file": b"hello maker\n" * 40,
    "nothing but bytes of 0xff": b"\xff" * 4096,
    "empty": b"",
    "neither": b"\x01\x02\x03\xff" * 64,
}


@pytest.mark.parametrize("word", STRANGERS)
def test_other_files_are_named(word):
    with pytest.raises(FirmwareWrong) as caught:
        read_image(STRANGERS[word], name="x.bin")
    assert word in caught.value.what and caught.value.where == "x.bin"


@pytest.mark.parametrize("data", [FULL, APP, UF2], ids=["full", "app", "uf2"])
@pytest.mark.parametrize("share", [0.01, 0.3, 0.7, 0.999])
def test_a_file_that_is_cut_off_is_refused(data, share):
    with pytest.raises(FirmwareWrong, match="cut off|should be an image"):
        read_image(data[: int(len(data) * share)])


@pytest.mark.parametrize("offset", [100, 0x7000 + 5, len(FULL) - 5000, len(FULL) - 40, len(FULL) - 1])
def test_one_flipped_bit_in_an_esp_image_is_found(offset):
    damaged = bytearray(FULL)
    damaged[offset] ^= 0x10
    with pytest.raises(FirmwareWrong):
        read_image(bytes(damaged))


def test_an_image_without_sha_is_judged_by_its_checksum():
    image = kit.esp_part(hashed=False)
    assert read_image(image).kind == "bootloader"
    wrong = image[:-1] + bytes([image[-1] ^ 1])
    with pytest.raises(FirmwareWrong, match="checksum"):
        read_image(wrong)


@pytest.mark.parametrize(
    ("data", "chip", "options", "words"),
    [
        (kit.full_image("esp32c3"), "esp32", {}, ("ESP32-C3", "ESP32 ")),
        (kit.full_image("esp32"), "esp32s3", {}, ("ESP32 ", "ESP32-S3")),
        (APP, "esp32", {}, ("app image", "0x1000")),
        (FULL, "esp32", {"app": True}, ("full image", "app image")),
        (kit.esp_part(), "esp32", {}, ("bootloader without an app",)),
        (kit.full_image(size_mb=8), "esp32", {"flash_bytes": 4 << 20}, ("8 MB", "4 MB")),
        (UF2, "rp2350", {}, ("RP2040", "RP2350")),
        (kit.uf2_image(family=0x68ED2B88), "rp2040", {}, ("SAMD21", "RP2040")),
        (kit.uf2_image(family=0x12345678), "rp2040", {}, ("12345678", "RP2040")),
        (kit.uf2_image(start=0x20000000), "rp2040", {}, ("0x20000000", "flash")),
        (UF2, "esp32", {}, ("RP2040", "ESP32")),
        (FULL, "rp2040", {}, ("ESP32", "RP2040")),
    ],
)
def test_a_mismatch_names_both(data, chip, options, words):
    with pytest.raises(FirmwareMismatch) as caught:
        check_fits(read_image(data), model.load_chip(chip), **options)
    text = caught.value.what + " "
    assert all(word in text for word in words), text


def test_blocks_out_of_order_twice_or_of_two_families_are_refused():
    blocks = [UF2[at : at + 512] for at in range(0, len(UF2), 512)]
    alien = kit.uf2_block(0x10000000, b"x" * 256, 3, len(blocks), 0x68ED2B88)
    for wrong in (
        [*blocks[:3], alien, *blocks[4:]],
        [*blocks[:3], blocks[2], *blocks[4:]],
        [*blocks[:-1]],
        [*blocks, blocks[0]],
        [kit.uf2_block(0x10000000, b"x" * 256, n, 2) for n in range(2)],
        [kit.uf2_block(0x10000000, b"x" * 256, 0, 1)[:-1] + b"\0"],
        [kit.uf2_block(0x10000000, b"x" * 256, 0, 1, flags=0x2001)],
    ):
        with pytest.raises(FirmwareWrong):
            read_image(b"".join(wrong))
    assert read_image(b"".join(reversed(blocks))).blocks == len(blocks)


def reads_or_refuses(data):
    try:
        image = read_image(data)
    except FirmwareWrong:
        return
    assert image.size == len(data)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(data):
    for start in (b"", b"\xe9\x02", b"UF2\n\x57\x51\x5d\x9e"):
        reads_or_refuses(start + data)


SMALL = {"esp": kit.esp_part(), "uf2": kit.uf2_image(1500), "full": kit.full_image(length=400)}


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_good_image_with_a_few_bytes_changed_is_read_or_refused(data):
    image = bytearray(SMALL[data.draw(st.sampled_from(sorted(SMALL)))])
    for _ in range(data.draw(st.integers(1, 4))):
        image[data.draw(st.integers(0, len(image) - 1))] = data.draw(st.integers(0, 255))
    keep = data.draw(st.one_of(st.just(len(image)), st.integers(0, len(image))))
    reads_or_refuses(bytes(image[:keep]))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(SMALL["esp"]) - 1), st.integers(1, 255))
def test_no_changed_byte_of_a_hashed_image_passes(at, change):
    image = bytearray(SMALL["esp"])
    image[at] ^= change
    body, digest = bytes(image[:-32]), bytes(image[-32:])
    if hashlib.sha256(body).digest() != digest and image[23] == 1:
        with pytest.raises(FirmwareWrong):
            read_image(bytes(image))
