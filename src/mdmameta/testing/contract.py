"""The duties of `mdmameta.models.duties`, each as a check on simulated effects."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.errors import MetaError
from mdmameta.models.duties import waived
from mdmameta.models.fit import Fit, Model
from mdmameta.plugins.faults import place
from mdmameta.testing.compare import (
    Broken,
    numbers,
    require,
    require_same,
    tolerance,
)
from mdmameta.testing.conformance import Check

Duty = Callable[[Model, Sequence[Effects]], str]

#: What is added to effects, and what they are multiplied by.
SHIFTS, SCALES = (0.5, -3.0), (0.01, 30.0)

#: Percent of the weight that a variance of 1e12 may still have.
NO_WEIGHT = 1e-6


def fit_by(model: Model, effects: Effects) -> Fit:
    """Fit, and refuse what is no Fit."""
    fit = model.fit(effects)
    cure = "return a Fit, which mdmameta.fit_of_mean makes"
    require(isinstance(fit, Fit), f"fit() returned a {type(fit).__name__}; {cure}")
    return fit


def keeps_value(model: Model, sets: Sequence[Effects]) -> str:
    """Check ``repr``, equality and pickling."""
    label = repr(model)
    require("\n" not in label, f"its repr has several lines: {label!r}")
    require(" at 0x" not in label, f"its repr names an address: {label}")
    copy = pickle.loads(pickle.dumps(model))
    require(repr(copy) == label, f"a copy is labelled {copy!r}")
    require(copy == model, "a copy is not equal to it")
    require(hash(copy) == hash(model), "a copy has another hash")
    return label


def keeps_whole(model: Model, sets: Sequence[Effects]) -> str:
    """Check that a Fit is complete and in order."""
    for effects in sets:
        fit = fit_by(model, effects)
        e = fit.estimate
        require(e.ci_low <= e.value <= e.ci_high, f"interval out of order: {e}")
        require(fit.weights.shape == (effects.k,), f"weights: {fit.weights.shape}")
        total = float(fit.weights.sum())
        prior = getattr(fit, "exact", None) is not None or fit.posterior is not None
        whole = total <= 100 + 1e-6 if prior else abs(total - 100) < 1e-6
        require(whole, f"weights sum to {total:.6g} percent")
        require(not fit.diagnostics.problems(), "; ".join(fit.diagnostics.problems()))
        require(len(fit.to_frame()) == 1, "to_frame() has not one row")
    return f"{len(sets)} sets of {_range(sets)} rows"


def keeps_same(model: Model, sets: Sequence[Effects]) -> str:
    """Check that two fits of one input are identical."""
    for effects in sets[:2]:
        once, twice = numbers(fit_by(model, effects)), numbers(fit_by(model, effects))
        require_same(twice, once, 0.0, "a second fit differs")
    return "two fits are identical"


def keeps_untouched(model: Model, sets: Sequence[Effects]) -> str:
    """Check that nothing given is modified."""
    effects, label = sets[0], repr(model)
    before = pickle.dumps((effects.y, effects.v, effects.to_frame()))
    fit_by(model, effects)
    after = pickle.dumps((effects.y, effects.v, effects.to_frame()))
    require(before == after, "the effects were modified")
    require(repr(model) == label, f"the model became {model!r}")
    return "effects and model are as before"


def keeps_order(model: Model, sets: Sequence[Effects]) -> str:
    """Check that rows in another order give the same fit."""
    for effects in sets:
        order = np.random.default_rng(effects.k).permutation(effects.k)
        there, mixed = fit_by(model, effects), fit_by(model, effects.take(order))
        _agree(numbers(mixed), there, "rows in another order")
        gap = np.abs(mixed.weights - there.weights[order]).max()
        require(gap < 1e-4 + _noise(there), f"weights differ by {gap:.2g} percent")
    return f"{len(sets)} sets in another order"


def keeps_shift(model: Model, sets: Sequence[Effects]) -> str:
    """Check that a constant added to the effects is added to the estimate."""
    for effects, c in _with(sets, SHIFTS):
        moved = numbers(fit_by(model, effects.with_y(effects.y + c)))
        moved[:5] -= c
        _agree(moved, fit_by(model, effects), f"effects + {c:g}")
    return f"effects moved by {', '.join(f'{c:g}' for c in SHIFTS)}"


def keeps_scale(model: Model, sets: Sequence[Effects]) -> str:
    """Check that another unit of the effects is another unit of the estimate."""
    for effects, c in _with(sets, SCALES):
        scaled = Effects.from_arrays(
            y=c * effects.y,
            v=c**2 * effects.v,
            study=list(effects.study),
            moderators=effects.frame,
        )
        found = numbers(fit_by(model, scaled)) / c
        _agree(found, fit_by(model, effects), f"effects times {c:g}")
    return f"effects multiplied by {', '.join(f'{c:g}' for c in SCALES)}"


def keeps_mirror(model: Model, sets: Sequence[Effects]) -> str:
    """Check that the other direction gives the estimate of the other sign."""
    for effects in sets:
        back = numbers(fit_by(model, effects.with_y(-effects.y)))
        mirrored = np.array([-back[0], -back[2], -back[1], -back[4], -back[3], back[5]])
        _agree(mirrored, fit_by(model, effects), "effects of the other sign")
    return f"{len(sets)} sets with the other sign"


def keeps_weightless(model: Model, sets: Sequence[Effects]) -> str:
    """Check that rows without information have no influence."""
    effects = sets[-1]
    infinite = fit_by(model, _last_variance(effects, np.inf))
    without = fit_by(model, effects.take(np.arange(effects.k - 1)))
    require(infinite.weights[-1] == 0, "a row of infinite variance has weight")
    require(infinite.k == effects.k - 1, "a row of infinite variance is counted in k")
    _agree(numbers(infinite), without, "with a row of infinite variance")
    rough = fit_by(model, _last_variance(effects, 1e12))
    share = float(rough.weights[-1])
    require(share < NO_WEIGHT, f"a variance of 1e12 has {share:.2g} percent")
    return "no weight for v = inf, and none to speak of for v = 1e12"


def keeps_missing(model: Model, sets: Sequence[Effects]) -> str:
    """Check that a row with a missing effect is dropped, and that the fit says so."""
    effects = sets[-1]
    y = np.where(np.arange(effects.k) == effects.k - 1, np.nan, effects.y)
    gap = fit_by(model, effects.with_y(y))
    without = fit_by(model, effects.take(np.arange(effects.k - 1)))
    _agree(numbers(gap), without, "with a missing effect")
    added = set(gap.warnings) - set(without.warnings)
    require(bool(added), "a row was dropped without a warning")
    return next(iter(added))


def keeps_one_study(model: Model, sets: Sequence[Effects]) -> str:
    """Check k = 1."""
    one = sets[0].take(np.array([0]))
    fit = fit_by(model, one)
    e = fit.estimate
    if "shift" not in waived(model):  # else it estimates something else than y
        own = abs(e.value - one.y[0]) < 1e-8
        require(own, f"estimate {e.value} is not y = {one.y[0]}")
    require(bool(np.isfinite(e.ci_high - e.ci_low)), "no interval")
    predicted = np.isfinite([e.pi_low, e.pi_high]).any()
    require(not predicted, "a prediction interval from one study")
    require(bool(fit.warnings), "no warning")
    return str(fit.warnings[0])


def keeps_nothing(model: Model, sets: Sequence[Effects]) -> str:
    """Check that nothing to fit is an error of this package."""
    effects = sets[0].take(np.array([0]))
    missing = pd.DataFrame(np.nan, index=[0], columns=effects.frame.columns)
    empty = Effects.from_arrays(y=[np.nan], v=[1.0], moderators=missing)
    try:
        fit_by(model, empty)
    except MetaError as error:
        return str(error)
    raise Broken("it fitted nothing, without an error")


#: Duty -> its check.
CONTRACT: dict[str, Duty] = {
    "value": keeps_value,
    "whole": keeps_whole,
    "same": keeps_same,
    "untouched": keeps_untouched,
    "order": keeps_order,
    "shift": keeps_shift,
    "scale": keeps_scale,
    "mirror": keeps_mirror,
    "weightless": keeps_weightless,
    "missing": keeps_missing,
    "one-study": keeps_one_study,
    "nothing": keeps_nothing,
}


def check_duty(
    name: str, model: Model, sets: Sequence[Effects], reason: str | None
) -> Check:
    """Check one duty, or say why the model waives it.

    Parameters
    ----------
    name
        Code of the duty.
    model, sets
        What is fitted to what.
    reason
        Why the model waives the duty, or None.
    """
    if reason is not None:
        return Check(name=name, outcome="waived", detail=reason)
    return attempt(
        name,
        lambda: Check(name=name, outcome="passed", detail=CONTRACT[name](model, sets)),
        model,
    )


def attempt(name: str, make: Callable[[], Check], model: Any) -> Check:
    """Make a check; whatever somebody's model raises meanwhile is its failure."""
    try:
        return make()
    except Broken as error:
        detail = str(error)
    except Exception as error:
        where = place(error, type(model).__module__)
        detail = f"{type(error).__name__}: {error}" + (f" ({where})" if where else "")
    return Check(name=name, outcome="failed", detail=detail)


def fitted(model: Model, effects: Effects) -> Fit | None:
    """Fit, or return None where somebody's model raises: the duties report what."""
    try:
        return model.fit(effects)
    except Exception:
        return None


def _agree(found: np.ndarray, fit: Fit, what: str) -> None:
    require_same(found, numbers(fit), tolerance(fit), what)


def _noise(fit: Fit) -> float:
    """Percent by which sampled weights may differ."""
    return 0.0 if fit.diagnostics.ess_bulk is None else 100 * tolerance(fit)


def _with(
    sets: Sequence[Effects], values: Sequence[float]
) -> Iterator[tuple[Effects, float]]:
    return ((effects, values[i % len(values)]) for i, effects in enumerate(sets))


def _last_variance(effects: Effects, v: float) -> Effects:
    last = np.arange(effects.k) == effects.k - 1
    return Effects.from_arrays(
        y=effects.y,
        v=np.where(last, v, effects.v),
        study=list(effects.study),
        moderators=effects.frame,
    )


def _range(sets: Sequence[Effects]) -> str:
    sizes = [effects.k for effects in sets]
    return f"{min(sizes)} to {max(sizes)}"
