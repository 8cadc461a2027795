"""What a template refers to and does not have: CloudFormation refuses the whole of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.model import Diagnostic, Where
from lpack.templates.naming import names_in
from lpack.templates.tree import line_of
from lpack.toml_lines import dotted
from lpack.validation.wording import did_you_mean, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lpack.templates.intrinsics import Intrinsics

_OURS = ("AWS::Serverless::", "AWS::Lambda::")
_KNOWN_TRANSFORMS = ("AWS::Serverless-2016-10-31", "AWS::LanguageExtensions")
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
_SECTIONS = frozenset(
    {
        *("AWSTemplateFormatVersion", "Conditions", "Description", "Globals", "Hooks", "Mappings"),
        *("Metadata", "Outputs", "Parameters", "Resources", "Rules", "Transform"),
    }
)
_MOST = 100
"""Of one kind; a template with more is not one, or is none of ours."""


def check_references(tree: Mapping[str, Any], file: str, intrinsics: Intrinsics) -> list[Diagnostic]:
    """Report names that nothing in the template has, in what belongs to functions."""
    if not _is_whole(tree):
        return []
    found: list[Diagnostic] = [*_in_sections(tree, file)]
    names = _Names(tree, intrinsics)
    sections: list[tuple[str, ...]] = [("Globals",)]
    sections += [
        ("Resources", name)
        for name, resource in intrinsics.resources.items()
        if isinstance(resource, dict) and str(resource.get("Type")).startswith(_OURS)
    ]
    for path in sections:
        found += _in_section(tree, file, path, names)
        if len(found) > _MOST:
            break
    return found[:_MOST]


def _in_sections(tree: Mapping[str, Any], file: str) -> Iterator[Diagnostic]:
    """Report sections that no template has, such as a misspelt one."""
    for name in tree:
        if name not in _SECTIONS and not name.startswith("x-"):
            message = f"a template has no section `{shown(name)}`"
            where = Where(file, line_of(tree, (name,)), dotted((name,)))
            yield Diagnostic("LP035", "error", message, where, did_you_mean(name, _SECTIONS))


def _is_whole(tree: Mapping[str, Any]) -> bool:
    """Tell whether no macro can add to the template what is missing in it."""
    transform = tree.get("Transform", [])
    transforms = transform if isinstance(transform, list) else [transform]
    return all(one in _KNOWN_TRANSFORMS for one in transforms) and "Fn::Transform" not in tree


def _in_section(
    tree: Mapping[str, Any], file: str, path: tuple[str, ...], names: _Names
) -> Iterator[Diagnostic]:
    section: Any = tree
    for part in path:
        section = section.get(part) if isinstance(section, dict) else None
    if isinstance(section, dict) and path[0] == "Resources":
        yield from _of_resource(tree, file, path, section, names)
    seen: set[tuple[str, str]] = set()
    for here, value in _values(section, path):
        for function, name, _ in names_in(value):
            is_condition = function == "Fn::If"
            known = names.conditions if is_condition else names.all
            if (name in known if is_condition else names.has(name)) or (function, name) in seen:
                continue
            seen.add((function, name))
            what = "condition" if is_condition else "parameter or resource"
            message = f"`{function}` names `{shown(name)}`, and there is no {what} of that name"
            where = Where(file, line_of(tree, here), dotted(here))
            yield Diagnostic("LP031", "error", message, where, did_you_mean(name, known))


def _of_resource(
    tree: Mapping[str, Any],
    file: str,
    path: tuple[str, ...],
    resource: Mapping[str, Any],
    names: _Names,
) -> Iterator[Diagnostic]:
    """Judge `Condition` and `DependsOn`, which stand beside the properties."""
    condition = resource.get("Condition")
    conditions = names.conditions
    if isinstance(condition, str) and condition not in conditions:
        where = Where(file, line_of(tree, (*path, "Condition")), dotted((*path, "Condition")))
        message = f"there is no condition `{shown(condition)}`"
        yield Diagnostic("LP031", "error", message, where, did_you_mean(condition, conditions))
    needed = resource.get("DependsOn", [])
    for name in needed if isinstance(needed, list) else [needed]:
        if isinstance(name, str) and not names.has(name):
            where = Where(file, line_of(tree, (*path, "DependsOn")), dotted((*path, "DependsOn")))
            message = f"`DependsOn` names `{shown(name)}`, and there is no resource of that name"
            hint = did_you_mean(name, names.all)
            yield Diagnostic("LP031", "error", message, where, hint)


def _values(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Give each property of a section, two levels deep, so that a message has a good line."""
    if isinstance(value, dict) and len(value) != 1 and len(path) < _DEEPEST:
        for key, one in value.items():
            yield from _values(one, (*path, key))
    elif isinstance(value, dict) and len(path) < _DEEPEST and not _is_function(value):
        for key, one in value.items():
            yield from _values(one, (*path, key))
    else:
        yield path, value


_DEEPEST = 8


def _is_function(value: Mapping[str, Any]) -> bool:
    key = next(iter(value), "")
    return key in ("Ref", "Condition") or key.startswith("Fn::")


class _Names:
    """What may be named in a template."""

    def __init__(self, tree: Mapping[str, Any], intrinsics: Intrinsics) -> None:
        parameters, conditions = tree.get("Parameters"), tree.get("Conditions")
        self.all = {**intrinsics.resources, **(parameters if isinstance(parameters, dict) else {})}
        self.conditions: Mapping[str, Any] = conditions if isinstance(conditions, dict) else {}
        self._makers = {
            name
            for name, one in intrinsics.resources.items()
            if isinstance(one, dict)
            and (str(one.get("Type")).startswith("AWS::Serverless::") or "Connectors" in one)
        }
        self._loops = any(name.startswith("Fn::ForEach") for name in intrinsics.resources)

    def has(self, name: str) -> bool:
        """Tell whether a name is there, or is one that SAM makes from those that are."""
        if name in self.all or name.startswith(("AWS::", "Serverless")) or self._loops:
            return True
        return any(name[:length] in self._makers for length in range(1, len(name)))
