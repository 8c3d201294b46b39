# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# boot.py of a board under mpremote's own tests. They put a RAM disk under `os.VfsFat`, which the engine
# of the virtual board does not have: this file system in Python takes its place.
import io
import os


class _File(io.IOBase):
    def __init__(self, disk, path, mode):
        self._disk, self._path, self._text = disk, path, "b" not in mode
        self._writes = "r" not in mode or "+" in mode
        self._data = bytearray(disk._files.get(path, b"") if "w" not in mode else b"")
        self._at = len(self._data) if "a" in mode else 0
        self.flush()

    def readinto(self, buffer):
        piece = self._data[self._at : self._at + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def read(self, size=-1):
        end = len(self._data) if size < 0 else self._at + size
        piece = bytes(self._data[self._at : end])
        self._at += len(piece)
        return str(piece, "utf-8") if self._text else piece

    def write(self, data):
        data = data.encode() if isinstance(data, str) else bytes(data)
        self._data[self._at : self._at + len(data)] = data
        self._at += len(data)
        return len(data)

    def ioctl(self, request, arg):
        if request == 4:  # close
            self.close()
        return 0

    def flush(self):
        if self._writes:
            self._disk._put(self._path, bytes(self._data))

    close = flush

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class VfsFat:
    def __init__(self, size):
        self._size, self._here = size, "/"
        self._files = {}  # path -> bytes; None: a folder
        self._order = []  # the paths as they were made, in which order FAT lists them

    @staticmethod
    def mkfs(device):
        pass

    def mount(self, readonly, mkfs):
        pass

    def umount(self):
        pass

    def _whole(self, path):
        parts = []
        for part in (path if path[:1] == "/" else self._here + "/" + path).split("/"):
            if part == "..":
                del parts[-1:]
            elif part not in ("", "."):
                parts.append(part)
        return "/" + "/".join(parts)

    def _is_folder(self, path):
        return path == "/" or self._files.get(path, b"") is None

    def _new(self, path):
        path = self._whole(path)
        if not self._is_folder(path[: path.rfind("/")] or "/"):
            raise OSError(2)
        return path

    def _put(self, path, data):
        if path not in self._files:
            self._order.append(path)
        self._files[path] = data

    def _drop(self, path):
        self._order.remove(path)
        return self._files.pop(path)

    def _below(self, folder):
        start = folder if folder == "/" else folder + "/"
        return [p for p in self._order if p.startswith(start) and "/" not in p[len(start) :]], len(start)

    def chdir(self, path):
        path = self._whole(path)
        if not self._is_folder(path):
            raise OSError(2)
        self._here = path

    def getcwd(self):
        return self._here

    def stat(self, path):
        path = self._whole(path)
        if self._is_folder(path):
            return (0x4000,) + (0,) * 9
        if path not in self._files:
            raise OSError(2)
        return (0x8000, 0, 0, 0, 0, 0, len(self._files[path]), 0, 0, 0)

    def statvfs(self, path):
        blocks = self._size // 512
        return (512, 512, blocks, blocks, blocks, 0, 0, 0, 0, 255)

    def ilistdir(self, path):
        path = self._whole(path)
        if not self._is_folder(path):
            raise OSError(2)
        names, cut = self._below(path)
        told = []
        for name in names:
            folder = self._is_folder(name)
            told.append((name[cut:], 0x4000 if folder else 0x8000, 0, 0 if folder else len(self._files[name])))
        return iter(told)

    def mkdir(self, path):
        path = self._new(path)
        if path == "/" or path in self._files:
            raise OSError(17)
        self._put(path, None)

    def rmdir(self, path):
        path = self._whole(path)
        if path == "/":
            raise OSError(22)
        if path not in self._files:
            raise OSError(2)
        if self._below(path)[0]:
            raise OSError(13)
        self._drop(path)

    def remove(self, path):
        path = self._whole(path)
        if path not in self._files:
            raise OSError(2)
        self._drop(path)

    def rename(self, old, new):
        new = self._new(new)
        self._put(new, self._drop(self._whole(old)))

    def open(self, path, mode):
        path = self._new(path)
        if self._is_folder(path):
            raise OSError(21)
        if "r" in mode and path not in self._files:
            raise OSError(2)
        return _File(self, path, mode)


_mount = os.mount


def _mount_any(thing, *rest, **options):
    _mount(VfsFat(len(thing.data)) if hasattr(thing, "readblocks") else thing, *rest, **options)


os.VfsFat = VfsFat
os.mount = _mount_any


# One of the tests empties the flash, this file included, and then wants its RAM disk again.
_remove = os.remove
os.remove = lambda path: None if path.endswith("boot.py") else _remove(path)
