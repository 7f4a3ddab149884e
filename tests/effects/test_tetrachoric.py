import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from scipy.optimize import minimize_scalar

from agreement.escalc import inputs
from mdmameta.effects import effect_size
from mdmameta.effects.tetrachoric import bivariate_normal
from mdmameta.errors import DataWarning
from reference_cases import load

CHECK = next(c for c in load("bcg")["checks"] if c["id"] == "bcg#009")
TABLES = np.array(list(inputs("bcg", CHECK).values()), dtype=float)


def log_likelihood(r: float, table: np.ndarray) -> float:
    """With the thresholds at the margins, by another distribution function."""
    a, b, c, _ = table
    row, column = (a + b) / table.sum(), (a + c) / table.sum()
    limits = [stats.norm.ppf(row), stats.norm.ppf(column)]
    both = stats.multivariate_normal.cdf(limits, cov=[[1, r], [r, 1]])
    shares = [both, row - both, column - both, 1 - row - column + both]
    return float(table @ np.log(shares))


@pytest.mark.parametrize("i", range(TABLES.shape[1]))
def test_r_is_the_maximum_of_the_likelihood_and_metafors_is_no_higher(i: int) -> None:
    table = TABLES[:, i]
    ours = effect_size("RTET", **inputs("bcg", CHECK))["y"][i]
    dense = minimize_scalar(
        lambda r: -log_likelihood(r, table), bounds=(-0.95, 0.95), method="bounded",
        options={"xatol": 1e-9},
    )  # fmt: skip
    assert ours == pytest.approx(dense.x, abs=1e-4)
    best = log_likelihood(ours, table)
    assert best >= log_likelihood(CHECK["result"]["yi"][i], table) - 1e-8
    assert best >= -dense.fun - 1e-8


@pytest.mark.parametrize("h", [-1.5, 0.0, 0.3])
@pytest.mark.parametrize("k", [-0.7, 0.0, 2.0])
@pytest.mark.parametrize("r", [-0.99, -0.4, 0.0, 0.8])
def test_owens_formula_gives_the_bivariate_normal(h: float, k: float, r: float) -> None:
    found = bivariate_normal(*(np.array([x]) for x in (h, k, np.arcsin(r))))
    expected = stats.multivariate_normal.cdf([h, k], cov=[[1, r], [r, 1]])
    assert_allclose(found, expected, atol=1e-7)


def test_a_cell_of_zero_leaves_no_tetrachoric_correlation() -> None:
    table = {"ai": [5], "bi": [0], "ci": [3], "di": [4]}
    with pytest.warns(DataWarning, match="RTET is infinite or undefined.*add=0.5"):
        assert effect_size("RTET", **table)["y"].isna().all()
    assert effect_size("RTET", **table, add=0.5)["v"][0] > 0


def test_the_variance_is_that_of_simulated_tables() -> None:
    rng = np.random.default_rng(1)
    scores = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], (4000, 300))
    x, z = scores[..., 0] > 0.3, scores[..., 1] > -0.2
    cells = [(p & q).sum(axis=1) for p in (x, ~x) for q in (z, ~z)]
    table = effect_size(
        "RTET", **dict(zip(("ai", "bi", "ci", "di"), cells, strict=True))
    )
    assert table["y"].mean() == pytest.approx(0.5, abs=0.01)
    assert table["v"].mean() == pytest.approx(table["y"].var(), rel=0.06)
