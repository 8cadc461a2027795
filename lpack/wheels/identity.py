"""Which distribution a wheel is: its filename, its folders and its metadata must all agree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.values import dataclass
from lpack.wheels.refusal import Rule, refusal, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from packaging.version import Version

# Of a file on Linux; and Python refuses to read a number of more than 4,300 digits.
_LONGEST_NAME = 255
# A thousand requirements and a licence in full take some thousands.
_HEADER_LINES = 50_000
_LINE_END = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Identity:
    """A distribution and its version, normalised."""

    name: str
    version: Version

    def is_named(self, name: str, version: str) -> bool:
        """Whether name and version are this distribution's, in whatever spelling."""
        if len(version) > _LONGEST_NAME or len(name) > _LONGEST_NAME:
            return False
        from packaging.utils import canonicalize_name  # noqa: PLC0415 - only when a wheel is new
        from packaging.version import InvalidVersion, Version  # noqa: PLC0415 - as above

        try:
            return canonicalize_name(name) == self.name and Version(version) == self.version
        except InvalidVersion:
            return False

    def is_folder(self, stem: str) -> bool:
        """Whether `stem` is the `name-version` of this distribution's folders."""
        name, _, version = stem.rpartition("-")
        return self.is_named(name, version)


def identify(filename: str, name: str, version: str) -> Identity:
    """Read a wheel's filename and hold it against the name and version of the lock.

    Raises BuildError LP204.
    """
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename  # noqa: PLC0415 - above

    if len(filename) > _LONGEST_NAME:
        raise refusal("FILENAME", "the filename is too long")
    try:
        identity = Identity(*parse_wheel_filename(filename)[:2])
    except InvalidWheelFilename as error:
        raise refusal("FILENAME", f"`{shown(filename)}` is not the name of a wheel") from error
    if not identity.is_named(name, version):
        raise refusal("FILENAME", f"`{shown(filename)}` is not `{shown(name)}` `{shown(version)}`")
    return identity


def find_dist_info(identity: Identity, names: Iterable[str]) -> str:
    """Find the one `.dist-info` folder, or raise BuildError LP204."""
    roots = {root for root in _roots(names) if root.lower().endswith(".dist-info")}
    if len(roots) != 1:
        raise refusal("DIST_INFO", f"the wheel has {len(roots)} `.dist-info` folders, not one")
    root = roots.pop()
    if not root.endswith(".dist-info") or not identity.is_folder(root[: -len(".dist-info")]):
        raise refusal("DIST_INFO", f"`{shown(root)}` is not the folder of {_shown(identity)}")
    return root


def check_metadata(identity: Identity, content: bytes) -> None:
    """Refuse METADATA that is about another distribution, with BuildError LP204."""
    name = one_header(content, "Name", "METADATA")
    version = one_header(content, "Version", "METADATA")
    if not identity.is_named(name, version):
        raise refusal(
            "METADATA",
            f"METADATA is of `{shown(name)}` `{shown(version)}`, not of {_shown(identity)}",
        )


def check_wheel_file(content: bytes) -> None:
    """Refuse a version of the wheel format that lpack does not know, with BuildError LP204."""
    version = one_header(content, "Wheel-Version", "WHEEL_FILE")
    if not re.fullmatch(r"1\.[0-9]{1,9}", version):
        raise refusal("WHEEL_FILE", f"the wheel is of format `{shown(version)}`, not of 1.x")


def one_header(content: bytes, key: str, rule: Rule) -> str:
    """Give the value of a header that must be there once, in the form of e-mail headers.

    Raises BuildError LP204 by `rule`.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise refusal(rule, f"`{key}` cannot be read, because the file is not UTF-8") from error
    values = [value for found, value in _headers(text, rule) if found == key.lower()]
    if len(values) != 1:
        raise refusal(rule, f"`{key}` is there {len(values)} times, not once")
    return values[0]


def _headers(text: str, rule: Rule) -> Iterator[tuple[str, str]]:
    """Read lines up to the first that is no header, as the e-mail package does."""
    for number, line in enumerate(_LINE_END.split(text, maxsplit=_HEADER_LINES)):
        if number == _HEADER_LINES:
            raise refusal(rule, f"there are more than {_HEADER_LINES:,} lines of headers")
        key, colon, value = line.partition(":")
        if line.startswith((" ", "\t")):
            continue
        if not colon or not key:
            return
        yield key.lower(), value.strip()


def _roots(names: Iterable[str]) -> set[str]:
    return {name.partition("/")[0] for name in names}


def _shown(identity: Identity) -> str:
    return f"`{shown(identity.name)}` `{identity.version}`"
