"""Indexes that misbehave, and credentials that must go nowhere else."""

from __future__ import annotations

import base64
import gzip
import os
import re
import shutil
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lpack.errors import BuildError
from lpack.index.settings import IndexSettings, read_index_settings
from lpack.model import LockedPackage, LockedWheel
from lpack.store import WheelStore, download
from lpack.store.download import ATTEMPTS, Downloader
from tests.building import Forge, copy, files_below, make_project, sha256
from tests.index_server import IndexServer
from tests.resolving import both
from tests.scripted_server import (
    Answering,
    Script,
    body,
    hang_up,
    reset,
    silent,
    stall,
    status,
    without_length,
)
from tests.wheelhouse import make_wheel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

USER, PASSWORD = "someone", "SENTINEL-42-pass"
BASIC = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


@pytest.fixture
def wheel(tmp_path: Path) -> bytes:
    """Give the bytes of a valid wheel."""
    return make_wheel(tmp_path, "alpha", "1.0", {"alpha.py": "A = 1\n" * 5000}).read_bytes()


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once."""
    monkeypatch.setattr(download, "_FIRST_PAUSE", 0.001)
    monkeypatch.setattr(download, "_LONGEST_PAUSE", 0.002)


@dataclass
class Fetched:
    """What came of one download."""

    code: str | None
    message: str
    seconds: float
    requests: int
    stored: list[Path]


def fetched(
    tmp_path: Path,
    wheel: bytes,
    *answers: Callable[[Answering], None],
    knows_size: bool = True,
    settings: IndexSettings | None = None,
    host: str = "127.0.0.1",
) -> Fetched:
    """Fetch the wheel from a server that answers like this."""
    store = WheelStore(tmp_path / "cache")
    (tmp_path / "whole.whl").write_bytes(wheel)
    digest = sha256(tmp_path / "whole.whl")
    started = time.monotonic()
    with Script(list(answers)) as server:
        locked = LockedWheel(
            "alpha-1.0-py3-none-any.whl",
            server.url(host),
            digest,
            len(wheel) if knows_size else None,
        )
        package = LockedPackage("alpha", "1.0", (locked,))
        downloader = Downloader(store, settings or IndexSettings(timeout=0.2), lambda _: None)
        code, message = None, ""
        try:
            downloader.fetch(package)
        except BuildError as error:
            code = error.code
            one = error.diagnostics[0]
            message = f"{one.message} {one.where} {one.hint}"
        finally:
            downloader.close()
        seconds = time.monotonic() - started
    stored = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert (store.find(package) is not None) == (code is None)
    return Fetched(code, message, seconds, len(server.seen), stored)


CASES: dict[str, tuple[Callable[[bytes], list[Callable[[Answering], None]]], str | None, int]] = {
    "the wheel": (lambda w: [body(w)], None, 1),
    "the wheel, without its length": (lambda w: [without_length(w)], None, 1),
    "other bytes of the same length": (lambda w: [body(bytes(len(w)))], "LP202", 1),
    "one bit": (lambda w: [body(w[:-1] + bytes([w[-1] ^ 1]))], "LP202", 1),
    "a short body": (lambda w: [body(w[:-1])], "LP203", 1),
    "a short body, without its length": (lambda w: [without_length(w[:-1])], "LP203", 1),
    "a long body": (lambda w: [body(w + b"x")], "LP203", 1),
    "a body without end": (lambda w: [body(w * 50, length=1 << 40)], "LP203", 1),
    "a body shorter than told": (lambda w: [body(w[:9], length=len(w))], "LP201", ATTEMPTS),
    "a body shorter than told, once": (lambda w: [body(w[:9], length=len(w)), body(w)], None, 2),
    "an empty body": (lambda _: [body(b"")], "LP203", 1),
    "a login page": (lambda _: [body(b"<html>log in</html>")], "LP203", 1),
    "compressed on the way": (
        lambda w: [body(gzip.compress(w), Content_Encoding="gzip")],
        "LP203",
        1,
    ),
    "a bomb": (
        lambda _: [body(gzip.compress(bytes(9 << 20)), Content_Encoding="gzip")],
        "LP203",
        1,
    ),
    "404": (lambda _: [status(404)], "LP201", 1),
    "410": (lambda _: [status(410)], "LP201", 1),
    "401": (lambda _: [status(401)], "LP205", 1),
    "403": (lambda _: [status(403)], "LP205", 1),
    "206": (lambda _: [status(206)], "LP201", 1),
    "304": (lambda _: [status(304)], "LP201", 1),
    "500 always": (lambda _: [status(500)], "LP201", ATTEMPTS),
    "503, asking to wait for ever": (
        lambda _: [status(503, Retry_After="999999999")],
        "LP201",
        ATTEMPTS,
    ),
    "500 then the wheel": (lambda w: [status(500), status(502), body(w)], None, 3),
    "429 then the wheel": (lambda w: [status(429), body(w)], None, 2),
    "a reset within the body": (lambda w: [reset(w[:99], len(w))], "LP201", ATTEMPTS),
    "a reset, then the wheel": (lambda w: [reset(w[:99], len(w)), body(w)], None, 2),
    "a stall within the body": (lambda w: [stall(w[:99], len(w))], "LP201", ATTEMPTS),
    "a stall, then the wheel": (lambda w: [stall(w[:99], len(w)), body(w)], None, 2),
    "no answer": (lambda _: [silent], "LP201", ATTEMPTS),
    "no answer, then the wheel": (lambda w: [silent, body(w)], None, 2),
    "a closed connection": (lambda _: [hang_up], "LP201", ATTEMPTS),
    "a redirect to itself": (lambda _: [status(302, Location="/again")], "LP201", 31),
    "a redirect to a file": (lambda _: [status(302, Location="file:///etc/passwd")], "LP201", 1),
    "a redirect to nowhere": (lambda _: [status(302, Location="http://[")], "LP201", 1),
    "a redirect, then the wheel": (lambda w: [status(302, Location="/x.whl"), body(w)], None, 2),
    "a name that leaves the store": (
        lambda w: [body(w, Content_Disposition="attachment; filename=../../evil")],
        None,
        1,
    ),
}


@pytest.mark.parametrize("knows_size", [True, False], ids=["size", "no size"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_misbehaviour_has_its_code_in_bounded_time(
    tmp_path: Path,
    wheel: bytes,
    case: tuple[Callable[[bytes], list[Callable[[Answering], None]]], str | None, int],
    *,
    knows_size: bool,
) -> None:
    """Right bytes are stored, whatever it took; anything else is one error, and nothing stays."""
    answers, code, requests = case
    if not knows_size:
        # Without a size in the lock, the digest alone tells; an endless body ends when it breaks.
        endless = answers is CASES["a body without end"][0]
        code = "LP201" if endless else code and code.replace("LP203", "LP202")
        requests = ATTEMPTS if endless else requests

    result = fetched(tmp_path, wheel, *answers(wheel), knows_size=knows_size)

    assert result.code == code, result.message
    assert result.requests == requests
    assert result.seconds < 6
    assert [path.suffix for path in result.stored if path.suffix != ".part"] == (
        [".whl"] if code is None else []
    )
    # What came before a connection broke is kept for the next run, and nothing else.
    assert len(result.stored) == 1 or code == "LP201" or not result.stored
    assert not (tmp_path / "evil").exists()


def test_a_refused_connection_is_named(tmp_path: Path, wheel: bytes) -> None:
    """A host that nobody listens on is an error about that host."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/alpha-1.0-py3-none-any.whl"
        package = LockedPackage("alpha", "1.0", (LockedWheel("a.whl", url, "0" * 64, 1),))
        downloader = Downloader(WheelStore(tmp_path), IndexSettings(timeout=0.2), lambda _: None)

        with pytest.raises(BuildError, match="Connection refused") as caught:
            downloader.fetch(package)

        downloader.close()
    assert caught.value.code == "LP201"
    assert caught.value.diagnostics[0].hint == "check the connection to `127.0.0.1`"


