"""The conformance kit passes what is sound and catches what is not."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.bayesian import (
    BayesianMetaRegression,
    BayesianRandomEffects,
    HalfNormal,
    Normal,
)
from mdmameta.models.duties import DUTIES
from mdmameta.models.fit import Fit, Model
from mdmameta.models.frequentist import (
    BinomialNormal,
    ClusterRobust,
    CommonEffect,
    LocationScale,
    MantelHaenszel,
    MetaRegression,
    Multilevel,
    Multivariate,
    Peto,
    RandomEffects,
    RobustCorrelated,
    RobustHierarchical,
    SelectionModel,
)
from mdmameta.testing import WORLDS, Conformance, World, check_model

BUILT_IN: list[Model] = [
    CommonEffect(),
    RandomEffects(),
    RandomEffects(tau2="DL", interval="t", prediction="V"),
    MetaRegression("~ dose + group"),
    LocationScale("~ group"),
    Multilevel(),
    Multivariate(),
    ClusterRobust(RandomEffects()),
    RobustCorrelated(),
    RobustHierarchical(),
    SelectionModel(alternative="greater"),
    MantelHaenszel("OR"),
    Peto(),
    BinomialNormal(),
    *(MantelHaenszel(measure) for measure in ("RR", "RD", "IRR", "IRD")),
    BinomialNormal(measure="IRR"),
    BinomialNormal(measure="PLO"),
    RandomEffects(interval="knapp-hartung-adhoc"),
    RandomEffects(interval="knapp-hartung-ci"),
    RandomEffects(interval="knapp-hartung-IQWiG6"),
    RandomEffects(interval="kenward-roger", prediction="KR-PR"),
    RandomEffects(weights="equal"),
    BayesianRandomEffects(mu=Normal(0, 1), tau=HalfNormal(0.5)),
    BayesianMetaRegression("~ dose", priors=Normal(0, 1), tau=HalfNormal(0.5)),
]


def quick(model: Model, **options: object) -> Conformance:
    """The kit with a second or two of simulation."""
    return check_model(model, **{"replications": 120, "seconds": 3.0, **options})


def unhurried(model: Model, **options: object) -> Conformance:
    """The kit with all its sets, however busy the machine is."""
    return quick(model, seconds=600.0, **options)


@dataclass(frozen=True)
class Altered:
    """Random effects with something wrong about them."""

    def fit(self, effects: Effects) -> Fit:
        return self.spoil(replace(RandomEffects().fit(effects), model=self))

    def spoil(self, fit: Fit) -> Fit:
        return fit


class Shifted(Altered):
    def spoil(self, fit: Fit) -> Fit:
        e, c = fit.estimate, 0.01
        moved = replace(
            e, value=e.value + c, ci_low=e.ci_low + c, ci_high=e.ci_high + c
        )
        return replace(fit, estimate=moved)


class Narrow(Altered):
    def spoil(self, fit: Fit) -> Fit:
        e = fit.estimate
        half = 0.7 * (e.ci_high - e.value)
        cut = replace(e, ci_low=e.value - half, ci_high=e.value + half)
        return replace(fit, estimate=cut)


@dataclass(frozen=True)
class FarOff(Altered):
    """A slow model of counts, which owes no contract, with a hidden constant."""

    waives: ClassVar = dict.fromkeys(DUTIES, "It is somebody else's.")

    def spoil(self, fit: Fit) -> Fit:
        time.sleep(0.3)
        e, c = fit.estimate, 1.0
        moved = replace(
            e, value=e.value + c, ci_low=e.ci_low + c, ci_high=e.ci_high + c
        )
        return replace(fit, estimate=moved)


class Quiet(Altered):
    def spoil(self, fit: Fit) -> Fit:
        return replace(fit, warnings=())


class FirstRow(Altered):
    def fit(self, effects: Effects) -> Fit:
        return replace(super().fit(effects.with_v(effects.v + effects.y[0] ** 2)))


class TwoArguments(Altered):
    def fit(self, y: object, v: object) -> None:
        raise AssertionError("never called")


class Number(Altered):
    def fit(self, effects: Effects) -> float:
        return 3.0


class Failing(Altered):
    def fit(self, effects: Effects) -> Fit:
        raise ZeroDivisionError("nothing to see")


#: Draws of each fit of `Drawn`, in order.
FITTED: list[int] = []


@dataclass(frozen=True)
class Drawn(Altered):
    """A model that takes its time unless it is brief, as one that samples does."""

    draws: int = 9

    def fit(self, effects: Effects) -> Fit:
        FITTED.append(self.draws)
        time.sleep(0.3 if self.draws == 9 else 0.0)
        return super().fit(effects)

    def brief(self, seed: int) -> Drawn:
        return replace(self, draws=1)


def failures(model: Model) -> set[str]:
    return {check.name for check in unhurried(model).failures}


@pytest.mark.parametrize("model", BUILT_IN, ids=repr)
def test_every_built_in_model_passes(model: Model) -> None:
    report = quick(model)
    assert report.passed, str(report)
    assert set(WORLDS) >= {getattr(model, "world", "independent")}


def test_a_sound_model_of_somebody_elses_passes() -> None:
    assert quick(Altered()).passed


def test_a_hidden_constant_is_found() -> None:
    assert {"scale", "mirror", "one-study"} <= failures(Shifted())


def test_too_narrow_an_interval_is_found_by_its_coverage() -> None:
    assert failures(Narrow()) == {"coverage-100"}


def test_silence_about_dropped_rows_and_single_studies_is_found() -> None:
    assert failures(Quiet()) == {"missing", "one-study"}


def test_weights_that_depend_on_the_first_row_are_found() -> None:
    assert "order" in failures(FirstRow())


def test_a_slow_model_is_checked_in_its_brief_form_but_for_soundness() -> None:
    FITTED.clear()
    report = quick(Drawn(), replications=10)
    assert report.passed, str(report)
    assert {check.name for check in report.checks} >= {"whole", "order", "coverage-5"}
    assert FITTED.count(9) == 3  # is it slow, is it whole, is it Bayesian
    assert FITTED.count(1) >= 30


def test_a_slow_model_with_a_hidden_constant_fails_on_three_sets() -> None:
    report = check_model(FarOff(), seconds=0.1)
    (found,) = (check for check in report.checks if check.name == "coverage-100")
    assert found.detail.endswith("3 sets")
    assert {check.name for check in report.failures} == {"coverage-100"}


def test_an_exception_in_a_model_is_a_finding_and_no_crash() -> None:
    report = quick(Failing())
    whole = next(check for check in report.checks if check.name == "whole")
    assert re.fullmatch(
        r"ZeroDivisionError: nothing to see \(.*test_check\.py, line \d+, in fit\)",
        whole.detail,
    )
    assert not report.passed


def test_what_is_no_fit_is_said_to_be_none_by_every_duty() -> None:
    told = {c.detail for c in quick(Number()).checks if c.outcome == "failed"}
    assert told == {
        "fit() returned a float; return a Fit, which mdmameta.fit_of_mean makes"
    }


def test_a_waived_duty_is_shown_with_its_reason() -> None:
    frame = quick(MantelHaenszel("OR")).to_frame().set_index("name")
    assert frame.loc["shift", "outcome"] == "waived"
    assert "counts" in frame.loc["shift", "detail"]


@pytest.mark.parametrize(
    ("waives", "match"), [({"shfit": "x"}, "no duty"), ({"shift": " "}, "reason")]
)
def test_what_is_waived_must_exist_and_be_reasoned(waives: dict, match: str) -> None:
    model = type("Waiving", (Altered,), {"waives": waives})()
    with pytest.raises(ModelError, match=match):
        quick(model)


def test_reference_values_are_compared() -> None:
    effects = Effects.from_arrays(y=[0.0, 1.0], v=[1.0, 1.0])
    report = quick(
        CommonEffect(), references=[(effects, {"value": 0.5}), (effects, {"q": 0.4})]
    )
    found = {check.name: check for check in report.checks}
    assert found["reference-1"].outcome == "passed"
    assert found["reference-2"].detail == "q 0.5 instead of 0.4"


def test_a_world_of_ones_own_sets_the_truth() -> None:
    def draw(rng: np.random.Generator, k: int, tau: float) -> Effects:
        return Effects.from_arrays(y=rng.normal(2.0, 0.1, k), v=np.full(k, 0.01))

    two = World(name="two", draw=draw, truth=2.0, tau=0.0)
    assert unhurried(CommonEffect(), world=two).passed
    wrong = World(name="three", draw=draw, truth=3.0, tau=0.0)
    assert not unhurried(CommonEffect(), world=wrong).passed


def test_the_same_seed_gives_the_same_report_apart_from_time() -> None:
    once, twice = (unhurried(CommonEffect()).to_frame()[:-1] for _ in range(2))
    assert once.equals(twice)


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(ModelError, match="no model"):
        check_model("REML")
    with pytest.raises(ModelError, match=r"Of a class give one .*RandomEffects\(\)"):
        check_model(RandomEffects)
    with pytest.raises(ModelError, match=r"cannot be called with one argument.*'v'"):
        check_model(TwoArguments())
    with pytest.raises(OptionError, match="replications=3"):
        check_model(CommonEffect(), replications=3)


def test_the_page_escapes_what_a_model_says_of_itself() -> None:
    class Hostile(Altered):
        def __repr__(self) -> str:
            return "<script>alert(1)</script>"

    assert "<script>" not in quick(Hostile()).to_html()


def test_a_measure_without_a_world_asks_for_one() -> None:
    with pytest.raises(ModelError, match=r"normal IRLN.*World of your own"):
        check_model(BinomialNormal(measure="IRLN"))


def test_a_prior_away_from_zero_waives_what_it_breaks() -> None:
    model = BayesianRandomEffects(mu=Normal(0, 1), tau=HalfNormal(0.5))
    frame = quick(model).to_frame().set_index("name")
    assert frame.loc[["shift", "scale"], "outcome"].eq("waived").all()
