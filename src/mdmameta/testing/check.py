"""Check a model against what models owe and against simulated truth."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.special import bdtr, bdtrc

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.bayesian.sampled.cache import unused
from mdmameta.models.duties import DUTIES, waived
from mdmameta.models.fit import Model
from mdmameta.models.generative import Generative
from mdmameta.plugins.contracts import misfitting_method
from mdmameta.testing.conformance import Check, Conformance, Outcome
from mdmameta.testing.contract import attempt, check_duty, fitted
from mdmameta.testing.recovery import Recovery, recover
from mdmameta.testing.self_made import FALSE_ALARM, self_made
from mdmameta.testing.speed import speed
from mdmameta.testing.worlds import World, world_of

#: Sizes and heterogeneity of the sets on which the contract is checked.
SETS = ((3, 0.0), (5, 0.25), (8, 1.0), (12, 0.0), (12, 0.25))

#: A fit that takes longer than this, in seconds, is checked on fewer sets, and in
#: its brief form where it has one.
SLOW = 0.2

#: Duties that are checked in full nevertheless: what a user gets must be sound.
IN_FULL = ("value", "whole")

#: Share of their time that simulations have however long the duties took.
LEAST_LEFT = 0.5

#: Numbers of studies in simulations, with their share of the time.
SIZES = {5: 0.2, 10: 0.2, 100: 0.6}

#: Share of the time for calibration, where a model can make data itself, and the
#: number of studies in it: few, for there the priors matter.
CALIBRATION, FEW = 0.6, 6

#: Number of studies with which coverage is judged.
MANY = 100

#: Coverage may differ from its claim by this, beyond chance: Wald intervals of a
#: correct model lose a little even with 100 studies.
SLACK = 0.015

#: Coverage of fewer sets can fail a model, but not pass it.
FEWEST_SETS = 100

Reference = tuple[Effects, Mapping[str, float]]


def check_model(
    model: Model,
    *,
    world: World | None = None,
    references: Sequence[Reference] = (),
    replications: int = 400,
    seconds: float = 40.0,
    seed: int = 1,
) -> Conformance:
    """Check what a model owes, and whether it finds the truth in simulation.

    The contract (`mdmameta.testing.DUTIES`) is checked on simulated effects;
    a model waives a duty by an attribute ``waives`` that maps the duty's code
    to the reason. Then bias and coverage are measured: with 5 and 10 studies they
    are reported, for few models have nominal coverage there; with 100 the
    coverage is judged.

    A Bayesian model that can make data from its own priors, which is one with a
    method ``simulate`` (see `mdmameta.models.generative.Generative`), is also
    calibrated: parameters are drawn from its priors, effects of six studies from
    those, and the ranks of the parameters in their posteriors must be uniform. It
    fails on gross faults alone: a right model does once in a thousand checks.

    Parameters
    ----------
    model
        Anything with ``fit(effects)`` and a ``repr``.
    world
        What to simulate. By default the world that the model names in an
        attribute ``world`` (a key of `mdmameta.testing.WORLDS`), else
        independent studies with normal effects.
    references
        Pairs of effects and the numbers known for them, by name as in
        ``fit.to_frame()``; compared to 1e-6.
    replications
        Simulated sets for each number of studies, at most.
    seconds
        Time for all simulations together; a slow model gets fewer sets, and of this
        time the duties take up to half. One that samples is simulated in its brief
        form, with fewer draws, and so are its duties but for that of soundness.
        Coverage of fewer than 100 sets can fail a model, but is only reported
        where it does not: with less time than the default that may happen.
    seed
        Of all simulations.

    Returns
    -------
    Conformance
        ``passed``, ``to_frame()``, ``to_html()``.

    Raises
    ------
    OptionError
        For fewer than 10 replications.
    ModelError
        When ``model`` has no ``fit``, or waives what is no duty.

    References
    ----------
    Morris, White and Crowther 2019, doi:10.1002/sim.8086 (simulation studies
    and their Monte Carlo errors); Talts et al. 2018, arXiv:1804.06788 (calibration).

    Examples
    --------
    >>> from mdmameta import CommonEffect
    >>> report = check_model(CommonEffect(), replications=100)
    >>> report
    <Conformance CommonEffect(interval='wald'): passed>
    >>> bool(report.to_frame()["outcome"].value_counts()["passed"] >= 12)
    True
    """
    _check_kind(model)
    if replications < 10:
        raise OptionError(f"replications={replications}; allowed: 10 or more.")
    reasons = waived(model)
    world = world_of(model) if world is None else world
    begun = time.perf_counter()
    with unused():
        sets = _sets(model, world, seed)
        slow = len(sets) < len(SETS)
        light = _brief(model, seed) if slow else model
        contract, took = _contract(model, light, sets, reasons)
        whole = not any(c.name == "whole" and c.outcome == "failed" for c in contract)
        spent = time.perf_counter() - begun if slow else 0.0
        left = max(seconds - spent, LEAST_LEFT * seconds)
        limits = _Limits(replications, left, seed)
        more = (
            _references(model, references),
            _recovery(model, world, limits) if whole else _not_simulated(),
            _calibration(model, world, limits) if whole else (),
            speed(model, sets, took["whole"] if slow else None),
        )
        checks = (*contract, *(check for some in more for check in some))
    return Conformance(model=repr(model), checks=checks, seed=seed)


def _check_kind(model: object) -> None:
    cure = "a model has a method fit(effects) that returns a Fit"
    if isinstance(model, type) or not isinstance(model, Model):
        raise ModelError(
            f"{model!r} is no model: {cure}. Of a class give one with its options, "
            "such as RandomEffects()."
        )
    if wrong := misfitting_method(model, "fit"):
        raise ModelError(f"{model!r} is no model: {wrong}; {cure}.")


@dataclass(frozen=True, slots=True)
class _Limits:
    """How many sets to simulate, for how long, and of which seed."""

    sets: int
    seconds: float
    seed: int


def _sets(model: Model, world: World, seed: int) -> list[Effects]:
    rng = np.random.default_rng(seed)
    sets = [world.draw(rng, k, tau) for k, tau in SETS]
    slow = _is_slow(_brief(model, seed), sets[-1]) or _is_slow(model, sets[-1])
    return sets[-1:] if slow else sets


def _is_slow(model: Model, effects: Effects) -> bool:
    start = time.perf_counter()
    return fitted(model, effects) is not None and time.perf_counter() - start > SLOW


def _contract(
    model: Model, light: Model, sets: Sequence[Effects], reasons: Mapping[str, str]
) -> tuple[list[Check], dict[str, float]]:
    """Check every duty, and return what was found and the seconds that each took."""
    checks, took = [], {}
    for name in DUTIES:
        start = time.perf_counter()
        one = model if name in IN_FULL else light
        checks.append(check_duty(name, one, sets, reasons.get(name)))
        took[name] = time.perf_counter() - start
    return checks, took


def _brief(model: Model, seed: int) -> Model:
    """Return the form of a model that samples with fewer draws, where it has one."""
    brief: Model = getattr(model, "brief", lambda seed: model)(seed)
    return brief


def _references(model: Model, references: Iterable[Reference]) -> Iterator[Check]:
    for number, (effects, wanted) in enumerate(references, 1):
        name = f"reference-{number}"
        yield attempt(name, partial(_reference, name, model, effects, wanted), model)


def _reference(
    name: str, model: Model, effects: Effects, wanted: Mapping[str, float]
) -> Check:
    row = model.fit(effects).to_frame().iloc[0]
    wrong = [
        f"{key} {row[key]:.8g} instead of {value:.8g}"
        for key, value in wanted.items()
        if not np.isclose(row[key], value, rtol=1e-6, atol=1e-9, equal_nan=True)
    ]
    return Check(
        name=name,
        outcome="failed" if wrong else "passed",
        detail="; ".join(wrong) or f"{len(wanted)} numbers agree",
    )


def _not_simulated() -> Iterator[Check]:
    detail = "not simulated, since its fits are not whole"
    yield Check(name=f"coverage-{MANY}", outcome="reported", detail=detail)


def _recovery(model: Model, world: World, limits: _Limits) -> Iterator[Check]:
    time_left = limits.seconds
    if isinstance(model, Generative):
        time_left *= 1 - CALIBRATION
    brief = _brief(model, limits.seed)
    for k, share in SIZES.items():
        part = replace(limits, seconds=share * time_left)
        make = partial(_coverage, brief, world, k, part)
        yield attempt(f"coverage-{k}", make, model)


def _coverage(model: Model, world: World, k: int, limits: _Limits) -> Check:
    found = recover(
        model,
        world,
        k,
        replications=limits.sets,
        seconds=limits.seconds,
        seed=limits.seed,
    )
    return Check(
        name=f"coverage-{k}",
        outcome="reported" if k < MANY else _judge(found),
        detail=f"{world.name} studies, truth {world.truth:g}: {found}",
    )


def _calibration(model: Model, world: World, limits: _Limits) -> Iterator[Check]:
    design = world.draw(np.random.default_rng([limits.seed, FEW]), FEW, world.tau)
    if isinstance(model, Generative):
        yield attempt("calibration", partial(_calibrated, model, design, limits), model)
    elif _is_bayesian(model, design):
        detail = (
            "not calibrated: the model has no simulate(effects, rng), which draws from "
            "its priors; see mdmameta.models.generative.Generative"
        )
        yield Check(name="calibration", outcome="reported", detail=detail)


def _calibrated(model: Generative, design: Effects, limits: _Limits) -> Check:
    try:
        model.simulate(design, np.random.default_rng(limits.seed))
    except OptionError as error:  # an improper prior has nothing to draw from
        detail = f"not calibrated: {error}"
        return Check(name="calibration", outcome="reported", detail=detail)
    part = CALIBRATION * limits.seconds
    found = self_made(model, design, sets=limits.sets, seconds=part, seed=limits.seed)
    outcome: Outcome = "passed" if found.passed else "failed"
    return Check(name="calibration", outcome=outcome, detail=str(found))


def _is_bayesian(model: Model, effects: Effects) -> bool:
    fit = fitted(model, effects)
    return fit is not None and (fit.posterior is not None or fit.exact is not None)


def _judge(found: Recovery) -> Outcome:
    """Fail where a right model covers so seldom, or so often, once in a thousand."""
    n = found.replications
    held = round(found.coverage * n)
    seldom = bdtr(held, n, found.level - SLACK)
    often = bdtrc(held - 1, n, min(1.0, found.level + SLACK))
    if min(seldom, often) < FALSE_ALARM:
        return "failed"
    return "passed" if n >= FEWEST_SETS else "reported"
