"""Covariances constructed from what rows share, against the people behind them."""

import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.effects.vcalc import sampling_covariance, with_covariance
from mdmameta.errors import EffectsError
from mdmameta.models.frequentist import RandomEffects

V4 = [1.0, 4.0, 9.0, 1.0]


def corr(V):
    sd = np.sqrt(np.diag(V))
    return V / np.outer(sd, sd)


def test_rows_of_other_clusters_are_independent():
    V = sampling_covariance(V4, ["a", "b", "a", "b"], rho=0.5)
    assert V[0, 1] == V[0, 3] == V[2, 1] == 0
    assert (V[0, 2], V[1, 3]) == (1.5, 1.0)
    assert np.diag(V).tolist() == V4


def test_rows_of_other_subgroups_are_independent():
    V = sampling_covariance(V4, ["a"] * 4, subgroup=["m", "m", "f", "f"], rho=0.5)
    assert V[0, 1] == 1
    assert not V[:2, 2:].any()


def test_types_correlate_by_rho():
    R = corr(sampling_covariance([1.0] * 3, ["a"] * 3, type=["x", "y", "z"], rho=0.3))
    assert R[np.triu_indices(3, 1)].tolist() == [0.3] * 3


def test_observations_and_types_have_a_correlation_each():
    R = corr(
        sampling_covariance(
            [1.0] * 4, ["a"] * 4, obs=[1, 2, 1, 2], type=list("xxyy"), rho=(0.7, 0.4)
        )
    )
    assert R[0, 1] == R[2, 3] == pytest.approx(0.7)
    assert R[:2, 2:].ravel() == pytest.approx(np.full(4, 0.4))


def test_correlations_may_stand_in_a_table():
    names = ["CAPS", "PCL", "BDI"]
    rho = pd.DataFrame(
        [[1, 0.8, 0.5], [0.8, 1, 0.6], [0.5, 0.6, 1]], index=names, columns=names
    )
    V = sampling_covariance([1.0] * 3, ["a"] * 3, type=["BDI", "CAPS", "PCL"], rho=rho)
    assert V[0].tolist() == pytest.approx([1, 0.5, 0.6])


def test_times_correlate_by_phi_to_the_power_of_their_distance():
    R = corr(sampling_covariance([1.0] * 3, ["a"] * 3, time1=[0, 2, 5.5], phi=0.9))
    assert R[np.triu_indices(3, 1)] == pytest.approx(0.9 ** np.array([2, 5.5, 3.5]))


def test_instruments_over_time_multiply_their_correlations():
    R = corr(
        sampling_covariance(
            [1.0] * 4,
            ["a"] * 4,
            obs=[1, 2, 1, 2],
            time1=[0, 0, 3, 3],
            rho=0.6,
            phi=0.8,
        )
    )
    assert R[0, 1:] == pytest.approx([0.6, 0.8**3, 0.6 * 0.8**3])


def simulated(people, contrasts, n=40_000):
    """Covariance of contrasts of means of groups of people, by simulation."""
    rng = np.random.default_rng(6)
    means = {g: rng.normal(0, 1 / np.sqrt(size), n) for g, size in people.items()}
    return np.cov([means[first] - means[second] for first, second in contrasts])


def test_shared_arms_give_the_covariance_of_the_contrasts_of_their_means():
    people = {"p": 40, "low": 20, "high": 25}
    contrasts = [("low", "p"), ("high", "p"), ("high", "low")]
    grp1, grp2 = zip(*contrasts, strict=True)
    V = sampling_covariance(
        [1 / people[a] + 1 / people[b] for a, b in contrasts],
        ["trial"] * 3,
        grp1=grp1,
        grp2=grp2,
        w1=[people[g] for g in grp1],
        w2=[people[g] for g in grp2],
        nearest=True,
    )
    assert simulated(people, contrasts) == pytest.approx(V, abs=0.002)
    assert V[0, 2] == pytest.approx(-1 / 20, rel=1e-3)
    assert V[0, 1] == pytest.approx(1 / 40, rel=1e-3)


