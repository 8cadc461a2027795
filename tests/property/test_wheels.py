"""Whatever is done to a wheel: what lpack admits, every reader reads the same."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from lpack.errors import BuildError
from lpack.wheels.admission import admit
from lpack.wheels.archive import read_members
from lpack.wheels.content import read_member
from lpack.wheels.layout import place
from tests.wheelhouse import DESCRIPTOR_FLAG, STORED, Forged, deflate, forge, wheel_members

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILENAME = "demo-1.0-py3-none-any.whl"
MEMBERS = (
    Forged("p/__init__.py"),
    Forged("p/a.py", b"a = 1\n" * 40),
    Forged("p/b.txt", b"stored", STORED),
    Forged("p/dir/", b"", STORED, mode=0o40755),
    Forged("p/é.py", b"e = 1\n" * 7),
    Forged("demo-1.0.data/scripts/run", b"#!python\nrun()\n", mode=0o100755),
)
FIELDS = ("needed", "flags", "method", "crc", "compressed", "size", "name", "extra")
CENTRAL_FIELDS = (*FIELDS, "disk", "attributes", "comment", "offset")
END_FIELDS = ("disk", "first_disk", "here", "count", "size", "offset", "comment")
NUMBERS = st.sampled_from((0, 1, 2, 6, 8, 9, 12, 30, 64, 0x800, 0x808, 0xFFFE, 0xFFFF))
BYTES = st.one_of(
    st.sampled_from(
        (
            b"",
            b"p/a.py",
            b"p/A.py",
            b"p/a.py/b",
            b"../x",
            b"p/dir",
            struct.pack("<2HBL", 0x5455, 5, 1, 0),
            struct.pack("<2HQ", 1, 8, 7),
            b"PK\7\x08",
        )
    ),
    st.binary(max_size=12),
)
Mutation = tuple[Any, ...]

mutations = st.one_of(
    st.tuples(
        st.just("field"),
        st.integers(0, 8),
        st.sampled_from(("local", "central", "both")),
        st.sampled_from(CENTRAL_FIELDS),
        NUMBERS,
        st.integers(-1, 1),
        BYTES,
    ),
    st.tuples(st.just("double"), st.integers(0, 8)),
    st.tuples(st.just("move"), st.integers(0, 8), st.integers(0, 8)),
    st.tuples(st.just("gap"), st.integers(0, 8), st.binary(max_size=40)),
    st.tuples(st.just("hide"), st.integers(0, 8), st.sampled_from(("in_local", "in_central"))),
    st.tuples(st.just("payload"), st.integers(0, 8), st.sampled_from(("tail", "sync", "other"))),
    st.tuples(st.just("descriptor"), st.integers(0, 8), st.booleans(), st.booleans()),
    st.tuples(st.just("end"), st.sampled_from(END_FIELDS), NUMBERS, st.integers(-1, 1)),
    st.tuples(st.just("flip"), st.integers(0, 10_000), st.integers(0, 7)),
)


def mutated(changes: list[Mutation]) -> bytes:
    """Build a wheel with changes laid upon it."""
    members = wheel_members("demo", "1.0", MEMBERS)
    end: dict[str, int | bytes] = {}
    flips = []
    for kind, *arguments in changes:
        if kind == "flip":
            flips.append(arguments)
        elif kind == "end":
            key, number, _ = arguments
            end[key] = b"x" * (number % 50) if key == "comment" else number
        else:
            index = arguments[0] % len(members)
            CHANGES[kind](members, index, *arguments[1:])
    data = bytearray(forge(members, end=end))
    for place_, bit in flips:
        data[place_ % len(data)] ^= 1 << bit
    return bytes(data)


def change_field(  # noqa: PLR0913 - one parameter for each part of the mutation
    members: list[Forged],
    index: int,
    where: str,
    key: str,
    number: int,
    step: int,
    raw: bytes,
) -> None:
    """Let a header lie about one field."""
    truth = members[index].fields().get(key, 0)
    lie: int | bytes = raw
    if isinstance(truth, int):
        lie = max(0, truth + step) if step else number
    for side in ("local", "central") if where == "both" else (where,):
        if side == "central" or key in FIELDS:
            told = {**getattr(members[index], side), key: lie}
            changed: Any = {side: told}
            members[index] = replace(members[index], **changed)


def change_payload(members: list[Forged], index: int, how: str) -> None:
    """Give a stream another end, or another content of the same length."""
    member = members[index]
    if how == "tail":
        stream = member.stream + b"tail"
    elif how == "sync":
        deflater = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        stream = deflater.compress(member.content) + deflater.flush(zlib.Z_SYNC_FLUSH)
    else:
        stream = deflate(bytes(len(member.content)))
    members[index] = replace(member, payload=stream)


def add_descriptor(members: list[Forged], index: int, signed: bool, zero: bool) -> None:  # noqa: FBT001 - drawn
    """Put the sizes behind the stream."""
    member = members[index]
    told = struct.pack("<3L", zlib.crc32(member.content), len(member.stream), len(member.content))
    members[index] = replace(
        member,
        flags=DESCRIPTOR_FLAG,
        descriptor=(b"PK\7\x08" if signed else b"") + told,
        local={"crc": 0, "compressed": 0, "size": 0} if zero else {},
    )


def move(members: list[Forged], index: int, target: int) -> None:
    """Let a member come earlier or later."""
    members.insert(target % len(members), members.pop(index))


def put_gap(members: list[Forged], index: int, gap: bytes) -> None:
    """Put bytes before a member."""
    members[index] = replace(members[index], gap=gap)


def hide(members: list[Forged], index: int, key: str) -> None:
    """Leave out one of a member's two headers."""
    hidden: Any = {key: False}
    members[index] = replace(members[index], **hidden)


