# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
import asyncio as _asyncio


def __getattr__(name):
    return getattr(_asyncio, name)
