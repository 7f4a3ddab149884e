"""The catalogue agrees with itself, whoever adds to it."""

from __future__ import annotations

import pytest

from mdmameta.analyses.catalogue import MODEL_TITLES, MODELS, SETS
from mdmameta.models.frequentist import RandomEffects


def test_every_model_has_a_title_and_no_two_share_one() -> None:
    assert MODEL_TITLES.keys() == MODELS.keys()
    assert len(set(MODEL_TITLES.values())) == len(MODELS)
    assert len({repr(model) for model in MODELS.values()}) == len(MODELS)


@pytest.mark.parametrize("name", SETS)
def test_a_set_is_fitted_by_models_that_exist_each_once(name: str) -> None:
    models = SETS[name].models
    assert set(models) <= MODELS.keys()
    assert len(set(models)) == len(models)


@pytest.mark.parametrize("name", SETS)
def test_knapp_hartung_is_never_fitted_without_what_may_decide(name: str) -> None:
    models = SETS[name].models
    assert models[0] == "reml-kh"
    assert "reml-adhoc" in models


@pytest.mark.parametrize("name", SETS)
def test_a_set_builds_contrasts_of_randomised_arms_with_their_sources(
    name: str, results
) -> None:
    effects = results.effects[name]
    assert effects.k >= 2
    assert all(one.rows and one.sources for one in effects.provenance)
    assert effects.shared_controls == ()
    assert effects.direction in {"lower", "higher"}


def test_titles_and_labels_of_sets_tell_them_apart(results) -> None:
    assert len({one.title for one in SETS.values()}) == len(SETS)
    primary = results.effects["ptsd-primary"].label
    assert primary != results.effects["ptsd-change"].label


def test_the_primary_model_is_reml_with_knapp_hartung() -> None:
    assert MODELS["reml-kh"] == RandomEffects(tau2="REML", interval="knapp-hartung")


def test_neither_catalogue_can_be_changed_by_its_readers() -> None:
    with pytest.raises(TypeError):
        SETS["mine"] = SETS["ptsd-primary"]  # type: ignore[index]
    with pytest.raises(TypeError):
        del MODELS["bayes"]  # type: ignore[attr-defined]
