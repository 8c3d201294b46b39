# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Files and folders, on a board or on this computer; on a board, a path is written `:path`."""

from __future__ import annotations

from potluck.errors.base import PotluckError


class FileMissing(PotluckError, FileNotFoundError):
    """There is no such file or folder."""

    id = "file-missing"


class FileThere(PotluckError, FileExistsError):
    """There is something of this name already."""

    id = "file-there"


class IsFolder(PotluckError, IsADirectoryError):
    """A file is needed, and this is a folder."""

    id = "is-a-folder"


class NotFolder(PotluckError, NotADirectoryError):
    """A folder is needed, and this is none."""

    id = "not-a-folder"


class FolderNotEmpty(PotluckError, OSError):
    """Something is still in the folder."""

    id = "folder-not-empty"


class ReadOnly(PotluckError, PermissionError):
    """The file system, or the file, takes no changes."""

    id = "read-only"


class FileNameUnfit(PotluckError, ValueError):
    """A name that cannot be one where the file goes."""

    id = "file-name-unfit"


class FileFailed(PotluckError, OSError):
    """The file system failed in a way that has no class of its own; ``what`` holds its number."""

    id = "file-failed"


class TransferDamaged(PotluckError, OSError):
    """What arrived is not what was sent."""

    id = "transfer-damaged"
