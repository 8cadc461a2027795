"""What is kept of a package between runs is only believed of the very same content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.packages import as_layer, read_package, with_layers
from lpack.packages.digests import with_digests
from lpack.pipeline import check_package
from tests.function_builder import TODAY, function_of
from tests.unit.packages.test_reading import HANDLER, folder_of, zip_of

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import Bundle

METADATA = {
    "demo-1.0.dist-info/METADATA": "Name: demo\nVersion: 1.0\n",
    "demo-1.0.dist-info/RECORD": "demo/__init__.py,,\ndemo/more.py,,\n",
}


def package(path: Path, source: str, **others: str) -> Bundle:
    files: dict[str, str | bytes] = {"app.py": HANDLER, "demo/__init__.py": source, **METADATA}
    return read_package(zip_of(path, {**files, **others}))


def digest(bundle: Bundle) -> str:
    (wheel,) = with_digests(bundle).wheels
    return wheel.sha256


def test_nothing_stale_is_told_of_another_content(tmp_path: Path) -> None:
    """Names and sizes are the same, and each verdict is that of the content."""
    bad, good = "import aaaa\n", "import json\n"
    cache = tmp_path / "cache"

    told = [
        [
            one.message
            for one in check_package(
                function_of(),
                with_digests(package(tmp_path / "a.zip", source)),
                tmp_path,
                today=TODAY,
                cache=cache,
            ).diagnostics
            if "aaaa" in one.message
        ]
        for source in (good, bad, good, bad)
    ]

    assert [bool(messages) for messages in told] == [False, True, False, True]
    assert cache.is_dir()


def test_own_code_is_judged_as_it_is(tmp_path: Path) -> None:
    """Nothing is kept of files that no distribution brings."""
    cache, told = tmp_path / "cache", []

    for line in ("import json", "import aaaa", "import json"):
        files: dict[str, str | bytes] = {"app.py": f"{line}\n{HANDLER}", "demo.py": ""}
        bundle = with_digests(read_package(zip_of(tmp_path / "a.zip", files)))
        outcome = check_package(function_of(), bundle, tmp_path, today=TODAY, cache=cache)
        told.append("LP350" in [one.code for one in outcome.diagnostics])

    assert told == [False, True, False]


def test_a_digest_is_of_all_that_a_distribution_has(tmp_path: Path) -> None:
    """Another file, another place or another content is another digest."""
    first = package(tmp_path / "a.zip", "x = 1\n")
    others = [
        package(tmp_path / "b.zip", "x = 2\n"),
        package(tmp_path / "c.zip", "x = 1\n", **{"demo/more.py": ""}),
        as_layer(first),
    ]

    digests = [digest(one) for one in (first, *others)]

    assert len({*digests}) == len(digests)
    assert digest(package(tmp_path / "d.zip", "x = 1\n")) == digests[0]


def test_where_content_is_not_known_nothing_is_kept(tmp_path: Path) -> None:
    """A folder may change while it is read, and a layer may replace a part."""
    files: dict[str, str | bytes] = {"demo/__init__.py": "", **METADATA}
    folder = read_package(folder_of(tmp_path / "folder", files))
    function = read_package(zip_of(tmp_path / "f.zip", {"app.py": HANDLER}))
    layer = read_package(zip_of(tmp_path / "l.zip", {f"python/{one}": files[one] for one in files}))
    over = read_package(zip_of(tmp_path / "o.zip", {"python/demo/__init__.py": "x = 1\n"}))

    alone = with_layers(function, [("l.zip", layer)])
    replaced = with_layers(function, [("l.zip", layer), ("o.zip", over)])

    assert digest(folder) == ""
    assert digest(alone) != digest(replaced)
