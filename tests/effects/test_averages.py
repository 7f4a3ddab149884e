"""Averages over studies."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.averages import weighted_mean

GAP = np.nan


def test_rows_without_a_value_or_a_size_do_not_count() -> None:
    found = weighted_mean(np.array([1.0, 4.0, GAP, 9.0]), np.array([1, 3, 5, GAP]))
    assert found == pytest.approx(13 / 4)


def test_without_any_row_there_is_no_mean() -> None:
    assert np.isnan(weighted_mean(np.array([GAP, 1.0]), np.array([2.0, GAP])))
