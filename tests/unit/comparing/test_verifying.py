"""What `lpack verify` says of a package that is not the one of its manifest."""

from __future__ import annotations

import hashlib
import struct
import zlib
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest

from lpack.comparing.consistency import inconsistencies
from lpack.comparing.schema import _row_check, schema_problems
from lpack.comparing.verifying import verify_package
from lpack.data import own_json
from lpack.errors import UsageError
from lpack.validation import problems
from tests.artifact import Built, build
from tests.wheelhouse import Forged, deflate, forge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

FILES = {"ünïcode.txt": "x" * 99, "folder/data.json": '{"a": 1}\n'}
CENTRAL, LOCAL = b"PK\x01\x02", b"PK\x03\x04"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(tmp_path_factory.mktemp("project"), FILES)


def told(built: Built) -> list[str]:
    found = verify_package(built.zip, built.manifest, "manifest", "api.zip").findings
    return [f"{one.place} {one.path} {one.message}" for one in found]


def trusting(built: Built, content: bytes) -> Built:
    """Give another zip with a manifest that has the zip's own digest and size."""
    digest = hashlib.sha256(content)
    artifact = {
        **built.document["artifact"],
        "size": len(content),
        "sha256": digest.hexdigest(),
        "code_sha256": b64encode(digest.digest()).decode(),
    }
    return Built(content, b"").with_manifest({**built.document, "artifact": artifact})


def test_a_whole_package_has_no_findings(built: Built) -> None:
    """What was built is told in numbers."""
    verified = verify_package(built.zip, built.manifest, "manifest", "api.zip")

    assert verified.findings == ()
    assert verified.sealed
    assert verified.sha256 == hashlib.sha256(built.zip).hexdigest()
    assert (verified.size, verified.files) == (len(built.zip), len(built.document["entries"]))


def offset(content: bytes, path: str, signature: bytes) -> int:
    """Find a header of an entry."""
    length = {CENTRAL: 46, LOCAL: 30}[signature]
    place = content.rfind(path.encode()) if signature == CENTRAL else content.find(path.encode())
    assert content[place - length : place - length + 4] == signature
    return place - length


@pytest.mark.parametrize(
    ("signature", "place", "packed", "expected"),
    [
        (CENTRAL, 4, "<H", "is not as lpack writes it: version and system of the maker"),
        (CENTRAL, 6, "<H", "is told in two ways by its two headers: version needed"),
        (CENTRAL, 8, "<H", "is told in two ways by its two headers: flags"),
        (CENTRAL, 12, "<H", "is told in two ways by its two headers: time"),
        (CENTRAL, 14, "<H", "is told in two ways by its two headers: date"),
        (CENTRAL, 16, "<L", "has the CRC"),
        (CENTRAL, 20, "<L", "has the compressed size"),
        (CENTRAL, 24, "<L", "has the size"),
        (CENTRAL, 34, "<H", "is told in two ways by its two headers: number of the disk"),
        (CENTRAL, 36, "<H", "is not as lpack writes it: internal attributes"),
        (CENTRAL, 38, "<L", "is not as lpack writes it: kind of file"),
        (CENTRAL, 40, "<H", "has the mode 0645, and 0644 in the manifest"),
        (LOCAL, 4, "<H", "is told in two ways by its two headers: version needed"),
        (LOCAL, 6, "<H", "is told in two ways by its two headers: flags"),
        (LOCAL, 8, "<H", "is told in two ways by its two headers: compression method"),
        (LOCAL, 10, "<H", "is told in two ways by its two headers: time"),
        (LOCAL, 12, "<H", "is told in two ways by its two headers: date"),
        (LOCAL, 14, "<L", "is told in two ways by its two headers: CRC"),
        (LOCAL, 18, "<L", "is told in two ways by its two headers: compressed size"),
        (LOCAL, 22, "<L", "is told in two ways by its two headers: size"),
        (LOCAL, 26, "<H", "is told in two ways by its two headers: length of the name"),
    ],
)
def test_each_field_of_both_headers_is_named(
    built: Built, signature: bytes, place: int, packed: str, expected: str
) -> None:
    """A header that tells something else is found even if the manifest has the zip's digest."""
    changed = bytearray(built.zip)
    at = offset(built.zip, "folder/data.json", signature) + place
    struct.pack_into(packed, changed, at, struct.unpack_from(packed, changed, at)[0] ^ 1)

    found = told(trusting(built, bytes(changed)))

    assert any(f"zip folder/data.json {expected}" in one for one in found), found


