"""Tests of association and of homogeneity in stratified tables."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import hypergeom

from mdmameta.models.frequentist.stratified import Strata
from mdmameta.models.frequentist.stratified_tests import stratified_tests


def test_without_events_in_one_arm_there_is_association_and_no_homogeneity() -> None:
    a, n1, n2 = np.array([5.0, 3.0]), 20.0, 20.0
    found = stratified_tests(
        Strata(a, n1 - a, np.zeros(2), np.full(2, n2)), correct=False
    )
    drawn = [hypergeom(int(n1 + n2), int(x), int(n1)) for x in a]
    excess = sum(x - d.mean() for x, d in zip(a, drawn, strict=True))
    chi2 = excess**2 / sum(d.var() for d in drawn)
    assert found.association == pytest.approx(chi2)
    assert found.df == 0
    assert np.isnan([found.breslow_day, found.breslow_day_p, found.tarone]).all()
