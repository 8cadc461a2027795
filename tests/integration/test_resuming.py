"""A download that was interrupted goes on where it was, and never makes a wrong wheel of it."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from lpack.errors import BuildError
from lpack.index.settings import IndexSettings
from lpack.model import LockedPackage, LockedWheel
from lpack.store import WheelStore, download
from lpack.store.download import Downloader, Interrupted
from tests.building import sha256
from tests.scripted_server import Script, body, hold, ranged, reset, stall, status
from tests.wheelhouse import STORED, make_wheel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.scripted_server import Answering

    Answers = list[Callable[[Answering], None]]

NAME = "alpha-1.0-py3-none-any.whl"


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once."""
    monkeypatch.setattr(download, "_FIRST_PAUSE", 0.001)
    monkeypatch.setattr(download, "_LONGEST_PAUSE", 0.002)


@dataclass
class Bench:
    """A wheel, and a store that lacks it."""

    root: Path
    whole: bytes
    digest: str
    told: list[int] = field(default_factory=list)
    """What the progress was told."""

    @property
    def store(self) -> WheelStore:
        """The store, empty at first."""
        return WheelStore(self.root / "cache")

    @property
    def incoming(self) -> Path:
        """Where parts lie."""
        return self.root / "cache" / "wheels-1" / "incoming"

    @property
    def part(self) -> Path:
        """The part of the wheel."""
        return self.incoming / f"{self.digest}.part"

    def plant(self, content: bytes) -> None:
        """Leave a part as an earlier run would have."""
        self.incoming.mkdir(parents=True)
        self.part.write_bytes(content)

    def package(self, url: str, *, knows_size: bool = True) -> LockedPackage:
        """Lock the wheel to an address."""
        size = len(self.whole) if knows_size else None
        return LockedPackage("alpha", "1.0", (LockedWheel(NAME, url, self.digest, size),))

    def fetch(self, *answers: Callable[[Answering], None], knows_size: bool = True) -> list[str]:
        """Fetch the wheel; give the `Range` of each request, empty where there was none."""
        with Script(list(answers)) as server:
            package = self.package(server.url(), knows_size=knows_size)
            downloader = Downloader(self.store, IndexSettings(timeout=0.2), self.told.append)
            try:
                downloader.fetch(package)
            finally:
                downloader.close()
                self.ranges = [headers.get("Range", "") for _, headers in server.seen]
                self.conditions = [headers.get("If-Range", "") for _, headers in server.seen]
        assert self.store.find(package) is not None
        assert list(self.incoming.iterdir()) == []
        return self.ranges


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Give a wheel that is larger than any buffer."""
    noise = os.urandom(600_000)
    path = make_wheel(tmp_path, "alpha", "1.0", {"alpha.bin": noise}, method=STORED)
    return Bench(tmp_path, path.read_bytes(), sha256(path))


def test_an_interrupted_download_goes_on(bench: Bench) -> None:
    """The next request asks for the rest only, if the file is still the same."""
    ranges = bench.fetch(ranged(bench.whole, cut=400_000), ranged(bench.whole))

    assert ranges == ["", "bytes=400000-"]
    assert bench.conditions == ["", '"one"']
    assert sum(bench.told) == len(bench.whole)
    assert min(bench.told) > 0


@pytest.mark.parametrize("breaks", [reset, stall], ids=["a reset", "a stall"])
def test_what_came_before_a_broken_connection_counts(
    bench: Bench, breaks: Callable[[bytes, int], Callable[[Answering], None]]
) -> None:
    """Whatever ends a connection, the bytes that arrived are not asked for again."""
    first = breaks(bench.whole[:300_000], len(bench.whole))

    ranges = bench.fetch(first, ranged(bench.whole, etag=None))

    assert len(ranges) == 2
    assert ranges[1].startswith("bytes=")
    assert sum(bench.told) == len(bench.whole)


def test_the_next_run_goes_on(bench: Bench) -> None:
    """A run that gives up leaves what it has, and the next one asks for the rest."""
    with pytest.raises(BuildError, match="too early"):
        bench.fetch(ranged(bench.whole, cut=100_000))
    have = bench.part.stat().st_size
    bench.told.clear()

    ranges = bench.fetch(ranged(bench.whole))

    assert have == 400_000
    assert ranges == ["bytes=400000-"]
    assert bench.told[0] == have
    assert sum(bench.told) == len(bench.whole)


def test_a_killed_process_leaves_what_it_has(bench: Bench) -> None:
    """Even SIGKILL costs no more than what was not written yet."""
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from lpack.index.settings import IndexSettings\n"
        "from lpack.model import LockedPackage, LockedWheel\n"
        "from lpack.store import WheelStore\n"
        "from lpack.store.download import Downloader\n"
        "cache, url, digest, size = sys.argv[1:]\n"
        f"wheel = LockedWheel('{NAME}', url, digest, int(size))\n"
        "told = lambda count: print(count, flush=True)\n"
        "downloader = Downloader(WheelStore(Path(cache)), IndexSettings(timeout=60), told)\n"
        "downloader.fetch(LockedPackage('alpha', '1.0', (wheel,)))\n"
    )
    until, large = threading.Event(), os.urandom(3_000_000)
    path = make_wheel(bench.root, "alpha", "1.0", {"alpha.bin": large}, method=STORED)
    bench.whole, bench.digest = path.read_bytes(), sha256(path)
    with Script([hold(bench.whole[:2_600_000], len(bench.whole), until)]) as server:
        arguments = [str(bench.root / "cache"), server.url(), bench.digest, str(len(bench.whole))]
        with subprocess.Popen(
            [sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            arrived = 0
            while arrived < 2_300_000:
                arrived += int(process.stdout.readline())
            process.kill()
        until.set()
    have = bench.part.stat().st_size

    ranges = bench.fetch(ranged(bench.whole))

    assert have > 1_000_000
    assert ranges == [f"bytes={have}-"]


def test_a_download_that_gets_on_is_not_given_up(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often the connection breaks, another try is worth it while more arrives."""
    monkeypatch.setattr(download, "_GOT_ON", 50_000)

    ranges = bench.fetch(ranged(bench.whole, cut=60_000))

    assert len(ranges) > 2 * download.ATTEMPTS