def repacked(built: Built, change: Callable[[list[Forged]], Sequence[Forged]]) -> bytes:
    """Write the archive anew with other members, as another tool would."""
    known = {one["path"]: one for one in built.document["entries"]}
    members = []
    for path, entry in known.items():
        members.append(Forged(path, content_of(built.zip, path, entry)))
    return forge(change(members))


def content_of(archive: bytes, path: str, entry: Mapping[str, Any]) -> bytes:
    start = offset(archive, path, LOCAL) + 30 + len(path.encode())
    stream = archive[start : start + entry["compressed"]]
    method = struct.unpack_from("<H", archive, offset(archive, path, LOCAL) + 8)[0]
    return zlib.decompress(stream, -15) if method else stream


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda members: members[:-1], "is in the manifest and not in the zip"),
        (lambda members: [*members, Forged("new.py")], "zip new.py is in the zip and not in the"),
        (lambda members: [*members, members[0]], "is in the zip twice"),
        (lambda members: members[::-1], "comes in another order than in the manifest"),
        (lambda members: [*members[:-1], Forged("app.py", b"other")], "has the size 5, and"),
        (lambda members: [Forged("folder/"), *members], "zip folder/ is in the zip and not in"),
    ],
)
def test_other_entries_are_named(
    built: Built, change: Callable[[list[Forged]], Sequence[Forged]], expected: str
) -> None:
    """Entries that came, went, moved or changed are told by their path."""
    found = told(trusting(built, repacked(built, change)))

    assert any(expected in one for one in found), found


CONTENT = b"A" * 30
STREAMS = {
    "has a stream without an end": deflate(CONTENT)[:-1],
    "has a stream that does not inflate to its CRC": deflate(b"B" * 30),
    "has a stream that does not inflate to its size": deflate(b"A" * 29),
    "has a stream that is not deflated data": b"\xff\xff\xff",
}
TRAILING = deflate(CONTENT) + b"x"


def recorded(built: Built, member: Forged) -> Built:
    """Pack one own file, and record it as its headers tell."""
    archive = forge([member])
    entry = {
        "path": "a.txt",
        "owner": "",
        "size": len(member.content),
        "compressed": len(member.stream),
        "crc32": f"{zlib.crc32(member.content):08x}",
        "mode": "0644",
    }
    share = {"files": 1, "unzipped": len(member.content), "zipped": 76 + 10 + len(member.stream)}
    artifact = {**built.document["artifact"], "files": 1, "unzipped": len(member.content)}
    document = {
        **built.document,
        "artifact": artifact,
        "distributions": [],
        "own_files": share,
        "entries": [entry],
    }
    return trusting(Built(archive, b"").with_manifest(document), archive)


@pytest.mark.parametrize("expected", STREAMS)
def test_streams_are_inflated(built: Built, expected: str) -> None:
    """A stream that is not what it should be is found where headers and manifest agree."""
    found = told(recorded(built, Forged("a.txt", CONTENT, payload=STREAMS[expected])))

    assert found == [f"zip a.txt {expected}"]


def test_bytes_after_a_stream_are_named(built: Built) -> None:
    """A zip that is not the recorded one is searched more thoroughly."""
    other = recorded(built, Forged("a.txt", CONTENT, payload=TRAILING))
    text = other.manifest.replace(other.document["artifact"]["sha256"].encode(), b"0" * 64)

    found = told(Built(other.zip, text))

    assert "zip a.txt has bytes after the end of its stream" in found


def test_a_stream_that_claims_too_much_is_not_inflated(built: Built) -> None:
    """A bomb costs nothing."""
    bomb = Forged("a.txt", CONTENT, local={"size": 2**32 - 2}, central={"size": 2**32 - 2})

    found = told(recorded(built, bomb))

    assert "zip a.txt has a stream that does not inflate to its size" in found