def test_the_three_contrasts_of_three_arms_are_not_positive_definite():
    with pytest.raises(EffectsError, match="cluster 'trial': the smallest eigenvalue"):
        sampling_covariance(
            [1.0] * 3,
            ["trial"] * 3,
            grp1=["low", "high", "high"],
            grp2=["p", "p", "low"],
        )


def test_groups_that_are_measured_again_correlate_over_time():
    R = corr(
        sampling_covariance(
            [1.0, 1.0],
            ["a", "a"],
            grp1=["x", "x"],
            grp2=["c", "c"],
            time1=[0, 2],
            phi=0.7,
        )
    )
    assert R[0, 1] == pytest.approx(0.49)


def test_instruments_of_contrasts_with_a_shared_arm_multiply():
    arms = {"grp1": ["x", "y"], "grp2": ["c", "c"]}
    shared = corr(sampling_covariance([1.0, 1.0], ["a", "a"], **arms))
    R = corr(sampling_covariance([1.0, 1.0], ["a", "a"], **arms, obs=[1, 2], rho=0.6))
    assert shared[0, 1] == pytest.approx(0.5)
    assert R[0, 1] == pytest.approx(0.6 * 0.5)


def test_changes_within_a_group_share_their_baseline():
    R = corr(
        sampling_covariance(
            [1.0, 1.0],
            ["a", "a"],
            grp1=["x", "x"],
            grp2=["x", "x"],
            time1=[1, 2],
            time2=[0, 0],
            phi=0.5,
        )
    )
    change = np.array([[1, 0, -1], [0, 1, -1]])
    autoregressive = 0.5 ** np.abs(np.subtract.outer([1, 2, 0], [1, 2, 0]))
    assert pytest.approx(corr(change @ autoregressive @ change.T)) == R


def test_listed_covariances_are_taken_cluster_by_cluster():
    listed = [[4.0, np.nan], [1.0, 1.0], [9.0, np.nan]]
    V = sampling_covariance([4.0, 1.0, 9.0], ["a", "a", "b"], rvars=listed)
    assert V.tolist() == [[4, 1, 0], [1, 1, 0], [0, 0, 9]]
    as_correlations = [[1, 0], [0.5, 1], [1, 0]]
    again = sampling_covariance([4.0, 1.0, 9.0], ["a", "a", "b"], rvars=as_correlations)
    assert again == pytest.approx(V)


def test_an_impossible_set_of_correlations_is_named_or_made_possible():
    names = ["x", "y", "z"]
    rho = pd.DataFrame(
        [[1, 0.9, 0], [0.9, 1, 0.9], [0, 0.9, 1]], index=names, columns=names
    )
    call = {"v": V4[:3], "cluster": ["T1"] * 3, "type": names, "rho": rho}
    with pytest.raises(EffectsError, match=r"cluster 'T1'.*-0.273"):
        sampling_covariance(**call)
    V = sampling_covariance(**call, nearest=True)
    assert np.linalg.eigvalsh(V)[0] > 0
    assert np.diag(V).tolist() == V4[:3]
    assert corr(V)[0, 1] == pytest.approx(0.743, abs=1e-3)


def test_rows_that_nothing_tells_apart_are_refused():
    with pytest.raises(EffectsError, match="nothing tells apart"):
        sampling_covariance([1.0, 1.0], ["a", "a"], type=["x", "x"], rho=0.5)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "nothing says"),
        ({"type": "xyz"}, "type is given without rho"),
        ({"phi": 0.5}, "phi is given without time1"),
        ({"time1": [0, 1, 2]}, "time1 is given without phi"),
        ({"grp2": "aab"}, "grp2 is given without grp1"),
        ({"grp1": "abc", "w2": [1, 1, 1]}, "w2 is given without grp2"),
        ({"rho": 1.2}, "-1 to 1"),
        ({"rho": (0.5, 0.5)}, "needs both obs and type"),
        ({"rho": 0.5, "obs": "xyz", "type": "xyz"}, "give a pair"),
        ({"time1": [0, 1, 2], "phi": -0.5}, "0 to 1"),
        ({"time1": [0, 1, np.nan], "phi": 0.5}, "time1 is nan in row 2"),
        ({"grp1": "abc", "w1": [1, 0, 1]}, "w1 is 0 in row 1"),
        ({"type": ["x", None, "z"], "rho": 0.5}, "type is missing in row 1"),
        ({"obs": "xy", "rho": 0.5}, "obs has 2 labels; v has 3"),
        ({"rvars": np.eye(3), "rho": 0.5}, "takes the place"),
        ({"rvars": np.ones((3, 2))}, r"\(3, 2\)"),
        ({"rvars": 2 * np.eye(3)}, "row 0"),
        ({"grp1": "abc", "grp2": "abd"}, "row 0 compares a group with itself"),
    ],
)
def test_arguments_that_do_not_fit_together_are_refused(given, said):
    call = {k: list(v) if isinstance(v, str) else v for k, v in given.items()}
    with pytest.raises(EffectsError, match=said):
        sampling_covariance([1.0, 1.0, 1.0], ["a"] * 3, **call)


