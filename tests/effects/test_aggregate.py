"""Combined rows: least variance, provenance, and models that do not notice."""

import numpy as np
import pytest

from mdmameta.effects.aggregate import aggregate
from mdmameta.effects.provenance import Provenance
from mdmameta.effects.table import Effects
from mdmameta.effects.vcalc import with_covariance
from mdmameta.errors import EffectsError
from mdmameta.models.frequentist import CommonEffect

STUDY = ["b", "b", "b", "a", "c", "c"]
Y, V = [0.1, 0.4, 0.2, 0.9, 0.3, 0.5], [0.1, 0.2, 0.3, 0.1, 0.2, 0.2]
PLAIN = Effects.from_arrays(
    Y,
    V,
    study=STUDY,
    moderators={"week": [0, 6, 6, 1, 2, 4], "scale": ["x", "x", "x", "y", "x", "y"]},
    label="set",
    measure="SMD",
    direction="lower",
)
EFFECTS = with_covariance(PLAIN, rho=0.4)


def test_a_common_effect_is_the_same_before_and_after():
    before, after = (CommonEffect().fit(e) for e in (EFFECTS, aggregate(EFFECTS)))
    assert after.estimate.value == pytest.approx(before.estimate.value)
    assert after.estimate.se == pytest.approx(before.estimate.se)
    assert after.k == 3


def test_no_other_weights_give_a_smaller_variance():
    V3 = EFFECTS.V[:3, :3]
    weights = np.random.default_rng(0).dirichlet(np.ones(3), 500)
    others = np.einsum("ni,ij,nj->n", weights, V3, weights)
    assert aggregate(EFFECTS).v[0] <= others.min() < 1.01 * aggregate(EFFECTS).v[0]


def test_the_plain_mean_has_the_variance_of_a_mean():
    got = aggregate(EFFECTS, weighted=False)
    assert got.y[0] == pytest.approx(np.mean(Y[:3]))
    assert got.v[0] == pytest.approx(EFFECTS.V[:3, :3].sum() / 9)


def test_independent_rows_are_weighted_by_inverse_variance():
    got = aggregate(PLAIN)
    w = 1 / np.array(V[:3])
    assert got.y[0] == pytest.approx(w @ Y[:3] / w.sum())
    assert got.v[0] == pytest.approx(1 / w.sum())


def test_rows_are_named_by_cluster_in_order_of_appearance():
    assert aggregate(EFFECTS).study.tolist() == ["b", "a", "c"]
    assert aggregate(EFFECTS).v[1] == V[3]


def test_numbers_are_averaged_and_words_kept_where_rows_agree():
    got = aggregate(EFFECTS).moderators
    assert got["week"].tolist() == [4, 1, 3]
    assert got["scale"][:2].tolist() == ["x", "y"]
    assert got["scale"].isna()[2]


def test_what_the_set_is_stays_said():
    got = aggregate(EFFECTS)
    assert (got.label, got.measure, got.direction) == ("set", "SMD", "lower")
    assert got.caveats == EFFECTS.caveats


def test_clusters_that_are_correlated_keep_a_covariance():
    got = aggregate(with_covariance(PLAIN, ["t"] * 6, rho=0.4))
    assert got.covariance is not None
    assert (got.V > 0).all()
    by_trial = aggregate(with_covariance(PLAIN, ["t"] * 6, rho=0.4), ["t"] * 6)
    assert aggregate(got, ["t"] * 3).v[0] >= by_trial.v[0]


def test_rows_without_a_value_are_left_out():
    y = [np.nan, *Y[1:]]
    got = aggregate(Effects.from_arrays(y, V, study=STUDY))
    w = 1 / np.array(V[1:3])
    assert got.y[0] == pytest.approx(w @ Y[1:3] / w.sum())


def test_a_combined_row_is_as_sure_as_its_least_sure_part():
    origins = [
        Provenance(rows=("r1",), sources=("s1",), verification="two_texts"),
        Provenance(
            rows=("r2",),
            sources=("s1",),
            verification="secondary",
            source_status="retracted",
        ),
    ]
    effects = Effects.from_arrays(
        [0.1, 0.2], [1, 1], study=["a", "a"], provenance=origins
    )
    (origin,) = aggregate(effects).provenance
    assert origin.rows == ("r1", "r2")
    assert origin.sources == ("s1",)
    assert (origin.verification, origin.source_status) == ("secondary", "retracted")
    assert origin.notes == ("2 rows of one cluster combined",)


def test_shared_controls_name_the_combined_rows():
    effects = Effects.from_arrays(
        Y, V, study=STUDY, shared_controls=[(0, 1), (3, 4), (1, 5)]
    )
    assert aggregate(effects).shared_controls == ((1, 2), (0, 2))


def test_an_unknown_cluster_is_answered_with_those_there_are():
    with pytest.raises(EffectsError, match="'study', 'week', 'scale'"):
        aggregate(EFFECTS, "site")


def test_nothing_to_combine_is_an_error():
    with pytest.raises(EffectsError, match="none of 2 rows has both"):
        aggregate(Effects.from_arrays([np.nan, np.nan], [1, 1]))


def test_a_row_alone_in_its_cluster_keeps_its_origin():
    origins = [
        Provenance(rows=(name,), sources=("s",), verification="text", notes=("as is",))
        for name in ("r1", "r2", "r3")
    ]
    effects = Effects.from_arrays(
        [0.1, 0.2, 0.3], [1, 1, 1], study=["a", "b", "b"], provenance=origins
    )
    alone, both = aggregate(effects).provenance
    assert alone == origins[0]
    assert both.notes == ("as is", "2 rows of one cluster combined")
