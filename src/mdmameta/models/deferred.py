"""Fields of a frozen record that are computed when they are first read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class _Field:
    """A field that holds a value, or the function that makes it until then."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, record: Any, owner: type | None = None) -> Any:
        if record is None:
            return self
        held = record.__dict__[self.name]
        if isinstance(held, _Later):
            held = record.__dict__[self.name] = held.make()
        return held

    def __set__(self, record: Any, value: Any) -> None:
        record.__dict__[self.name] = value


class _Later:
    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


def later(make: Callable[[], T]) -> T:
    """Stand for a value that a deferred field makes when it is first read.

    Parameters
    ----------
    make
        Function without arguments; one that can be pickled, as the record is.
    """
    return cast(T, _Later(make))


def deferred(*names: str) -> Callable[[type[T]], type[T]]:
    """Decorate a dataclass, so that some fields may be given as `later`.

    Parameters
    ----------
    names
        Of the fields.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @deferred("total")
    ... @dataclass(frozen=True)
    ... class Sum:
    ...     total: int
    >>> Sum(total=later(lambda: 1 + 1)).total
    2
    """

    def decorate(record: type[T]) -> type[T]:
        for name in names:
            setattr(record, name, _Field(name))
        return record

    return decorate
