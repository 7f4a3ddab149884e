"""The contrast under each prior of the bias, and what the data say of that prior."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.bayesian.prior_words import prior_words
from mdmameta.sensitivity.beliefs import Belief
from mdmameta.sensitivity.deciding import Decision
from mdmameta.sensitivity.joint_model import BiasPriors, JointBias, bias_priors
from mdmameta.sensitivity.table import SensitivityTable, Verdict, VerdictKind
from mdmameta.sensitivity.tipping import always_excludes, result_columns
from mdmameta.sensitivity.verdicts import FOLLOWS_PRIOR, range_words

Elicited = Mapping[str, tuple[float, float, str]]

#: Share of the variance of published biases taken to lie between trials where the
#: source's own I² (column ``i2``, percent) is not in the table: one half, an
#: assumption. The prior for a new trial is wider than that for the mean by it.
ASSUMED_I2 = 50.0

#: Fractions of u taken to be caused by efficacy.
REMOVED = (0.25, 0.5, 0.75, 1.0)


def joint_blinding(
    effects: Effects,
    run: Belief,
    published: pd.DataFrame,
    *,
    priors: pd.DataFrame | None = None,
    elicited: Elicited | None = None,
    removed: Sequence[float] = REMOVED,
    joint: BiasPriors | None = None,
) -> SensitivityTable:
    """Refit the contrast with b and u uncertain, under every prior of b.

    Rows: no bias; each published estimate under each change in belief assumed, as
    a mean and, wider, for a new trial; the first of these again with parts of u
    removed as caused by efficacy, and with the assumed u off together; priors
    elicited from people; and a weak one.

    Parameters
    ----------
    effects, run
        Contrasts and the u that each is given.
    published
        From `anchors`.
    priors
        The table behind it, for k (estimates pooled) and i2 (percent), by which
        a prior for a new trial is wider: SD √(1 + k I²), equal precisions assumed.
    elicited
        Name -> (mean, SD, source), in the unit of the effects.
    removed
        Fractions of u to remove.
    joint
        Priors of the rest, in the unit of the effects; by default those of
        `BiasPriors`, for standardised differences and log ratios.

    Returns
    -------
    SensitivityTable
        Rows: prior, source_id, delta_u, spread, removed, correlation, prior_mean,
        prior_sd, b_mean, b_sd, ratio, identified, then the result. The verdict is
        *not identified* where no sourced prior of b shrinks below 0.9 of its SD.

    Raises
    ------
    SensitivityError
        For effects in other units without ``joint``; for an elicited prior without
        a source.
    """
    chosen = bias_priors(effects, joint)
    asked = _scenarios(published, priors, elicited or {}, removed, chosen.weak)
    rows, fits = [], []
    inside = run.of(effects)
    for names, model in _models(asked, run, chosen):
        fit = model.fit(inside)
        decision = Decision(fit=fit, asked=fit, candidates=(fit,))
        learnt = _learnt(model, inside)
        rows.append({**names, **learnt, **result_columns(decision)})
        fits.append(fit)
    frame = pd.DataFrame(rows)
    return SensitivityTable(
        name="blinding_joint",
        label=f"Joint model of contrast, bias and belief: {effects.label}",
        frame=frame,
        fits=tuple(fits),
        verdict=_verdict(frame),
        notes=(
            f"Joint model: the prior of μ is {prior_words(chosen.mu)}, of τ "
            f"{prior_words(chosen.tau)}; u is normal with its sampling error, or with "
            "the SD of the prior where nobody was asked.",
            f"ASSUMED: biases of single trials vary with I² = {ASSUMED_I2:g} % where "
            "the table of published estimates does not give it.",
        ),
    )


def _learnt(model: JointBias, effects: Effects) -> dict[str, float | str]:
    """Put b before the contrasts beside b after them."""
    found = model.posterior(effects)
    ratio = found.b_sd / model.b[1] if model.b[1] else np.nan
    return {
        "prior_mean": model.b[0],
        "prior_sd": model.b[1],
        "b_mean": found.b_mean,
        "b_sd": found.b_sd,
        "ratio": ratio,
        "identified": "yes" if ratio < FOLLOWS_PRIOR else "no",
    }


def new_trial_sd(sd: float, k: float, i2: float) -> float:
    """SD of the bias of a new trial, from that of the mean of k biases.

    With equal precisions τ² = I² k SE², so the variance is SE² (1 + k I²).

    Examples
    --------
    >>> round(new_trial_sd(0.1, 10, 50.0), 3)
    0.245
    """
    return float(sd * np.sqrt(1 + k * i2 / 100))


def _scenarios(
    published: pd.DataFrame,
    priors: pd.DataFrame | None,
    elicited: Elicited,
    removed: Sequence[float],
    weak: tuple[float, float],
) -> list[dict[str, Any]]:
    made = [_row("none", (0.0, 0.0), source_id="", spread="fixed")]
    if len(published):
        first = published["delta_u"].iloc[0]
        for one in published.to_dict("records"):
            kept = {"source_id": one["source_id"], "delta_u": one["delta_u"]}
            name, mean = str(one["prior_id"]), float(one["b"])
            made.append(_row(name, (mean, one["sd"]), spread="mean", **kept))
            k, i2 = _k_and_i2(priors, name)
            wide = new_trial_sd(one["sd"], k, i2)
            made.append(_row(name, (mean, wide), spread="new trial", **kept))
            if one["delta_u"] == first:
                prior = (mean, float(one["sd"]))
                made += [
                    _row(name, prior, spread="mean", removed=x, **kept) for x in removed
                ]
                made.append(_row(name, prior, spread="mean", correlation=1.0, **kept))
    for name, (mean, sd, source) in elicited.items():
        if not str(source).strip():
            raise SensitivityError(
                f"elicited[{name!r}] has no source; say who gave it, as a citation."
            )
        made.append(_row(name, (mean, sd), source_id=source, spread="elicited"))
    return [*made, _row("weak", weak, source_id="", spread="no source")]


def _row(name: str, b: tuple[float, float], **rest: Any) -> dict[str, Any]:
    base = {"prior": name, "source_id": "", "delta_u": np.nan, "spread": ""}
    return {**base, "removed": 0.0, "correlation": 0.0, **rest, "b": b}


def _k_and_i2(priors: pd.DataFrame | None, name: str) -> tuple[float, float]:
    if priors is None:
        return 1.0, ASSUMED_I2
    row = priors[priors["prior_id"] == name].iloc[0]
    k, i2 = (float(row[c]) if c in priors else np.nan for c in ("k", "i2"))
    return (k if np.isfinite(k) else 1.0, i2 if np.isfinite(i2) else ASSUMED_I2)


def _models(
    scenarios: list[dict[str, Any]], run: Belief, chosen: BiasPriors
) -> list[tuple[dict[str, Any], JointBias]]:
    return [
        (
            {name: value for name, value in one.items() if name != "b"},
            JointBias(
                beliefs=run.table,
                b=one["b"],
                removed=one["removed"],
                correlation=one["correlation"],
                mu=chosen.mu,
                tau=chosen.tau,
            ),
        )
        for one in scenarios
    ]


def _verdict(frame: pd.DataFrame) -> Verdict:
    """Judge by the published and elicited priors; wider ones are told beside."""
    used, wide = _judged(frame)
    least, most = float(used["ratio"].min()), float(used["ratio"].max())
    crossing = int((~used["excludes_zero"]).sum())
    kind: VerdictKind = "robust" if always_excludes(used) else "fragile"
    follows = least >= FOLLOWS_PRIOR
    sentences = (
        f"The contrasts {'do not identify' if follows else 'narrow'} b:",
        f"its posterior SD is {_percents(least, most)} of its prior's",
        *_wide_words(wide),
        f"over {len(used)} prior{'s' * (len(used) != 1)}. There "
        f"{range_words(used)}; {crossing} of these intervals hold zero.",
    )
    return Verdict(
        kind="not identified" if follows else kind,
        text=" ".join(sentences),
        numbers={
            "least_ratio": least,
            "least_ratio_new_trial": float(wide["ratio"].min()) if len(wide) else None,
            "priors": float(len(used)),
            "intervals_with_zero": float(crossing),
            "lowest": float(used["value"].min()),
            "highest": float(used["value"].max()),
        },
    )


def _judged(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows that are judged, and those of the wider priors for a new trial."""
    whole = frame[(frame["prior_sd"] > 0) & (frame["removed"] == 0)]
    whole = whole[whole["correlation"] == 0]
    sourced = whole[whole["spread"].isin(["mean", "elicited"])]
    used = sourced if len(sourced) else whole
    return used, whole[whole["spread"] == "new trial"]


def _percents(low: float, high: float) -> str:
    ends = dict.fromkeys(f"{100 * ratio:.0f}" for ratio in (low, high))
    return f"{' to '.join(ends)} %"


def _wide_words(wide: pd.DataFrame) -> tuple[str, ...]:
    if wide.empty:
        return ()
    ends = _percents(float(wide["ratio"].min()), float(wide["ratio"].max()))
    return (
        f"({ends} where widened for a new trial, which owes more to the priors of "
        "contrast and belief than to how contrasts vary with belief),",
    )
