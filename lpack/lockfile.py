"""pylock.toml (PEP 751): reading one for a target, and writing lpack's own."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from lpack.data import LOCK_BYTES, parse_toml, read_bytes
from lpack.errors import BuildError, UsageError, without_credentials
from lpack.model import (
    LockedPackage,
    LockedWheel,
    RequirementSet,
    Resolution,
    Target,
    Where,
)
from lpack.platforms import MACHINES, marker_environment, wheel_tags

if TYPE_CHECKING:
    from packaging.pylock import Package, PackageWheel

_SHA256 = re.compile(r"[0-9a-f]{64}")


class LockFile:
    """The parsed content of one pylock.toml."""

    def __init__(self, path: Path, shown: str) -> None:
        """Read the file; raises UsageError LP004, or BuildError LP110 when it is not TOML."""
        content = read_bytes(path, shown, LOCK_BYTES)
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
            raise self._error("LP110", f"`{self.shown}` is not UTF-8", hint) from error
        except UsageError as error:
            first = error.diagnostics[0]
            raise BuildError("LP110", first.message, where=first.where, hint=hint) from error

    @property
    def made_from(self) -> dict[str, Any]:
        """What lpack made the lock from; empty in the lock of another tool."""
        recorded = self.own.get("inputs")
        return recorded if isinstance(recorded, dict) else {}

    def require_whole(self) -> None:
        """Raise BuildError LP110 when a lock of lpack has lost or gained a package since.

        Nothing else would notice that a dependency of a dependency is gone. Other tools do not
        say what their locks hold.
        """
        if self.document.get("created-by") != "lpack":
            return
        if self.own.get("packages_sha256") != _seal(self.document.get("packages")):
            raise self._error(
                "LP110",
                f"the packages of `{self.shown}` are not those that lpack locked",
                hint="restore the file, or run `lpack lock`",
            )

    @property
    def resolver(self) -> str:
        """Who made the lock."""
        return str(self.own.get("resolver") or self.document.get("created-by") or "unknown")

    def was_made_for(self, requirements: RequirementSet, target: Target) -> bool:
        """Whether lpack wrote it for exactly these requirements and this target."""
        return self.made_from == inputs(requirements, target)

    def packages_as_written(self) -> tuple[LockedPackage, ...]:
        """Give the packages of a lock that lpack made for the target at hand.

        Its first wheel of each package is the best one, so no tag and no marker is evaluated.
        Raises BuildError LP110 when somebody has edited it into something else, or LP112.
        """
        packages = self.document.get("packages", [])
        try:
            chosen = tuple(
                self._written(table["name"], table["version"], table["wheels"][0])
                for table in packages
            )
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            raise self._error(
                "LP110", f"`{self.shown}` is not a valid lock", hint="run `lpack lock`"
            ) from error
        if len({package.name for package in chosen}) != len(chosen):
            raise self._error("LP110", f"`{self.shown}` locks a package twice", "run `lpack lock`")
        return chosen

    def _written(self, name: str, version: str, table: dict[str, Any]) -> LockedPackage:
        sha256 = str(table.get("hashes", {}).get("sha256", "")).lower()
        size, filename = table.get("size"), table["name"]
        for text in (name, version, filename):
            if not (isinstance(text, str) and text.isprintable()):
                raise TypeError
        if not _SHA256.fullmatch(sha256):
            raise self._no_digest(name)
        if not (size is None or (isinstance(size, int) and size >= 0)):
            raise TypeError
        location = self._location(table.get("path"), table.get("url"))
        return LockedPackage(name, version, (LockedWheel(filename, location, sha256, size),))

    def packages(self, target: Target) -> tuple[LockedPackage, ...]:
        """Give what the lock allows on the target, the best wheel of each package first.

        Raises BuildError LP110 (invalid), LP111 (another target), LP112 (no sha256), LP107 (no
        wheel) or LP115 (only a source distribution).
        """
        from packaging import pylock  # noqa: PLC0415 - 100 ms that an unchanged build does not pay

        try:
            lock = pylock.Pylock.from_dict(self.document)
        except pylock.PylockValidationError as error:
            message = f"`{self.shown}` is not a valid lock: {error}"
            raise self._error("LP110", message, hint="run `lpack lock`") from error
        environment = marker_environment(target)
        try:
            chosen = tuple(
                lock.select(
                    environment=environment,  # type: ignore[arg-type]  # a TypedDict by another name
                    tags=wheel_tags(target),
                )
            )
        except pylock.PylockSelectError as error:
            raise self._not_for(target, str(error)) from error
        return tuple(self._package(package, file, target) for package, file in chosen)

    def _package(self, package: Package, file: object, target: Target) -> LockedPackage:
        from packaging.pylock import PackageSdist, PackageWheel  # noqa: PLC0415 - see above

        if isinstance(file, PackageSdist):
            raise self._error(
                "LP115",
                f"the lock has no wheel of `{package.name}` for {target}, only its source",
                hint=f"lock a version of `{package.name}` that has a wheel",
            )
        if not isinstance(file, PackageWheel) or package.version is None:
            raise self._error(
                "LP104",
                f"`{package.name}` is locked to a folder, an archive or a repository",
                hint="lock a version that is published as a wheel",
            )
        return LockedPackage(package.name, str(package.version), (self._wheel(package, file),))

    def _wheel(self, package: Package, wheel: PackageWheel) -> LockedWheel:
        sha256 = wheel.hashes.get("sha256", "").lower()
        if not _SHA256.fullmatch(sha256):
            raise self._no_digest(package.name)
        location = self._location(wheel.path, wheel.url)
        if not wheel.filename.isprintable() or (wheel.size or 0) < 0:
            raise self._error(
                "LP110",
                f"`{self.shown}` is not a valid lock: a wheel of `{package.name}`",
                "run `lpack lock`",
            )
        return LockedWheel(wheel.filename, location, sha256, wheel.size)

    def _no_digest(self, name: str) -> BuildError:
        return self._error(
            "LP112",
            f"the wheel of `{name}` has no sha256 in `{self.shown}`",
            hint="run `lpack lock`",
        )

    def _location(self, path: str | None, url: str | None) -> str:
        stated = (url if path is None else path) or ""
        try:
            if not unquote(stated).isprintable():
                raise ValueError("control characters")  # noqa: TRY301 - one message for all
            if path is not None:
                return file_url((self.path.parent / path).resolve())
            _check_address(stated)
        except (ValueError, RuntimeError) as error:  # a loop of links is a RuntimeError
            raise self._error(
                "LP110",
                f"`{stated}` in `{self.shown}` is not an http or file address",
                hint="run `lpack lock`",
            ) from error
        return stated

    def _not_for(self, target: Target, reason: str) -> BuildError:
        if reason.startswith("No wheel found"):
            return self._error(
                "LP107",
                f"the lock has no wheel for {target}: {reason}",
                hint="run `lpack lock`",
            )
        return self._error(
            "LP111",
            f"`{self.shown}` was not locked for {target}: {reason}",
            hint="run `lpack lock`",
        )

    def _error(self, code: str, message: str, hint: str | None = None) -> BuildError:
        return BuildError(code, message, where=Where(self.shown), hint=hint)


def _check_address(url: str) -> None:
    """Raise ValueError for what is no absolute address that a download can start from."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http", "file") or parts.port == 0:
        raise ValueError(parts.scheme)
    if (parts.scheme == "file") is not (parts.netloc in ("", "localhost")):
        raise ValueError(parts.netloc)


