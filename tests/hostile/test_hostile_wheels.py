"""Wheels that two readers could read differently, or that ask for harm: each is refused by rule."""

from __future__ import annotations

import struct
import unicodedata
from typing import TYPE_CHECKING

import pytest

from lpack.errors import BuildError
from lpack.wheels.admission import admit
from tests.hostile.forgeries import (
    CAFE,
    DESCRIPTOR,
    EVIL,
    GOOD,
    as_tar,
    both,
    commands,
    described,
    first_row,
    framed,
    info,
    listed,
    local,
    named,
    payload,
    quoted_overlap,
    tar_before,
    wheel,
    without_end,
    zip64_confusion,
)
from tests.wheelhouse import (
    DESCRIPTOR_FLAG,
    STORED,
    UTF8_FLAG,
    Forged,
    deflate,
    forge,
    local_header,
    wheel_members,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "H01": (lambda: named("../../evil.py"), "NAME_DOTDOT"),
    "H01-inside": (lambda: named("p/../../evil.py"), "NAME_DOTDOT"),
    "H01-dot": (lambda: named("./evil.py"), "NAME_DOTDOT"),
    "H01-last": (lambda: named("p/.."), "NAME_DOTDOT"),
    "H02": (lambda: named("/etc/evil.py"), "NAME_ABSOLUTE"),
    "H02-root": (lambda: named("/evil.py"), "NAME_ABSOLUTE"),
    "H02-drive": (lambda: named("C:/evil.py"), "NAME_ABSOLUTE"),
    "H02-share": (lambda: named("//srv/share/x"), "NAME_ABSOLUTE"),
    "H02-slash": (lambda: named("/", mode=0), "NAME_ABSOLUTE"),
    "H03": (lambda: named("../stage-evil/x.py"), "NAME_DOTDOT"),
    "H04": (lambda: named("p\\..\\..\\evil.py"), "NAME_BACKSLASH"),
    "H05": (lambda: named("p/ok.py\0.txt"), "NAME_CONTROL"),
    "H06": (lambda: wheel(Forged("p/a.py", GOOD), Forged("p/a.py", EVIL)), "DUPLICATE"),
    "H06-same": (lambda: wheel(Forged("p/a.py", GOOD), Forged("p/a.py", GOOD)), "DUPLICATE"),
    "H06-directory": (
        lambda: wheel(*[Forged("p/", method=STORED, mode=0o40755)] * 2),
        "DUPLICATE",
    ),
    "H07": (
        lambda: wheel(Forged("p/a.py", EVIL, in_central=False), Forged("p/a.py", GOOD)),
        "ORPHAN",
    ),
    "H07-last": (
        lambda: framed(gap=local_header(Forged("p/z.py", EVIL)) + deflate(EVIL)),
        "ORPHAN",
    ),
    "H07-gap": (lambda: wheel(Forged("p/a.py", GOOD), Forged("p/b.py", gap=b"junk")), "GAP"),
    "H07-central": (
        lambda: wheel(Forged("p/a.py", GOOD, in_local=False), Forged("p/b.py", GOOD)),
        "LOCAL_CENTRAL_NAME",
    ),
    "H08": (lambda: local(name=b"p/b.py"), "LOCAL_CENTRAL_NAME"),
    "H08-longer": (lambda: local(name=b"p/a.pyc"), "LOCAL_CENTRAL_NAME"),
    "H09": (lambda: local(crc=0xDEADBEEF), "LOCAL_CENTRAL_CRC"),
    "H09-both": (lambda: both(crc=0xDEADBEEF), "INFLATE_CRC"),
    "H09-size": (lambda: local(size=5), "LOCAL_CENTRAL_SIZE"),
    "H09-compressed": (lambda: local(compressed=5), "LOCAL_CENTRAL_SIZE"),
    "H10": (lambda: local(method=STORED), "LOCAL_CENTRAL_METHOD"),
    "H11": (lambda: payload(deflate(GOOD + EVIL)), "INFLATE_SIZE"),
    "H11-short": (lambda: payload(deflate(GOOD[:9])), "INFLATE_SIZE"),
    "H11-other": (lambda: payload(deflate(GOOD[::-1])), "INFLATE_CRC"),
    "H11-stored": (
        lambda: wheel(Forged("p/a.py", GOOD, STORED, payload=GOOD + EVIL)),
        "STORED_SIZE",
    ),
    "H11-stored-other": (
        lambda: wheel(Forged("p/a.py", GOOD, STORED, payload=GOOD[::-1])),
        "INFLATE_CRC",
    ),
    "H12": (lambda: payload(deflate(GOOD) + b"\0" * 112), "DEFLATE_TRAIL"),
    "H12-far": (lambda: payload(deflate(GOOD) + b"\0" * 200_000), "DEFLATE_TRAIL"),
    "H13": (lambda: payload(deflate(GOOD) + deflate(EVIL)), "DEFLATE_TRAIL"),
    "H14": (lambda: payload(without_end()), "DEFLATE_END"),
    "H14-empty": (lambda: payload(b""), "DEFLATE_END"),
    "H14-corrupt": (lambda: payload(b"\xff" * 9), "DEFLATE_CORRUPT"),
    "H15": (lambda: named("p/a.py", flags=1), "FLAGS"),
    "H15-strong": (lambda: named("p/a.py", flags=1 << 6), "FLAGS"),
    "H15-patched": (lambda: named("p/a.py", flags=1 << 5), "FLAGS"),
    "H15-masked": (lambda: named("p/a.py", flags=1 << 13), "FLAGS"),
    "H15-local": (lambda: local(flags=1), "LOCAL_CENTRAL_FLAGS"),
    "H16": (
        lambda: described(struct.pack("<4s3L", b"PK\7\x08", 1, len(deflate(GOOD)) + 9, 3)),
        "DESCRIPTOR",
    ),
    "H16-none": (lambda: described(b""), "DESCRIPTOR"),
    "H16-stored": (lambda: described(DESCRIPTOR, method=STORED), "DESCRIPTOR"),
    "H16-stored-empty": (
        lambda: wheel(
            Forged("p/a", method=STORED, flags=DESCRIPTOR_FLAG, descriptor=b"PK\7\x08" + bytes(12))
        ),
        "DESCRIPTOR",
    ),
    "H16-unflagged": (
        lambda: wheel(Forged("p/a.py", GOOD, descriptor=DESCRIPTOR), Forged("p/b.py")),
        "GAP",
    ),
    "H16-local": (
        lambda: wheel(
            Forged("p/a.py", GOOD, flags=DESCRIPTOR_FLAG, local={"crc": 1}, descriptor=DESCRIPTOR)
        ),
        "LOCAL_CENTRAL_CRC",
    ),
    "H17": (quoted_overlap, "OVERLAP"),
    "H18-ratio": (lambda: wheel(Forged("p/zeros", bytes(70 * 1024**2))), "RATIO"),
    "H18-total": (lambda: both(size=0xC0000000), "TOTAL"),
    "H19": (lambda: framed(end={"comment": framed()}), "PREFIX"),
    "H19-comment": (lambda: framed(end={"comment": b"a comment"}), "COMMENT"),
    "H19-member": (lambda: wheel(Forged("p/a.py", central={"comment": b"PK\1\2"})), "COMMENT"),
    "H20": (lambda: framed(suffix=b"\0" * 32), "TRAILING"),
    "H20-shell": (lambda: b"#!/bin/sh\n" + framed(), "PREFIX"),
    "H20-counted": (lambda: framed(prefix=b"#!/bin/sh\n"), "PREFIX"),
    "H20-not-zip": (lambda: GOOD * 9, "END_RECORD"),
    "H20-empty": (lambda: b"", "END_RECORD"),
    "H20-cut": (lambda: framed()[:-9], "END_RECORD"),
    "H20-only-end": (lambda: forge([])[-21:], "END_RECORD"),
    "H21": (zip64_confusion, "ZIP64"),
    "H21-count": (lambda: framed(end={"here": 0xFFFF, "count": 0xFFFF}), "ZIP64"),
    "H21-offset": (lambda: framed(end={"offset": 0xFFFFFFFF}), "ZIP64"),
    "H21-extra": (
        lambda: named("p/a.py", extra=struct.pack("<2HQ", 1, 8, len(GOOD))),
        "ZIP64",
    ),
    "H21-local-lie": (
        lambda: local(extra=struct.pack("<2H2Q", 1, 16, len(GOOD) + 1, len(deflate(GOOD)))),
        "ZIP64",
    ),
    "H21-disk": (lambda: framed(end={"disk": 1}), "MULTI_DISK"),
    "H21-here": (lambda: framed(end={"here": 1}), "MULTI_DISK"),
    "H21-member-disk": (lambda: wheel(Forged("p/a.py", central={"disk": 1})), "MULTI_DISK"),
    "H21-fewer": (lambda: framed(end={"here": 3, "count": 3}), "DIRECTORY_RECORD"),
    "H21-more": (lambda: framed(end={"here": 5, "count": 5}), "DIRECTORY_RECORD"),
    "H21-size": (lambda: framed(end={"size": 9}), "END_RECORD"),
    "H22": (lambda: named("p/link", mode=0o120777), "MODE_TYPE"),
    "H22-folder": (
        lambda: wheel(Forged("p/d", b"/etc", mode=0o120777), Forged("p/d/evil.py", EVIL)),
        "MODE_TYPE",
    ),
    "H23-fifo": (lambda: named("p/pipe", mode=0o010644), "MODE_TYPE"),
    "H23-device": (lambda: named("p/null", mode=0o020644), "MODE_TYPE"),
    "H23-socket": (lambda: named("p/socket", mode=0o140644), "MODE_TYPE"),
    "H23-setuid": (lambda: named("p/su", mode=0o104755), "MODE_SETUID"),
    "H23-setgid": (lambda: named("p/su", mode=0o102755), "MODE_SETUID"),
    "H23-file-directory": (lambda: named("p/a", mode=0o040755), "MODE_TYPE"),
    "H23-dos-directory": (
        lambda: wheel(Forged("p/a.py", GOOD, central={"attributes": 0x10})),
        "MODE_TYPE",
    ),
    "H23-directory-file": (lambda: named("p/a/", mode=0o100644), "MODE_TYPE"),
    "H24": (lambda: named("p/a.py/", mode=0o040755), "DIRECTORY_PAYLOAD"),
    "H24-stream": (
        lambda: wheel(Forged("p/a/", payload=b"\0\0\0\xff\xff\3\0", mode=0o040755)),
        "DIRECTORY_PAYLOAD",
    ),
    "H24-torn": (
        lambda: wheel(Forged("p/a/", payload=b"", mode=0o040755)),
        "DEFLATE_END",
    ),
    "H24-file": (lambda: wheel(Forged("p/a", GOOD), Forged("p/a/b.py", GOOD)), "FILE_AS_DIRECTORY"),
    "H24-deep": (lambda: wheel(Forged("p/a/b/c.py"), Forged("p", GOOD)), "FILE_AS_DIRECTORY"),
    "H24-entry": (
        lambda: wheel(Forged("p/a"), Forged("p/a/", method=STORED, mode=0o040755)),
        "FILE_AS_DIRECTORY",
    ),
    "H24-case": (lambda: wheel(Forged("p/A"), Forged("p/a/b.py")), "FILE_AS_DIRECTORY"),
    "H25": (lambda: wheel(Forged("p/Foo.py"), Forged("p/foo.py")), "COLLISION"),
    "H25-normal": (
        lambda: wheel(Forged(CAFE), Forged(unicodedata.normalize("NFD", CAFE))),
        "COLLISION",
    ),
    "H25-both": (
        lambda: wheel(Forged(CAFE.upper()), Forged(unicodedata.normalize("NFD", CAFE))),
        "COLLISION",
    ),
    "H26": (lambda: named("p/aux.py"), "NAME_PORTABLE"),
    "H26-case": (lambda: named("NUL"), "NAME_PORTABLE"),
    "H26-folder": (lambda: named("com1/a.py"), "NAME_PORTABLE"),
    "H26-stream": (lambda: named("p/x.py:ads"), "NAME_PORTABLE"),
    "H26-dot": (lambda: named("p/t."), "NAME_PORTABLE"),
    "H26-space": (lambda: named("p/t. "), "NAME_PORTABLE"),
    "H27": (lambda: named("p/a\nb.py"), "NAME_CONTROL"),
    "H27-escape": (lambda: named("p/\x1b[2J.py"), "NAME_CONTROL"),
    "H27-delete": (lambda: named("p/\x7f.py"), "NAME_CONTROL"),
    "H27-bidi": (lambda: named("p/\u202egpj.py"), "NAME_CONTROL"),
    "H27-line": (lambda: named("p/\u2028.py"), "NAME_CONTROL"),
    "H27-not-utf8": (lambda: named(b"p/\xff\xfe.py"), "NAME_ENCODING"),
    "H27-unmarked": (lambda: named(CAFE.encode()), "NAME_ENCODING"),
    "H27-marked": (lambda: named(b"p/\xff\xfe.py", flags=UTF8_FLAG), "NAME_ENCODING"),
    "H27-empty": (lambda: named(""), "NAME_EMPTY"),
    "H27-empty-part": (lambda: named("p//a.py"), "NAME_EMPTY"),
    "H28-missing": (lambda: listed(lambda rows: rows[1:]), "RECORD_MISSING"),
    "H28-extra": (lambda: listed(lambda rows: [("p/z.py", *rows[0][1:]), *rows]), "RECORD_EXTRA"),
    "H28-outside": (lambda: listed(lambda rows: [("../x", "", ""), *rows]), "RECORD_EXTRA"),
    "H28-unhashed": (lambda: first_row(digest=""), "RECORD_UNHASHED"),
    "H28-md5": (lambda: first_row(digest="md5=1B2M2Y8AsgTpgAmY7PhCfg"), "RECORD_ALGORITHM"),
    "H28-unknown": (lambda: first_row(digest="shake_128=AA"), "RECORD_ALGORITHM"),
    "H28-size": (lambda: first_row(size="1"), "RECORD_SIZE"),
    "H28-size-text": (lambda: first_row(size="many"), "RECORD_SIZE"),
    "H28-digest": (lambda: first_row(digest="sha256=AAAA"), "RECORD_DIGEST"),
    "H28-twice": (lambda: listed(lambda rows: [rows[0], *rows]), "RECORD_DUPLICATE"),
    "H28-columns": (lambda: info(RECORD="p/a.py,\n"), "RECORD_FORMAT"),
    "H28-quotes": (lambda: info(RECORD='"p/a.py"x,,\n'), "RECORD_FORMAT"),
    "H28-latin": (lambda: info(RECORD=b"p/\xe9.py,,\n"), "RECORD_FORMAT"),
    "H28-long": (lambda: info(RECORD=b"x" * 200_000), "RECORD_FORMAT"),
    "H28-huge": (lambda: info(RECORD=bytes(33 * 1024**2)), "RECORD_MISSING"),
    "H28-self": (
        lambda: listed(lambda rows: [*rows[:-1], (rows[-1][0], rows[0][1], "")]),
        "RECORD_SELF",
    ),
    "H28-none": (lambda: wheel(drop=["RECORD"]), "RECORD_MISSING"),
    "H29": (lambda: named("other-1.0.dist-info/METADATA"), "DIST_INFO"),
    "H29-case": (lambda: named("other-1.0.DIST-INFO/METADATA"), "DIST_INFO"),
    "H29-none": (lambda: forge([Forged("p/a.py", GOOD)]), "DIST_INFO"),
    "H29-other": (lambda: forge(wheel_members("other", "1.0", [])), "DIST_INFO"),
    "H29-version": (lambda: forge(wheel_members("demo", "1.1", [])), "DIST_INFO"),
    "H29-shape": (lambda: forge(wheel_members("demo", "2-1.0", [])), "DIST_INFO"),
    "H29-moved": (lambda: named("demo-1.0.data/purelib/x-2.dist-info/RECORD"), "DIST_INFO"),
    "H29-name": (lambda: info(METADATA="Name: other\nVersion: 1.0\n"), "METADATA"),
    "H29-metadata-version": (lambda: info(METADATA="Name: demo\nVersion: 1.1\n"), "METADATA"),
    "H29-twice": (lambda: info(METADATA="Name: demo\nName: x\nVersion: 1.0\n"), "METADATA"),
    "H29-body": (lambda: info(METADATA="Name: demo\n\nVersion: 1.0\n"), "METADATA"),
    "H29-not-pep440": (lambda: info(METADATA="Name: demo\nVersion: next\n"), "METADATA"),
    "H29-digits": (lambda: info(METADATA=f"Name: demo\nVersion: {'1' * 9999}\n"), "METADATA"),
    "H30": (lambda: commands("../../bin/sh"), "ENTRY_POINT"),
    "H30-folder": (lambda: commands("a/b"), "ENTRY_POINT"),
    "H30-not-utf8": (lambda: wheel(dist_info={"entry_points.txt": b"\xff"}), "ENTRY_POINT"),
    "H30-data": (lambda: named("demo-1.0.data/purelib/../../x"), "NAME_DOTDOT"),
    "H30-scheme": (lambda: named("demo-1.0.data/etc/x"), "DATA"),
    "H30-no-scheme": (lambda: named("demo-1.0.data/x"), "DATA"),
    "H30-foreign": (lambda: named("other-1.0.data/purelib/x.py"), "DATA"),
    "H31": (lambda: info(WHEEL="Wheel-Version: 2.0\n"), "WHEEL_FILE"),
    "H31-none": (lambda: wheel(drop=["WHEEL"]), "WHEEL_FILE"),
    "H31-no-version": (lambda: info(WHEEL="Generator: x\n"), "WHEEL_FILE"),
    "H31-tags": (
        lambda: info(WHEEL="Wheel-Version: 1.0\n" + "Tag: py3-none-any\n" * 10_000),
        "WHEEL_FILE",
    ),
    "H31-metadata": (lambda: info(METADATA=b"x" * 9 * 1024**2), "METADATA"),
    "H31-headers": (
        lambda: info(METADATA="Name: demo\nVersion: 1.0\n" + "a:\n" * 2_000_000),
        "METADATA",
    ),
    "H31-no-metadata": (lambda: wheel(drop=["METADATA"]), "METADATA"),
    "H31-latin": (
        lambda: info(METADATA="Name: demo\nVersion: 1.0\nX: é".encode("latin-1")),
        "METADATA",
    ),
    "H32-bzip2": (lambda: both(method=12), "METHOD"),
    "H32-lzma": (lambda: both(method=14), "METHOD"),
    "H32-zstd": (lambda: both(method=93), "METHOD"),
    "H32-deflate64": (lambda: both(method=9), "METHOD"),
    "H32-newer": (lambda: both(needed=64), "VERSION_NEEDED"),
    "H32-newer-local": (lambda: local(needed=64), "VERSION_NEEDED"),
    "H33-part": (lambda: named("p/" + "x" * 300), "NAME_LENGTH"),
    "H33-part-utf8": (lambda: named("p/" + "é" * 128), "NAME_LENGTH"),
    "H33-depth": (lambda: named("d/" * 70 + "x"), "NAME_DEPTH"),
    "H33-deeper": (lambda: named("d/" * 2000 + "x"), "NAME_LENGTH"),
    "H33-name": (lambda: named("x" * 65_535), "NAME_LENGTH"),
    "H34": (
        lambda: wheel(
            *[
                Forged(
                    "p/a.py",
                    method=STORED,
                    local={"compressed": 0xFFFFFFFE, "size": 0xFFFFFFFE},
                    central={"compressed": 0xFFFFFFFE, "size": 0xFFFFFFFE, "offset": 0},
                )
            ]
            * 2
        ),
        "DUPLICATE",
    ),
    "H34-one": (lambda: both(compressed=0xFFFFFFFE, size=0xFFFFFFFE), "OVERLAP"),
    "H34-offset": (lambda: wheel(Forged("p/a.py", central={"offset": 0xFFFFFFF0})), "LOCAL_HEADER"),
    "H35": (
        lambda: named("p/a.py", extra=struct.pack("<2HBL10s", 0x7075, 15, 1, 0, b"../evil.py")),
        "EXTRA",
    ),
    "H35-local": (
        lambda: local(extra=struct.pack("<2HBL10s", 0x7075, 15, 1, 0, b"../evil.py")),
        "EXTRA",
    ),
    "H35-chained": (
        lambda: named("p/a.py", extra=struct.pack("<4H", 0x5455, 0, 0x7075, 0)),
        "EXTRA",
    ),
    "H35-torn": (lambda: named("p/a.py", extra=struct.pack("<2H", 0x5455, 9)), "EXTRA"),
    "H35-padding": (lambda: named("p/a.py", extra=b"\0\0\0"), "EXTRA"),
    "H36": (tar_before, "POLYGLOT"),
    "H36-same-bytes": (as_tar, "POLYGLOT"),
    "H36-elf": (lambda: framed(prefix=b"\x7fELF" + bytes(60)), "PREFIX"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_wheel_is_refused_by_its_rule(case: str, tmp_path: Path) -> None:
    """The refusal has code LP204, ends with the rule, and can be printed on any terminal."""
    build, rule = HOSTILE[case]
    path = tmp_path / "demo-1.0-py3-none-any.whl"
    path.write_bytes(build())

    with pytest.raises(BuildError) as caught:
        admit(path, filename=path.name, name="demo", version="1.0")

    message = str(caught.value)
    assert (caught.value.code, message.partition(" (rule ")[2]) == ("LP204", f"{rule})")
    assert message.isascii()
    assert message.isprintable()
    assert list(tmp_path.iterdir()) == [path]
