"""Finding the imports of modules that are not in the package, and what else may bring them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts.imports_graph import reachable
from lpack.facts.modules import NotFound
from lpack.facts.part_findings import Unshipped
from lpack.facts.standard_modules import standard_modules
from lpack.values import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

    from lpack.facts.imports import ImportedName, ImportKind
    from lpack.facts.imports_cache import ImportLists
    from lpack.facts.imports_graph import Reached, Unfound
    from lpack.facts.mentions import MentionLists
    from lpack.facts.modules import Module, ModuleTree
    from lpack.facts.notes import Notes
    from lpack.facts.part_findings import Standing

_ROUNDS = 20
_MOST_ROWS = 100
_DISTUTILS = "distutils"
_SETUPTOOLS = "_distutils_hack"
_LIKELY: frozenset[ImportKind] = frozenset({"always", "lazy"})
_ANY: frozenset[ImportKind] = frozenset({"always", "lazy", "conditional", "guarded"})
_CERTAIN: frozenset[ImportKind] = frozenset({"always"})


@dataclass
class Search:
    """The imports of one package, from the handler on."""

    start: str
    """The handler's module."""
    own: frozenset[str]
    """Paths of what the user wrote."""
    tree: ModuleTree
    notes: Notes
    """Of own modules."""
    mentions: MentionLists
    """Of the modules of distributions: quick, and not quite certain."""
    lists: ImportLists
    """Of these as well: exact."""
    read: dict[str, str] = field(default_factory=dict)
    """Paths of the own modules that the answer rests on, each with the package that it is in."""
    _exact: set[str] = field(default_factory=set)
    _failing: dict[str, set[int]] = field(default_factory=dict)
    """By the path of a module: the lines of the `try` statements that guard what is missing."""
    _found: dict[str, tuple[Module, ...] | NotFound] = field(default_factory=dict)

    def found(self) -> tuple[Unshipped, ...]:
        """Give each module that is missed in each file once, what certainly fails first."""
        found = [
            *self._of_own(_CERTAIN),
            *self._of_distributions(_CERTAIN),
            *self._of_own(_LIKELY),
            *(self._of_distributions(_LIKELY) if self._reaches_more() else ()),
            *(one for one in self._of_own(_ANY) if one.standing == "runtime"),
        ]
        told: dict[tuple[str, str], Unshipped] = {}
        for one in found:
            told.setdefault((one.module, one.path), one)
        return tuple(
            replace(one, deeper=self._deeper(one.module.partition(".")[0]))
            if one.standing == "missing"
            else one
            for one in list(told.values())[:_MOST_ROWS]
        )

    def _reaches_more(self) -> bool:
        """Tell whether what own code imports in functions is more of distributions."""
        reached = (self._reach(kinds, self._near).modules for kinds in (_CERTAIN, _LIKELY))
        certain, likely = (
            {name for name, one in modules.items() if not self._is_own(one)} for modules in reached
        )
        return certain != likely

    def moves(self, path: str, package: str) -> bool:
        """Tell whether an own module changes where modules are looked for."""
        return bool(self.notes.code(path, package)["moves"])

    def _of_own(self, kinds: AbstractSet[ImportKind]) -> Iterator[Unshipped]:
        reached = self._reach(kinds, self._near)
        for unfound in reached.unfound:
            standing = None if unfound.is_attribute else self._standing(unfound)
            if standing is not None:
                yield self._row(unfound, reached, standing, certain=kinds is _CERTAIN)

    def _of_distributions(self, kinds: AbstractSet[ImportKind]) -> Iterator[Unshipped]:
        """Give what modules of distributions miss at the top, each proved by syntax trees."""
        reached = self._reach(kinds, self._far)
        for _ in range(_ROUNDS):
            doubted = {
                module.path
                for unfound in self._missed(reached)
                for module in map(reached.modules.__getitem__, reached.chain(unfound.importer.name))
                if not self._is_own(module)
            } - self._exact
            if not doubted:
                break
            self._exact |= doubted
            reached = self._reach(kinds, self._far)
        else:
            return
        for unfound in self._missed(reached):
            standing = self._standing(unfound)
            moves = standing == "missing" and self._may_move(unfound, reached)
            if standing is not None and not moves:
                yield self._row(unfound, reached, standing, certain=kinds is _CERTAIN)

    def _may_move(self, unfound: Unfound, reached: Reached) -> bool:
        """Tell whether the distribution that misses a module changes where those are looked for."""
        entries = self.notes.contents.entries
        owner = entries[unfound.importer.path].owner
        chain = map(reached.modules.__getitem__, reached.chain(unfound.importer.name))
        return any(
            entries[one.path].owner == owner and self._is_dynamic(one)
            for one in chain
            if one.path in entries
        )

    def _missed(self, reached: Reached) -> Iterator[Unfound]:
        standard = standard_modules()
        for one in reached.unfound:
            is_top = "." not in one.name and not one.is_attribute
            if (
                is_top
                and not standard.is_stable(one.name)
                and not self._is_own(one.importer)
                and self._standing(one) is not None
            ):
                yield one

    def _reach(
        self,
        kinds: AbstractSet[ImportKind],
        imports: Callable[[Module], tuple[ImportedName, ...]],
    ) -> Reached:
        def follows(module: Module, imported: ImportedName) -> bool:
            wanted = kinds if self._is_own(module) else _CERTAIN
            if imported.attempts and imported.kind != "guarded":
                return self._is_tried(module, imported, kinds=wanted)
            return imported.kind in wanted

        return reachable(self.start, self.tree, imports, follows, self._found)

    def _is_tried(
        self, module: Module, imported: ImportedName, *, kinds: AbstractSet[ImportKind]
    ) -> bool:
        """Tell whether an import in a handler runs, because something that was tried is missing."""
        if kinds is _ANY:
            return True
        if module.path not in self._failing:
            siblings = self.notes.imports(module) if self._is_own(module) else self.lists.of(module)
            self._failing[module.path] = {
                one.attempts[-1]
                for one in siblings
                if one.kind == "guarded" and one.attempts and self._fails(one)
            }
        outer: ImportKind = "always" if imported.kind == "conditional" else imported.kind
        return outer in kinds and self._failing[module.path].issuperset(imported.attempts)

    def _fails(self, imported: ImportedName) -> bool:
        """Tell whether nothing brings a module, neither the package nor Python nor the runtime."""
        name = imported.module
        if not self._is_lost(name):
            return False
        python = self.tree.target.runtime.python
        standing = standard_modules().standing(name, python)
        return standing not in ("standard", "runtime") and self._is_lost(name.partition(".")[0])

    def _near(self, module: Module) -> tuple[ImportedName, ...]:
        if not self._is_own(module):
            return ()
        self.read[module.path] = module.package
        return self.notes.imports(module)

    def _far(self, module: Module) -> tuple[ImportedName, ...]:
        if self._is_own(module):
            return self._near(module)
        if module.path in self._exact:
            return self.lists.of(module)
        return self.mentions.imports(module)

    def _is_own(self, module: Module) -> bool:
        """Tell whether the user wrote a module; a namespace is nobody's."""
        return module.path in self.own

    def _standing(self, unfound: Unfound) -> Standing | None:
        """Say why a module is not found; None where it is there all the same, or may be."""
        name = unfound.imported.module
        if "." in unfound.name:
            return self._standing_of_part(unfound.name)
        if name.partition(".")[0] == _DISTUTILS and not self._is_lost(_SETUPTOOLS):
            return None  # setuptools puts its own copy there
        standing = standard_modules().standing(name, self.tree.target.runtime.python)
        if standing == "standard":
            return None
        return "missing" if standing == "unknown" else standing

    def _standing_of_part(self, name: str) -> Standing | None:
        parent = self.tree.find(name.rpartition(".")[0])
        if isinstance(parent, NotFound):
            return None
        if parent[-1].kind == "namespace":
            return "missing"
        return None if any(map(self._is_dynamic, parent)) else "part"

    def _is_dynamic(self, module: Module) -> bool:
        """Tell whether a package may make modules that are no files, or find them elsewhere."""
        if module.kind == "namespace":
            return False
        return module.kind != "source" or bool(
            self.notes.code(module.path, module.package)["moves"]
        )

    def _is_lost(self, name: str) -> bool:
        return isinstance(self.tree.find(name), NotFound)

    def _row(
        self, unfound: Unfound, reached: Reached, standing: Standing, *, certain: bool
    ) -> Unshipped:
        importer = unfound.importer
        entry = self.notes.contents.entries.get(importer.path)
        is_own = self._is_own(importer)
        line = unfound.imported.line or self._line(unfound)
        return Unshipped(
            unfound.imported.module if standing != "part" else unfound.name,
            standing,
            "" if is_own or entry is None else entry.owner,
            importer.path,
            line,
            reached.chain(importer.name),
            certain,
        )

    def _line(self, unfound: Unfound) -> int:
        wanted = unfound.imported.module
        found = (one.line for one in self.lists.of(unfound.importer) if one.module == wanted)
        return next(found, 0)

    def _deeper(self, name: str) -> str:
        """Give the folder, itself no package, in which a top-level module of the name lies."""
        if not self._is_lost(name):
            return ""
        endings = (f"/{name}/__init__.py", f"/{name}.py")
        folders = {
            path.removesuffix(ending)
            for path in self.tree.files
            for ending in endings
            if path.endswith(ending)
        }
        plain = (folder for folder in folders if f"{folder}/__init__.py" not in self.tree.files)
        return min(plain, key=lambda folder: (folder.count("/"), folder), default="")
