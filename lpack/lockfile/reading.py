"""Reading a pylock.toml for one target: lpack's own as it was written, others by PEP 751."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Literal

from lpack.data import LOCK_BYTES, parse_toml, read_bytes
from lpack.errors import BuildError, UsageError
from lpack.lazily import pattern
from lpack.lockfile.addresses import address
from lpack.lockfile.recorded import inputs, row_of, seal
from lpack.model import BuiltFrom, LockedPackage, LockedWheel, RequirementSet, Target, Where

if TYPE_CHECKING:
    from pathlib import Path

_DIGEST = pattern(r"[0-9a-f]{64}")
_COMMIT = pattern(r"[0-9a-f]{40}")
_ANEW = "run `lpack lock`"


class LockFile:
    """The parsed content of one pylock.toml."""

    def __init__(self, path: Path, shown: str, content: bytes | None = None) -> None:
        """Read the file, or what is about to be written to it.

        Raises UsageError LP004, or BuildError LP110 when it is not TOML.
        """
        content = read_bytes(path, shown, LOCK_BYTES) if content is None else content
        self.path = path
        self.shown = shown
        self.digest = hashlib.sha256(content).hexdigest()
        self.document = self._parse(content)
        tool = self.document.get("tool", {})
        own = tool.get("lpack", {}) if isinstance(tool, dict) else {}
        self.own: dict[str, Any] = own if isinstance(own, dict) else {}

    def _parse(self, content: bytes) -> dict[str, Any]:
        # To write it anew would give up its versions: that is for somebody to decide.
        hint = "restore it, or delete it and run `lpack lock`"
        try:
            return parse_toml(content.decode(), self.shown)
        except UnicodeDecodeError as error:
            raise self.error("LP110", f"`{self.shown}` is not UTF-8", hint) from error
        except UsageError as error:
            first = error.diagnostics[0]
            raise BuildError("LP110", first.message, where=first.where, hint=hint) from error

    @property
    def is_own(self) -> bool:
        """Whether lpack wrote it."""
        return self.document.get("created-by") == "lpack"

    @property
    def targets(self) -> tuple[str, ...]:
        """The targets that lpack wrote it for; none in the lock of another tool."""
        rows = self.own.get("targets")
        return tuple(rows) if isinstance(rows, dict) else ()

    def require_whole(self) -> None:
        """Raise BuildError LP110 when a lock of lpack has lost or gained a package since.

        Nothing else would notice that a dependency of a dependency is gone. Other tools do not
        say what their locks hold.
        """
        sealed = seal(self.document.get("packages"), self.own.get("targets"))
        if self.is_own and self.own.get("sha256") != sealed:
            raise self.error(
                "LP110",
                f"the packages of `{self.shown}` are not those that lpack locked",
                "restore the file, or run `lpack lock`",
            )

    def resolver_for(self, target: Target) -> str:
        """Who chose the versions for a target."""
        row = row_of(self.own, target) or {}
        return str(row.get("resolver") or self.document.get("created-by") or "unknown")

    def recorded(self, target: Target) -> dict[str, Any] | None:
        """Give what lpack made the lock from for a target, as TOML values; None if it did not."""
        row = row_of(self.own, target)
        if row is None:
            return None
        return {key: value for key, value in row.items() if key not in ("resolver", "files")}

    def was_made_for(self, requirements: RequirementSet, target: Target) -> bool:
        """Whether lpack wrote it for exactly these requirements and this target."""
        return self.recorded(target) == inputs(requirements, self.path.parent).table()

    def pins(self) -> tuple[tuple[str, str], ...]:
        """Give name and version of all that it locks, whatever else is wrong with it."""
        packages = self.document.get("packages", [])
        return tuple(
            (one["name"], one["version"])
            for one in (packages if isinstance(packages, list) else [])
            if isinstance(one, dict)
            and isinstance(one.get("name"), str)
            and isinstance(one.get("version"), str)
        )

    def packages_as_written(
        self, target: Target, *, whole: bool = False
    ) -> tuple[LockedPackage, ...]:
        """Give the packages of a lock that lpack made for the target.

        The files were chosen when it was written, so no tag and no marker is evaluated; `whole`
        gives the other wheels of each package as well.
        Raises BuildError LP110 when somebody has edited it into something else, or LP112.
        """
        row = row_of(self.own, target) or {}
        try:
            chosen = frozenset(row["files"])
            found = [
                package
                for table in self.document.get("packages", [])
                for package in self._written(table, chosen, whole=whole)
            ]
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            raise self.invalid() from error
        if len({package.name for package in found}) != len(found):
            raise self.error("LP110", f"`{self.shown}` locks a package twice", _ANEW)
        if len(found) != len(row["files"]):
            raise self.invalid()
        return tuple(found)

    def _written(
        self, table: dict[str, Any], chosen: frozenset[str], *, whole: bool
    ) -> list[LockedPackage]:
        name = table["name"]
        if f"{name}/" in chosen:
            _require_printable(name)
            location = self.location(table["directory"]["path"], None)
            return [LockedPackage(name, "", (), BuiltFrom("folder", location))]
        own = table.get("tool", {}).get("lpack")
        if own is not None and own["wheel"]["name"] in chosen:
            return [self._built(table, own)]
        wheels = [one for one in table.get("wheels", []) if whole or one["name"] in chosen]
        wheels.sort(key=lambda one: one["name"] not in chosen)
        if not wheels or wheels[0]["name"] not in chosen:
            return []
        _require_printable(name, table["version"])
        found = tuple(self._wheel(name, one) for one in wheels)
        return [LockedPackage(name, table["version"], found)]

    def _wheel(self, name: str, table: dict[str, Any]) -> LockedWheel:
        _require_printable(table["name"])
        sha256 = self.digest_of(name, table)
        location = self.location(table.get("path"), table.get("url"))
        return LockedWheel(table["name"], location, sha256, _size(table))

    def _built(self, table: dict[str, Any], own: dict[str, Any]) -> LockedPackage:
        name, version, wheel = table["name"], table["version"], own["wheel"]
        _require_printable(name, version, wheel["name"], *own["requires"])
        if not _DIGEST.fullmatch(wheel["sha256"]):
            raise self.no_digest(name)
        built = LockedWheel(wheel["name"], "", wheel["sha256"], _size(wheel))
        kind: Literal["git", "sdist"] = "git" if "vcs" in table else "sdist"
        place = table["vcs" if kind == "git" else kind]
        digest = place["commit-id"] if kind == "git" else self.digest_of(name, place)
        if kind == "git" and not _COMMIT.fullmatch(digest):
            raise TypeError
        subdirectory = place.get("subdirectory", "")
        _require_printable(subdirectory, str(place.get("url")), str(place.get("path")))
        location = (
            str(place["url"])
            if kind == "git" and "url" in place
            else self.location(place.get("path"), place.get("url"))
        )
        source = BuiltFrom(
            kind, location, digest, _size(place), subdirectory, tuple(own["requires"])
        )
        return LockedPackage(name, version, (built,), source)

    def digest_of(self, name: str, table: dict[str, Any]) -> str:
        """Give the sha256 of a file's table; raises BuildError LP112 when it has none."""
        sha256 = str(table.get("hashes", {}).get("sha256", "")).lower()
        if not _DIGEST.fullmatch(sha256):
            raise self.no_digest(name)
        return sha256

    def location(self, path: object, url: object) -> str:
        """Give the address of a file; raises BuildError LP110 for what is none."""
        try:
            return address(self.path.parent, path, url)
        except ValueError as error:
            raise self.error(
                "LP110",
                f"`{url if path is None else path}` in `{self.shown}` is not an http or file"
                " address",
                _ANEW,
            ) from error

    def no_digest(self, name: str) -> BuildError:
        """Make the failure for a file that nothing pins."""
        return self.error("LP112", f"`{name}` has no sha256 in `{self.shown}`", _ANEW)

    def invalid(self) -> BuildError:
        """Make the failure for a lock that has lost its form."""
        return self.error("LP110", f"`{self.shown}` is not a valid lock", _ANEW)

    def error(self, code: str, message: str, hint: str | None = None) -> BuildError:
        """Make a failure that points to the lock."""
        return BuildError(code, message, where=Where(self.shown), hint=hint)


def _size(table: dict[str, Any]) -> int | None:
    size = table.get("size")
    if not (size is None or (isinstance(size, int) and size >= 0)):
        raise TypeError
    return size


def _require_printable(*texts: object) -> None:
    for text in texts:
        if not (isinstance(text, str) and text.isprintable()):
            raise TypeError
