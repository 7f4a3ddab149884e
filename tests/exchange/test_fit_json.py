"""A fit goes to JSON and back without a change, and its schema holds."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest

import mdmameta as mm
from mdmameta.errors import ModelError
from mdmameta.exchange.fit_json import _plain
from mdmameta.models.fit import Model

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs/schemas/fit.schema.json").read_text("utf-8")
)
EFFECTS = mm.Effects.from_arrays(
    y=[0.1, 0.5, 0.9, np.nan, 0.3],
    v=[0.1, 0.2, 0.3, 0.1, np.inf],
    study=["Ames", "Böyd", "<b>", "Dunn", "Eads"],
    moderators={"dose": [1.0, 2.0, 4.0, np.nan, 1.0], "kind": list("aabbb")},
    measure="SMD",
    direction="lower",
)
MODELS: list[Model] = [
    mm.RandomEffects(),
    mm.CommonEffect(),
    mm.MetaRegression("~ dose"),
    mm.Multilevel(),
    mm.BayesianRandomEffects(),
]


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_a_fit_comes_back_as_it_was(model: Model) -> None:
    fit = model.fit(EFFECTS)
    again = mm.fit_from_json(mm.fit_to_json(fit))
    assert again.estimate == fit.estimate or str(again.estimate) == str(fit.estimate)
    assert (
        again.to_frame()
        .drop(columns="model")
        .equals(fit.to_frame().drop(columns="model"))
    )
    assert again.warnings == fit.warnings
    assert [w.code for w in again.warnings] == [w.code for w in fit.warnings]
    np.testing.assert_array_equal(again.weights, fit.weights)
    np.testing.assert_array_equal(again.vcov, fit.vcov)
    assert again.heterogeneity.tau2_ci == pytest.approx(
        fit.heterogeneity.tau2_ci, nan_ok=True
    )
    assert repr(again.model) == repr(fit.model)


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_the_json_holds_to_the_published_schema(model: Model) -> None:
    jsonschema.validate(json.loads(mm.fit_to_json(model.fit(EFFECTS))), SCHEMA)


def test_effects_come_back_with_their_gaps_and_moderators() -> None:
    effects = mm.fit_from_json(mm.fit_to_json(MODELS[0].fit(EFFECTS))).effects
    np.testing.assert_array_equal(effects.y, EFFECTS.y)
    assert effects.v[4] == np.inf
    assert effects.frame["kind"].tolist() == list("aabbb")
    assert effects.study.tolist() == EFFECTS.study.tolist()
    assert (effects.measure, effects.direction) == ("SMD", "lower")


def test_correlated_effects_come_back_with_their_matrix() -> None:
    V = [[0.1, 0.02], [0.02, 0.1]]
    fit = mm.RandomEffects().fit(mm.Effects.from_arrays(y=[0.1, 0.4], V=V))
    again = mm.fit_from_json(mm.fit_to_json(fit))
    np.testing.assert_array_equal(again.effects.covariance, V)


def test_a_stored_model_has_a_name_and_fits_nothing() -> None:
    again = mm.fit_from_json(mm.fit_to_json(MODELS[0].fit(EFFECTS)))
    with pytest.raises(ModelError, match="keeps results and not models"):
        again.model.fit(EFFECTS)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("{", "not JSON"),
        ("[]", "not a fit"),
        ('{"format": 2}', "format 2; this version reads 1"),
        ('{"format": 1}', "'heterogeneity' is missing"),
    ],
)
def test_what_is_no_stored_fit_is_refused(text: str, match: str) -> None:
    with pytest.raises(ModelError, match=match):
        mm.fit_from_json(text)


def test_moderators_of_any_kind_become_what_json_holds() -> None:
    found = _plain({"a": [pd.NA, pd.NaT, np.int64(2), np.float64("-inf")]})
    assert found == {"a": [None, None, 2, {"number": "-inf"}]}
    assert type(found["a"][2]) is int


def test_a_moderator_with_a_gap_goes_to_json() -> None:
    effects = mm.Effects.from_arrays(
        [0.1, 0.2], [0.1, 0.1], moderators={"phase": pd.array([2, None], "Int64")}
    )
    stored = json.loads(mm.fit_to_json(mm.CommonEffect().fit(effects)))
    assert "2" in json.dumps(stored)
    assert mm.fit_from_json(json.dumps(stored)).estimate.value == pytest.approx(0.15)
