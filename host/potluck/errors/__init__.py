# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Every error a person can meet: a stable id, what happened, where, and what to do next.

Each class is also the builtin that fits (ValueError, OSError, TimeoutError …), so that a caller who
knows Python and not potluck catches what they expect. Branch on the class or on ``id``, never on the
text. ``id`` is a heading in docs/troubleshooting.md; a test compares.
"""

from potluck.errors.base import (
    PotluckError,
    every_error,
)
from potluck.errors.board import (
    BoardSilent,
    BoardSwapped,
    CommandRefused,
    DeployFailed,
    FirmwareError,
    FirmwareTooOld,
    MpyIncompatible,
    NameTaken,
    NoSpace,
    NothingToUndo,
    NotMicroPython,
    PortAmbiguous,
    PortBusy,
    PortGone,
    PortNotFound,
    PortPermission,
    TrialFailed,
    RescueFailed,
)
from potluck.errors.data import (
    ChecksFailed,
    HardwareInvalid,
    NameInvalid,
    PinConflict,
    PinMissing,
    PinUnsuitable,
    RecipeInvalid,
    RecipeNotFound,
    RemixExists,
    SettingOutOfRange,
    UnknownBoard,
    UnknownCircuit,
    UnknownPart,
    UnknownSetting,
)
from potluck.errors.flash import (
    BoardNotBack,
    BoardUnable,
    BootloaderSilent,
    CatalogueChanged,
    CatalogueUnreachable,
    DataAtRisk,
    DfuAtRisk,
    DriveUnusable,
    FirmwareHash,
    FirmwareMismatch,
    FirmwareUnknown,
    FirmwareWrong,
    FlashCut,
    FlasherMissing,
    FlashFailed,
)
from potluck.errors.files import (
    FileFailed,
    FileMissing,
    FileNameUnfit,
    FileThere,
    FolderNotEmpty,
    IsFolder,
    NotFolder,
    ReadOnly,
    TransferDamaged,
)
from potluck.errors.drawings import (
    DrawingChanged,
    DrawingsUnwritable,
    PngImpossible,
)
from potluck.errors.logs import (
    LogCorrupt,
    LogFull,
    LogLocked,
    LogUnusable,
    SessionUnknown,
)
from potluck.errors.person import (
    Interrupted,
)
from potluck.errors.virtual import (
    BoardNameTaken,
    BoardNotRunning,
    BoardStartFailed,
    EngineMissing,
    FlashImageInUse,
    FlashImageThere,
    FlashImageWrong,
    KnobUnknown,
    SnapshotForeign,
    SnapshotWrong,
    WorldFailed,
)
