"""The package as a list of files, and the archive that is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lpack.values import NamedTuple, dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.model.function import Bytecode, Compress
    from lpack.model.lock import Container, StoredWheel


class WheelMember(NamedTuple):
    """A file inside an admitted wheel, or a container: where its stream lies, and what it is.

    Like `Entry` a tuple, because a build makes thousands of them.
    """

    offset: int
    """Of the stream's first byte in the wheel."""
    compressed: int
    """Bytes of the stream."""
    size: int
    crc: int
    method: int
    """0 stored, 8 deflate (APPNOTE 4.4.5)."""


class Moment(NamedTuple):
    """A date and time in UTC as ZIP has it: from 1980 to 2107, in steps of two seconds."""

    date: int = 0x21
    """Years since 1980, month and day, packed as MS-DOS does; this is the first one."""
    time: int = 0
    """Hour, minute and half the seconds, packed alike."""

    def __str__(self) -> str:
        date, time = self
        day = f"{1980 + (date >> 9)}-{date >> 5 & 15:02}-{date & 31:02}"
        return f"{day} {time >> 11:02}:{time >> 5 & 63:02}:{(time & 31) * 2:02}"


class Entry(NamedTuple):
    """One file of the package, known before a byte is written."""

    path: str
    """Inside the package, with slashes; an absolute one, below `/opt/`, is of a layer."""
    owner: str
    """Name of the distribution that brings it, or empty for the function's own files."""
    size: int
    """Bytes, uncompressed."""
    mode: int
    """Permission bits: 0o644 or 0o755 in what lpack builds, any in what others did."""
    origin: Path
    """The own file, the wheel in the store, or the container of what was made of it."""
    member: WheelMember | None = None
    """Set for a file that comes from a wheel or a container as it is."""
    code: str | None = None
    """What native code it is, in the words of `facts.native_files`; None if nobody has looked."""
    link: str | None = None
    """Where a symbolic link leads, as it is written; None for a regular file.

    Only packages that others have made have any. Member and code are those of the file that it
    leads to, where that lies in the package.
    """


FlawKind = Literal[
    "unreadable",
    "encrypted",
    "method",
    "damaged",
    "name",
    "twice",
    "disagreeing",
    "stray",
    "bomb",
    "date",
]
"""What is odd about an archive; each is judged by one of the rules LP390 to LP399, in this order.

What Lambda takes, and readers of ZIP files agree on, is none.
"""


