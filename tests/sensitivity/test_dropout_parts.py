"""What stands beside the refits: closed forms, limits, and no invented number."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from mdmameta.effects import effect_size
from mdmameta.effects.missing_prior import MissingPrior
from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.bayesian import BayesianRandomEffects, HalfNormal, Normal
from mdmameta.models.frequentist import CommonEffect, RandomEffects
from mdmameta.sensitivity import dropout
from mdmameta.sensitivity.dropout_itself import dropout_itself
from mdmameta.sensitivity.dropout_nearest import nearest_pair
from mdmameta.sensitivity.dropout_priors import departed_events, departed_means
from mdmameta.sensitivity.dropout_tipping import trial_table
from mdmameta.sensitivity.dropout_unplaced import MOST_WAYS
from mdmameta.sensitivity.dropout_words import failure_note
from mdmameta.sensitivity.joint_dropout import joint_dropout
from mdmameta.sensitivity.joint_missing import Attrition, Departures
from mdmameta.sensitivity.missing_binary import counts_of
from mdmameta.sensitivity.missing_means import PATTERNS, shifted

Z = 1.959963984540054
SCORES = {
    "instrument": ["S", "S"], "n1": [45, 50], "mean1": [20.0, 16.0],
    "sd1": [10.0, 10.0], "n2": [40, 45], "mean2": [28.0, 22.0], "sd2": [10.0, 10.0],
}  # fmt: skip
MEANS = Effects.from_arrays(
    y=[-0.8, -0.6], v=[0.05, 0.05], study=["A", "B"], measure="SMD",
    direction="lower", moderators=SCORES,
)  # fmt: skip
FLOW = pd.DataFrame(
    {
        "study": list("AABB"),
        "arm": list("tctc"),
        "role": ["active", "control"] * 2,
        "randomised": [50, 50, 55, 55],
        "assessed": [45, 40, 50, 45],
    }
)
FRACTIONS = pd.DataFrame(
    {
        "study": ["A", "B"], "f_active": [0.1, 0.09], "f_control": [0.2, 0.18],
        "n_active": [50.0, 55], "n_control": [50.0, 55], "known": True,
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def table():
    return dropout(
        MEANS,
        CommonEffect(),
        FLOW,
        sids={"small": (0.2, "a citation"), "large": (0.9, "another")},
        scales=pd.DataFrame({"instrument": ["S"], "min": [0], "max": [80]}),
    )


def test_the_departure_to_an_important_difference_puts_the_bound_there(table) -> None:
    s = table.tipping_point("shift_opposite_sid_small").value
    e = CommonEffect().fit(_moved(s, -s)).estimate
    assert e.ci_high == pytest.approx(-0.2, abs=1e-4)


def test_a_difference_reached_already_is_none_with_its_reason(table) -> None:
    point = table.tipping_point("shift_equal_sid_large")
    assert point.value is None
    assert "already" in point.reason
    assert table.to_dict()["reason_shift_equal_sid_large"] == point.reason


def test_the_estimate_itself_falls_to_a_difference_later_than_its_interval(
    table,
) -> None:
    interval = table.tipping_point("shift_opposite_sid_small").value
    estimate = table.tipping_point("shift_opposite_sid_small_estimate").value
    assert estimate > interval > 0
    assert CommonEffect().fit(_moved(estimate, -estimate)).estimate.value == (
        pytest.approx(-0.2, abs=1e-4)
    )


def test_the_posterior_probability_is_that_of_the_bayesian_model(table) -> None:
    s = table.tipping_point("shift_opposite_probability_95").value
    fit = BayesianRandomEffects().fit(_moved(s, -s))
    assert float(fit.exact.mu.cdf(0.0)) == pytest.approx(0.95, abs=1e-4)


def test_no_pair_of_departures_is_closer_than_the_one_found(table) -> None:
    row = table.parts["nearest"].iloc[0]
    angles = np.linspace(0, 2 * np.pi, 200)
    nearer = 0.995 * row["distance"]
    ends = [
        CommonEffect().fit(_moved(nearer * np.cos(t), nearer * np.sin(t))).estimate
        for t in angles
    ]
    assert max(e.ci_high for e in ends) < 0
    here = CommonEffect().fit(_moved(row["active"], row["control"])).estimate
    assert here.ci_high == pytest.approx(0, abs=1e-4)


def test_a_trial_by_itself_tips_at_the_root_of_a_quadratic() -> None:
    paths = {"control only": lambda s: shifted(MEANS, FRACTIONS, 0.0, s)}
    found = trial_table(MEANS, paths, [-5, 5], -1.0)["value"].to_numpy()
    f = FRACTIONS["f_control"].to_numpy()
    c = f * (1 - f) / FRACTIONS["n_control"].to_numpy()
    a = f**2 - Z**2 * c
    b = -2 * f * MEANS.y
    roots = (-b + np.sqrt(b**2 - 4 * a * (MEANS.y**2 - Z**2 * MEANS.v))) / (2 * a)
    np.testing.assert_allclose(found, roots, atol=1e-4)


def test_scores_beyond_the_scale_are_called_impossible(table) -> None:
    part = table.parts["implied"]
    outside = (part["missing_mean"] < 0) | (part["missing_mean"] > 80)
    assert set(part.loc[outside, "possible"]) <= {"no"}
    assert set(part.loc[~outside, "possible"]) == {"yes"}
    np.testing.assert_allclose(part["shift_points"], 10 * part["shift"])


def test_bounds_by_the_scale_are_those_of_every_missing_score_at_its_end(
    table,
) -> None:
    row = table.parts["extremes"].iloc[0]
    high = (80 - np.array([20.0, 16.0])) / 10
    low = (0 - np.array([28.0, 22.0])) / 10
    want = CommonEffect().fit(_moved(high, low)).estimate
    assert (row["value"], row["ci_high"]) == pytest.approx((want.value, want.ci_high))


@pytest.mark.parametrize("ratio", [False, True])
def test_no_spread_of_the_prior_is_the_fixed_departure(ratio) -> None:
    none = departed_means(MEANS, FRACTIONS, MissingPrior(), ratio=ratio)
    np.testing.assert_allclose(none.y, MEANS.y)
    np.testing.assert_allclose(none.own, MEANS.v)
    fixed = departed_means(MEANS, FRACTIONS, MissingPrior(mean=(0.7, -0.2)))
    np.testing.assert_allclose(fixed.y, shifted(MEANS, FRACTIONS, 0.7, -0.2).y)


@pytest.mark.parametrize("ratio", [False, True])
def test_moments_of_the_departures_are_those_of_a_simulation(ratio) -> None:
    prior = MissingPrior(mean=(0.1, -0.2), sd=(0.3, 0.4), correlation=0.5)
    found = departed_means(MEANS, FRACTIONS, prior, ratio=ratio)
    rng = np.random.default_rng(5)
    cov = [[0.09, 0.06], [0.06, 0.16]]
    lam = rng.multivariate_normal(prior.mean, cov, 400_000)
    gain = np.ones((2, 2))
    if ratio:
        lam, gain = np.expm1(lam), np.array([[2.0, 2.8], [1.6, 2.2]])
    f = FRACTIONS[["f_active", "f_control"]].to_numpy() * gain
    y = MEANS.y + lam[:, :1] * f[:, 0] - lam[:, 1:] * f[:, 1]
    np.testing.assert_allclose(found.y, y.mean(axis=0), atol=1e-3)
    np.testing.assert_allclose(found.shared, np.cov(y.T), rtol=0.02)


def test_quadrature_over_odds_ratios_agrees_with_a_simulation() -> None:
    effects, counts = _events()
    prior = MissingPrior(mean=(-0.3, 0.4), sd=(0.7, 0.7), correlation=0.5)
    found = departed_events(effects, counts, prior)
    rng = np.random.default_rng(6)
    lam = rng.multivariate_normal(prior.mean, [[0.49, 0.245], [0.245, 0.49]], 200_000)
    risks = []
    for i, (x, n, total) in enumerate(((45, 52, 60), (29, 42, 55))):
        p, lost = x / n, 1 - n / total
        risks.append((1 - lost) * p + lost * expit(logit(p) + lam[:, i]))
    y = np.log(risks[0] / risks[1])
    assert found.y[0] == pytest.approx(y.mean(), abs=1e-3)
    assert found.shared[0, 0] == pytest.approx(y.var(), rel=0.02)


def test_the_delta_method_is_near_the_quadrature_for_a_narrow_prior() -> None:
    effects, counts = _events()
    prior = MissingPrior(mean=(0.2, -0.1), sd=(0.05, 0.05), correlation=0.3)
    exact = departed_events(effects, counts, prior)
    first = departed_events(effects, counts, prior, exact=False)
    np.testing.assert_allclose(first.y, exact.y, atol=1e-4)
    np.testing.assert_allclose(first.shared, exact.shared, rtol=0.01)


def test_departures_shared_by_trials_widen_more_than_independent_ones(table) -> None:
    part = table.parts["priors"].query("parameter == 'IMDoM' and correlation == 0")
    width = (part["ci_high"] - part["ci_low"]).set_axis(part["across"])
    plain = CommonEffect().fit(MEANS).estimate
    assert width["same"] > width["independent"] > plain.ci_high - plain.ci_low


def test_people_without_an_arm_are_placed_in_every_way() -> None:
    open_ = FLOW.assign(randomised=[50, 50, np.nan, np.nan])
    people = pd.DataFrame({"study": ["B"], "lost": [2]})
    part = dropout(MEANS, CommonEffect(), open_, unplaced=people).parts["placed"]
    assert part["placed"].nunique() == 3
    row = part.query("shift_active == 1 and shift_control == -1").iloc[0]
    assert row["placed"] == "B: 0 active, 2 control"
    f = FRACTIONS.assign(f_active=[0.1, 0], f_control=[0.2, 2 / 47], n_control=[50, 47])
    want = CommonEffect().fit(shifted(MEANS, f, 1.0, -1.0)).estimate
    assert row["ci_high"] == pytest.approx(want.ci_high)


def test_people_without_an_arm_must_be_whole() -> None:
    people = pd.DataFrame({"study": ["B"], "lost": [1.5]})
    with pytest.raises(SensitivityError, match="whole number"):
        dropout(MEANS, CommonEffect(), FLOW, unplaced=people)


def test_pooled_proportions_without_heterogeneity_are_those_of_the_totals() -> None:
    flow = FLOW.assign(
        missing=[5, 10, 5, 10], stopped_treatment=np.nan, left_study=[1, 2, np.nan, 3]
    )
    found = dropout_itself(flow, ["A", "B"]).set_index(["loss", "quantity"])
    assert found["value"]["missing", "proportion active"] == pytest.approx(10 / 105)
    assert found["reason"]["left_study", "odds ratio"] == "only A reports it by arm"
    assert np.isnan(found["value"]["stopped_treatment", "risk difference"])
    lost, people = found.loc[
        ("stopped_treatment", "odds ratio"), ["lost_active", "n_active"]
    ]
    assert np.isnan(lost)
    assert np.isnan(people)


def test_without_departures_and_bias_the_joint_model_is_the_main_one() -> None:
    u = pd.DataFrame({"u": [0.6, 0.7], "u_var": [0.01, 0.01]})
    none = Departures(active=(0, 0), control=(0, 0), disappointed=(0, 0))
    found = joint_dropout(
        MEANS, FRACTIONS, u, b=(0, 0), departures=none, attrition=_ratio()
    )
    want = BayesianRandomEffects().fit(MEANS).estimate
    assert found.delta.interval(0.95) == pytest.approx((want.ci_low, want.ci_high))


def test_the_joint_model_refuses_its_default_priors_in_points_of_a_scale() -> None:
    u = pd.DataFrame({"u": [0.6, 0.7], "u_var": [0.01, 0.01]})
    law = Departures(active=(0, 6), control=(0, 6), disappointed=(3, 6))
    points = replace(MEANS, y=12 * MEANS.y, v=144 * MEANS.v, measure="MD")
    ask = partial(joint_dropout, points, FRACTIONS, u, attrition=_ratio())
    with pytest.raises(SensitivityError, match=r"are MD.*Give mu= and tau= in the"):
        ask(b=(-4, 2), departures=law)
    wide = ask(b=(-4, 2), departures=law, mu=Normal(0, 12), tau=HalfNormal(6))
    sds = Departures(active=(0, 0.5), control=(0, 0.5), disappointed=(0.25, 0.5))
    ours = joint_dropout(
        MEANS, FRACTIONS, u, b=(-1 / 3, 1 / 6), departures=sds, attrition=_ratio()
    )
    assert wide.delta.mean == pytest.approx(12 * ours.delta.mean, rel=1e-6)


def test_more_attrition_from_lost_blinding_leaves_more_to_the_disappointed() -> None:
    u = pd.DataFrame({"u": [0.6, 0.7], "u_var": [0.0, 0.0]})
    law = Departures(active=(0, 0), control=(0, 0), disappointed=(1.0, 0.1))
    found = [
        joint_dropout(
            MEANS, FRACTIONS, u, b=(0, 0), departures=law,
            attrition=Attrition(ratio=r, low=r, high=r, source="a review"),
        )
        for r in (1.0, 1.8)
    ]  # fmt: skip
    assert found[0].excess == 0
    assert found[1].delta.mean < found[0].delta.mean


def test_a_ratio_of_attrition_needs_a_source() -> None:
    with pytest.raises(SensitivityError, match="source"):
        Attrition(ratio=1.8, low=1.2, high=2.7, source=" ")


def test_the_map_has_every_pair_once(table) -> None:
    rows = table.frame.query("scenario == 'both arms'")
    assert len(rows) == len(set(rows["shift_active"])) * len(set(rows["shift_control"]))
    assert not rows.duplicated(["shift_active", "shift_control"]).any()


def test_without_searches_only_the_refits_are_made() -> None:
    quick = dropout(MEANS, RandomEffects(), FLOW, thorough=False)
    assert set(quick.parts) == {"flow", "fractions", "losses"}
    assert len(quick.tipping) == len(PATTERNS)


def test_a_pair_that_is_nowhere_says_so() -> None:
    pair = nearest_pair(lambda a, c: MEANS, lambda e: 1.0, reach=3.0)
    assert np.isnan(pair.distance)
    assert "not reached" in pair.reason


def _moved(active, control) -> Effects:
    fractions = pd.DataFrame(
        {
            "f_active": [5 / 50, 5 / 55], "f_control": [10 / 50, 10 / 55],
            "n_active": [50, 55], "n_control": [50, 55],
        }
    )  # fmt: skip
    return shifted(MEANS, fractions, active, control)


def _ratio() -> Attrition:
    return Attrition(ratio=1.8, low=1.2, high=2.7, source="a review")


def _events() -> tuple[Effects, pd.DataFrame]:
    cells = {"ai": [45], "n1i": [52], "ci": [29], "n2i": [42]}
    made = effect_size("RR", **cells)
    effects = Effects.from_arrays(
        y=made["y"], v=made["v"], study=["A"], measure="RR", moderators=cells
    )
    fractions = pd.DataFrame(
        {
            "study": ["A"], "n_active": [60.0], "n_control": [55.0],
            "f_active": [0.1], "f_control": [0.2], "known": [True],
        }
    )  # fmt: skip
    return effects, counts_of(effects, fractions)


@pytest.mark.parametrize(
    ("companion", "criteria"),
    [
        (None, {"deciding interval", "estimate", "predictive interval"}),
        (
            BayesianRandomEffects(tau=HalfNormal(0.1)),
            {
                "deciding interval",
                "estimate",
                "predictive interval",
                "posterior probability 95%",
            },
        ),
    ],
    ids=["none", "given"],
)
def test_a_probability_needs_a_bayesian_model(companion, criteria) -> None:
    found = dropout(MEANS, CommonEffect(), FLOW, companion=companion)
    part = found.parts["thresholds"].query("threshold == 'zero'")
    assert set(part["criterion"]) == criteria
    if companion is None:
        alone = part[part["criterion"] == "predictive interval"]
        assert set(alone["reason"]) == {"the model has no such interval"}
        assert alone["value"].isna().all()
        return
    one = part[part["criterion"] == "posterior probability 95%"]
    s = one.set_index("pattern")["value"]["control only"]
    exact = FRACTIONS.assign(f_active=[0.1, 5 / 55], f_control=[0.2, 10 / 55])
    moved = shifted(MEANS, exact, *PATTERNS["control only"](s))
    below = companion.fit(moved).exact.mu.cdf(0.0)
    assert float(below) == pytest.approx(0.95, abs=1e-3)


def test_losses_of_nobody_have_a_difference_and_no_odds_ratio() -> None:
    full = FLOW.assign(assessed=FLOW["randomised"], missing=0.0)
    full[["stopped_treatment", "left_study"]] = np.nan
    found = dropout_itself(full, ["A", "B"]).set_index(["loss", "quantity"])
    assert found["value"]["missing", "risk difference"] == pytest.approx(0)
    assert found["reason"]["missing", "odds ratio"] == "nobody was lost"


def test_people_of_trials_with_known_arms_need_no_place() -> None:
    people = pd.DataFrame({"study": ["A"], "lost": [3]})
    found = dropout(MEANS, CommonEffect(), FLOW, unplaced=people)
    assert found.parts["placed"].empty
    assert not any("placed in every way" in note for note in found.notes)


def test_too_many_ways_to_place_people_are_refused() -> None:
    open_ = FLOW.assign(randomised=[50, 50, np.nan, np.nan])
    people = pd.DataFrame({"study": ["B"], "lost": [MOST_WAYS]})
    with pytest.raises(SensitivityError, match=f"in {MOST_WAYS + 1} ways, more than"):
        dropout(MEANS, CommonEffect(), open_, unplaced=people)


def test_people_cannot_be_placed_in_an_arm_of_unknown_size() -> None:
    open_ = FLOW.assign(
        randomised=[50, 50, np.nan, np.nan], assessed=[45, 40, 50, np.nan]
    )
    people = pd.DataFrame({"study": ["B"], "lost": [2]})
    with pytest.raises(
        SensitivityError, match="how many of B were assessed in the con"
    ):
        dropout(MEANS, CommonEffect(), open_, unplaced=people)


def test_a_prior_of_departures_has_a_finite_mean() -> None:
    prior = MissingPrior(mean=(-np.inf, 0.0))
    with pytest.raises(SensitivityError, match="give finite ones"):
        departed_means(MEANS, FRACTIONS, prior)


def test_departures_of_each_trial_keep_the_covariance_that_was_there() -> None:
    V = np.array([[0.05, 0.02], [0.02, 0.05]])
    base = Effects.from_arrays(MEANS.y, V=V, study=["A", "B"], measure="SMD")
    made = departed_means(MEANS, FRACTIONS, MissingPrior(sd=(0.5, 0.5)))
    each, same = (made.effects(base, across) for across in ("independent", "same"))
    assert each.V[0, 1] == pytest.approx(0.02)
    assert same.V[0, 1] == pytest.approx(0.02 + made.shared[0, 1])
    np.testing.assert_allclose(np.diag(each.V), np.diag(same.V))


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (0.5000001, "from 1.6487 to 1.6487, towards more benefit"),
        (0.5, "from 1.65 to 1.65: it changes nothing here"),
        (0.4, "from 1.65 to 1.49: it lowers the benefit here"),
        (
            0.6,
            "from 1.65 to 1.82, towards more benefit: it is NOT conservative here, "
            "because controls lost more (20% missing in control arms, 10% in active",
        ),
    ],
)
def test_failure_is_said_to_move_the_ratio_where_it_does(after, said) -> None:
    before, moved = (
        CommonEffect().fit(Effects.from_arrays([y], [0.1], measure="RR"))
        for y in (0.5, after)
    )
    counts = pd.DataFrame(
        {"n_active": [100], "n1i": [90], "n_control": [100], "n2i": [80]}
    )
    assert said in failure_note(before, moved, 1.0, counts)
