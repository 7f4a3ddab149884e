"""Many fits at once are the fits one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.frequentist import MetaRegression, RandomEffects
from mdmameta.models.frequentist.batched import BATCHED, fit_many
from mdmameta.models.frequentist.likelihood import log_likelihood
from mdmameta.models.frequentist.moments import contrasts

INTERVALS = ("wald", "t", "knapp-hartung", "knapp-hartung-adhoc")


def drawn(n: int, k: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    v = np.exp(rng.normal(-2, 1.5, (n, k)))
    return rng.normal(0.3, np.sqrt(v + 0.1)), v


@pytest.mark.parametrize("tau2", BATCHED)
@pytest.mark.parametrize("interval", INTERVALS)
def test_a_mean_is_that_of_the_single_fit(tau2: str, interval: str) -> None:
    y, v = drawn(25, 7)
    many = fit_many(y, v, tau2=tau2, interval=interval)
    for i in range(25):
        model = RandomEffects(tau2=tau2, interval=interval)
        fit = model.fit(Effects.from_arrays(y=y[i], v=v[i]))
        e, h = fit.estimate, fit.heterogeneity
        one = [e.value, e.se, e.ci_low, e.ci_high, h.tau2, h.q, h.i2]
        names = ("value", "se", "ci_low", "ci_high", "tau2", "q", "i2")
        got = [getattr(many, name)[i].item() for name in names]
        np.testing.assert_allclose(got, one, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("tau2", BATCHED)
def test_a_regression_is_that_of_the_single_fit(tau2: str) -> None:
    y, v = drawn(15, 9, seed=2)
    x = np.linspace(1990.0, 2020.0, 9)
    X = np.column_stack([np.ones(9), x])
    many = fit_many(y, v, X, tau2=tau2)
    for i in range(15):
        effects = Effects.from_arrays(y=y[i], v=v[i], moderators={"x": x})
        fit = MetaRegression("~ x", tau2=tau2).fit(effects)
        np.testing.assert_allclose(many.value[i], fit.coefficients["value"], rtol=1e-7)
        np.testing.assert_allclose(many.se[i], fit.coefficients["se"], rtol=1e-7)
        assert many.omnibus[i] == pytest.approx(fit.omnibus.statistic, rel=1e-7)


@pytest.mark.parametrize("tau2", ["REML", "ML"])
def test_no_point_of_a_dense_search_is_more_likely(tau2: str) -> None:
    y, v = drawn(300, 4, seed=3)
    v = v * np.exp(np.random.default_rng(4).normal(0, 3, v.shape))
    many = fit_many(y, v, tau2=tau2)
    for i in range(300):
        data, top = (
            contrasts(y[i], v[i], np.ones((4, 1))),
            10 * float(np.ptp(y[i]) ** 2),
        )
        dense = np.concatenate(([0.0], np.geomspace(1e-9, top, 5_000)))
        reml = tau2 == "REML"
        best = log_likelihood(data, dense, restricted=reml).max()
        ours = log_likelihood(data, many.tau2[i : i + 1], restricted=reml)[0]
        assert ours >= best - 1e-9


def test_a_row_of_infinite_variance_is_left_out() -> None:
    y, v = drawn(5, 6)
    longer = fit_many(
        np.column_stack([y, np.ones(5)]), np.column_stack([v, np.full(5, np.inf)])
    )
    np.testing.assert_allclose(longer.ci_low, fit_many(y, v).ci_low, rtol=1e-9)


def test_chunks_do_not_change_the_numbers() -> None:
    y, v = drawn(20_000, 5)
    alone = fit_many(y[-1:], v[-1:], tau2="DL")
    assert fit_many(y, v, tau2="DL").value[-1] == pytest.approx(alone.value[0])


@pytest.mark.parametrize("scale", [1e-8, 1e8])
def test_a_change_of_unit_changes_the_unit_alone(scale: float) -> None:
    y, v = drawn(10, 5)
    other = fit_many(y * scale, v * scale**2).tau2 / scale**2
    np.testing.assert_allclose(other, fit_many(y, v).tau2, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("tau2", BATCHED)
def test_equal_effects_do_not_vary(tau2: str) -> None:
    fits = fit_many([[0.4] * 5], [0.1, 0.2, 0.1, 0.3, 0.1], tau2=tau2, interval="wald")
    assert fits.tau2[0] == 0
    assert fits.value[0, 0] == pytest.approx(0.4)


def test_one_row_has_no_fit_and_two_have() -> None:
    fits = fit_many([[1.0, np.nan], [0.0, 2.0]], [1.0, 1.0])
    assert np.isnan(fits.value[0, 0])
    assert fits.tau2[1] == pytest.approx(1.0)


def test_what_cannot_be_fitted_is_refused() -> None:
    with pytest.raises(OptionError, match="not one of DL"):
        fit_many([0.0, 1.0], [1.0, 1.0], tau2="XX")
    with pytest.raises(ModelError, match="must be positive"):
        fit_many([0.0, 1.0], [1.0, 0.0])
    with pytest.raises(ModelError, match="independent"):
        fit_many([0.0, 1.0, 2.0], [1.0] * 3, np.ones((3, 2)))


def test_a_variance_that_is_given_is_that_of_the_single_fit() -> None:
    y, v = drawn(4, 6, seed=8)
    many = fit_many(y, v, tau2=0.3, interval="wald")
    for i in range(4):
        e = RandomEffects(0.3, "wald").fit(Effects.from_arrays(y=y[i], v=v[i])).estimate
        assert many.value[i, 0] == pytest.approx(e.value, rel=1e-12)
        assert many.se[i, 0] == pytest.approx(e.se, rel=1e-12)
    assert many.tau2.tolist() == [0.3] * 4


def test_the_table_numbers_the_coefficients_after_the_first() -> None:
    y, v = drawn(3, 6, seed=9)
    many = fit_many(y, v, np.column_stack([np.ones(6), np.arange(6.0)]))
    table = many.to_frame()
    assert [c for c in table if c.startswith("value")] == ["value", "value_1"]
    np.testing.assert_array_equal(table["value_1"], many.value[:, 1])
    np.testing.assert_array_equal(table["tau2"], many.tau2)
    assert list(table.columns).count("tau2") == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"tau2": "EM"}, "tau2='EM' is not one of"),
        ({"tau2": -0.1}, "tau2=-0.1 is not a variance; give 0 or more"),
        ({"tau2": np.inf}, "tau2=inf is not a variance"),
        ({"interval": "profile"}, "interval='profile' is not one of wald, t,"),
        ({"level": 95}, "level=95 is not between 0 and 1; give 0.95"),
    ],
)
def test_options_that_do_not_exist_are_refused_with_those_that_do(
    options: dict[str, Any], said: str
) -> None:
    with pytest.raises(OptionError, match=said):
        fit_many([[0.1, 0.2]], [0.1, 0.1], **options)


@pytest.mark.parametrize(
    ("y", "X"),
    [
        (np.ones((2, 2, 2)), None),
        (np.ones((1, 0)), None),
        (np.ones((1, 3)), np.ones((2, 1))),
        (np.ones((1, 3)), np.ones(3)),
    ],
)
def test_shapes_that_do_not_fit_are_named(y: np.ndarray, X: np.ndarray | None) -> None:
    with pytest.raises(ModelError, match="do not fit: give"):
        fit_many(y, np.ones_like(y), X)


@pytest.mark.parametrize(("tau2", "module"), [("REML", "likelihood"), ("PM", "tau2")])
def test_a_search_that_is_cut_short_says_that_it_did_not_converge(
    tau2: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    y, v = drawn(5, 7)
    assert fit_many(y, v, tau2=tau2).converged.all()
    place = f"mdmameta.models.frequentist.batched.{module}.MAX_STEPS"
    monkeypatch.setattr(place, 1)
    assert not fit_many(y, v, tau2=tau2).converged.all()