_BREAKING = frozenset({"unreadable", "encrypted", "method", "damaged", "bomb"})


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something in an archive that others have made, which readers may stumble over."""

    kind: FlawKind
    what: str
    """In words that are safe to print; where all of the archive is meant, what follows its name."""
    path: str = ""
    """Of the entry, as it is written; empty where all of the archive is meant."""
    mild: bool = False
    """Whether most readers get along with it."""
    archive: str = ""
    """Which one, as the user would write it."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """A file or folder that stays out of the package, and the rule that keeps it out."""

    path: str
    """A folder ends with a slash."""
    rule: str
    owner: str = ""
    """Name of the distribution that brings it, or empty for the function's own."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What a rule of slimming left out of the distributions."""

    rule: str
    files: int
    bytes: int
    """Uncompressed."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """The bytecode that is in a package."""

    modules: Bytecode
    """Which modules have some: all, or those that are imported."""
    python: str
    """Version of the Python that compiled it, such as 3.13.0."""
    files: int
    bytes: int
    """Uncompressed."""


@dataclass(frozen=True, slots=True)
class Stripped:
    """What was taken away from shared libraries."""

    files: int
    bytes: int
    """Uncompressed."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A layer that is built beside the package, which finds its modules there."""

    name: str
    unzipped: int
    """Bytes."""
    modules: frozenset[str]
    """Top-level names."""
    paths: frozenset[str] = frozenset()
    """Of its files as they lie on Lambda, below `/opt/`, where it has such besides modules."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The package as a list, sorted in the order in which it is written."""

    entries: tuple[Entry, ...]
    wheels: tuple[StoredWheel, ...]
    excluded: tuple[Excluded, ...]
    generated: Mapping[str, bytes] = field(default_factory=dict, hash=False)
    """Content of entries that are not copied as they are, such as scripts, by path."""
    folders: tuple[tuple[Path, list[int] | None], ...] = ()
    """The source folders that were listed, with their stamps before that."""
    read: tuple[Path, ...] = ()
    """Files that no entry is a copy of, and that decided what is in the package."""
    saved: tuple[Saved, ...] = ()
    """What slimming left out, by rule."""
    notes: tuple[str, ...] = ()
    """What a user might expect in the package and does not find, in words to print."""
    recipes: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What tells the files that a distribution has here from any other choice, by its name.

    With the wheel's digest it names bytes that can be kept. Missing where that is not known.
    """
    containers: tuple[Container, ...] = ()
    """What was made of wheels, and lies beside them."""
    compress: Compress = "default"
    """How hard to try with what is deflated here."""
    squeezed: int = 0
    """Bytes that the streams of the distributions would have more, had nobody tried harder."""
    compiled: Compiled | None = None
    """None where nobody asked for bytecode."""
    stripped: Stripped | None = None
    """None where nobody asked for libraries to be stripped."""
    prefix: str = ""
    """Folder of the archive that all of it goes to, with a slash at its end.

    The paths of the entries are without it, as they are imported.
    """
    moment: Moment = field(default_factory=Moment)
    """The date of every file in the package."""
    archives: tuple[Measured, ...] = ()
    """The zips that it was read from, layers last; empty for what is not written yet, or a folder.

    Those of `packages/` are given instead of measuring what a build would write.
    """
    flaws: tuple[Flaw, ...] = ()
    """What is odd about these."""
    folder_modes: Mapping[str, int] = field(default_factory=dict, hash=False)
    """Permission bits of the folders that have an entry of their own, by path without slash."""
    awaits: str = ""
    """What else will be in the package and may hold what is missing here, in words."""
    sums: Mapping[str, bytes] = field(default_factory=dict, hash=False)
    """sha256 of what was read of its modules and metadata, by path; only of zips that were read.

    The digests of `wheels` are then made of it, and name what these have here.
    """
    is_given: bool = False
    """Whether somebody else has made it, and lpack only reads it."""
    layers: tuple[str, ...] = ()
    """The layers whose files are among the entries, as the user would write them."""
    beside: tuple[Beside, ...] = ()
    """The layers that are made by the same build; their files are not among the entries."""
    overridden: int = 0
    """Bytes of files in layers that another layer replaces, and that Lambda counts all the same."""

    @property
    def stored(self) -> tuple[StoredWheel | Container, ...]:
        """The files of the cache that streams are copied from."""
        return (*self.wheels, *self.containers)

    @property
    def own_code(self) -> frozenset[str]:
        """Owners of what the user writes: own files, and distributions made of folders."""
        return frozenset({"", *(wheel.name for wheel in self.wheels if wheel.is_own)})

    @property
    def unzipped(self) -> int:
        """Sum of the uncompressed sizes in bytes, as Lambda counts them."""
        return sum(entry.size for entry in self.entries) + self.overridden

    @property
    def is_broken(self) -> bool:
        """Whether Lambda cannot unpack it, so that nothing in it matters."""
        return any(one.kind in _BREAKING and not one.mild for one in self.flaws)


@dataclass(frozen=True, slots=True)
class Cut:
    """The part of a package that one archive holds."""

    suffix: str
    """What follows the function's name in the file name."""
    bundle: Bundle


@dataclass(frozen=True, slots=True)
class Measured:
    """How large an archive is, or would be; bytes."""

    file: str
    """Its name."""
    size: int
    unzipped: int
    files: int
    """How many."""
    zipped: Mapping[str, int] = field(default_factory=dict, hash=False)
    """What the files of each owner take in it, headers included."""
    is_layer: bool = False


@dataclass(frozen=True, slots=True)
class Artifact:
    """A finished zip."""

    path: Path
    size: int
    sha256: str
    """Hexadecimal."""
    unzipped: int

    @property
    def code_sha256(self) -> str:
        """Give the digest as Lambda's CodeSha256: base64 of the 32 bytes.

        https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
        """
        import base64  # noqa: PLC0415 - only for what is told in the end

        return base64.b64encode(bytes.fromhex(self.sha256)).decode()
