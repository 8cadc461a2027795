"""What a source is: a way to declare the functions of a project.

Beside the sources stand the searches that fill in what they do not say: `handlers`, `folders`,
`runtimes`, `dependencies` and `tests`.
"""

from __future__ import annotations

from collections.abc import Callable

from lpack.config.reading import Reading
from lpack.config.settings import Declaration

Source = Callable[[Reading], Declaration | None]
"""Gives what the source says of the project, or None when the project does not use it."""
