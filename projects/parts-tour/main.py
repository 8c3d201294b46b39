# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""One of everything: each sensor is read and shown, each actuator moves."""

import asyncio

from potluck import app

s = app.settings
dial, button, status = app.part("dial"), app.part("button"), app.part("status")
arm, horn, lights = app.part("arm"), app.part("horn"), app.part("lights")
air, screen, probe, eye = app.part("air"), app.part("screen"), app.part("probe"), app.part("eye")

FAR_M = 2.0  # here all lights are on


@app.every("look_every_s")
async def look():
    turned, weather = await dial.read(), await air.read()
    warm, distance = await probe.read(), await eye.read()
    celsius, pascal, humidity = weather or (None, None, None)
    if celsius is not None:
        eye.celsius = celsius  # sound is faster in warm air
    if turned is not None and not touring():
        arm.turn(turned * arm.degrees / 100)
    app.report(dial=turned, angle=arm.angle, air=celsius, pressure=pascal, humidity=humidity, probe=warm,
               distance=distance)  # fmt: skip
    if not touring():
        status.show("trouble" if None in (turned, weather, warm) else "ok")
        bar(distance)
    complain(turned, weather, warm)
    await write(turned, celsius, humidity, warm, distance)
    if distance is not None and distance < s.near_m and not touring():
        await horn.beep(2000, 0.1)


@app.on(button.pressed)
@app.command
async def tour():
    """Everything that can move or shine does, once."""
    status.show("busy")
    for hz in (523, 659, 784, 1047):
        await horn.beep(hz, 0.15)
    for red, green, blue in ((80, 0, 0), (0, 80, 0), (0, 0, 80)):
        lights.fill(red, green, blue)
        lights.show()
        await asyncio.sleep(0.3)
    for angle in (0, arm.degrees, arm.degrees // 2):
        arm.turn(angle)
        await asyncio.sleep(0.6)
    lights.safe()
    status.show("ok")


def touring():
    return status.word == "busy"


def complain(turned, weather, warm):
    if turned is None:
        app.trouble("dial", "check its middle leg")
    if weather is None:
        app.trouble("air sensor", "check its four wires")
    if warm is None:
        app.trouble("thermometer", "check its three wires and the resistor")


def bar(distance):
    """As many lights as it is far; none: nothing is seen."""
    lit = 0 if distance is None else min(int(distance / FAR_M * lights.count) + 1, lights.count)
    for i in range(lights.count):
        lights.set(i, *((0, 20, 40) if i < lit else (0, 0, 0)))
    lights.show()


async def write(turned, celsius, humidity, warm, distance):
    canvas = screen.canvas
    canvas.fill(0)
    for row, (name, value, form) in enumerate((
        ("dial", turned, "%.0f %%"), ("air", celsius, "%.1f C"), ("humid", humidity, "%.0f %%"),
        ("probe", warm, "%.1f C"), ("far", distance, "%.2f m"),
    )):  # fmt: skip
        canvas.text(name, 0, row * 12)
        canvas.text("--" if value is None else form % value, 56, row * 12)
    if not await screen.show():
        app.trouble("screen", "check its four wires")


app.run()
