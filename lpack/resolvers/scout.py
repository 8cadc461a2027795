"""Runs ahead of pip: fetches in threads the pages and metadata that pip will want.

pip asks for one thing after another, and only after half a second of imports. A scout guesses that
the newest version that fits will do, follows its requirements, and has most answers ready. A guess
decides nothing: pip asks for what it really needs, and a scout that has no answer says so, and pip
looks for itself, with all its own ways to log in, to retry and to complain.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import queue
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from lpack.platforms import wheel_tags
from lpack.resolvers import pages
from lpack.resolvers.filenames import may_fit
from lpack.resolvers.locations import clean_url, is_remote
from lpack.resolvers.places import asked_indexes
from lpack.resolvers.remote_metadata import RemoteWheel, read_metadata, remote_wheel
from lpack.values import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

    from lpack.index.session import Session
    from lpack.index.settings import Indexes, IndexSettings
    from lpack.resolvers.base import Question
    from lpack.resolvers.guess import Guess, Wanted
    from lpack.resolvers.index_cache import IndexCache

_THREADS = 8
_PROJECTS = 400
"""Enough for any package that Lambda takes; a guess that leads astray ends here."""


class Scout:
    """Knows what the indexes say, or finds out; every method may be called in any thread."""

    def __init__(
        self, question: Question, settings: IndexSettings, indexes: Indexes, cache: IndexCache
    ) -> None:
        """Get ready to look for one question's answers."""
        self._settings, self._indexes, self._cache = settings, indexes, cache
        self._question = question
        self._guess: Guess | None = None
        self._tags = frozenset(map(str, wheel_tags(question.target)))
        self._reading = f"1 {question.target}"
        self._answers = _Once()
        self._wheels: dict[str, RemoteWheel] = {}
        self._todo: queue.SimpleQueue[Wanted | None] = queue.SimpleQueue()
        self._visited: set[Wanted] = set()
        self._noting = threading.Lock()
        self._opening = threading.Lock()
        self._session: Session | None = None
        self._stopped = False

    def __enter__(self) -> Self:
        """Look for what the question asks for, and go on from there."""
        for _ in range(_THREADS):
            # Nobody waits for them in the end: an index that does not answer holds up no exit.
            threading.Thread(target=self._work, daemon=True).start()
        threading.Thread(target=self._begin, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        """Let the threads end when they next look up."""
        del error
        self._stopped = True
        for _ in range(_THREADS):
            self._todo.put(None)

    def page(self, url: str) -> pages.Page | None:
        """Give a project's page with only the files that may fit, or None when pip is to ask."""
        plain = clean_url(url)
        known = (clean_url(one).rstrip("/") for one in asked_indexes(self._indexes))
        if not any(plain.startswith(f"{one}/") for one in known):
            return None
        found = self._answers.get(plain, lambda: self._fetch_page(plain))
        return found if isinstance(found, pages.Page) else None

    def metadata(self, url: str) -> bytes | None:
        """Give the METADATA of a wheel that some page has told of, or None."""
        wheel = self._wheels.get(url)
        if wheel is None:
            return None
        found = self._answers.get(f"{url} METADATA", lambda: self._fetch_metadata(wheel))
        return found if isinstance(found, bytes) else None

    def _begin(self) -> None:
        from lpack.resolvers.guess import Guess  # noqa: PLC0415 - while pip's process starts

        self._guess = Guess(self._question)
        self._visit(self._guess.roots())

    def _visit(self, wanted: tuple[Wanted, ...]) -> None:
        for one in wanted:
            with self._noting:
                is_new = one not in self._visited and len(self._visited) < _PROJECTS
                self._visited.add(one)
            if is_new:
                self._todo.put(one)

    def _work(self) -> None:
        while (wanted := self._todo.get()) is not None and not self._stopped:
            self._visit(self._explore(wanted))

    def _explore(self, wanted: Wanted) -> tuple[Wanted, ...]:
        if self._guess is None:
            return ()
        files: list[dict[str, Any]] = []
        for index in filter(is_remote, self._indexes.urls_for(wanted.name)):
            page = self.page(pages.page_url(index, wanted.name))
            if page is not None and page.is_json:
                files += pages.files_of(page)
        best = self._guess.best(wanted, files)
        metadata = self.metadata(best) if best else None
        return self._guess.requirements(wanted, metadata) if metadata else ()

    def _fetch_page(self, url: str) -> pages.Page | None:
        kept = self._cache.page(url, self._reading)
        told = pages.ask(self._connected(), url, kept.tag if kept else "")
        if told is None or told.status not in (pages.OK, pages.NOT_MODIFIED, pages.NOT_FOUND):
            return None
        digest = hashlib.sha256(told.body).hexdigest()
        same = told.status == pages.OK and kept is not None and kept.digest == digest
        if same or told.status == pages.NOT_MODIFIED:
            page = kept
        else:
            page = self._reduced(told, digest)
            if page.is_json and page.status == pages.OK:
                self._cache.keep_page(url, self._reading, page)
        if page is not None and page.is_json:
            self._note_wheels(page)
        return page

    def _reduced(self, page: pages.Page, digest: str) -> pages.Page:
        """Leave out the files of other platforms, nine of ten."""
        if page.status != pages.OK or not page.is_json:
            return page
        files = [
            one for one in pages.files_of(page) if may_fit(str(one.get("filename")), self._tags)
        ]
        return replace(page, body=json.dumps({"files": files}).encode(), digest=digest)

    def _note_wheels(self, page: pages.Page) -> None:
        for one in pages.files_of(page):
            wheel = remote_wheel(one)
            self._wheels[wheel.url] = wheel

    def _fetch_metadata(self, wheel: RemoteWheel) -> bytes | None:
        kept = self._cache.metadata(wheel.url, wheel.sha256)
        if kept is not None:
            return kept
        content = read_metadata(self._connected(), wheel)
        if content is not None:
            self._cache.keep_metadata(wheel.url, wheel.sha256, content)
        return content

    def _connected(self) -> Session:
        from lpack.index.session import Session  # noqa: PLC0415 - 100 ms that a thread pays

        with self._opening:
            if self._session is None:
                self._session = Session(self._settings)
            return self._session


class _Once:
    """Answers that are looked for once, by the thread that asks first; others wait for it."""

    def __init__(self) -> None:
        self._answers: dict[str, Future[object]] = {}
        self._noting = threading.Lock()

    def get(self, key: str, find: Callable[[], object]) -> object:
        """Give the answer, or None where finding it failed."""
        with self._noting:
            known = self._answers.get(key)
            answer = self._answers.setdefault(key, Future())
        if known is None:
            found = None
            # Of requests and of files; whatever else is wrong is a bug, and pip goes on alone.
            with contextlib.suppress(OSError):
                try:
                    found = find()
                finally:
                    answer.set_result(found)
        return answer.result()