CHANGES: dict[str, Callable[..., None]] = {
    "field": change_field,
    "double": lambda members, index: members.append(members[index]),
    "move": move,
    "gap": put_gap,
    "hide": hide,
    "payload": change_payload,
    "descriptor": add_descriptor,
}


def read_by_directory(data: bytes) -> dict[str, str]:
    """Read as `zipfile` does, from the central directory."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {
            info.filename: hashlib.sha256(archive.read(info)).hexdigest()
            for info in archive.infolist()
        }


def read_by_stream(data: bytes) -> dict[str, str]:
    """Read as from a pipe: local headers one after another, and no central directory."""
    found: dict[str, str] = {}
    position = 0
    while data[position : position + 4] == b"PK\3\4":
        _, flags, method, _, _, crc, compressed, _, name_length, extra_length = struct.unpack_from(
            "<5H3L2H", data, position + 4
        )
        start = position + 30 + name_length + extra_length
        raw = data[position + 30 : position + 30 + name_length]
        name = raw.decode("utf-8" if flags & 0x800 else "cp437")
        is_open = bool(flags & DESCRIPTOR_FLAG)
        if method == STORED:
            content = b"" if is_open else data[start : start + compressed]
            position = start + len(content)
        else:
            inflater = zlib.decompressobj(-zlib.MAX_WBITS)
            end = len(data) if is_open else start + compressed
            content = inflater.decompress(data[start:end])
            assert inflater.eof, name
            position = len(data) - len(inflater.unused_data) if is_open else start + compressed
        if is_open:
            position += 4 if data[position : position + 4] == b"PK\7\x08" else 0
            crc = struct.unpack_from("<L", data, position)[0]
            position += 12
        assert zlib.crc32(content) == crc, name
        assert name not in found, name
        found[name] = hashlib.sha256(content).hexdigest()
    return found


def read_by_lpack(path: Path, data: bytes) -> dict[str, str]:
    """Read what a package would be spliced from."""
    return {
        member.name: hashlib.sha256(read_member(path, member.stream)).hexdigest()
        for member in read_members(data)
    }


def refused_by(path: Path) -> str:
    """Admit the wheel or give the rule; any other error than a refusal fails the test."""
    try:
        admit(path, filename=FILENAME, name="demo", version="1.0")
    except BuildError as error:
        return str(error).rpartition("(rule ")[2].rstrip(")")
    return ""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place for the wheels of one test after another."""
    return tmp_path_factory.mktemp("wheels") / FILENAME


