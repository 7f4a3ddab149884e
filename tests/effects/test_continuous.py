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


def test_the_unbiased_variance_is_unbiased_for_that_of_g() -> None:
    rng = np.random.default_rng(3)
    x, z = rng.normal(0.8, 1, (200_000, 6)), rng.normal(0, 1, (200_000, 7))
    inputs = {"m1i": x.mean(1), "sd1i": x.std(1, ddof=1), "m2i": z.mean(1)}
    inputs |= {"sd2i": z.std(1, ddof=1), "n1i": np.full(200_000, 6)}
    sizes = effect_size("SMD", **inputs, n2i=np.full(200_000, 7), vtype="UB")
    assert sizes["v"].mean() == pytest.approx(sizes["y"].var(), rel=0.01)