def test_a_wheel_that_is_refused_is_not_stored(tmp_path: Path) -> None:
    """Bytes that the lock allows, but that are no honest wheel, stay out of the store."""
    result = fetched(tmp_path, b"PK\5\6" + bytes(18), body(b"PK\5\6" + bytes(18)))

    assert result.code == "LP204"
    assert result.stored == []


def credentials_seen(script: Script) -> list[str | None]:
    return [headers.get("Authorization") for _, headers in script.seen]


def settings_for(url: str, **environ: str) -> IndexSettings:
    stated = url.replace("://", f"://{USER}:{PASSWORD}@").rsplit("/files", 1)[0] + "/simple/"
    return read_index_settings(
        {"PIP_INDEX_URL": stated, "PIP_CONFIG_FILE": os.devnull, "PIP_TIMEOUT": "1", **environ}
    )


@pytest.mark.parametrize("elsewhere", ["other port", "other name"])
def test_credentials_stay_with_their_index(tmp_path: Path, wheel: bytes, elsewhere: str) -> None:
    """The index gets them; the host that it redirects to does not."""
    package = LockedWheel("alpha-1.0-py3-none-any.whl", "", "", len(wheel))
    (tmp_path / "w").write_bytes(wheel)
    with Script([body(wheel)]) as other:
        target = other.url("localhost" if elsewhere == "other name" else "127.0.0.1")
        with Script([status(302, Location=target)]) as index:
            locked = LockedWheel(package.filename, index.url(), sha256(tmp_path / "w"), len(wheel))
            downloader = Downloader(
                WheelStore(tmp_path / "cache"), settings_for(index.url()), lambda _: None
            )

            downloader.fetch(LockedPackage("alpha", "1.0", (locked,)))

            downloader.close()
    assert credentials_seen(index) == [f"Basic {BASIC}"]
    assert credentials_seen(other) == [None]


