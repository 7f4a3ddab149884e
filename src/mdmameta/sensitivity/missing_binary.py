"""Events under missing outcomes: imputed counts and odds ratios of the missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.checks import freeze
from mdmameta.effects.counts import CELLS, GROUPS
from mdmameta.effects.measures import effect_size
from mdmameta.effects.missing_kernels import Mixed, linked, mixed_risk
from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError

MEASURES = ("RR", "OR", "RD")

#: What the missing of the active and of the control arm are taken to have had:
#: True for a good outcome.
IMPUTED: dict[str, tuple[bool, bool]] = {
    "missing = failure": (False, False),
    "best case": (True, False),
    "worst case": (False, True),
}


def has_counts(effects: Effects) -> bool:
    """Tell whether effects are of events, with the counts behind them."""
    return effects.measure in MEASURES and set(CELLS) <= set(_named(effects.frame))


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the moderators with the sizes of groups under metafor's names."""
    found = {}
    for events, others, size, ours in GROUPS:
        if size in frame:
            continue
        if ours in frame:
            found[size] = frame[ours]
        elif {events, others} <= set(frame):
            found[size] = frame[events] + frame[others]
    return frame.assign(**found)


def counts_of(effects: Effects, fractions: pd.DataFrame) -> pd.DataFrame:
    """Put counts and numbers randomised side by side.

    Returns
    -------
    pandas.DataFrame
        study, ai, n1i, ci, n2i, n_active, n_control (randomised; those
        assessed where not known), known; one row an effect.

    Raises
    ------
    SensitivityError
        When more were assessed for the outcome than randomised.
    """
    cells = _named(effects.frame)[list(CELLS)].astype(float).reset_index(drop=True)
    table = pd.concat([fractions.reset_index(drop=True), cells], axis=1)
    for n, assessed in (("n_active", "n1i"), ("n_control", "n2i")):
        table[n] = table[n].where(table["known"], table[assessed])
        over = table[assessed] > table[n]
        if over.any():
            row = table[over].iloc[0]
            raise SensitivityError(
                f"study {row['study']}: {assessed} = {row[assessed]:g} were assessed, "
                f"but {row[n]:g} randomised ({n} of flow). Correct one of the tables."
            )
    return table


def imputed_counts(
    counts: pd.DataFrame, scenario: str, *, good: bool = True
) -> pd.DataFrame:
    """Count everybody randomised, the missing given an outcome.

    Parameters
    ----------
    counts
        From `counts_of`.
    scenario
        "missing = failure", "best case" (success in the active arm, failure in
        the control arm) or "worst case" (the reverse).
    good
        Whether the event is the good outcome, such as response.

    Returns
    -------
    pandas.DataFrame
        study, ai, n1i, ci, n2i.

    Examples
    --------
    >>> counts = pd.DataFrame({"study": ["A"], "ai": [45], "n1i": [52], "ci": [29],
    ...                        "n2i": [42], "n_active": [53], "n_control": [51]})
    >>> out = imputed_counts(counts, "missing = failure")
    >>> float(round(out.ai[0] / out.n1i[0] / (out.ci[0] / out.n2i[0]), 2))
    1.49
    """
    success_active, success_control = IMPUTED[scenario]
    add_active = (success_active == good) * (counts["n_active"] - counts["n1i"])
    add_control = (success_control == good) * (counts["n_control"] - counts["n2i"])
    return pd.DataFrame(
        {
            "study": counts["study"],
            "ai": counts["ai"] + add_active,
            "n1i": counts["n_active"],
            "ci": counts["ci"] + add_control,
            "n2i": counts["n_control"],
        }
    )


def imputed(
    effects: Effects, counts: pd.DataFrame, scenario: str, *, good: bool
) -> Effects:
    """Return the effects of imputed counts; those without flow as they were."""
    table = imputed_counts(counts, scenario, good=good)
    cells = {c: table[c].to_numpy() for c in CELLS}
    made = effect_size(effects.measure, **cells)  # type: ignore[arg-type]
    bare = without_counts(effects)
    fresh = replace(bare, frame=bare.frame.assign(**cells))
    return _replaced(fresh, counts, made["y"].to_numpy(), made["v"].to_numpy())


