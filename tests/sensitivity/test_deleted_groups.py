"""Groups of rows that are left out of a multilevel fit together."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, SensitivityError
from mdmameta.models.frequentist import (
    ClusterRobust,
    CommonEffect,
    MetaRegression,
    Multilevel,
    RandomEffects,
)
from mdmameta.sensitivity import influence, rstandard, rstudent
from mdmameta.sensitivity.deleted_groups import grouped, is_multilevel, together

EFFECTS = Effects.from_arrays(
    y=[0.1, 0.4, np.nan, 0.2, 0.9, 0.6, 0.3],
    v=[0.05, 0.04, 0.05, 0.06, 0.05, 0.03, 0.08],
    study=list("AABBCCA"),
    moderators={"lab": [1, 1, 2, 2, 2, 2, 1]},
)


def test_clusters_are_named_or_given_and_count_the_rows_used() -> None:
    by_name = grouped(EFFECTS, Multilevel(), "lab")
    given = grouped(EFFECTS, Multilevel(), [1, 1, 2, 2, 2, 2, 1])
    for data in (by_name, given):
        assert [rows.tolist() for rows in data.groups] == [[0, 1, 5], [2, 3, 4]]
        assert data.labels.tolist() == [1, 2]
    alone = grouped(EFFECTS, Multilevel())
    assert [rows.tolist() for rows in alone.groups] == [[i] for i in range(6)]
    assert alone.labels.tolist() == list("AABCCA")


@pytest.mark.parametrize("cluster", ["site", [1, 2]])
def test_clusters_that_are_not_there_are_refused(cluster) -> None:
    with pytest.raises(ModelError, match=r"not among|has 2 labels"):
        rstudent(EFFECTS, Multilevel(), cluster=cluster)


def test_a_single_row_is_refused() -> None:
    one = Effects.from_arrays([0.1], [0.02], study=["A"])
    with pytest.raises(SensitivityError, match=r"only one row is used \(A\)"):
        influence(one, Multilevel())


def test_a_single_cluster_is_refused() -> None:
    with pytest.raises(ModelError, match="one cluster"):
        influence(EFFECTS.take([0, 1, 6]), Multilevel(), cluster="study")


@pytest.mark.parametrize("diagnose", [rstandard, rstudent, influence])
@pytest.mark.parametrize(
    "model", [CommonEffect(), RandomEffects(), MetaRegression("~ lab")]
)
def test_clusters_of_other_models_are_refused_with_a_way_out(diagnose, model) -> None:
    with pytest.raises(
        SensitivityError, match=r"cluster='study'.*Multilevel\(\['effect"
    ):
        diagnose(EFFECTS, model, cluster="study")


@pytest.mark.parametrize("diagnose", [rstudent, influence])
def test_kept_variances_of_other_models_are_refused(diagnose) -> None:
    with pytest.raises(SensitivityError, match="reestimate=False is for Multilevel"):
        diagnose(EFFECTS, RandomEffects(), reestimate=False)


def test_a_model_with_robust_errors_is_still_multilevel() -> None:
    assert is_multilevel(ClusterRobust(Multilevel()))
    assert not is_multilevel(ClusterRobust(RandomEffects()))


def test_residuals_without_a_spread_of_their_own_have_no_length() -> None:
    flat = np.ones((2, 2))
    assert np.isnan(together(np.array([1.0, 2.0]), flat, np.eye(2)))
    assert np.isnan(together(np.array([1.0, 2.0]), np.eye(2), -np.eye(2)))
    assert together(np.array([1.0, 2.0]), flat + np.eye(2), np.eye(2)) == pytest.approx(
        2
    )
