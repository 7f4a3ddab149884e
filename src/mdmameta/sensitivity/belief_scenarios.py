"""Scenarios of belief: people who know the drug, and therapists who see it work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.sensitivity.beliefs import Belief
from mdmameta.sensitivity.bias_adjusted import adjusted
from mdmameta.sensitivity.matching import contrast_roles
from mdmameta.sensitivity.question import Question
from mdmameta.sensitivity.shares import checked_shares, filled_shares, shares_by_study
from mdmameta.sensitivity.tipping import first_crossing

#: How much of their doubt people with earlier use are taken to lose: none, half, all.
RECOGNITION = (0.0, 0.5, 1.0)

#: Changes in therapists' belief: half, three quarters, complete.
THERAPIST_U = (0.5, 0.75, 1.0)


def prior_use_scenarios(
    question: Question,
    run: Belief,
    shares: pd.DataFrame,
    *,
    at: float,
    end: float,
    recognition: Sequence[float] = RECOGNITION,
) -> pd.DataFrame:
    """Let people who used the drug before recognise it more often.

    Experienced people lose a share r of the doubt: u_E = u_N + r (1 − u_N). Where
    u was counted it is a mix and stays, and u among the naive is smaller; where it
    is assumed, the assumption is taken to be for naive people and u grows by
    π r (1 − u). π, the share of experienced people, is the mean of both arms;
    where no text gives it, none and all are run.

    Parameters
    ----------
    question, run
        As in the main run.
    shares
        See `checked_shares`.
    at
        Bias at which the contrast is shown.
    end
        Bias searched to.
    recognition
        Values of r, 0 to 1.

    Returns
    -------
    pandas.DataFrame
        unknown_shares (known, or low and high), recognition, mean_u, mean_u_naive,
        b, value, ci_low, ci_high, tipping_b, reason; r = 0 is the main run.
    """
    effects = run.of(question.effects)
    labels = np.asarray(run.table["study"].astype(str))
    table = contrast_roles(effects, checked_shares(shares), labels)
    by_study = shares_by_study(table, list(labels))
    rows = []
    for name, filled in filled_shares(by_study, (0.0, 1.0)).items():
        pi = filled[["share_active", "share_control"]].mean(axis=1).to_numpy(float)
        for r in recognition:
            moved, naive = _recognised(run, pi, r)
            means = [float(np.mean(u)) for u in (moved.table["u"], naive)]
            rows.append((name, r, *means, *_result(question, moved, at, end)))
    columns = ["unknown_shares", "recognition", "mean_u", "mean_u_naive", *_RESULT]
    return pd.DataFrame(rows, columns=columns)


def therapist_scenarios(
    question: Question,
    run: Belief,
    *,
    sizes: Sequence[tuple[str, float]],
    at: float,
    end: float,
    therapist_u: Sequence[float] = THERAPIST_U,
) -> pd.DataFrame:
    """Let therapists who know the arm add a bias of their own.

    θᵢ = δᵢ + b uᵢ + c t, with t the therapists' change in belief, alike in all
    trials, and c the bias when it is complete. No count of therapists' guesses may
    exist, so this is a scenario; c t is a plain shift of the contrast.

    Parameters
    ----------
    question, run
        As in the main run.
    sizes
        Names and values of c, in the unit of the effects.
    at, end
        See `prior_use_scenarios`.
    therapist_u
        Values of t.

    Returns
    -------
    pandas.DataFrame
        c_from, c, therapist_u, b, value, ci_low, ci_high, tipping_b, reason.
    """
    effects = run.of(question.effects)
    rows = []
    for name, c in sizes:
        for t in therapist_u:
            shifted = effects.with_y(effects.y - c * t)
            rows.append((name, c, t, *_result(question, run, at, end, shifted)))
    return pd.DataFrame(rows, columns=["c_from", "c", "therapist_u", *_RESULT])


_RESULT = ("b", "value", "ci_low", "ci_high", "tipping_b", "reason")


def _recognised(run: Belief, pi: FloatArray, r: float) -> tuple[Belief, FloatArray]:
    u = run.table["u"].to_numpy(dtype=float)
    counted = (run.table["basis"] == "counts").to_numpy()
    naive = np.where(
        counted & (pi * r < 1), (u - r * pi) / np.maximum(1 - r * pi, 1e-12), u
    )
    overall = np.where(counted, u, u + pi * r * (1 - u))
    return replace(run, table=run.table.assign(u=overall)), naive


def _result(
    question: Question,
    run: Belief,
    at: float,
    end: float,
    effects: Effects | None = None,
) -> tuple[float, float, float, float, float, str]:
    rows = run.of(question.effects) if effects is None else effects
    path = partial(adjusted, rows, run.table)
    e = question.judge(path(at)).estimate
    found = first_crossing(path, question.judge, [end])
    tip = np.nan if found.value is None else found.value
    return (at, e.value, e.ci_low, e.ci_high, tip, found.reason)