def inputs(requirements: RequirementSet, target: Target) -> dict[str, Any]:
    """Give what a lock was made from, as it is recorded in the lock."""
    index = requirements.index
    recorded: dict[str, Any] = {
        "target": str(target),
        "requirements": [without_credentials(line.text) for line in requirements.requirements],
    }
    if requirements.constraints:
        # As a digest: another tool's lock may be among them, whole.
        lines = "\n".join(line.text for line in requirements.constraints)
        recorded["constraints_sha256"] = hashlib.sha256(lines.encode()).hexdigest()
    if index.prereleases:
        recorded["prereleases"] = True
    return recorded


def render(
    resolution: Resolution, requirements: RequirementSet, target: Target, folder: Path
) -> str:
    """Write a lock that any PEP 751 installer reads: the same bytes on every machine."""
    import tomli_w  # noqa: PLC0415 - only a run that locks writes TOML

    environment = marker_environment(target)
    markers = ("platform_machine", "platform_python_implementation", "sys_platform")
    conditions = [f"{name} == '{environment[name]}'" for name in markers]
    conditions.append(f"python_version == '{environment['python_version']}'")
    packages = [
        {
            "name": package.name,
            "version": package.version,
            "wheels": [_wheel_table(wheel, folder) for wheel in package.wheels],
        }
        for package in resolution.packages
    ]
    own = {
        "resolver": resolution.resolver,
        "packages_sha256": _seal(packages),
        "inputs": inputs(requirements, target),
    }
    document: dict[str, Any] = {
        "lock-version": "1.0",
        "environments": [" and ".join(conditions)],
        "requires-python": f"=={environment['python_version']}.*",
        "created-by": "lpack",
        "packages": packages,
        "tool": {"lpack": own},
    }
    heading = f"# Written by lpack for {target} ({MACHINES[target.architecture]}); do not edit.\n"
    return heading + tomli_w.dumps(document)


def _seal(packages: object) -> str:
    """Give a digest of the names and versions that a lock holds."""
    rows = packages if isinstance(packages, list) else []
    named = [(row.get("name"), row.get("version")) for row in rows if isinstance(row, dict)]
    return hashlib.sha256(repr(named).encode("utf-8", "surrogatepass")).hexdigest()


def _wheel_table(wheel: LockedWheel, folder: Path) -> dict[str, Any]:
    table: dict[str, Any] = {"name": wheel.filename}
    local = local_path(wheel.location)
    if local is not None and local.is_relative_to(folder):
        table["path"] = local.relative_to(folder).as_posix()
    else:
        table["url"] = wheel.location
    if wheel.size is not None:
        table["size"] = wheel.size
    return {**table, "hashes": {"sha256": wheel.sha256}}


def file_url(path: Path) -> str:
    """Give the file address of an absolute path."""
    return "file://" + quote(path.as_posix())


def local_path(location: str) -> Path | None:
    """Give the path that a file address names, or None for another address."""
    parts = urlsplit(location)
    if parts.scheme != "file":
        return None
    return Path(unquote(parts.path))
