"""Reads a template by what it is: SAM, CloudFormation, Serverless Framework, Terraform, CDK."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lpack.config.reading import is_folder, resolved
from lpack.data import LOCK_BYTES, read_text
from lpack.errors import UsageError
from lpack.model import Where
from lpack.templates.texts import parse_text
from lpack.validation.wording import shown
from lpack.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lpack.templates.declared import Template

_HINT = "name one of AWS SAM, CloudFormation, Serverless Framework, a Terraform plan or cdk.out"


def read_templates(path: Path, given: str, environ: Mapping[str, str]) -> Iterator[Template]:
    """Read a template, or all that are in the folder `cdk.out`; `given` is how it was written.

    Raises UsageError LP004 or LP027 to LP038.
    """
    if is_folder(path):
        from lpack.templates.cdk import templates_in  # noqa: PLC0415 - few have one

        for file, name in templates_in(path, given):
            yield read_template(file, name, environ)
    else:
        yield read_template(path, given, environ)


def read_template(path: Path, given: str, environ: Mapping[str, str]) -> Template:
    """Read the functions of one template; raises UsageError LP004 or LP027 to LP038."""
    text = read_text(path, given, LOCK_BYTES)
    whole = resolved(path) or path
    plan = _plan(text)
    if plan is not None:
        from lpack.templates.terraform import read_plan  # noqa: PLC0415 - one kind of four

        found = read_plan(plan, given)
    else:
        found = _of_text(text, whole, given, environ)
    return replace(found, folder=whole.parent, read=found.read or (path,))


def _plan(text: str) -> Any:
    """Give the plan, whose lines say nothing: Terraform writes all of it into one."""
    head = text[:_HEAD]
    if '"terraform_version"' not in head and '"planned_values"' not in head:
        return None
    from lpack.templates.terraform import is_plan  # noqa: PLC0415 - one kind of four

    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None  # the bounds of trees have a better word for it
    return found if is_plan(found) else None


_HEAD = 500
_LARGEST = 2_000_000
"""Characters; CloudFormation takes a template of 1 MB.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""


def _of_text(text: str, path: Path, given: str, environ: Mapping[str, str]) -> Template:
    if len(text) > _LARGEST:
        message = f"`{shown(given)}` is larger than {_LARGEST:,} characters"
        raise UsageError("LP029", message, where=Where(given))
    tree, twice = parse_text(text, given)
    from lpack.templates.cloudformation import is_template, read_cloudformation  # noqa: PLC0415
    from lpack.templates.serverless import is_service, read_service  # noqa: PLC0415

    if is_service(tree):
        return read_service(tree, path, given, twice, environ)
    if is_template(tree):
        is_json = text.lstrip().startswith("{")
        found = read_cloudformation(tree, given, twice, is_json=is_json)
        if not is_json:
            return found
        from lpack.templates.cdk import with_assets  # noqa: PLC0415 - CDK writes JSON

        return with_assets(found, path)
    message = f"`{shown(given)}` is no template that lpack knows"
    raise UsageError("LP027", message, where=Where(given), hint=_HINT)
