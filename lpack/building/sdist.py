"""Strict unpacking of a source distribution: all of it lands in one folder, and stays there."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import tarfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO

from lpack.building.failing import build_failed
from lpack.errors import BuildError
from lpack.model import Where
from lpack.wheels.names import COMPONENT_BYTES, PATH_BYTES
from lpack.wheels.refusal import shown

FILES = 50_000
TOTAL_BYTES = 1024**3
"""Most that a source distribution may hold unpacked; what a wheel may."""
# With the headers, which an honest archive has one of for each file.
_LONGEST = 2 * TOTAL_BYTES
_PIECE = 1024 * 1024
_BROKEN = "is broken: it is not a whole `.tar.gz`"


def unpack(archive: Path, into: Path) -> Path:
    """Unpack a `.tar.gz` into an empty folder and give the one folder that it holds.

    Modes are kept as far as a file can be executed, and times not at all: ZIP knows none before
    1980, and some archives have 1970. Raises BuildError LP104 for another kind of archive, and
    LP119 for a broken or treacherous one.
    """
    where = Where(shown(archive.name))
    if not archive.name.lower().endswith((".tar.gz", ".tgz")):
        raise BuildError(
            "LP104",
            f"`{shown(archive.name)}` is not a `.tar.gz`, as source distributions have to be",
            where=where,
            hint="require a version that has a wheel or a `.tar.gz`",
        )
    try:
        with gzip.open(archive) as plain, tarfile.open(fileobj=_Measured(plain), mode="r:") as tar:
            return _Unpacking(into, where).unpack(tar)
    except (FileExistsError, IsADirectoryError, NotADirectoryError) as error:
        raise _refused("holds a file and a folder of the same name", where) from error
    except (
        *(tarfile.TarError, gzip.BadGzipFile, zlib.error),
        *(EOFError, UnicodeError, OverflowError, RecursionError),
    ) as error:
        raise _refused(_BROKEN, where) from error


class _Measured(io.RawIOBase):
    """A stream that gives only as much at once as a file or an honest header needs.

    tarfile reads a header of any length at once, be it a gigabyte, and any number of them.
    """

    def __init__(self, plain: gzip.GzipFile) -> None:
        self._plain = plain

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _PIECE or self._plain.tell() > _LONGEST:
            raise tarfile.ReadError("a header is too long")
        return self._plain.read(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if offset > _LONGEST:
            raise tarfile.ReadError("a member is too long")
        return self._plain.seek(offset, whence)

    def tell(self) -> int:
        return self._plain.tell()


class _Unpacking:
    """One archive on its way to a folder."""

    def __init__(self, into: Path, where: Where) -> None:
        self._into, self._where = into, where
        self._tops: set[str] = set()
        self._left = TOTAL_BYTES
        self._links: dict[PurePosixPath, str] = {}

    def unpack(self, tar: tarfile.TarFile) -> Path:
        for number, member in enumerate(tar):
            if number == FILES:
                raise self._refusal(f"holds more than {FILES:,} files")
            self._take(tar, member)
        # When all files are written nothing can be written through a link any more.
        for path, target in self._links.items():
            self._into.joinpath(path).symlink_to(target)
        if len(self._tops) != 1 or not (top := self._into / self._tops.pop()).is_dir():
            raise self._refusal("does not hold one folder, and in it all the rest")
        return top

    def _take(self, tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        path = self._path_of(member.name)
        if path == PurePosixPath():
            return
        self._tops.add(path.parts[0])
        to = self._into / path
        to.parent.mkdir(parents=True, exist_ok=True)
        if member.isdir():
            to.mkdir(exist_ok=True)
        elif member.isreg():
            self._write(tar.extractfile(member), to, member)
        elif member.islnk():
            self._copy(member, to)
        elif member.issym():
            self._links[path] = self._target_of(member, path)
        else:
            raise self._refusal(f"holds `{shown(member.name)}`, which is a device or a pipe")

    def _path_of(self, name: str) -> PurePosixPath:
        """Read a name, which must be one that stays below the folder."""
        path = PurePosixPath(name)
        if (
            path.is_absolute()
            or ".." in path.parts
            or "\\" in name
            or "\0" in name
            or len(os.fsencode(name)) > PATH_BYTES
            or any(len(os.fsencode(part)) > COMPONENT_BYTES for part in path.parts)
        ):
            raise self._refusal(f"holds `{shown(name)}`, which does not lie in its folder")
        return path

    def _write(self, content: IO[bytes] | None, to: Path, member: tarfile.TarInfo) -> None:
        self._pay(member.size)
        if content is None:  # tarfile gives none only for what is no file
            return
        with content, to.open("wb") as file:
            shutil.copyfileobj(content, file, _PIECE)
        to.chmod(0o755 if member.mode & 0o100 else 0o644)

    def _copy(self, member: tarfile.TarInfo, to: Path) -> None:
        """Write a hard link as a copy of the file before it."""
        source = self._into / self._path_of(member.linkname)
        if not source.is_file():
            raise self._refusal(f"holds `{shown(member.name)}`, a link to nothing")
        self._pay(source.stat().st_size)
        if source != to:
            shutil.copy(source, to)

    def _target_of(self, member: tarfile.TarInfo, path: PurePosixPath) -> str:
        """Check where a symbolic link points to.

        Its folder is a real one, so that `..` at the beginning leads where it seems to; after a
        name it might not, as that may be a link.
        """
        target = PurePosixPath(member.linkname)
        upwards = sum(part == ".." for part in target.parts)
        if (
            target.is_absolute()
            or "\0" in member.linkname
            or len(os.fsencode(member.linkname)) > PATH_BYTES
            or ".." in target.parts[upwards:]
            or upwards > len(path.parts) - len(("top", "link"))
        ):
            raise self._refusal(f"holds `{shown(member.name)}`, a link that leaves its folder")
        return target.as_posix()

    def _pay(self, size: int) -> None:
        self._left -= size
        if size < 0 or self._left < 0:
            raise self._refusal(f"unpacks to more than {TOTAL_BYTES:,} bytes")

    def _refusal(self, reason: str) -> BuildError:
        return _refused(reason, self._where)


def _refused(reason: str, where: Where) -> BuildError:
    hint = "require another version, and report it to the project that published it"
    return build_failed(f"the source distribution {reason}", where, hint=hint)
