"""The one object behind derived files, terminal and pages."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from mdmameta.analyses.assumptions import ANALYSES
from mdmameta.analyses.catalogue import MODELS, SETS
from mdmameta.errors import ModelError, OptionError, RecordError
from mdmameta.models.diagnostics import Diagnostics
from mdmameta.models.verified import weight_by_verification
from mdmameta.reporting import results as module
from mdmameta.reporting.results import Results, load_results
from mdmameta.sensitivity.deciding import width


@pytest.fixture(scope="module")
def by_id(results) -> dict[str, dict]:
    return {row["id"]: row for row in results.rows}


def test_nothing_is_computed_before_it_is_asked_for(results) -> None:
    fresh = Results(results.evidence)
    assert vars(fresh).keys() == {"evidence"}
    assert fresh.depression is fresh.depression
    assert vars(fresh).keys() == {"evidence", "depression"}


def test_every_fit_of_the_catalogue_has_one_record_with_its_own_id(results) -> None:
    ids = [row["id"] for row in results.rows]
    wanted = [f"{name}/{m}" for name, one in SETS.items() for m in one.models]
    assert ids == wanted
    assert len(set(ids)) == len(ids)


def test_results_are_strict_json(results) -> None:
    text = json.dumps(results.to_dict(), allow_nan=False)
    assert json.loads(text) == results.to_dict()


@pytest.mark.parametrize(
    "bad",
    [Diagnostics(converged=False, error=0.1), Diagnostics(r_hat=1.2, ess_bulk=50.0)],
    ids=["not converged", "chains apart"],
)
def test_a_fit_that_is_not_to_be_believed_reaches_no_report(
    results, monkeypatch, bad: Diagnostics
) -> None:
    class Doubtful:
        def fit(self, effects):
            return replace(MODELS["common"].fit(effects), diagnostics=bad)

    monkeypatch.setattr(module, "MODELS", {**MODELS, "common": Doubtful()})
    fresh = Results(results.evidence)
    vars(fresh)["effects"] = results.effects
    with pytest.raises(ModelError, match="must not be reported"):
        _ = fresh.fits["ptsd-primary", "common"]
    with pytest.raises(ModelError, match="must not be reported"):
        _ = fresh.rows


def test_a_set_that_does_not_exist_is_refused_with_the_names_there_are(results) -> None:
    with pytest.raises(OptionError, match=r"'ptsd'; there are: ptsd-primary, "):
        results.contrast_set("ptsd")
    with pytest.raises(OptionError):
        results.deciding("ptsd")


def test_tables_with_faults_give_no_results(tmp_path) -> None:
    with pytest.raises(RecordError, match="no such directory"):
        load_results(tmp_path / "nowhere")


@pytest.mark.parametrize("name", SETS)
def test_the_wider_of_ad_hoc_and_bayesian_decides(results, name: str) -> None:
    rivals = [m for m in ("reml-adhoc", "bayes") if m in SETS[name].models]
    widths = [width(results.fits[name, model]) for model in rivals]
    assert width(results.deciding(name)) == pytest.approx(max(widths), abs=1e-9)


def test_sypres_convention_gives_the_published_numbers(by_id) -> None:
    fit = by_id["ptsd-sypres/reml-kh-v"]
    keys = ("value", "ci_low", "ci_high", "pi_low", "pi_high")
    printed = [-0.7119, -0.9534, -0.4704, -1.0588, -0.3651]
    assert [round(fit[key], 4) for key in keys] == printed


def test_the_bayesian_result_with_sypres_convention_is_the_known_one(by_id) -> None:
    fit = by_id["ptsd-sypres/bayes"]
    assert [round(fit[key], 3) for key in ("value", "se", "tau_median")] == [
        -0.705,
        0.176,
        0.152,
    ]
    assert [round(fit[key], 2) for key in ("pi_low", "pi_high")] == [-1.34, -0.07]


def test_metafors_convention_gives_its_own_numbers(by_id) -> None:
    fit = by_id["ptsd-primary/reml-kh"]
    numbers = [round(fit[key], 4) for key in ("value", "ci_low", "ci_high")]
    assert numbers == [-0.7126, -0.9545, -0.4707]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ptsd-primary", -0.713),
        ("ptsd-pooled-active", -0.731),
        ("ptsd-medium-dose", -0.751),
    ],
)
def test_each_choice_of_arms_gives_its_known_contrast(by_id, name, value) -> None:
    assert round(by_id[f"{name}/reml-kh"]["value"], 3) == value
    assert by_id[f"{name}/reml-kh"]["k"] == 6


def test_a_record_names_the_raw_rows_that_it_rests_on(results, by_id) -> None:
    evidence = results.evidence
    known = {*evidence.continuous["row_id"], *evidence.binary["row_id"]}
    for row in by_id.values():
        assert row["rows"]
        assert set(row["rows"]) <= known


def test_weights_by_verification_are_percent_and_a_prior_takes_the_rest(
    results,
) -> None:
    for (_, model), fit in results.fits.items():
        shares = weight_by_verification(fit)
        whole = sum(shares.values())
        assert 85 < whole < 100 if model == "bayes" else whole == pytest.approx(100)
        assert "unverified" not in shares


def test_the_frame_of_effects_keeps_sets_in_order_with_their_own_rows(results) -> None:
    frame = results.effects_frame()
    assert frame.columns[0] == "set"
    assert list(dict.fromkeys(frame["set"])) == list(SETS)
    for name, group in frame.groupby("set"):
        assert list(group["y"]) == list(results.effects[name].y)


def test_every_tipping_point_is_a_number_or_null_with_a_reason(results) -> None:
    for table in results.to_dict()["sensitivity"].values():
        for point in table["tipping"]:
            value = table[f"tipping_{point['parameter']}"]
            assert value == point["value"]
            assert value is None or isinstance(value, float)
            assert table[f"reason_{point['parameter']}"]


def test_one_fit_computes_no_other_set_or_model(results) -> None:
    fresh = Results(results.evidence)
    fit = fresh.fits["ptsd-response", "common"]
    assert fresh.fits["ptsd-response", "common"] is fit
    assert set(vars(fresh)["effects"]._made) == {"ptsd-response"}
    assert set(vars(fresh)["fits"]._made) == {("ptsd-response", "common")}


def test_names_of_results_are_known_before_anything_is_computed(results) -> None:
    fresh = Results(results.evidence)
    assert ("ptsd-primary", "bayes") in fresh.fits
    assert ("ptsd-primary", "nonsense") not in fresh.fits
    assert set(fresh.sensitivity) == set(ANALYSES)
    with pytest.raises(KeyError, match="moonlight"):
        _ = fresh.sensitivity["moonlight"]
    assert fresh.fits._made == {}
