# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The rates in Hz that the dividers of a chip really give when a program asks for one.

Sources: pico-sdk spi_set_baudrate, i2c_set_baudrate; esp-idf spi_hal_cal_clock_conf; MicroPython
extmod/machine_{spi,i2c}.c, ports/esp32/machine_{i2c,uart}.c (MIT).
"""

_APB_HZ = 80_000_000


def pll(khz: int) -> bool:
    """Whether the RP2040's system clock can be so (pico-sdk, check_sys_clock_khz)."""
    for fbdiv in range(320, 15, -1):
        vco_khz = fbdiv * 12_000
        if 750_000 <= vco_khz <= 1_600_000:
            for first in range(7, 0, -1):
                for second in range(first, 0, -1):
                    if vco_khz == khz * first * second:
                        return True
    return False


def i2c(clock_hz: int, hz: int) -> int:
    """I2C on an RP2040."""
    return clock_hz // max(1, (clock_hz + hz // 2) // hz)


def esp32_i2c(hz: int) -> int:
    """I2C on an ESP32."""
    return _APB_HZ // max(2, 2 * (_APB_HZ // hz // 2))


def soft_i2c(hz: int) -> int:
    """Half a period is whole microseconds, and at least one."""
    return 500_000 // max(1, 500_000 // hz)


def soft_spi(baud: int) -> int:
    """The same."""
    return 500_000 // -(-500_000 // baud) if baud < 500_000 else 500_000


def esp32_uart(baud: int) -> int:
    """A UART of an ESP32: its divider has sixteenths."""
    return (_APB_HZ << 4) // ((_APB_HZ << 4) // baud)


def pl022(clock_hz: int, baud: int) -> int:
    """SPI on an RP2040."""
    prescale = next((even for even in range(2, 255, 2) if clock_hz < even * 256 * baud), 254)
    post = 256
    while post > 1 and clock_hz // (prescale * (post - 1)) <= baud:
        post -= 1
    return clock_hz // (prescale * post)


def esp32_spi(hz: int) -> int:
    """SPI on an ESP32."""
    if hz > _APB_HZ // 4 * 3:
        return _APB_HZ
    best, best_error = _APB_HZ // 2, -1
    for n in range(2, 65):
        pre = min(max((_APB_HZ // n + hz // 2) // hz, 1), 8192)
        error = abs(_APB_HZ // (pre * n) - hz)
        if best_error < 0 or error <= best_error:
            best, best_error = _APB_HZ // (pre * n), error
    return best
