"""Fits of anybody's file: standard errors, moderators, and the scale people read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import mdmameta as mm
from mdmameta.cli.fit import _joint_test

ROWS = {
    "y": [0.1, 0.3, 0.5, 0.2, 0.7, 0.6],
    "se": [0.2, 0.15, 0.3, 0.2, 0.25, 0.2],
    "year": [1999, 2004, 2010, 2012, 2015, 2020],
}


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Write a file of effects with standard errors and a moderator."""
    path = tmp_path / "mine.csv"
    pd.DataFrame({"trial": list("ABCDEF"), **ROWS}).to_csv(path, index=False)
    return path


def fitted(model: mm.Model) -> mm.Fit:
    effects = mm.Effects.from_arrays(
        ROWS["y"], np.square(ROWS["se"]), moderators={"year": ROWS["year"]}
    )
    return model.fit(effects)


def test_standard_errors_are_taken_in_place_of_variances(run, mine) -> None:
    words = ("--from-csv", mine, "--yi", "y", "--sei", "se", "--json", "-")
    first = json.loads(run("fit", *words).stdout)["fits"][0]
    e = fitted(mm.RandomEffects()).estimate
    assert (first["value"], first["ci_low"]) == pytest.approx((e.value, e.ci_low))


def test_a_meta_regression_gives_every_coefficient_and_the_joint_test(
    run, mine
) -> None:
    words = ("--from-csv", mine, "--yi", "y", "--sei", "se", "--mods", "year")
    document = json.loads(run("fit", *words, "--json", "-").stdout)
    fit = fitted(mm.MetaRegression("year"))
    rows = document["fits"][0]["coefficients"]
    assert [row["value"] for row in rows] == pytest.approx(list(fit.params))
    assert document["fits"][0]["omnibus"]["p_value"] == pytest.approx(
        fit.omnibus.p_value
    )
    text = run("fit", *words).stdout
    assert "  year " in text
    assert f"F(1, 4) = {fit.omnibus.statistic:.2f}" in text


def test_the_ad_hoc_interval_decides_where_moderators_leave_no_companion(
    run, mine
) -> None:
    words = ("--from-csv", mine, "--yi", "y", "--sei", "se", "--mods", "year")
    text = run("fit", *words).stdout
    assert "BayesianRandomEffects" not in text
    assert "the default Bayesian companion has no moderators" in text


def test_odds_ratios_are_also_given_as_ratios(run, mine) -> None:
    words = ("--from-csv", mine, "--yi", "y", "--sei", "se", "--measure", "OR")
    e = fitted(mm.RandomEffects()).estimate
    low, high = np.exp([e.ci_low, e.ci_high])
    told = f"back-transformed (exp) {np.exp(e.value):.4f} [{low:.4f}, {high:.4f}]"
    assert told in run("fit", *words).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--vi", "se", "--sei", "se"], "--vi names a column of variances, --sei one"),
        (["--sei", "se", "--mods", "year", "--prediction", "HTS"], "leave them out"),
        (["--sei", "se", "--mods", "place"], "'place', not among the moderators"),
        (["--sei", "year", "--yi", "trial"], "column trial"),
    ],
)
def test_what_clashes_or_is_not_there_is_refused(run, mine, words, said) -> None:
    done = run("fit", "--from-csv", mine, "--yi", "y", *words, code=2)
    assert said in done.stderr


def test_a_standard_error_of_nothing_is_named_with_its_place(run, tmp_path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text("yi,se\n0.1,0.2\n0.4,0\n")
    done = run("fit", "--from-csv", path, "--sei", "se", code=2)
    assert "row 3, column se: found 0; allowed: a standard error" in done.stderr


def test_the_joint_test_is_named_by_its_distribution() -> None:
    wald = fitted(mm.MetaRegression("~ year", interval="wald"))
    (line,) = _joint_test(wald)
    assert line.startswith(
        f"  all moderators together: χ²(1) = {wald.omnibus.statistic:.2f}"
    )
    (line,) = _joint_test(fitted(mm.MetaRegression("~ year")))
    assert line.startswith("  all moderators together: F(1, 4) = ")
    priors = {"Intercept": mm.Normal(0, 1), "year": mm.Normal(0, 1)}
    bayes = mm.BayesianMetaRegression("~ year", priors=priors, tau=mm.HalfNormal(0.5))
    assert _joint_test(fitted(bayes)) == []
