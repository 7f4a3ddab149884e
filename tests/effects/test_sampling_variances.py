"""The variance of each measure is the variance it has over simulated studies."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mdmameta.effects import effect_size

#: Simulated studies of each design; the SD of a variance over them is 1 %.
STUDIES = 20_000

#: Allowed difference of the mean of v from the variance of y, as a share: the
#: formulas are large-sample, and the studies have 50 to 100 people a group.
NEAR = 0.06

Columns = dict[str, NDArray[Any]]


def groups(rng: np.random.Generator, **truth: tuple[float, float, int]) -> Columns:
    """Means and SDs of normal samples; truth is mean, SD and size by group."""
    columns: Columns = {}
    for group, (mean, sd, n) in truth.items():
        columns[f"m{group[1]}i"] = rng.normal(mean, sd / np.sqrt(n), STUDIES)
        columns[f"sd{group[1]}i"] = sd * np.sqrt(
            rng.chisquare(n - 1, STUDIES) / (n - 1)
        )
        columns[f"n{group[1]}i"] = np.full(STUDIES, n)
    return columns


def two_times(
    rng: np.random.Generator, means: list[float], sds: list[float], r: float, n: int
) -> Columns:
    """Means, SDs and the correlation of samples measured twice."""
    shared = r * sds[0] * sds[1]
    covariance = [[sds[0] ** 2, shared], [shared, sds[1] ** 2]]
    x = rng.multivariate_normal(means, covariance, (STUDIES, n))
    sample = ((x - x.mean(1, keepdims=True)).transpose(0, 2, 1) @ x) / (n - 1)
    sd1, sd2 = np.sqrt(sample[:, 0, 0]), np.sqrt(sample[:, 1, 1])
    return {
        "m1i": x[..., 0].mean(1), "m2i": x[..., 1].mean(1), "sd1i": sd1, "sd2i": sd2,
        "ri": sample[:, 0, 1] / (sd1 * sd2), "ni": np.full(STUDIES, n),
    }  # fmt: skip


def agree(measure: Any, columns: Columns, truth: float, **options: Any) -> None:
    table = effect_size(measure, **columns, **options)
    y, v = table["y"], table["v"]
    assert y.mean() == pytest.approx(truth, abs=0.06 * y.std() + 1e-9)
    assert v.mean() == pytest.approx(y.var(), rel=NEAR)


UNEQUAL = {"g1": (12.0, 3.0, 60), "g2": (10.0, 4.0, 80)}
EQUAL = {"g1": (12.0, 4.0, 60), "g2": (10.0, 4.0, 80)}


@pytest.mark.parametrize(
    ("measure", "truth"),
    [
        ("MD", 2.0),
        ("SMDH", 2 / np.sqrt(12.5)),
        ("SMD1H", 0.5),
        ("ROM", np.log(1.2)),
        ("VR", np.log(0.75)),
        ("CVR", np.log(0.625)),
    ],
)
@pytest.mark.parametrize("vtype", ["LS", "LS2"])
def test_of_groups_whose_sds_differ(measure: str, truth: float, vtype: str) -> None:
    if vtype == "LS2" and measure in ("MD", "SMD1H"):
        vtype = "LS"
    agree(measure, groups(np.random.default_rng(1), **UNEQUAL), truth, vtype=vtype)


def test_of_the_probability_of_superiority() -> None:
    agree("CLESN", groups(np.random.default_rng(1), **UNEQUAL), 0.655422)
    apart = {"g1": (18.0, 3.0, 150), "g2": (10.0, 4.0, 150)}
    agree("CLESN", groups(np.random.default_rng(1), **apart), 0.945201)


@pytest.mark.parametrize(
    ("measure", "vtype", "truth"),
    [
        ("SMD", "LS", 0.5), ("SMD", "LS2", 0.5), ("SMD", "UB", 0.5), ("SMD", "AV", 0.5),
        ("SMD1", "LS", 0.5), ("SMD1", "LS2", 0.5), ("SMD1", "UB", 0.5),
        ("ROM", "HO", np.log(1.2)), ("ROM", "AV", np.log(1.2)),
    ],
)  # fmt: skip
def test_of_groups_of_one_sd(measure: str, vtype: str, truth: float) -> None:
    agree(measure, groups(np.random.default_rng(2), **EQUAL), truth, vtype=vtype)


def test_of_groups_without_a_difference() -> None:
    none = {"g1": (10.0, 4.0, 60), "g2": (10.0, 4.0, 80)}
    columns = groups(np.random.default_rng(3), **none)
    agree("SMD", columns, 0, vtype="H0")
    agree("SMD1", columns, 0, vtype="H0")


@pytest.mark.parametrize("change", [2.0, 6.0])
@pytest.mark.parametrize("r", [0.2, 0.6])
def test_of_change_with_equal_sds(r: float, change: float) -> None:
    means, d = [10.0 + change, 10.0], change / 4
    columns = two_times(np.random.default_rng(4), means, [4.0, 4.0], r, 60)
    agree("MC", columns, change)
    agree("SMCC", columns, d / np.sqrt(2 - 2 * r))
    agree("SMCR", columns, d)
    agree("SMCRP", columns, d)
    agree("VRC", columns, 0.0)


def test_of_change_with_sds_that_differ() -> None:
    columns = two_times(np.random.default_rng(5), [12.0, 10.0], [3.0, 4.0], 0.5, 60)
    agree("SMCRH", columns, 2 / 3)
    agree("SMCRPH", columns, 2 / np.sqrt(12.5))
    agree("ROMC", columns, np.log(1.2))
    agree("VRC", columns, np.log(0.75))
    agree("CVRC", columns, np.log(0.625))


@pytest.mark.parametrize(("r1", "r2"), [(0.5, 0.5), (0.3, 0.8)])
@pytest.mark.parametrize("n", [8, 40])
def test_of_the_difference_of_changes_to_the_per_cent(
    r1: float, r2: float, n: int
) -> None:
    rng = np.random.default_rng(6)
    active = two_times(rng, [30.0, 20.0], [10.0, 10.0], r1, n)
    control = two_times(rng, [30.0, 26.0], [10.0, 10.0], r2, n + 4)
    columns = {
        f"{new}": group[old]
        for i, group in ((1, active), (2, control))
        for new, old in (
            (f"m{i}i_pre", "m1i"), (f"m{i}i_post", "m2i"), (f"sd{i}i_pre", "sd1i"),
            (f"n{i}i", "ni"),
        )
    }  # fmt: skip
    table = effect_size("PPC", **columns, ri1=r1, ri2=r2)
    y, v = table["y"], table["v"]
    assert y.mean() == pytest.approx(-0.6, abs=0.02 * y.std())
    # The formula is exact in the true contrast, whose square y² overstates.
    assert v.mean() == pytest.approx(y.var(), rel=0.03 + 0.25 / n)


def test_of_tables_with_fixed_groups() -> None:
    rng = np.random.default_rng(7)
    a, c = rng.binomial(80, 0.6, STUDIES), rng.binomial(120, 0.4, STUDIES)
    columns = {
        "ai": a,
        "n1i": np.full(STUDIES, 80),
        "ci": c,
        "n2i": np.full(STUDIES, 120),
    }
    odds = np.log(0.6 / 0.4 * 0.6 / 0.4)
    agree("RR", columns, np.log(1.5))
    agree("OR", columns, odds)
    agree("RD", columns, 0.2)
    agree("AS", columns, np.arcsin(0.6**0.5) - np.arcsin(0.4**0.5))
    agree("YUQ", columns, (np.exp(odds) - 1) / (np.exp(odds) + 1))
    agree("YUY", columns, 0.2)
    agree("PBIT", columns, 2 * 0.2533471)
    agree("PHI", columns, 0.2 * np.sqrt(0.24 / (0.48 * 0.52)), vtype="ST")
    agree("OR2DN", columns, odds / 1.65)
    agree("OR2DL", columns, odds * np.sqrt(3) / np.pi)


def test_of_phi_with_fixed_groups_and_rare_events() -> None:
    rng = np.random.default_rng(7)
    a, c = rng.binomial(80, 0.35, STUDIES), rng.binomial(160, 0.05, STUDIES)
    columns = {"ai": a, "bi": 80 - a, "ci": c, "di": 160 - c}
    truth = 0.3 * np.sqrt(2 / 9 / (0.15 * 0.85))
    agree("PHI", columns, truth, vtype="ST")
    agree("ZPHI", columns, np.arctanh(truth), vtype="ST")


def test_of_phi_in_a_cross_section() -> None:
    shares = [0.15, 0.25, 0.05, 0.55]
    cells = np.random.default_rng(8).multinomial(200, shares, STUDIES).T
    columns = dict(zip(("ai", "bi", "ci", "di"), cells, strict=True))
    truth = (0.15 * 0.55 - 0.25 * 0.05) / np.sqrt(0.4 * 0.6 * 0.2 * 0.8)
    agree("PHI", columns, truth, vtype="CS")
    agree("ZPHI", columns, np.arctanh(truth), vtype="CS")


def test_of_pairs() -> None:
    shares = [0.25, 0.30, 0.10, 0.35]
    cells = np.random.default_rng(18).multinomial(300, shares, STUDIES).T
    columns = dict(zip(("ai", "bi", "ci", "di"), cells, strict=True))
    agree("MPRR", columns, np.log(0.55 / 0.35))
    agree("MPOR", columns, np.log(0.55 * 0.65 / (0.45 * 0.35)))
    agree("MPRD", columns, 0.2)
    agree("MPORC", columns, np.log(3))
    table = effect_size("MPPETO", **columns)
    # Peto's variance is that without a difference.
    alike = np.random.default_rng(19).multinomial(300, [0.3, 0.2, 0.2, 0.3], STUDIES).T
    agree("MPPETO", dict(zip(columns, alike, strict=True)), 0.0)
    assert table["y"].mean() == pytest.approx(1.0, abs=0.01)


def test_of_genotypes() -> None:
    shares = [0.25, 0.55, 0.20]
    counts = np.random.default_rng(24).multinomial(400, shares, STUDIES).T
    columns = dict(zip(("ai", "bi", "ci"), counts, strict=True))
    agree("REH", columns, np.log(0.55 / (2 * np.sqrt(0.25 * 0.20))))


def test_of_rates() -> None:
    rng = np.random.default_rng(9)
    columns = {
        "x1i": rng.poisson(40, STUDIES), "t1i": np.full(STUDIES, 200.0),
        "x2i": rng.poisson(50, STUDIES), "t2i": np.full(STUDIES, 500.0),
    }  # fmt: skip
    agree("IRR", columns, np.log(2))
    agree("IRD", columns, 0.1)
    agree("IRSD", columns, 0.2**0.5 - 0.1**0.5)
    one = {"xi": columns["x1i"], "ti": columns["t1i"]}
    agree("IR", one, 0.2)
    agree("IRLN", one, np.log(0.2) - 1 / 80)
    agree("IRS", one, 0.2**0.5)
    agree("IRFT", one, 0.2**0.5 + (0.2**0.5 / 160))


def test_of_shares() -> None:
    x = np.random.default_rng(10).binomial(100, 0.3, STUDIES)
    columns = {"xi": x, "ni": np.full(STUDIES, 100)}
    agree("PR", columns, 0.3)
    agree("PLN", columns, np.log(0.3) - 0.7 / 60)
    agree("PLO", columns, np.log(0.3 / 0.7))
    agree("PRZ", columns, -0.5244005)
    agree("PAS", columns, np.arcsin(0.3**0.5))
    agree("PFT", columns, np.arcsin(0.3**0.5))


def test_of_one_group_on_a_scale() -> None:
    group = groups(np.random.default_rng(11), g1=(12.0, 4.0, 60))
    columns = {"mi": group["m1i"], "sdi": group["sd1i"], "ni": group["n1i"]}
    agree("MN", columns, 12.0)
    agree("MN", columns, 12.0, vtype="HO")
    agree("SMN", columns, 3.0)
    agree("MNLN", columns, np.log(12))
    agree("SDLN", columns, np.log(4))
    agree("CVLN", columns, np.log(1 / 3))
    agree("CVLN", columns, np.log(1 / 3), vtype="HO")


def test_of_correlations() -> None:
    columns = two_times(np.random.default_rng(12), [0.0, 0.0], [1.0, 1.0], 0.5, 60)
    for vtype in ("LS", "AV"):
        agree("COR", columns, 0.4968, vtype=vtype)
    for vtype in ("LS", "UB", "AV"):
        agree("UCOR", columns, 0.5, vtype=vtype)
    agree("ZCOR", columns, np.arctanh(0.5) + 0.5 / 118)


def test_of_partial_correlations() -> None:
    rng = np.random.default_rng(13)
    # t of a regression coefficient of x on y given two others, n = 60.
    x = rng.multivariate_normal(np.zeros(4), 0.7 * np.eye(4) + 0.3, (4000, 60))
    X = np.concatenate([np.ones((4000, 60, 1)), x[..., 1:]], axis=2)
    inverse = np.linalg.inv(X.transpose(0, 2, 1) @ X)
    beta = (inverse @ (X.transpose(0, 2, 1) @ x[..., :1]))[..., 0]
    left = x[..., 0] - (X @ beta[..., None])[..., 0]
    s2 = (left**2).sum(1) / 56
    total = ((x[..., 0] - x[..., 0].mean(1, keepdims=True)) ** 2).sum(1)
    t = beta[:, 1] / np.sqrt(s2 * inverse[:, 1, 1])
    columns = {"ti": t, "ni": np.full(4000, 60), "mi": np.full(4000, 3)}
    columns["r2i"] = 1 - 56 * s2 / total
    for measure in ("PCOR", "ZPCOR", "SPCOR", "ZSPCOR"):
        table = effect_size(measure, **columns)
        assert table["v"].mean() == pytest.approx(table["y"].var(), rel=0.08)


def test_of_coefficients_of_determination() -> None:
    # Of one predictor, R² is r².
    columns = two_times(np.random.default_rng(20), [0.0, 0.0], [1.0, 1.0], 0.6, 300)
    given = {"r2i": columns["ri"] ** 2, "mi": np.ones(STUDIES), "ni": columns["ni"]}
    for vtype in ("LS", "LS2", "AV", "AV2"):
        agree("R2", given, 0.3614, vtype=vtype)
    agree("ZR2", given, np.arctanh(0.6) + 0.6 / 598)


@pytest.mark.parametrize("measure", ["RPB", "RBIS"])
def test_of_correlations_with_a_dichotomised_variable(measure: Any) -> None:
    rng = np.random.default_rng(14)
    x = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], (5000, 150))
    above = x[..., 0] > 0.3
    n1 = above.sum(1)
    columns: Columns = {"n1i": n1, "n2i": 150 - n1}
    for i, group in ((1, above), (2, ~above)):
        n = columns[f"n{i}i"]
        mean = (x[..., 1] * group).sum(1) / n
        spread = (((x[..., 1] - mean[:, None]) ** 2) * group).sum(1)
        columns |= {f"m{i}i": mean, f"sd{i}i": np.sqrt(spread / (n - 1))}
    table = effect_size(measure, **columns, vtype="CS" if measure == "RPB" else "LS")
    assert table["v"].mean() == pytest.approx(table["y"].var(), rel=0.08)


def test_of_the_point_biserial_correlation_of_groups_of_fixed_size() -> None:
    h = 138 / 60 + 138 / 80
    agree("RPB", groups(np.random.default_rng(15), **EQUAL), 0.5 / (0.25 + h) ** 0.5)


@pytest.mark.parametrize("vtype", ["LS", "LS2"])
def test_of_the_area_under_the_curve(vtype: str) -> None:
    rng = np.random.default_rng(16)
    x, z = rng.normal(0.8, 1, (5000, 40, 1)), rng.normal(0, 1, (5000, 1, 30))
    area = (x > z).mean(axis=(1, 2))
    table = effect_size("AUC", ai=area, n1i=40, n2i=30, vtype=vtype)
    assert table["v"].mean() == pytest.approx(area.var(), rel=0.12)


def test_of_cronbachs_alpha() -> None:
    rng = np.random.default_rng(17)
    x = rng.multivariate_normal(np.zeros(5), 0.5 * np.eye(5) + 0.5, (5000, 60))
    items, total = x.var(axis=1, ddof=1).sum(1), x.sum(2).var(axis=1, ddof=1)
    columns = {"ai": 5 / 4 * (1 - items / total), "mi": 5, "ni": 60}
    for measure in ("ARAW", "AHW", "ABT"):
        table = effect_size(measure, **columns)
        assert table["v"].mean() == pytest.approx(table["y"].var(), rel=0.08)
