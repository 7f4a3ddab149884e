"""Predictions at moderators; those of metafor are in agreement/predictions."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.frequentist import MetaRegression, RandomEffects
from mdmameta.models.frequentist.predictions import predict

EFFECTS = Effects.from_arrays(
    y=[0.1, 0.5, 0.4, 0.9, 0.2, 0.7],
    v=[0.02, 0.03, 0.02, 0.04, 0.02, 0.05],
    moderators={"dose": [0, 1, 2, 3, 4, 5], "arm": ["a", "b", "a", "c", "b", "c"]},
)


def test_at_zero_the_prediction_is_the_intercept() -> None:
    fit = MetaRegression("~ dose").fit(EFFECTS)
    row = predict(fit, {"dose": [0.0]}).iloc[0]
    e = fit.estimate
    assert row["value"] == pytest.approx(e.value)
    assert row["ci_low"] == pytest.approx(e.ci_low)
    assert row["pi_high"] == pytest.approx(e.pi_high)


def test_a_level_is_coded_as_in_the_fit_whatever_stands_beside_it() -> None:
    fit = MetaRegression("~ arm").fit(EFFECTS)
    alone = predict(fit, {"arm": ["c"]})["value"].to_numpy()
    together = predict(fit, {"arm": ["a", "b", "c"]})["value"].to_numpy()
    assert alone[0] == pytest.approx(together[2])
    assert alone[0] == pytest.approx(fit.params["Intercept"] + fit.params["arm[T.c]"])


def test_centring_is_about_the_mean_of_the_fit() -> None:
    plain = MetaRegression("~ dose").fit(EFFECTS)
    centred = MetaRegression("~ center(dose)").fit(EFFECTS)
    at = {"dose": [7.0]}
    np.testing.assert_allclose(predict(plain, at), predict(centred, at))


def test_by_default_it_predicts_at_the_studies_used() -> None:
    fit = MetaRegression("~ dose").fit(EFFECTS)
    at = predict(fit, {"dose": range(6)})
    np.testing.assert_allclose(predict(fit), at)


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ({"arm": ["d"]}, "levels that the fit had"),
        ({"dose": [1]}, "uses 'arm'"),
        ({"arm": ["a", None]}, "new rows 1"),
    ],
)
def test_values_that_cannot_be_coded_are_refused(
    new: dict[str, list[object]], words: str
) -> None:
    fit = MetaRegression("~ arm").fit(EFFECTS)
    with pytest.raises(ModelError, match=words):
        predict(fit, new)


def test_a_mean_has_no_moderators() -> None:
    with pytest.raises(ModelError, match=r"fit\.estimate"):
        predict(RandomEffects().fit(EFFECTS))
