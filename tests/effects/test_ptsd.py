import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from mdmameta.effects import Effects, effect_size, ptsd_binary_effects, ptsd_effects
from mdmameta.errors import EffectsError
from mdmameta.models.frequentist import RandomEffects
from mdmameta.records import Evidence

REFERENCE = Path(__file__).parents[1] / "reference"
ENDPOINT_TRIALS = ["MP1", "MP2", "MP8", "MP12", "MAPP1", "MAPP2"]


def _case(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((REFERENCE / f"{name}.json").read_text())
    return loaded


def _order(effects: Effects, names: list[str]) -> list[int]:
    return [effects.study.tolist().index(name) for name in names]


def _pooled(effects: Effects) -> float:
    model = RandomEffects(tau2="REML", interval="knapp-hartung")
    return float(model.fit(effects).estimate.value)


def _by_study(effects: Effects) -> dict[str, float]:
    return dict(zip(effects.moderators["study_id"], effects.y, strict=True))


def test_the_default_is_the_primary_set(evidence: Evidence) -> None:
    effects = ptsd_effects(evidence)
    assert effects.moderators["study_id"].tolist() == ENDPOINT_TRIALS
    assert set(effects.moderators["basis"]) == {"endpoint"}
    assert effects.label == "PTSD severity, highest dose vs control, endpoint, SMD"
    assert (effects.direction, effects.caveats) == ("lower", ())


@pytest.mark.parametrize(
    ("arms", "name"),
    [("highest-dose", "mdma_primary"), ("medium-dose", "mdma_medium_dose")],
)
def test_y_and_v_equal_metafors_on_the_published_inputs(
    evidence: Evidence, arms: Any, name: str
) -> None:
    case = _case(name)
    checks = [c for c in case["checks"] if c["fn"] == "escalc"]
    effects = ptsd_effects(evidence, arms=arms)
    order = _order(effects, case["inputs"]["study"])
    result = next(c["result"] for c in checks if "vtype" not in c["args"])
    assert_allclose(effects.y[order], result["yi"], rtol=0, atol=1e-8)
    assert_allclose(effects.v[order], result["vi"], rtol=0, atol=1e-8)


@pytest.mark.parametrize(
    ("arms", "name"),
    [("highest-dose", "mdma_primary"), ("medium-dose", "mdma_medium_dose")],
)
def test_the_convention_of_sypres_gives_its_published_g(
    evidence: Evidence, arms: Any, name: str
) -> None:
    inputs = _case(name)["inputs"]
    effects = ptsd_effects(
        evidence, arms=arms, correction="approximate", vtype="uncorrected-d"
    )
    order = _order(effects, inputs["study"])
    assert_allclose(effects.y[order], inputs["es_g"], rtol=0, atol=1e-10)
    assert_allclose(np.sqrt(effects.v[order]), inputs["es_g_se"], rtol=0, atol=1e-10)


@pytest.mark.parametrize(
    ("arms", "expected"),
    [
        ("highest-dose", -0.7126),
        ("pooled-active", -0.7308),
        ("medium-dose", -0.7505),
    ],
)
def test_each_choice_of_arms_has_its_pooled_value(
    evidence: Evidence, arms: Any, expected: float
) -> None:
    assert _pooled(ptsd_effects(evidence, arms=arms)) == pytest.approx(
        expected, abs=5e-5
    )


def test_the_published_pooled_value_follows_from_the_convention_of_sypres(
    evidence: Evidence,
) -> None:
    effects = ptsd_effects(evidence, correction="approximate", vtype="uncorrected-d")
    published = _case("mdma_primary")["published"]["g"]
    assert _pooled(effects) == pytest.approx(published, abs=5e-5)


def test_pooling_arms_uses_every_participant_once(evidence: Evidence) -> None:
    table = ptsd_effects(evidence, arms="pooled-active").moderators
    sizes = table.set_index("study_id").loc[["MP8", "MP12"], ["n1", "n2"]]
    assert sizes.to_numpy().tolist() == [[19, 7], [21, 6]]


def test_every_active_arm_gives_a_positive_definite_covariance(
    evidence: Evidence,
) -> None:
    effects = ptsd_effects(evidence, arms="every-active")
    assert [len(group) for group in effects.shared_controls] == [2, 2]
    assert np.linalg.eigvalsh(effects.V)[0] > 0


def test_changes_are_the_known_ones_with_their_assumptions(evidence: Evidence) -> None:
    effects = ptsd_effects(evidence, stat="change")
    expected = {
        "MP1": -1.27,
        "MP2": -1.00,
        "MP8": -1.29,
        "MP9": -1.38,
        "MP12": -0.52,
        "MAPP1": -0.90,
        "MAPP2": -0.75,
    }
    assert _by_study(effects) == pytest.approx(expected, abs=0.005)
    assert "MAPP2 from LS means; MP1 with r = 0.5 assumed" in effects.label
    assert len(effects.caveats) == 2
    assert "endpoint" not in set(effects.moderators["basis"])


@pytest.mark.parametrize(("r", "expected"), [(0, -0.91), (0.5, -1.27), (0.8, -1.98)])
def test_the_change_of_mp1_follows_the_assumed_correlation(
    evidence: Evidence, r: float, expected: float
) -> None:
    effects = ptsd_effects(evidence, stat="change", r=r)
    assert _by_study(effects)["MP1"] == pytest.approx(expected, abs=0.005)


def test_without_a_correlation_mp1_has_no_change(evidence: Evidence) -> None:
    effects = ptsd_effects(evidence, stat="change", r=None)
    assert "MP1" not in _by_study(effects)


def test_the_corrected_sign_of_mp2_is_used_and_the_stored_one_is_not(
    evidence: Evidence,
) -> None:
    effects = ptsd_effects(evidence, stat="change")
    place = effects.moderators["study_id"].tolist().index("MP2")
    assert effects.provenance[place].verification == "derived"
    assert "con-MP2-25-caps4-w3s3-change-corrected" in effects.provenance[place].rows


@pytest.mark.parametrize(
    ("instrument", "trials"),
    [("CAPS-5", ["MAPP1", "MAPP2"]), ("CAPS-IV", ["MP1", "MP2", "MP8", "MP12"])],
)
def test_mean_differences_stand_by_instrument(
    evidence: Evidence, instrument: str, trials: list[str]
) -> None:
    effects = ptsd_effects(evidence, measure="MD", instrument=instrument)
    assert effects.moderators["study_id"].tolist() == trials
    assert f"({instrument})" in effects.label


def test_mean_differences_over_two_instruments_are_refused(evidence: Evidence) -> None:
    with pytest.raises(EffectsError, match="CAPS-IV and CAPS-5"):
        ptsd_effects(evidence, measure="MD")


def test_twelve_months_after_crossover_are_refused(evidence: Evidence) -> None:
    with pytest.raises(EffectsError, match="MP8 at '12 months' is post_crossover"):
        ptsd_effects(evidence, timepoint="12 months")


def test_sds_recovered_from_standard_errors_are_noted(evidence: Evidence) -> None:
    effects = ptsd_effects(evidence)
    recovered = {
        study
        for study, origin in zip(
            effects.moderators["study_id"], effects.provenance, strict=True
        )
        if any("from SE" in note for note in origin.notes)
    }
    assert recovered == {"MP1", "MAPP1", "MAPP2"}


@pytest.mark.parametrize(
    ("outcome", "name"),
    [("response", "mdma_response"), ("remission", "mdma_remission")],
)
def test_binary_sets_have_the_published_counts_and_metafors_ratios(
    evidence: Evidence, outcome: Any, name: str
) -> None:
    case = _case(name)
    effects = ptsd_binary_effects(evidence, outcome=outcome)
    order = _order(effects, case["inputs"]["study"])
    assert effects.k == len(order)
    columns = ("es_event_arm1", "es_totaln_arm1", "es_event_arm2", "es_totaln_arm2")
    counts = effects.moderators.loc[order, ["ai", "n1", "ci", "n2"]].to_numpy()
    assert (counts == np.array([case["inputs"][c] for c in columns]).T).all()
    assert_allclose(effects.y[order], case["effects"]["logRR"]["yi"], atol=1e-10)
    assert_allclose(effects.v[order], case["effects"]["logRR"]["vi"], atol=1e-10)


def test_remission_says_where_it_is_loss_of_diagnosis(evidence: Evidence) -> None:
    effects = ptsd_binary_effects(evidence, outcome="remission")
    assert "Loss of diagnosis (MP8, MP12) or remission (MAPP1, MAPP2)" in effects.label
    assert "Loss of diagnosis in MP8, MP12; Remission in MAPP1" in effects.caveats[0]


def test_loss_of_diagnosis_is_one_outcome(evidence: Evidence) -> None:
    effects = ptsd_binary_effects(evidence, outcome="loss_of_diagnosis")
    assert set(effects.moderators["outcome"]) == {"loss_of_diagnosis"}
    assert effects.moderators["ai"].tolist() == [7, 5, 28, 37]


def test_the_order_of_groups_is_active_then_control(evidence: Evidence) -> None:
    effects = ptsd_effects(evidence)
    row = effects.moderators.iloc[0]
    alone = effect_size(
        "SMD",
        m1i=[row["mean1"]],
        sd1i=[row["sd1"]],
        n1i=[row["n1"]],
        m2i=[row["mean2"]],
        sd2i=[row["sd2"]],
        n2i=[row["n2"]],
    )
    assert alone.loc[0, "y"] == effects.y[0] < 0
