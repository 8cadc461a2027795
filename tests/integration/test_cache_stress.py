"""Eight processes fill, prune, verify and clean one cache, and some are killed while they do."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from lpack.store.upkeep import Count, prune, sizes, verify
from tests.wheelhouse import make_wheel

if TYPE_CHECKING:
    from pathlib import Path

PROCESSES = 8
WHEELS = 6
ROUNDS = 60
KILLS = 8

WORKER = """
import random, sys, time
from pathlib import Path
from lpack.errors import BuildError
from lpack.index.settings import IndexSettings
from lpack.lockfile import file_url
from lpack.model import LockedPackage, LockedWheel
from lpack.store import WheelStore
from lpack.store.download import Downloader
from lpack.store.upkeep import clean, prune, verify
from lpack.store.wheels import digest_of

cache, wheels, rounds, seed = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
dice = random.Random(seed)
store = WheelStore(cache)
downloader = Downloader(store, IndexSettings(), lambda _: None)
packages = []
for path in sorted(wheels.iterdir()):
    size, sha256 = digest_of(path)
    name, version = path.name.split("-")[:2]
    wheel = LockedWheel(path.name, file_url(path), sha256, size)
    packages.append(LockedPackage(name, version, (wheel,)))


def use():
    package = dice.choice(packages)
    wheel = store.find(package) or downloader.fetch(package)
    try:
        content = wheel.path.read_bytes()
    except FileNotFoundError:
        return  # pruned since
    whole = (wheels / wheel.filename).read_bytes()
    assert content == whole, f"{len(content)} bytes are not the {len(whole)} of the wheel"


for number in range(rounds):
    what = dice.random()
    if what < 0.8:
        use()
    elif what < 0.9:
        prune(cache, 0, time.time())
    elif what < 0.97:
        damaged = verify(cache).damaged
        assert not damaged, damaged
    else:
        clean(cache)
    print(number, flush=True)
"""


@pytest.mark.slow
def test_one_cache_serves_many_processes(tmp_path: Path) -> None:
    """No digest is ever wrong, nothing is found damaged, and whoever is not killed ends well."""
    wheels, cache = tmp_path / "wheels", tmp_path / "cache"
    wheels.mkdir()
    for number in range(WHEELS):
        make_wheel(wheels, f"w{number}", "1.0", {f"w{number}.py": f"A = {number}\n" * 20_000})
    dice = random.Random(7)

    def start(seed: int) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", WORKER, str(cache), str(wheels), str(ROUNDS), str(seed)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    running, killed = [start(seed) for seed in range(PROCESSES)], []
    for _ in range(KILLS):
        victim = running.pop(dice.randrange(len(running)))
        assert victim.stdout is not None
        for _ in range(dice.randrange(ROUNDS // 2)):
            victim.stdout.readline()
        victim.kill()
        killed.append(victim)
        running.append(start(PROCESSES + len(killed)))
    ended = [(process, process.communicate(timeout=120)[1]) for process in running]
    for victim in killed:
        victim.communicate(timeout=60)

    assert [(process.returncode, talk) for process, talk in ended] == [(0, "")] * PROCESSES
    assert verify(cache).damaged == ()
    prune(cache, 30 * 86_400, time.time())
    assert sizes(cache)["incoming"] == Count()
