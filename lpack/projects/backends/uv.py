"""uv_build: the modules that its table names, without what it excludes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.projects.files import Unlisted, inside, joined
from lpack.projects.metadata import file_name_of

if TYPE_CHECKING:
    from lpack.projects.backends.base import Buildable
    from lpack.projects.document import Document

_TABLE = ("tool", "uv", "build-backend")
_DEFAULT_EXCLUDES = ("__pycache__", "*.pyc", "*.pyo")


def uv_files(project: Buildable) -> dict[str, str]:
    """List the wheel as crates/uv-build-backend/src/wheel.rs does; see `base.Lister`."""
    document, tree = project.document, project.tree
    if document.table(*_TABLE, "data"):
        raise Unlisted("`tool.uv.build-backend.data` goes outside of site-packages")
    stated = document.text(*_TABLE, "module-root")
    root = inside("src" if stated is None else stated)
    anywhere, anchored = _excludes(document)
    chosen: dict[str, str] = {}
    for module in _modules(project, root):
        for folder, folders, names in tree.walk(joined(root, module), follow=False):
            # A pattern that starts with a slash leaves out files, and never a folder at once.
            folders[:] = [one for one in folders if not _is_match(joined(folder, one), anywhere)]
            for name in names:
                path = joined(folder, name)
                if not _is_match(path, anywhere) and not _is_match(path, anchored):
                    chosen[path[len(root) + 1 :] if root else path] = path
            if "pyvenv.cfg" in names or any(tree.is_link(joined(folder, one)) for one in folders):
                raise Unlisted("the module holds a virtual environment or a link to a folder")
    return chosen


def _modules(project: Buildable, root: str) -> list[str]:
    """Give the folders of the modules, relative to the module root."""
    stated = project.document.value(*_TABLE, "module-name")
    default = file_name_of(project.name)
    if project.name.lower().endswith("-stubs"):
        default = f"{file_name_of(project.name[: -len('-stubs')])}-stubs"
    names = [default] if stated is None else [stated] if isinstance(stated, str) else stated
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise project.document.wrong("must be a string or a list of them", *_TABLE, "module-name")
    modules = [inside(name.replace(".", "/")) for name in names]
    is_checked = not project.document.flag(*_TABLE, "namespace", default=False)
    for module in modules:
        start = joined(root, module)
        first = "__init__.pyi" if module.partition("/")[0].endswith("-stubs") else "__init__.py"
        if not project.tree.is_folder(start):
            raise Unlisted(f"there is no module `{start}`")
        if is_checked and not project.tree.is_file(joined(start, first)):
            raise Unlisted(f"there is no module `{start}` with an `{first}`")
    return modules


def _excludes(document: Document) -> tuple[list[re.Pattern[str]], list[re.Pattern[str]]]:
    """Give the patterns that match at any depth, and those that count from the project's folder."""
    defaults = document.flag(*_TABLE, "default-excludes", default=True)
    patterns = [
        *(_DEFAULT_EXCLUDES if defaults else ()),
        *document.texts(*_TABLE, "wheel-exclude"),
        *document.texts(*_TABLE, "source-exclude"),
    ]
    anywhere = [_compiled(f"**/{one}") for one in patterns if not one.startswith("/")]
    return anywhere, [_compiled(one[1:]) for one in patterns if one.startswith("/")]


def _is_match(path: str, patterns: list[re.Pattern[str]]) -> bool:
    return any(pattern.fullmatch(path) for pattern in patterns)


_PIECE = re.compile(r"\A\*\*/|/\*\*/|/\*\*\Z|\*\*|\*|\?|\[[\w.-]*\]|\\.|[^*?\[\\]", re.DOTALL)
_MEANINGS = {"**/": "(?:.*/)?", "/**/": "/(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*"}


def _compiled(pattern: str) -> re.Pattern[str]:
    """Translate a portable glob, as PEP 639 defines it, with escapes."""
    written = ""
    position = 0
    while position < len(pattern):
        piece = _PIECE.match(pattern, position)
        if piece is None:
            raise Unlisted(f"`{pattern}` is not a pattern")
        text = piece[0]
        if text == "?" or text in _MEANINGS:
            written += _MEANINGS.get(text, "[^/]")
        else:
            written += text if text[0] == "[" else re.escape(text[-1])
        position = piece.end()
    try:
        return re.compile(written)
    except re.error as error:
        raise Unlisted(f"`{pattern}` is not a pattern") from error
