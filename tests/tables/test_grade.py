import numpy as np
import pytest

from mdmameta import Effects, RandomEffects
from mdmameta.errors import OptionError
from mdmameta.tables import Finding, Reason, grade_table, reasons_table


def reason(domain="imprecision", steps=1, evidence="118 people", source="tbl-1"):
    return Reason(domain=domain, steps=steps, evidence=evidence, source=source)


@pytest.fixture
def fit():
    effects = Effects.from_arrays(
        y=np.log([1.2, 1.6]), v=[0.02, 0.03], measure="RR", direction="higher"
    )
    return RandomEffects(interval="wald").fit(effects)


@pytest.fixture
def finding(fit):
    return Finding(
        outcome="<b>Response</b>", deciding=fit, people=(60, 58),
        reasons=(reason(), reason("risk of bias", 2)), control_risk=0.5,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "start", "certainty"),
    [(0, "high", "high"), (1, "high", "moderate"), (2, "low", "very low")],
)
def test_each_step_lowers_certainty_and_never_below_very_low(
    fit, steps, start, certainty
):
    made = Finding(
        outcome="x", deciding=fit, people=(1, 1), start=start,
        reasons=(reason(steps=steps),),
    )  # fmt: skip
    assert made.certainty == certainty


def test_a_judgement_without_evidence_is_refused():
    with pytest.raises(OptionError, match="imprecision names no evidence"):
        reason(evidence=" ")
    with pytest.raises(OptionError, match="names no evidence"):
        reason(source="")


@pytest.mark.parametrize(("domain", "steps"), [("luck", 1), ("imprecision", 3)])
def test_other_domains_and_more_steps_are_refused(domain, steps):
    with pytest.raises(OptionError, match=f"{domain}|{steps}"):
        reason(domain, steps)


def test_the_absolute_effect_is_that_of_the_ratio_at_the_controls_risk(finding, fit):
    shown = grade_table([finding]).frame.loc[0, "per 1000"]
    more = [500 * (np.exp(x) - 1) for x in (fit.estimate.value, fit.estimate.ci_low)]
    assert shown.startswith(f"{more[0]:.0f} [".replace("-", "−"))
    assert f"[{more[1]:.0f}, ".replace("-", "−") in shown


def test_the_summary_names_what_lowered_certainty(finding):
    frame = grade_table([finding]).frame
    assert frame.loc[0, "certainty"] == "⊕◯◯◯ very low"
    assert frame.loc[0, "lowered for"] == "imprecision (−1), risk of bias (−2)"


def test_every_domain_has_a_row_also_where_nobody_judged_it(finding):
    frame = reasons_table([finding]).frame.set_index("domain")
    assert len(frame) == 5
    assert frame.loc["imprecision", "computed"] == "118 people"
    assert frame.loc["indirectness", ["steps", "computed"]].tolist() == [
        "–",
        "not judged",
    ]


def test_hostile_outcomes_are_text_in_every_form(finding):
    table = grade_table([finding])
    assert "&lt;b&gt;Response&lt;/b&gt;" in table.to_html()
    assert r"\<b\>Response\</b\>" in table.to_markdown()


def test_no_findings_make_an_empty_table():
    assert grade_table([]).frame.empty
    assert reasons_table([]).frame.empty
