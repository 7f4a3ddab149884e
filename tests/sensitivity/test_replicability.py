import numpy as np
import pytest
from scipy import stats

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.replicability import two_trials

PAIR = Effects.from_arrays(y=[-0.8, -0.6], v=[0.04, 0.05], direction="lower")


def test_the_side_of_benefit_comes_from_the_direction():
    found = two_trials(PAIR)
    assert found.alternative == "less"
    turned = two_trials(PAIR.with_y(-PAIR.y), alternative="greater")
    np.testing.assert_allclose(found.frame["p_value"], turned.frame["p_value"])
    np.testing.assert_allclose(found.frame["ci_low"], -turned.frame["ci_high"])
    assert two_trials(PAIR, alternative="greater").frame["shown"].sum() == 0


def test_inverse_variance_stouffer_is_the_common_effect():
    row = (
        two_trials(PAIR).to_frame().set_index("test").loc["Stouffer, inverse variance"]
    )
    w = 1 / PAIR.v
    mu, se = w @ PAIR.y / w.sum(), w.sum() ** -0.5
    assert row["estimate"] == pytest.approx(mu)
    assert row["ci_low"] == pytest.approx(mu - 1.959964 * se, abs=1e-6)
    assert row["p_value"] == pytest.approx(stats.norm.cdf(mu / se))


def test_combined_intervals_cover_the_common_effect():
    rng = np.random.default_rng(11)
    y = rng.normal(0.3, np.sqrt([0.04, 0.09]), (300, 2))
    inside = []
    for row in y:
        effects = Effects.from_arrays(y=row, v=[0.04, 0.09])
        table = two_trials(effects, alternative="greater").to_frame().iloc[:5]
        inside.append((table["ci_low"] < 0.3) & (table["ci_high"] > 0.3))
    assert np.mean(inside, axis=0).min() > 0.91


def test_equal_trials_agree_with_their_prediction():
    found = two_trials(PAIR.with_y([-0.7, -0.7]))
    assert (found.q, found.q_p, found.relative) == (0, 1, 1)
    assert found.as_predicted
    assert not two_trials(PAIR.with_y([-0.9, 0.5])).as_predicted


def test_fiellers_limits_are_where_the_contrast_is_just_significant():
    found = two_trials(PAIR)
    for r in (found.relative_low, found.relative_high):
        z = (PAIR.y[1] - r * PAIR.y[0]) / np.sqrt(PAIR.v[1] + r**2 * PAIR.v[0])
        assert abs(z) == pytest.approx(1.959964, abs=1e-5)
    assert np.isnan(two_trials(PAIR.with_y([-0.1, -0.6])).relative_low)


def test_each_test_says_what_it_claims_and_where_it_is_from():
    found = two_trials(PAIR)
    assert found.frame["claims"].str.endswith(".").all()
    assert found.frame["source"].str.startswith("10.").all()
    assert "Replicability of 1 by 2 (less)" in repr(found)


@pytest.mark.parametrize(
    ("effects", "options", "message"),
    [
        (PAIR.take([0]), {}, "have 1 rows; two_trials takes exactly two"),
        (PAIR.take([0, 1, 1]), {}, "have 3 rows"),
        (PAIR.with_y([np.nan, 1]), {}, "no finite effect"),
        (Effects.from_arrays(y=[1, 1], v=[1, 1]), {}, "direction of the outcome"),
        (PAIR, {"alpha": 0.7}, "alpha = 0.7"),
        (
            Effects.from_arrays(y=[1, 1], V=[[1, 0.2], [0.2, 1]], direction="lower"),
            {},
            "correlated",
        ),
    ],
)
def test_anything_but_two_independent_trials_is_refused(effects, options, message):
    with pytest.raises(SensitivityError, match=message):
        two_trials(effects, **options)
