# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What `print` tells of a bus or an ADC.

Sources: MicroPython ports/rp2/machine_{spi,i2c,uart,adc}.c, ports/esp32/machine_{hw_spi,i2c,uart,adc}.c,
extmod/machine_{spi,i2c}.c (MIT). The rates are in `rates`.
"""

from __future__ import annotations

from potluck.model.board import Board
from potluck.virtual.chip import rates
from potluck.virtual.chip.analog import Adc
from potluck.virtual.chip.buses import I2c, Spi
from potluck.virtual.chip.uart import Uart
from potluck.virtual.hypercalls import operation, text
from potluck.virtual.resets import HardReset, SoftReset

_NONE = 255
_PERIPHERAL_HZ = 48_000_000  # the clock of an RP2040's SPI and UART: USB's, whatever the processor's is


class Told:
    def __init__(self, board: Board, i2c: I2c, spi: Spi, uart: Uart, adc: Adc) -> None:
        self._rp2 = board.micropython.platform == "rp2"
        self._hz = board.micropython.cpu_hz
        self._i2c, self._spi, self._uart, self._adc = i2c, spi, uart, adc

    def reset(self, _cause: SoftReset | HardReset) -> None:
        """It remembers nothing."""

    @operation
    def spi_rate(self, number: int, baud: int, _: int) -> int:
        """The rate that SPI(number) reaches when `baud` is asked for; -1: SoftSPI."""
        if number < 0:
            return rates.soft_spi(baud)
        return rates.pl022(_PERIPHERAL_HZ, baud) if self._rp2 else rates.esp32_spi(baud)

    @text
    def spi_told(self, payload: str) -> str:
        number, bus, baud, polarity, phase, bits = map(int, payload.split())
        sck, mosi, miso = self._spi._buses[bus]
        if number < 0:
            first = int(self._rp2)  # the port's SPI.MSB
            rate = f"baudrate={baud}, polarity={polarity}, phase={phase}, firstbit={first}, "
            return f"SoftSPI({rate}sck={sck}, mosi={mosi}, miso={miso})"
        rate = f"baudrate={baud}, polarity={polarity}, phase={phase}, bits={bits}, "
        if self._rp2:
            return f"SPI({number}, {rate}sck={sck}, mosi={mosi}, miso={'None' if miso == _NONE else miso})"
        wires = ", ".join(f"{name}={-1 if gpio == _NONE else gpio}" for name, gpio in
                          zip(("sck", "mosi", "miso"), (sck, mosi, miso), strict=True))  # fmt: skip
        return f"SPI(id={number}, {rate}firstbit=0, {wires})"

    @text
    def i2c_told(self, payload: str) -> str:
        number, bus, timeout = map(int, payload.split())
        sda, scl, hz = self._i2c.bus(bus)
        if number < 0:
            return f"SoftI2C(scl={scl}, sda={sda}, freq={hz})"
        if self._rp2:
            return f"I2C({number}, freq={hz}, scl={scl}, sda={sda}, timeout={timeout})"
        return f"I2C({number}, scl={scl}, sda={sda}, freq={hz})"

    @text
    def uart_told(self, payload: str) -> str:
        number, baud, bits, parity, stop, timeout, timeout_char, txbuf, rxbuf, invert = map(int, payload.split())
        line = self._uart._lines.get(number)
        tx, rx = (line.tx, line.rx) if line is not None else (-1, -1)
        if self._rp2:
            timeout_char = max(timeout_char, 13_000 // baud + 1)  # a whole character
        else:
            baud = rates.esp32_uart(baud)
        lines = f"bits={bits}, parity={('None', '0', '1')[parity + 1]}, stop={stop}, tx={tx}, rx={rx}, "
        waits = f"txbuf={txbuf}, rxbuf={rxbuf}, timeout={timeout}, timeout_char={timeout_char}, "
        if self._rp2:
            inverted = ("None", "INV_TX", "INV_RX", "INV_TX|INV_RX")[invert & 3]
            return f"UART({number}, baudrate={baud}, {lines}{waits}invert={inverted}, irq=0)"
        return f"UART({number}, baudrate={baud}, {lines}rts=-1, cts=-1, {waits}irq=0)"

    @text
    def adc_told(self, payload: str) -> str:
        gpio = int(payload)
        if self._rp2:
            channel = 4 if gpio < 0 else next(key[3:] for key, pin in self._adc._channels.items() if pin == gpio)
            return f"<ADC channel={channel}>"
        return f"ADC(Pin({gpio}), atten={self._adc.atten(gpio)})"