def test_a_table_without_a_label_names_it():
    rho = pd.DataFrame([[1.0]], index=["x"], columns=["x"])
    with pytest.raises(EffectsError, match="'y'"):
        sampling_covariance([1.0, 1.0], ["a", "a"], type=["x", "y"], rho=rho)


EFFECTS = Effects.from_arrays(
    y=[0.1, 0.2, 0.5],
    v=[0.1, 0.2, 0.1],
    study=["a", "a", "b"],
    moderators={"scale": ["x", "y", "x"], "week": [0, 6, 6], "trial": [1, 1, 1]},
)


def test_effects_get_their_covariance_by_names_of_columns():
    got = with_covariance(EFFECTS, type="scale", rho=0.4, time1="week", phi=0.9)
    want = 0.4 * 0.9**6 * np.sqrt(0.1 * 0.2)
    assert got.V[0, 1] == pytest.approx(want)
    assert got.V[0, 2] == 0
    assert got.y is EFFECTS.y
    assert EFFECTS.covariance is None


def test_clusters_may_be_a_moderator():
    assert with_covariance(EFFECTS, "trial", rho=0.4).V[0, 2] > 0


def test_an_assumed_correlation_is_told_with_every_result():
    got = with_covariance(EFFECTS, rho=0.4)
    assert got.caveats == ("Correlations of sampling errors are assumed: rho = 0.4.",)
    fit = RandomEffects().fit(got)
    assert got.caveats[0] in fit.warnings
    assert not with_covariance(EFFECTS, grp1="scale").caveats


def test_listed_covariances_may_be_columns():
    effects = Effects.from_arrays(
        y=[0.1, 0.2],
        v=[4.0, 1.0],
        study=["a", "a"],
        moderators={"v1": [4.0, 1.0], "v2": [1.0, 1.0]},
    )
    got = with_covariance(effects, rvars=["v1", "v2"])
    assert got.V.tolist() == [[4, 1], [1, 1]]


def test_an_unknown_column_or_argument_is_answered_with_those_there_are():
    with pytest.raises(EffectsError, match="'study', 'scale', 'week', 'trial'"):
        with_covariance(EFFECTS, type="instrument", rho=0.4)
    with pytest.raises(EffectsError, match="no argument 'corr'"):
        with_covariance(EFFECTS, corr=0.4)


def test_rows_without_variance_have_no_covariance():
    effects = Effects.from_arrays(y=[0.1, np.nan], v=[0.1, np.nan], study=["a", "a"])
    with pytest.raises(EffectsError, match="row 1"):
        with_covariance(effects, rho=0.5)


def test_moments_of_time_are_one_a_row():
    with pytest.raises(EffectsError, match="time1 has 3 values; v has 4 rows"):
        sampling_covariance(V4, ["a"] * 4, time1=[0, 1, 2], phi=0.5)


def test_correlations_of_types_are_the_same_both_ways():
    names = ["x", "y"]
    rho = pd.DataFrame([[1.0, 0.5], [0.4, 1.0]], index=names, columns=names)
    with pytest.raises(EffectsError, match="rho is a frame that is not symmetric"):
        sampling_covariance(V4[:2], ["a", "a"], type=names, rho=rho)
