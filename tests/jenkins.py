"""What the schema of Jenkins allows in JUnit XML, as far as lpack writes any.

https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOLD = {"failure", "error", "system-out"}
_CHILDREN: dict[str, set[str]] = {
    "testsuites": {"testsuite"},
    "testsuite": {"testcase"},
    "testcase": _TOLD,
}
_COUNTS = {"name", "tests", "failures", "errors", "time"}
_ATTRIBUTES = {
    "testsuites": _COUNTS,
    "testsuite": {*_COUNTS, "file"},
    "testcase": {"name", "time", "classname"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "system-out": set(),
}
_NEEDED = {"testsuite": {"name", "tests", "failures", "errors"}, "testcase": {"name"}}
_TIME = re.compile(r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]{0,3})?")
"""Of suites; that of a case is any text."""


def refused(report: str) -> list[str]:
    """Give what Jenkins would refuse a report for."""
    return list(_refused(ET.fromstring(report)))  # noqa: S314 - our own text


def _refused(one: ET.Element) -> Iterator[str]:
    for name in one.attrib.keys() - _ATTRIBUTES[one.tag]:
        yield f"{one.tag} has `{name}`"
    for name in _NEEDED.get(one.tag, set()) - one.attrib.keys():
        yield f"{one.tag} lacks `{name}`"
    if one.tag != "testcase" and not _TIME.fullmatch(one.get("time", "")):
        yield f"{one.tag} has the time {one.get('time')}"
    for child in one:
        if child.tag in _CHILDREN.get(one.tag, ()):
            yield from _refused(child)
        else:
            yield f"{one.tag} has <{child.tag}>"
