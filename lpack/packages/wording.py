"""Hints in the words of somebody who has a package, and no configuration of lpack."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.values import replace

if TYPE_CHECKING:
    from lpack.model import Diagnostic, Function

_INSTALL = "install it for {target}, as `lpack build` would"
_WORDS: tuple[tuple[str, str], ...] = (
    (r"lock again for .*", _INSTALL),
    (r"remove it from the source, and add the distribution .*", _INSTALL),
    (r"exclude it if (.*)", r"leave it out if \1"),
    (r'set `upload = "s3"` if', "add `--upload s3` if"),
    (r'set `(runtime|memory|timeout|ephemeral_storage) = "?([\w.]+)"?`', r"set the \1 to \2"),
    (r' or set `source = "(.*)"`', r" or make `\1` the root of the package"),
    (r"declare the layer whose (.*): `layers = .*`", r"add the layer whose \1 with `--layer`"),
    (r"declare it: `layers = .*`", "give it too: `--layer PATH`"),
    (r'with `format = "zip\+layer"` it may', "with its dependencies in a layer it may"),
    (r"check `source`, `include` and `exclude`", "zip what is in the folder of the function"),
)
"""What rules say of the configuration, and what to say where there is none."""


def for_given(one: Diagnostic, function: Function) -> Diagnostic:
    """Reword the hint of a diagnostic about a package that is there already."""
    if one.hint is None:
        return one
    hint = one.hint
    for words, others in _WORDS:
        if re.search(words, hint):
            hint = re.sub(words, others.replace("{target}", str(function.target)), hint)
    return replace(one, hint=hint.replace("ephemeral_storage to", "ephemeral storage to"))