def test_a_server_that_knows_no_ranges_starts_over(bench: Bench) -> None:
    """An answer of 200 is the whole file, and replaces what was there."""
    ranges = bench.fetch(body(bench.whole[:9_999], length=len(bench.whole)), body(bench.whole))

    assert ranges == ["", "bytes=9999-"]
    assert sum(bench.told) == len(bench.whole)


def test_a_file_that_has_changed_starts_over(bench: Bench) -> None:
    """The ETag tells, so that two files do not become one."""
    other = bytes(len(bench.whole))

    ranges = bench.fetch(ranged(other, etag='"old"', cut=70_000), ranged(bench.whole))

    assert ranges == ["", "bytes=70000-"]


@pytest.mark.parametrize(
    "told",
    [
        "bytes 0-{last}/{total}",
        "bytes {start}-{last}/1",
        "bytes {start}-{last}/*",
        "bytes {last}-{start}/{total}",
        "bytes */{total}",
        "items {start}-{last}/{total}",
        "bytes {start}-{last}/99999999999999999999999",
        "bytes ٣-{last}/{total}".encode().decode("latin-1"),
        "",
    ],
)
def test_a_range_that_was_not_asked_for_starts_over(bench: Bench, told: str) -> None:
    """What does not go on where the file ends is not appended to it."""
    answers = [ranged(bench.whole, cut=70_000), ranged(bench.whole, told=told)]

    ranges = bench.fetch(*answers, body(bench.whole))

    assert ranges == ["", "bytes=70000-", ""]
    assert sum(bench.told) == len(bench.whole)


def test_a_range_that_cannot_be_had_starts_over(bench: Bench) -> None:
    """416 says that what is there is no beginning of the file."""
    ranges = bench.fetch(ranged(bench.whole, cut=9), status(416), body(bench.whole))

    assert ranges == ["", "bytes=9-", ""]


@pytest.mark.parametrize("knows_size", [True, False], ids=["size", "no size"])
def test_a_wrong_part_costs_one_download(bench: Bench, *, knows_size: bool) -> None:
    """When the digest of the pieces is not the locked one, the wheel is fetched whole."""
    bench.plant(bytes(50_000))

    ranges = bench.fetch(ranged(bench.whole), ranged(bench.whole), knows_size=knows_size)

    assert ranges == ["bytes=50000-", ""]
    assert sum(bench.told) == len(bench.whole)


def test_a_wrong_wheel_is_refused_after_a_wrong_part(bench: Bench) -> None:
    """The second mismatch is the server's, and nothing of it stays."""
    bench.plant(bench.whole[:50_000])

    with pytest.raises(BuildError) as caught:
        bench.fetch(ranged(bytes(len(bench.whole))))

    assert caught.value.code == "LP202"
    assert bench.ranges == ["bytes=50000-", ""]
    assert list(bench.incoming.iterdir()) == []


def test_a_part_that_is_whole_needs_no_request(bench: Bench) -> None:
    """A run that died between the last byte and its publication has lost nothing."""
    bench.plant(bench.whole)

    assert bench.fetch(status(500)) == []