def with_odds_ratio(
    effects: Effects, counts: pd.DataFrame, active: float, control: float
) -> Effects:
    """Effects when the odds of the event among the missing are IMOR times the observed.

    With p the risk among n assessed and f the fraction missing of N randomised,
    the risk in the arm is p* = (1 − f) p + f p_m, odds(p_m) = IMOR odds(p); its
    variance by the delta method counts the error of p and of f.

    Parameters
    ----------
    effects, counts
        Available-case effects, and the counts from `counts_of`.
    active, control
        Informative missingness odds ratios by arm; 1 is the available-case
        analysis (missing at random).

    References
    ----------
    Higgins, White & Wood 2008, doi:10.1177/1740774508091600; White, Higgins &
    Wood 2008, doi:10.1002/sim.3008.
    """
    (g_t, v_t, _), (g_c, v_c, _) = _both(effects, counts, active, control)
    return _replaced(effects, counts, g_t - g_c, v_t + v_c)


def risk_slopes(
    effects: Effects, counts: pd.DataFrame, active: float, control: float
) -> FloatArray:
    """Slopes of the contrasts by the log odds ratios of the missing of each arm.

    Parameters
    ----------
    effects, counts, active, control
        As in `with_odds_ratio`.

    Returns
    -------
    numpy.ndarray
        Shape (k, 2); zero where the numbers missing are not known.
    """
    first, second = _both(effects, counts, active, control)
    slopes = np.column_stack([first.slopes[0], -second.slopes[0]])
    known: np.ndarray = slopes * counts["known"].to_numpy(dtype=bool)[:, None]
    return known


def _both(
    effects: Effects, counts: pd.DataFrame, active: float, control: float
) -> tuple[Mixed, Mixed]:
    ratios = np.array([[active]]), np.array([[control]])
    return _arms(effects, counts, *ratios)


def contrasts_at(
    effects: Effects, counts: pd.DataFrame, active: FloatArray, control: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Contrasts and variances at many pairs of odds ratios of the missing.

    Parameters
    ----------
    effects, counts
        As in `with_odds_ratio`.
    active, control
        Odds ratios, shape (m,).

    Returns
    -------
    tuple of numpy.ndarray
        y and v, shape (m, k).
    """
    first, second = _arms(
        effects, counts, active[:, None, None], control[:, None, None]
    )
    known = counts["known"].to_numpy(dtype=bool)
    y, v = first.value - second.value, first.variance + second.variance
    return np.where(known, y, effects.y), np.where(known, v, effects.v)


def _arms(
    effects: Effects, counts: pd.DataFrame, active: FloatArray, control: FloatArray
) -> tuple[Mixed, Mixed]:
    zero = _any_zero(counts)
    arms = (
        _risk(counts, ("ai", "n1i", "n_active"), active, zero),
        _risk(counts, ("ci", "n2i", "n_control"), control, zero),
    )
    return linked(effects.measure, arms[0]), linked(effects.measure, arms[1])


def _any_zero(counts: pd.DataFrame) -> FloatArray:
    a, n1, c, n2 = (counts[name].to_numpy(dtype=float) for name in CELLS)
    zero = (a == 0) | (n1 == a) | (c == 0) | (n2 == c)
    return np.asarray(zero, dtype=np.float64)


def without_counts(effects: Effects) -> Effects:
    """Drop the counts from the moderators.

    Under a departure they no longer belong to y and v: a model of counts would
    read those of the available cases and never see the departure.
    """
    names = {name for group in GROUPS for name in group}
    kept = effects.frame[[c for c in effects.frame if c not in names]]
    return replace(effects, frame=kept)


def _risk(
    counts: pd.DataFrame,
    names: tuple[str, str, str],
    imor: FloatArray,
    zero: FloatArray,
) -> Mixed:
    events, n, total = (counts[name].to_numpy(dtype=float) for name in names)
    p = (events + zero / 2) / (n + zero)
    return mixed_risk(p, n + zero, total, (1 - n / total)[None], imor)


def _replaced(
    effects: Effects, counts: pd.DataFrame, y: FloatArray, v: FloatArray
) -> Effects:
    known = counts["known"].to_numpy(dtype=bool)
    made = effects.with_y(np.where(known, y, effects.y))
    if effects.covariance is not None:
        raise SensitivityError(
            "effects have a covariance matrix; imputing missing outcomes needs "
            "independent rows. Keep one contrast a control group."
        )
    return replace(made, v=freeze(np.where(known, v, effects.v)))
