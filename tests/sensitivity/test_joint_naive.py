import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.bayesian import (
    BayesianMetaRegression,
    BayesianRandomEffects,
    Normal,
)
from mdmameta.sensitivity.joint_naive import (
    NaivePriors,
    naive_posterior,
    posterior_table,
)
from mdmameta.sensitivity.unknown_shares import kronecker, share_points

Y, V = [-0.9, -0.4, -0.7, -0.6], [0.05, 0.08, 0.04, 0.1]
TREATED, CONTROL = np.array([0.1, 0.5, 0.3, 0.4]), np.array([0.2, 0.3, 0.3, 0.1])


def splits(basis: str = "arms", **columns: object) -> pd.DataFrame:
    frame = {
        "basis": basis,
        "share_active": TREATED,
        "share_control": CONTROL,
        "n_total": np.nan,
        "n_prior": np.nan,
        "n_active": np.nan,
    }
    return pd.DataFrame({**frame, **columns}, index=range(4))


def test_known_shares_give_the_meta_regression_with_the_same_priors() -> None:
    effects = Effects.from_arrays(
        y=Y, v=V, moderators={"x": TREATED, "d": TREATED - CONTROL}
    )
    priors = {"Intercept": Normal(0, 1), "x": Normal(0, 0.25), "d": Normal(0, 0.25)}
    exact = BayesianMetaRegression("~ x + d", priors=priors).fit(effects).exact
    ours = naive_posterior(effects, splits())
    for i, term in enumerate(priors):
        theirs = exact.coefficient(term)
        mine = ours.of(*np.eye(3)[i])
        assert (mine.mean, mine.sd) == pytest.approx((theirs.mean, theirs.sd), abs=1e-6)


def test_default_priors_are_refused_in_points_of_a_scale() -> None:
    points = Effects.from_arrays(y=[-9.0, -7.0, -6, -8], v=[4.0] * 4, measure="MD")
    with pytest.raises(SensitivityError, match=r"are MD.*Give NaivePriors\(delta="):
        naive_posterior(points, splits("unknown"))


def test_without_departure_the_posterior_is_that_of_the_main_analysis() -> None:
    effects = Effects.from_arrays(y=Y, v=V)
    none = NaivePriors(delta=Normal(0, 1e-9), gamma=Normal(0, 1e-9))
    ours = naive_posterior(effects, splits("unknown"), none).of(1)
    plain = BayesianRandomEffects().fit(effects).estimate
    assert ours.interval(0.95) == pytest.approx((plain.ci_low, plain.ci_high), abs=1e-6)


def test_unknown_shares_agree_with_drawn_ones() -> None:
    effects = Effects.from_arrays(y=Y, v=V)
    wide = NaivePriors(delta=Normal(-0.5, 0.2))
    ours = naive_posterior(effects, splits("unknown"), wide)
    rng = np.random.default_rng(4)
    few = [
        naive_posterior(effects, splits(share_active=share, share_control=share), wide)
        for share in rng.random((400, 4))
    ]
    simple = np.mean([one.of(1).mean for one in few])
    assert ours.of(1).mean == pytest.approx(simple, abs=0.04)


def test_half_of_everybody_experienced_moves_the_mean_by_half_the_difference() -> None:
    effects = Effects.from_arrays(y=Y, v=V)
    fixed = NaivePriors(
        delta=Normal(-0.4, 1e-6), gamma=Normal(0, 1e-6), mu=Normal(0, 100)
    )
    all_half = splits(share_active=0.5, share_control=0.5)
    moved = naive_posterior(effects, all_half, fixed).of(1).mean
    still = (
        naive_posterior(
            effects,
            all_half,
            NaivePriors(
                delta=Normal(0, 1e-6), gamma=Normal(0, 1e-6), mu=Normal(0, 100)
            ),
        )
        .of(1)
        .mean
    )
    assert moved - still == pytest.approx(0.2, abs=1e-4)


def test_what_no_trial_tells_keeps_its_prior() -> None:
    effects = Effects.from_arrays(y=Y, v=V)
    priors = NaivePriors()
    same = splits(share_active=0.4, share_control=0.4)
    table = posterior_table(
        naive_posterior(effects, same, priors), priors, {"half": 0.5}
    ).set_index("term")
    assert table.loc["gamma", "ratio"] == pytest.approx(1.0, abs=1e-6)
    assert table.loc["delta", "ratio"] > 0.95
    assert table.loc["half", "share"] == 0.5


def test_points_of_a_known_total_are_spread_as_chance_spreads_them() -> None:
    one = splits("trial", n_total=40.0, n_prior=16.0, n_active=20.0).iloc[:1]
    found = share_points(one, (1.0, 1.0), 4096)
    total = 20 * found.active + 20 * found.control
    assert total == pytest.approx(np.full((4096, 1), 16.0))
    sd = np.sqrt(20 * 0.4 * 0.6 * 20 / 39) / 20
    assert found.active.std() == pytest.approx(sd, rel=0.02)


def test_a_lattice_fills_the_cube_evenly() -> None:
    points = kronecker(1000, 3)
    assert points.mean(axis=0) == pytest.approx([0.5] * 3, abs=0.01)
    assert np.corrcoef(points.T)[0, 1] == pytest.approx(0, abs=0.05)


def test_a_prior_of_shares_needs_two_positive_numbers() -> None:
    with pytest.raises(SensitivityError, match="beta"):
        NaivePriors(share=(0.0, 1.0))