def test_a_part_that_is_too_long_is_fetched_again(bench: Bench) -> None:
    """It cannot be the beginning of the wheel."""
    bench.plant(bench.whole + b"x")

    assert bench.fetch(status(416), ranged(bench.whole))[-1] == ""


def test_two_processes_do_not_write_one_part(bench: Bench) -> None:
    """Who finds the part taken downloads its own, and leaves the other's alone."""
    bench.plant(bench.whole[:50_000])
    with bench.part.open("rb") as held, Script([ranged(bench.whole)]) as server:
        fcntl.flock(held, fcntl.LOCK_EX)
        downloader = Downloader(bench.store, IndexSettings(timeout=1), bench.told.append)

        downloader.fetch(bench.package(server.url()))

        downloader.close()
        ranges = [headers.get("Range", "") for _, headers in server.seen]
    assert ranges == [""]
    assert [path.name for path in bench.incoming.iterdir()] == [bench.part.name]
    assert bench.part.stat().st_size == 50_000


def as_hard_link(part: Path) -> None:
    precious = part.parent.parent / "precious"
    precious.write_bytes(b"mine")
    part.hardlink_to(precious)


@pytest.mark.parametrize(
    "planted",
    [
        lambda part: part.mkdir(),
        os.mkfifo,
        lambda part: part.symlink_to("/dev/zero"),
        lambda part: part.symlink_to(part.parent.parent / "elsewhere"),
        as_hard_link,
    ],
    ids=["a folder", "a pipe", "a device", "a dead link", "a second name"],
)
def test_what_is_no_part_is_left_alone(bench: Bench, planted: Callable[[Path], object]) -> None:
    """Whatever stands where the part belongs is neither read nor written."""
    bench.incoming.mkdir(parents=True)
    planted(bench.part)

    with pytest.raises(AssertionError):  # what was planted is still there
        bench.fetch(ranged(bench.whole))

    assert bench.store.find(bench.package("")) is not None
    assert not (bench.incoming.parent / "elsewhere").exists()
    precious = bench.incoming.parent / "precious"
    assert not precious.exists() or precious.read_bytes() == b"mine"


def test_stopping_ends_a_download_that_waits(bench: Bench) -> None:
    """A thread that reads from a silent server ends when it is told to, and keeps what it has."""
    until, ended, arrived = threading.Event(), [], threading.Event()
    with Script([hold(bench.whole[:500_000], len(bench.whole), until)]) as server:

        def tell(count: int) -> None:
            arrived.set()
            bench.told.append(count)

        downloader = Downloader(bench.store, IndexSettings(timeout=60), tell)

        def work() -> None:
            try:
                downloader.fetch(bench.package(server.url()))
            except Interrupted as error:
                ended.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        assert arrived.wait(20)
        downloader.stop()
        thread.join(20)
        until.set()

    assert len(ended) == 1
    assert 200_000 < bench.part.stat().st_size <= 500_000


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_eight_downloads_end_with_ctrl_c(bench: Bench, number: signal.Signals) -> None:
    """A signal ends them at once, whether they wait for a first byte or for the rest."""
    script = (
        "import signal, sys\n"
        "from pathlib import Path\n"
        "from lpack.index.settings import IndexSettings\n"
        "from lpack.model import LockedPackage, LockedWheel\n"
        "from lpack.store import WheelStore\n"
        "from lpack.store.download import Downloader\n"
        "from lpack.store.together import fetch_all\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))\n"
        "wheels = [LockedWheel(f'a{n}-1-py3-none-any.whl', u, f'{n:064}', 99) "
        "for n, u in enumerate(sys.argv[2:])]\n"
        "packages = [LockedPackage(f'a{n}', '1', (one,)) for n, one in enumerate(wheels)]\n"
        "told = lambda count: print(count, flush=True)\n"
        "downloader = Downloader(WheelStore(Path(sys.argv[1])), IndexSettings(timeout=300), told)\n"
        "try:\n"
        "    fetch_all(packages, downloader)\n"
        "except KeyboardInterrupt:\n"
        "    sys.exit(130)\n"
    )
    until = threading.Event()
    with Script([hold(b"x" * 9, 99, until)]) as server, Script([hold(b"", 99, until)]) as mute:
        urls = [server.url()] * 4 + [mute.url()] * 4
        with subprocess.Popen(
            [sys.executable, "-c", script, str(bench.root / "cache"), *urls],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            while len(server.seen) + len(mute.seen) < 8:
                assert process.poll() is None
            process.send_signal(number)
            talk = process.communicate(timeout=20)[1]
        until.set()
    assert process.returncode == (130 if number == signal.SIGINT else 143)
    assert talk == ""
