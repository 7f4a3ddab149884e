"""Fields that are computed when they are first read."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, replace
from functools import partial

import pytest

from mdmameta.models.deferred import deferred, later


@deferred("total")
@dataclass(frozen=True)
class Sum:
    total: int
    parts: tuple[int, ...] = ()


def test_a_field_is_made_once_when_it_is_read() -> None:
    asked: list[int] = []
    record = Sum(total=later(lambda: asked.append(1) or 7))
    assert asked == []
    assert (record.total, record.total, asked) == (7, 7, [1])


def test_a_value_is_kept_as_it_is() -> None:
    assert Sum(total=3).total == 3
    assert Sum(3) == Sum(later(partial(sum, (1, 2))))


def test_copies_have_what_is_made_later() -> None:
    record = Sum(total=later(partial(sum, (1, 2))))
    for other in (copy.copy(record), pickle.loads(pickle.dumps(record))):
        assert other.total == 3
    assert replace(record, parts=(1, 2)).total == 3


def test_a_frozen_record_stays_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Sum(total=3).total = 4
    with pytest.raises(TypeError, match="total"):
        Sum()
