"""The prediction interval of Nagashima, Noma and Furukawa."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from mdmameta.effects.measures import effect_size
from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.frequentist import RandomEffects
from mdmameta.models.frequentist.chi2_mixture import probability_below
from mdmameta.models.frequentist.confidence_prediction import confidence_prediction
from mdmameta.models.frequentist.regression import Rows

#: Thirteen trials of cisapride, Hartung and Knapp 2001, doi:10.1002/sim.1009.
EVENTS = [15, 12, 29, 42, 14, 44, 14, 29, 10, 17, 38, 19, 21]
PEOPLE = [16, 16, 34, 56, 22, 54, 17, 58, 14, 26, 44, 29, 38]
CONTROL_EVENTS = [9, 1, 18, 31, 6, 17, 7, 23, 3, 6, 12, 22, 19]
CONTROL_PEOPLE = [16, 16, 34, 56, 22, 55, 15, 58, 15, 27, 45, 30, 38]


def test_pimetas_published_example_comes_out() -> None:
    """Its vignette prints 4.141 [0.533, 33.692], the limits from 25,000 draws."""
    counts = {"ai": EVENTS, "n1i": PEOPLE, "ci": CONTROL_EVENTS, "n2i": CONTROL_PEOPLE}
    table = effect_size("OR", add=0.5, to="all", **counts)
    effects = Effects.from_arrays(y=table["y"], v=table["v"])
    e = RandomEffects("DL", prediction="NNF").fit(effects).estimate
    assert np.exp(e.value) == pytest.approx(4.141, abs=5e-4)
    assert e.pi_low == pytest.approx(np.log(0.533), abs=0.05)
    assert e.pi_high == pytest.approx(np.log(33.692), abs=0.05)


def drawn(y: np.ndarray, v: np.ndarray, n: int) -> np.ndarray:
    """Samples as the authors draw them: τ² by inversion, then mean and effect."""
    rng, k, w = np.random.default_rng(1), y.size, 1 / v
    q = w @ (y - w @ y / w.sum()) ** 2
    grid = np.concatenate([[0.0], np.geomspace(1e-4, 1e6, 1500)])
    above = []
    for tau2 in grid:
        S = np.diag(w) - np.outer(w, w) / w.sum()
        root = np.sqrt(v + tau2)
        values = np.linalg.eigvalsh(root[:, None] * S * root)[1:]
        above.append(1 - probability_below(q, values))
    tau2 = np.interp(rng.uniform(size=n), above, grid, left=0.0)
    w = 1 / (v + tau2[:, None])
    mu = (w @ y) / w.sum(axis=1)
    se = np.sqrt((w * (y - mu[:, None]) ** 2).sum(axis=1) / (k - 1) / w.sum(axis=1))
    t = rng.standard_t(k - 1, size=n)
    return mu + np.sqrt(tau2) * rng.normal(size=n) - t * se


@pytest.mark.parametrize("spread", [0.1, 0.5])
def test_the_quadrature_is_where_random_draws_tend_to(spread: float) -> None:
    rng = np.random.default_rng(7)
    y, v = rng.normal(0, spread, 6), rng.uniform(0.02, 0.2, 6)
    low, high = confidence_prediction(Rows(y, v, np.ones((6, 1))), 0.9)
    expected = np.quantile(drawn(y, v, 400_000), [0.05, 0.95])
    np.testing.assert_allclose([low, high], expected, atol=0.01 * (high - low))


def test_it_moves_and_scales_with_the_effects() -> None:
    y, v, X = np.array([0.0, 0.4, 0.9]), np.array([0.1, 0.02, 0.05]), np.ones((3, 1))
    ends = np.array(confidence_prediction(Rows(y, v, X), 0.95))
    moved = confidence_prediction(Rows(10 * y + 3, 100 * v, X), 0.95)
    np.testing.assert_allclose(moved, 10 * ends + 3, rtol=1e-4)


def test_equal_effects_predict_themselves_as_knapp_and_hartung_do() -> None:
    rows = Rows(np.full(4, 0.3), np.full(4, 0.1), np.ones((4, 1)))
    np.testing.assert_allclose(confidence_prediction(rows, 0.95), 0.3)


def test_it_is_wider_than_the_interval_that_takes_tau2_as_known() -> None:
    effects = Effects.from_arrays(y=[0.0, 0.3, 0.1, 0.6], v=[0.05, 0.05, 0.05, 0.05])
    exact, plain = (
        RandomEffects("DL", prediction=kind).fit(effects).estimate  # type: ignore[arg-type]
        for kind in ("NNF", "HK")
    )
    assert exact.pi_high - exact.pi_low > plain.pi_high - plain.pi_low


def test_many_equal_studies_leave_a_normal_interval() -> None:
    """With τ² known well and the mean too, the limits are those of N(μ, τ²)."""
    k = 80
    z = norm.ppf((np.arange(k) + 0.5) / k)
    rows = Rows(z / z.std(ddof=1), np.full(k, 1e-4), np.ones((k, 1)))
    low, high = confidence_prediction(rows, 0.95)
    assert high == pytest.approx(1.99, abs=0.03)
    assert low == pytest.approx(-1.99, abs=0.03)


@pytest.mark.parametrize("options", [{"tau2": 0.1}, {"weights": "equal"}])
def test_a_model_that_it_would_ignore_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(OptionError, match="cannot go with"):
        RandomEffects(prediction="NNF", **options)  # type: ignore[arg-type]