@pytest.mark.parametrize(
    ("keys", "value", "expected"),
    [
        (["artifact", "files"], 3, "`files` of the artifact is 3, and the entries make"),
        (["artifact", "unzipped"], 3, "`unzipped` of the artifact is 3"),
        (["artifact", "size"], 3, "`size` of the artifact is 3, and the entries make"),
        (["artifact", "code_sha256"], "A" * 43 + "=", "`code_sha256` is not the digest of"),
        (["artifact", "sha256"], "0" * 64, "`code_sha256` is not the digest of `sha256`"),
        (["artifact", "file"], "other.zip", "the manifest is of a zip with another name"),
        (["own_files", "zipped"], 3, "`zipped` of your own files is 3"),
        (["distributions", 0, "files"], 9, "`files` of `alpha` is 9, and the entries make 4"),
        (["distributions", 0, "name"], "beta", "no distribution `alpha` is listed, yet its files"),
        (["entries", 0, "crc32"], "00000000", "has the CRC"),
        (["entries", 0, "mode"], "0755", "has the mode 0644, and 0755 in the manifest"),
        (["entries", 0, "mode"], "0777", "the manifest does not fit its schema"),
        (["entries", 0, "size"], -1, "the manifest does not fit its schema"),
        (["entries", 0, "more"], 1, "the manifest does not fit its schema: unknown key `more`"),
        (["function", "memory"], "much", "the manifest does not fit its schema"),
        (["manifest_version"], 0, "the manifest does not fit its schema"),
    ],
)
def test_a_manifest_is_held_against_itself(
    built: Built, keys: list[Any], value: object, expected: str
) -> None:
    """A value that contradicts another one is told, even if the seal was made for it."""
    document = built.document
    place = document
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value

    found = told(built.with_manifest(document))

    assert any(expected in one for one in found), found


def test_entries_have_their_order(built: Built) -> None:
    """Distributions come by name, each one's files by path, the own files last, none twice."""
    entries = built.document["entries"]
    for changed, expected in (
        (entries[::-1], "is not listed in its place"),
        ([*entries, entries[-1]], "is listed twice"),
    ):
        document = {**built.document, "entries": changed}

        found = [one.message for one in inconsistencies("", document)]

        assert expected in found


def test_what_no_zip_tells_is_under_the_seal(built: Built) -> None:
    """A setting that was edited is found by the seal; another system's line ends are no edit."""
    edited = built.manifest.replace(b'"memory": 128', b'"memory": 256')
    windows = built.manifest.replace(b"\n", b"\r\n")

    assert edited != built.manifest
    assert told(Built(built.zip, edited)) == [
        "manifest  the manifest was changed after it was written: its seal differs"
    ]
    assert told(Built(built.zip, windows)) == []


def test_a_manifest_of_a_newer_lpack_is_refused(built: Built) -> None:
    """What it means is not known, so nothing is said of the package."""
    newer = built.with_manifest({**built.document, "manifest_version": 2, "lpack": "9.1"})

    with pytest.raises(
        UsageError, match="has version 2 of its form, written by lpack 9.1"
    ) as caught:
        told(newer)

    assert caught.value.code == "LP403"


ODD_ROWS: list[Any] = [
    {},
    [],
    None,
    {"path": "a", "owner": "", "size": 1, "compressed": 1, "crc32": "0" * 8, "mode": "0644"},
    {"path": 1, "owner": "", "size": 1, "compressed": 1, "crc32": "0" * 8, "mode": "0644"},
    {"path": "a", "owner": "", "size": True, "compressed": 1, "crc32": "0" * 8, "mode": "0644"},
    {"path": "a", "owner": "", "size": -1, "compressed": 1, "crc32": "0" * 8, "mode": "0644"},
    {"path": "a", "owner": "", "size": 1, "compressed": 1, "crc32": "0" * 9, "mode": "0644"},
    {"path": "a", "owner": "", "size": 1, "compressed": 1, "crc32": "0" * 8, "mode": 420},
    {"path": "a", "owner": "", "size": 1, "compressed": 1, "crc32": "0" * 8},
]


def test_the_quick_check_of_entries_agrees_with_the_schema(built: Built) -> None:
    """What it lets pass is what jsonschema lets pass."""
    fits = _row_check(own_json("schemas", "manifest.schema.json"))
    document = built.document
    as_ever = problems({**document, "entries": []}, "manifest")

    assert fits is not None
    assert all(map(fits, built.document["entries"]))
    for row in ODD_ROWS:
        known = problems({**document, "entries": [row]}, "manifest") == as_ever
        assert bool(fits(row)) == known
        assert bool(schema_problems({**document, "entries": [row]})) == (not known)
