import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from mdmameta.effects import effect_size
from mdmameta.effects.continuous import mean_difference
from mdmameta.effects.corrections import bias_correction

REFERENCE = Path(__file__).parents[1] / "reference"
COLUMNS = {
    "m1i": "mean_arm1",
    "sd1i": "sd_arm1",
    "n1i": "n_arm1",
    "m2i": "mean_arm2",
    "sd2i": "sd_arm2",
    "n2i": "n_arm2",
}


@pytest.mark.parametrize(
    "name", ["mdma_primary", "mdma_medium_dose", "mdma_three_level", "mdma_bayes"]
)
def test_the_convention_of_sypres_gives_its_g_and_standard_error(name: str) -> None:
    inputs = json.loads((REFERENCE / f"{name}.json").read_text())["inputs"]
    arrays = {arg: inputs[column] for arg, column in COLUMNS.items()}
    table = effect_size(
        "SMD", correction="approximate", vtype="uncorrected-d", **arrays
    )
    assert_allclose(table["y"], inputs["es_g"], rtol=0, atol=1e-10)
    assert_allclose(np.sqrt(table["v"]), inputs["es_g_se"], rtol=0, atol=1e-10)


def test_the_exact_correction_is_one_minus_three_over_four_df_to_second_order() -> None:
    df = np.array([10.0, 100.0, 1000.0])
    gap = np.abs(bias_correction(df) - bias_correction(df, "approximate"))
    assert (gap * df**2 < 0.1).all()
    assert (bias_correction(df) < bias_correction(df, "none")).all()


def test_the_correction_does_not_exist_for_one_degree_of_freedom() -> None:
    assert np.isnan(bias_correction(np.array([1.0, np.nan]))).all()


def test_equal_sds_make_both_variances_of_a_mean_difference_agree() -> None:
    x = {name: np.array([2.0]) for name in ("m1i", "sd1i", "m2i", "sd2i")}
    sizes = {"n1i": np.array([9.0]), "n2i": np.array([5.0])}
    own, pooled = (mean_difference(**x, **sizes, vtype=t) for t in ("LS", "HO"))
    assert_allclose(own, pooled)


def test_no_correction_leaves_cohens_d() -> None:
    table = effect_size(
        "SMD",
        correction="none",
        m1i=[3],
        sd1i=[2],
        n1i=[9],
        m2i=[1],
        sd2i=[2],
        n2i=[9],
    )
    assert_allclose(table.loc[0], [1, 2 / 9 + 1 / 36])


@pytest.mark.parametrize(("vtype", "lost"), [("LS", 1), ("LS2", 0)])
def test_unequal_spreads_have_the_variance_of_bonett(vtype: str, lost: int) -> None:
    means = {"m1i": [2.0], "sd1i": [3.0], "n1i": [12], "m2i": [7.0], "sd2i": [4.0]}
    sizes = effect_size("SMDH", **means, n2i=[8], vtype=vtype, correction="none")
    d = -5 / np.sqrt(12.5)
    w1, w2 = 1 / (12 - lost), 1 / (8 - lost)
    spread = d**2 * (81 * w1 + 256 * w2) / (8 * 12.5**2)
    assert sizes.loc[0, "y"] == pytest.approx(d)
    assert sizes.loc[0, "v"] == pytest.approx(spread + (9 * w1 + 16 * w2) / 12.5)


def test_unequal_spreads_have_the_correction_of_both_groups_together() -> None:
    d = {"m1i": 2, "sd1i": 3, "n1i": 12, "m2i": 7, "sd2i": 3, "n2i": 8}
    for measure in ("SMDH", "SMD"):
        y = effect_size(measure, **{name: [x] for name, x in d.items()})["y"][0]
        assert y == pytest.approx(float(bias_correction(np.array([18.0]))[0]) * -5 / 3)


def test_each_variance_of_g_is_its_formula() -> None:
    d, n1, n2 = np.array([0.3, -0.9]), np.array([12, 30]), np.array([9, 25])
    m, n = n1 + n2 - 2, n1 + n2
    j, base = bias_correction(m.astype(float)), 1 / n1 + 1 / n2
    average = (n * j * d).sum() / n.sum()
    expected = {
        "LS": base + (j * d) ** 2 / (2 * n),
        "LS2": j**2 * (base + d**2 / (2 * n)),
        "UB": base + (1 - (m - 2) / (m * j**2)) * (j * d) ** 2,
        "AV": base + average**2 / (2 * n),
        "H0": j**2 * base * m / (m - 2),
        "uncorrected-d": base + d**2 / (2 * n),
    }
    for vtype, v in expected.items():
        table = effect_size("SMD", di=d, n1i=n1, n2i=n2, vtype=vtype)
        assert_allclose(table["y"], j * d, rtol=1e-13)
        assert_allclose(table["v"], v, rtol=1e-12)


def test_without_a_difference_g_has_the_variance_of_its_null_hypothesis() -> None:
    rng = np.random.default_rng(5)
    n1, n2 = np.full(200_000, 6), np.full(200_000, 7)
    t = rng.standard_t(11, 200_000)
    table = effect_size("SMD", ti=t, n1i=n1, n2i=n2, vtype="H0")
    assert table["v"][0] == pytest.approx(table["y"].var(), rel=0.01)


@pytest.mark.parametrize("vtype", ["AV", "H0"])
def test_a_missing_difference_has_no_variance_and_one_of_zero_has(vtype: str) -> None:
    table = effect_size("SMD", di=[None, 0.0], n1i=[9, 9], n2i=[8, 8], vtype=vtype)
    assert table.isna().all(axis=1).tolist() == [True, False]


def test_the_unbiased_variance_is_unbiased_for_that_of_g() -> None:
    rng = np.random.default_rng(3)
    x, z = rng.normal(0.8, 1, (200_000, 6)), rng.normal(0, 1, (200_000, 7))
    inputs = {"m1i": x.mean(1), "sd1i": x.std(1, ddof=1), "m2i": z.mean(1)}
    inputs |= {"sd2i": z.std(1, ddof=1), "n1i": np.full(200_000, 6)}
    sizes = effect_size("SMD", **inputs, n2i=np.full(200_000, 7), vtype="UB")
    assert sizes["v"].mean() == pytest.approx(sizes["y"].var(), rel=0.01)
