"""The call of metafor says what was fitted; R itself is not asked here."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import mdmameta as mm
from mdmameta.errors import ModelError
from mdmameta.exchange import metafor_call
from mdmameta.models.fit import Model

COUNTS = {"ai": [3, 6], "n1i": [9, 12], "ci": [2, 3], "n2i": [9, 12]}
EFFECTS = mm.Effects.from_arrays(
    y=[0.1, 0.5, np.nan], v=[0.1, 0.2, 0.1], study=list("ABC"),
    moderators={name: [*values, 1] for name, values in COUNTS.items()},
)  # fmt: skip

CALLS = [
    (mm.CommonEffect(), 'rma(yi, vi, data = dat, method = "EE", level = 95)'),
    (
        mm.RandomEffects(tau2="PM", interval="knapp-hartung-adhoc", level=0.9),
        'rma(yi, vi, data = dat, method = "PM", test = "adhoc", level = 90)',
    ),
    (
        mm.RandomEffects(tau2=0.2, interval="wald", weights="equal"),
        "rma(yi, vi, data = dat, tau2 = 0.2, level = 95, weighted = FALSE)",
    ),
    (
        mm.Multilevel(),
        "rma.mv(yi, vi, random = ~ 1 | study/row, "
        "data = transform(dat, row = seq_len(nrow(dat))), "
        'method = "REML", level = 95)',
    ),
    (
        mm.MantelHaenszel("RR"),
        "rma.mh(ai = ai, n1i = n1i, ci = ci, n2i = n2i, "
        'measure = "RR", data = dat, add = c(0.5, 0), to = c("only0", "none"), '
        "drop00 = c(TRUE, FALSE), correct = TRUE, level = 95)",
    ),
    (
        mm.Peto(add=(0.5, 0.5), to=("only0", "all")),
        "rma.peto(ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat, "
        'add = c(0.5, 0.5), to = c("only0", "all"), drop00 = c(TRUE, FALSE), '
        "level = 95)",
    ),
]


@pytest.mark.parametrize(("model", "call"), CALLS, ids=lambda x: repr(x)[:20])
def test_the_call_names_every_option(model: Model, call: str) -> None:
    assert metafor_call(model.fit(EFFECTS)) == call


def test_a_meta_regression_has_its_formula() -> None:
    effects = mm.Effects.from_arrays(
        y=[0.1, 0.5, 0.4], v=[0.1, 0.2, 0.1], moderators={"dose": [1, 2, 4]}
    )
    call = metafor_call(mm.MetaRegression("~ dose").fit(effects))
    assert "mods = ~ dose" in call


def test_a_model_of_location_and_scale_has_both_formulas() -> None:
    effects = mm.Effects.from_arrays(
        y=[0.1, 0.3, -0.2, 0.9, 0.4, 0.6],
        v=[0.02, 0.03, 0.05, 0.02, 0.04, 0.03],
        moderators={"dose": [1, 2, 3, 4, 5, 6], "year": [1, 0, 1, 2, 0, 3]},
    )
    model = mm.LocationScale("~ year", "~ dose", method="ML", interval="t")
    assert metafor_call(model.fit(effects)) == (
        "rma(yi, vi, mods = ~ dose, scale = ~ year, data = dat, "
        'method = "ML", test = "t", level = 95)'
    )


def test_table_and_script_are_written_together(tmp_path: Path) -> None:
    fit = mm.RandomEffects().fit(EFFECTS)
    table, script = mm.write_metafor(fit, tmp_path / "r")
    read = pd.read_csv(table)
    assert read["yi"].tolist() == [0.1, 0.5]  # the row that was not used is left out
    assert read["ai"].tolist() == [3, 6]
    text = script.read_text("utf-8")
    assert metafor_call(fit) in text
    assert re.search(r"# mdmameta: -?\d\.\d{6} \[", text)


@pytest.mark.parametrize(
    ("model", "match"),
    [
        (mm.BayesianRandomEffects(), "no call of metafor"),
        (mm.RandomEffects(interval="knapp-hartung-ci"), "has no interval"),
        (mm.Multilevel(robust="CR2"), "clubSandwich"),
    ],
)
def test_what_metafor_lacks_is_refused(model: Model, match: str) -> None:
    with pytest.raises(ModelError, match=match):
        metafor_call(model.fit(EFFECTS))


def test_correlated_effects_are_not_written_as_if_they_were_not(tmp_path: Path) -> None:
    effects = mm.Effects.from_arrays(y=[0.1, 0.4], V=[[0.1, 0.02], [0.02, 0.1]])
    with pytest.raises(ModelError, match="correlated"):
        mm.write_metafor(mm.RandomEffects().fit(effects), tmp_path)


def test_weights_by_name_or_number_are_not_written_to_r() -> None:
    model = mm.RandomEffects(weights=np.array([1.0, 2.0, 1.0]))
    with pytest.raises(
        ModelError, match=r"are not written to R. Write the model witho"
    ):
        metafor_call(model.fit(EFFECTS))