def test_credentials_are_not_sent_to_another_port(tmp_path: Path, wheel: bytes) -> None:
    """A wheel that the lock has elsewhere is asked for without them."""
    with Script([body(wheel)]) as index, Script([status(401)]) as other:
        locked = LockedWheel("alpha-1.0-py3-none-any.whl", other.url(), "0" * 64, len(wheel))
        downloader = Downloader(
            WheelStore(tmp_path / "cache"), settings_for(index.url()), lambda _: None
        )

        with pytest.raises(BuildError) as caught:
            downloader.fetch(LockedPackage("alpha", "1.0", (locked,)))

        downloader.close()
    assert caught.value.code == "LP205"
    assert credentials_seen(other) == [None]
    assert PASSWORD not in str(caught.value.diagnostics)


def test_netrc_is_for_its_host_only(
    tmp_path: Path, wheel: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`~/.netrc` is honoured, and a redirect to another host gets none of it."""
    netrc = Path(os.environ["HOME"]) / ".netrc"
    netrc.write_text(f"machine 127.0.0.1 login {USER} password {PASSWORD}\n")
    netrc.chmod(0o600)
    (tmp_path / "w").write_bytes(wheel)
    with (
        Script([body(wheel)]) as other,
        Script([status(302, Location=other.url("localhost"))]) as index,
    ):
        locked = LockedWheel(
            "alpha-1.0-py3-none-any.whl", index.url(), sha256(tmp_path / "w"), len(wheel)
        )
        downloader = Downloader(WheelStore(tmp_path / "cache"), IndexSettings(), lambda _: None)

        downloader.fetch(LockedPackage("alpha", "1.0", (locked,)))

        downloader.close()
    assert credentials_seen(index) == [f"Basic {BASIC}"]
    assert credentials_seen(other) == [None]


@pytest.fixture
def private(tmp_path: Path) -> Iterator[tuple[Path, IndexServer]]:
    """Give a project whose dependencies are on a private index."""
    project = make_project(tmp_path / "project")
    with IndexServer(project / "wheels", password=PASSWORD) as index:
        yield project, index


def places(url: str, index: IndexServer, project: Path, place: str) -> dict[str, str | None]:
    """Tell lpack the credentials in one of the ways that there are."""
    if place == "PIP_INDEX_URL":
        return {"PIP_INDEX_URL": url}
    if place == "UV_INDEX_URL":
        return {"UV_INDEX_URL": url}
    if place == "netrc":
        netrc = Path(os.environ["HOME"]) / ".netrc"
        netrc.write_text(f"machine 127.0.0.1 login {USER} password {PASSWORD}\n")
        netrc.chmod(0o600)
        return {"PIP_INDEX_URL": index.url}
    if place == "UV_INDEX_NAME":
        with (project / "pyproject.toml").open("a") as file:
            file.write(f'\n[[tool.uv.index]]\nname = "our"\nurl = "{index.url}"\ndefault = true\n')
        return {"UV_INDEX_OUR_USERNAME": USER, "UV_INDEX_OUR_PASSWORD": PASSWORD}
    requirements = project / "requirements.txt"
    requirements.write_text(
        f"--index-url {url.replace(PASSWORD, '${THE_PASSWORD}')}\nalpha\nbeta>=1\n"
    )
    return {"THE_PASSWORD": PASSWORD}


@both
@pytest.mark.parametrize(
    "place", ["PIP_INDEX_URL", "UV_INDEX_URL", "netrc", "UV_INDEX_NAME", "requirements.txt"]
)
def test_credentials_appear_nowhere(
    forge: Forge, private: tuple[Path, IndexServer], place: str, resolver: str
) -> None:
    """They open the index, and are in no output, lock, manifest, script or cache."""
    project, index = private
    environ = places(index.url_with(USER, PASSWORD), index, project, place)

    locked = forge.run(project, "lock", "--resolver", resolver, "-v", environ=environ)
    built = forge.run(project, "build", "-v", "--output=json", environ=environ)

    assert locked.status == 0, locked.talk
    assert built.status == 0, built.talk
    assert any(path.endswith(".whl") for path in index.requests)
    assert_secret(project, locked.talk + built.talk)


def assert_secret(project: Path, talk: str) -> None:
    """The password is neither in what was said nor in what was written."""
    cache = Path(os.environ["LPACK_CACHE_DIR"])
    texts = {
        name: Path(name).read_bytes()
        for name in files_below(project, cache)
        if Path(name).is_file()
    }
    own = str(project / "pyproject.toml"), str(project / "requirements.txt")
    for secret in (PASSWORD, BASIC, base64.b64encode(PASSWORD.encode()).decode()):
        assert secret not in talk
        assert [n for n, text in texts.items() if secret.encode() in text and n not in own] == []
    assert len(texts) > 6


@both
@pytest.mark.parametrize("failure", ["wrong password", "down", "no such package", "500"])
def test_credentials_are_in_no_error(
    forge: Forge, private: tuple[Path, IndexServer], failure: str, resolver: str
) -> None:
    """When the index fails, the message says so without them."""
    project, index = private
    url = index.url_with(USER, PASSWORD)
    if failure == "wrong password":
        index.password = "another"
    elif failure == "down":
        url = re.sub(r":\d+/", ":9/", url)
    elif failure == "no such package":
        shutil.rmtree(project / "wheels")
        (project / "wheels").mkdir()
    else:
        index.statuses = {"alpha": 500, "beta": 500}
    environ = {"PIP_INDEX_URL": url, "PIP_RETRIES": "0", "UV_HTTP_RETRIES": "0"}

    done = forge.run(project, "build", "-v", "--resolver", resolver, environ=environ, seconds=60)

    assert done.status == 3
    assert "error[LP1" in done.talk or "error[LP2" in done.talk
    for secret in (PASSWORD, BASIC):
        assert secret not in done.talk


@both
def test_credentials_in_a_requirement_are_not_written_down(
    forge: Forge, private: tuple[Path, IndexServer], resolver: str
) -> None:
    """The lock records what it was made from without them, and still fits."""
    project, index = private
    place = f"{index.origin}/files/gamma-3-py3-none-any.whl"
    secret = place.replace("://", f"://{USER}:{PASSWORD}@")
    (project / "requirements.txt").write_text(f"gamma @ {secret}\n")
    pyproject = project / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace('dependencies = ["alpha", "beta>=1"]', ""))
    environ = {"PIP_INDEX_URL": index.url_with(USER, PASSWORD)}

    locked = forge.run(project, "lock", "--resolver", resolver, "-v", environ=environ)
    fits = forge.run(project, "lock", "--check", "-v", environ=environ)
    built = forge.run(project, "build", "-v", environ=environ)

    assert (locked.status, fits.status) == (0, 0), locked.talk + fits.talk
    assert built.status == 0, built.talk
    assert_secret(project, locked.talk + fits.talk + built.talk)


@pytest.mark.parametrize(
    "line",
    [
        "git+https://someone:{}@127.0.0.1/x.git",
        "https://someone:{}@127.0.0.1/x.tar.gz",
        "x @ https://someone:{}@127.0.0.1/x.whl ; nonsense",
        "-r https://someone:{}@127.0.0.1/r.txt",
        "-e git+https://someone:{}@127.0.0.1/x.git",
        "--index-url https://someone:{}@127.0.0.1:9/\nalpha",
        "--nonsense https://someone:{}@127.0.0.1/",
    ],
)
def test_credentials_in_a_line_that_is_refused_are_not_shown(
    forge: Forge, tmp_path: Path, line: str
) -> None:
    """The message names the place, and not what was written before it."""
    project = make_project(tmp_path / "project")
    pyproject = project / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace('dependencies = ["alpha", "beta>=1"]', ""))
    (project / "requirements.txt").write_text(line.format("${THE_PASSWORD}") + "\n")
    environ = {"THE_PASSWORD": PASSWORD, "PIP_RETRIES": "0", "UV_HTTP_RETRIES": "0"}

    done = forge.run(project, "build", "-v", environ=environ)

    assert done.status == 3, done.talk
    assert PASSWORD not in done.talk


def test_a_download_that_fails_publishes_nothing(forge: Forge, tmp_path: Path) -> None:
    """One wheel of three that is gone fails the build, and the old package stays."""
    project = make_project(tmp_path / "project")
    with IndexServer(project / "wheels") as index:
        assert forge.run(project, "lock", environ={"PIP_INDEX_URL": index.url}).status == 0
        assert forge.run(project).status == 0
        before = sha256(project / "dist" / "api.zip")
        shutil.rmtree(os.environ["LPACK_CACHE_DIR"])
        next((project / "wheels").glob("beta-*")).unlink()
        (project / "src" / "app.py").write_text("def handler(event, context):\n    return 2\n")

        done = forge.run(project)

    assert done.status == 3
    assert "error[LP201]" in done.talk
    assert "beta-1.2-py3-none-any.whl" in done.talk
    assert sha256(project / "dist" / "api.zip") == before


def test_a_lock_of_addresses_serves_every_clone(forge: Forge, tmp_path: Path) -> None:
    """A project that is locked to addresses builds the same package wherever it is cloned."""
    project = make_project(tmp_path / "project")
    with IndexServer(project / "wheels") as index:
        assert forge.run(project, "lock", environ={"PIP_INDEX_URL": index.url}).status == 0
        clones = [copy(project, tmp_path / name) for name in ("a", "b")]
        for number, clone in enumerate(clones):
            shutil.rmtree(clone / "wheels")
            environ: dict[str, str | None] = {"LPACK_CACHE_DIR": str(tmp_path / f"cache{number}")}
            assert forge.run(clone, environ=environ).status == 0

    digests = {sha256(clone / "dist" / "api.zip") for clone in clones}
    assert len(digests) == 1