def test_the_readers_agree_on_a_wheel_without_mutations(wheel: Path) -> None:
    """So an agreement below means something."""
    data = mutated([])
    wheel.write_bytes(data)

    read = read_by_lpack(wheel, data)
    assert not refused_by(wheel)
    assert len(read) == len(MEMBERS) + 3
    assert read == read_by_directory(data) == read_by_stream(data)


@settings(max_examples=400, deadline=None)
@given(changes=st.lists(mutations, min_size=1, max_size=4))
def test_all_readers_agree_on_what_is_admitted(wheel: Path, changes: list[Mutation]) -> None:
    """By central directory, from a pipe, and as lpack splices."""
    data = mutated(changes)
    wheel.write_bytes(data)

    rule = refused_by(wheel)

    event(rule or "admitted")
    if not rule:
        read = read_by_lpack(wheel, data)
        assert read == read_by_directory(data)
        assert read == read_by_stream(data)
        assert place(data, filename=FILENAME, interpreter="/usr/bin/python3")[0]


@settings(max_examples=200, deadline=None)
@given(
    cut=st.one_of(st.just(0), st.integers(1, 100)),
    patch=st.binary(max_size=9),
    at=st.integers(0, 2500),
)
def test_torn_files_end_in_a_refusal_or_are_read_alike(
    wheel: Path, cut: int, patch: bytes, at: int
) -> None:
    """Cut, overwritten and grown files raise nothing but BuildError."""
    whole = mutated([])
    data = (whole[:at] + patch + whole[at + len(patch) :])[: len(whole) - cut]
    wheel.write_bytes(data)

    rule = refused_by(wheel)

    event(rule or "admitted")
    if not rule:
        assert read_by_lpack(wheel, data) == read_by_directory(data) == read_by_stream(data)


contents = st.one_of(
    st.binary(max_size=2000),
    st.builds(lambda piece, times: piece * times, st.binary(max_size=9), st.integers(0, 20_000)),
)
encodings = st.tuples(
    st.integers(-1, 9),
    st.sampled_from(
        (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE, zlib.Z_FILTERED)
    ),
    st.sampled_from((1, 8, 9)),
    st.lists(st.integers(0, 3000), max_size=3),
)


def encoded(content: bytes, encoding: tuple[int, int, int, list[int]]) -> Forged:
    """Store, or deflate in several blocks, as one of the encoders that there are would do."""
    level, strategy, memory, cuts = encoding
    if level < 0:
        return Forged("", content, STORED)
    deflater = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS, memory, strategy)
    stream = bytearray()
    start = 0
    for cut in sorted(cuts):
        stream += deflater.compress(content[start:cut]) + deflater.flush(zlib.Z_FULL_FLUSH)
        start = max(start, cut)
    stream += deflater.compress(content[start:]) + deflater.flush()
    return Forged("", content, payload=bytes(stream))


@settings(max_examples=100, deadline=None)
@given(files=st.lists(st.tuples(contents, encodings), max_size=6))
def test_every_encoding_of_a_valid_wheel_is_admitted(
    wheel: Path, files: list[tuple[bytes, tuple[int, int, int, list[int]]]]
) -> None:
    """Levels, strategies, memory levels and flushed blocks: the content comes back."""
    members = [
        replace(encoded(content, encoding), name=f"p/{number}")
        for number, (content, encoding) in enumerate(files)
    ]
    data = forge(wheel_members("demo", "1.0", members))
    wheel.write_bytes(data)

    admit(wheel, filename=FILENAME, name="demo", version="1.0")

    read = read_members(data)[: len(members)]
    assert [read_member(wheel, one.stream) for one in read] == [one.content for one in members]
