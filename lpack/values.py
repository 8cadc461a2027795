"""Dataclasses that are there at once: a short build begins with a hundred of them.

The standard library writes and compiles methods for each class, which took a third of such a
build. Here all classes share the same few. They do what those of `dataclasses` do, as far as lpack
uses it, and type checkers are told that they are those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import FrozenInstanceError, asdict, dataclass, field, replace
    from typing import NamedTuple

__all__ = ["FrozenInstanceError", "NamedTuple", "asdict", "dataclass", "field", "replace"]

_MISSING: Any = object()


class _FrozenInstanceError(AttributeError):
    """Somebody tries to change a value."""


class _Field:
    """What a class says of one of its fields, besides the type."""

    def __init__(self, default: Any = _MISSING, **options: Any) -> None:
        self.default = default
        self.factory: Callable[[], Any] | None = options.pop("default_factory", None)
        self.is_given: bool = options.pop("init", True)
        self.is_shown: bool = options.pop("repr", True)
        self.is_compared: bool = options.pop("compare", True)
        self.is_hashed: bool = options.pop("hash", None) is not False and self.is_compared
        if options:
            raise TypeError(f"not known of a field: {', '.join(options)}")


class _Shape:
    """The fields of a class, and which of them matter for what."""

    def __init__(self, fields: dict[str, _Field]) -> None:
        self.fields = fields
        self.given = tuple(name for name, one in fields.items() if one.is_given)
        self.compared = tuple(name for name, one in fields.items() if one.is_compared)
        self.hashed = tuple(name for name, one in fields.items() if one.is_hashed)
        self.others = tuple(
            (name, one)
            for name, one in fields.items()
            if one.default is not _MISSING or one.factory is not None
        )


def _dataclass(cls: Any = None, /, *, frozen: bool = False, slots: bool = False) -> Any:
    """Do what `dataclasses.dataclass` does; `slots` are not worth it for so few instances.

    The class is made again with the shared methods inherited: to give it each of them takes longer.
    """
    if cls is None:
        return lambda cls: _dataclass(cls, frozen=frozen, slots=slots)
    own = dict(vars(cls))
    inherited = getattr(cls, "__shape__", None)
    fields = {} if inherited is None else dict(inherited.fields)
    for name in cls.__annotations__:
        fields[name] = _stated(own, name)
    for name in ("__dict__", "__weakref__"):
        own.pop(name, None)
    if frozen and own.get("__hash__", _MISSING) is None:
        del own["__hash__"]  # a class with an `__eq__` of its own is hashed all the same
    own["__shape__"] = shape = _Shape(fields)
    own["__match_args__"] = shape.given
    above = tuple(one for one in cls.__bases__ if one is not object)
    shared = () if inherited is not None else (_Frozen if frozen else _Value,)
    made = type(cls)(cls.__name__, (*shared, *above), own)
    if inherited is not None:
        _tell_methods(own, made)
    return made


def _tell_methods(own: dict[str, Any], made: type) -> None:
    """Let `super()` in the methods of a class know the one that was made of it."""
    for one in own.values():
        cells = getattr(one, "__closure__", None) or ()
        for name, cell in zip(one.__code__.co_freevars, cells) if cells else ():  # noqa: B905 - as many
            if name == "__class__":
                cell.cell_contents = made


def _stated(own: dict[str, Any], name: str) -> _Field:
    said = own.get(name, _MISSING)
    if not isinstance(said, _Field):
        return _Field(said)
    del own[name]
    if said.default is not _MISSING:
        own[name] = said.default
    return said


def _init(self: Any, *values: Any, **named: Any) -> None:
    shape: _Shape = self.__shape__
    found = self.__dict__
    if len(values) > len(shape.given):
        raise TypeError(f"{type(self).__name__} takes {len(shape.given)} values")
    found.update(zip(shape.given, values))  # noqa: B905 - those that are left out have defaults
    for name, value in named.items():
        if name in found or name not in shape.given:
            raise TypeError(f"{type(self).__name__} takes no {name!r}, or not twice")
        found[name] = value
    if len(found) < len(shape.fields):
        _complete(found, shape, type(self).__name__)
    if hasattr(self, "__post_init__"):
        self.__post_init__()


def _complete(found: dict[str, Any], shape: _Shape, kind: str) -> None:
    for name, one in shape.others:
        if name not in found:
            found[name] = one.default if one.factory is None else one.factory()
    missing = [name for name in shape.given if name not in found]
    if missing:
        raise TypeError(f"{kind} lacks {', '.join(missing)}")


def _repr(self: Any) -> str:
    shown = (
        f"{name}={getattr(self, name)!r}"
        for name, one in self.__shape__.fields.items()
        if one.is_shown
    )
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _eq(self: Any, other: Any) -> Any:
    if type(other) is not type(self):
        return NotImplemented
    return all(getattr(self, name) == getattr(other, name) for name in self.__shape__.compared)


def _hash(self: Any) -> int:
    return hash(tuple([getattr(self, name) for name in self.__shape__.hashed]))


def _refuse(self: Any, name: str, _: Any = None) -> None:
    raise _FrozenInstanceError(f"cannot change field {name!r} of {type(self).__name__}")


class _Value:
    """What all dataclasses do."""

    __init__, __repr__, __eq__ = _init, _repr, _eq
    __hash__ = None  # type: ignore[assignment]


class _Frozen(_Value):
    """What those do that cannot be changed."""

    __hash__ = _hash  # type: ignore[assignment]
    __setattr__ = __delattr__ = _refuse


class _NamedTupleMeta(type):
    """Makes a class of named tuples in one go; the one of `typing` compiles each a constructor."""

    def __new__(cls, name: str, bases: tuple[type, ...], own: dict[str, Any]) -> Any:
        fields = tuple(one for one in own.get("__annotations__", ()) if not one.startswith("_"))
        own["_defaults"] = {one: own.pop(one) for one in fields if one in own}
        own["_fields"] = own["__match_args__"] = fields
        own["__slots__"] = ()
        own.update((one, _getter(place)) for place, one in enumerate(fields))
        return super().__new__(cls, name, bases, own)


def _getter(place: int) -> Any:
    try:
        # What `collections` has, where it has it.
        from _collections import _tuplegetter  # type: ignore[import-not-found] # noqa: PLC0415
    except ImportError:
        from operator import itemgetter  # noqa: PLC0415 - see above

        return property(itemgetter(place))
    return _tuplegetter(place, "")


class _NamedTuple(tuple[Any, ...], metaclass=_NamedTupleMeta):
    """What all named tuples do."""

    __slots__ = ()
    _fields: tuple[str, ...]
    _defaults: dict[str, Any]

    def __new__(cls, *values: Any, **named: Any) -> Any:
        if named or len(values) != len(cls._fields):
            values = cls._completed(values, named)
        return tuple.__new__(cls, values)

    _make: Any = classmethod(tuple.__new__)

    @classmethod
    def _completed(cls, values: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        others = cls._fields[len(values) :]
        found = {name: cls._defaults[name] for name in others if name in cls._defaults} | named
        if len(values) > len(cls._fields) or found.keys() != {*others}:
            raise TypeError(f"{cls.__name__} takes {', '.join(cls._fields)}")
        return (*values, *(found[name] for name in others))

    def _replace(self, **changes: Any) -> Any:
        replaced = self._make(map(changes.pop, self._fields, self))
        if changes:
            raise ValueError(f"{type(self).__name__} has no {', '.join(changes)}")
        return replaced

    def __repr__(self) -> str:
        shown = (f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
        return f"{type(self).__name__}({', '.join(shown)})"

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)


def _replace(value: Any, /, **changes: Any) -> Any:
    """Give a copy with other values of some fields."""
    shape: _Shape = value.__shape__
    kept = {name: getattr(value, name) for name in shape.given}
    return type(value)(**kept | changes)


def _asdict(value: Any) -> dict[str, Any]:
    """Give the fields as a dictionary, and so those of the values in it."""
    return {name: _plain(getattr(value, name)) for name in value.__shape__.fields}


def _plain(value: Any) -> Any:
    if hasattr(type(value), "__shape__"):
        return _asdict(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(_plain, value))
    if isinstance(value, (list, tuple)):
        return type(value)(map(_plain, value))
    if isinstance(value, dict):
        return {_plain(key): _plain(one) for key, one in value.items()}
    return value


if not TYPE_CHECKING:
    FrozenInstanceError = _FrozenInstanceError
    dataclass, field, replace, asdict = _dataclass, _Field, _replace, _asdict
    NamedTuple = _NamedTuple
