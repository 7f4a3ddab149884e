"""Priors of how the missing differ, and what they do to contrasts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import EffectsError

#: y, v and the slopes of y by the parameters of the active and control arm.
Contrast = tuple[FloatArray, FloatArray, FloatArray, FloatArray]


@dataclass(frozen=True, slots=True)
class MissingPrior:
    """Normal prior of how the missing of the active and control arm differ.

    Parameters
    ----------
    mean, sd
        Of the log IMOR, the difference of means (IMDoM) or the log ratio of means
        (IMRoM), in the active and the control arm. 0 and 0 is missing at random;
        an infinite log IMOR makes every missing person an event (−inf: none).
    correlation
        Of the two arms.

    Examples
    --------
    >>> from mdmameta.effects import MissingPrior
    >>> prior = MissingPrior(mean=(-0.5, 0.0), sd=(0.5, 0.5))
    >>> prior.mean, prior.correlation
    ((-0.5, 0.0), 0.0)
    """

    mean: tuple[float, float] = (0.0, 0.0)
    sd: tuple[float, float] = (0.0, 0.0)
    correlation: float = 0.0

    def __post_init__(self) -> None:
        """Refuse an SD below 0 and a correlation beyond ±1."""
        if not min(self.sd) >= 0 or not np.isfinite(self.sd).all():
            raise EffectsError(f"sd = {self.sd}; allowed: finite, 0 or more.")
        if not abs(self.correlation) <= 1:
            raise EffectsError(f"correlation = {self.correlation:g}; allowed: −1 to 1.")
        if np.isnan(self.mean).any():
            raise EffectsError(f"mean = {self.mean}; allowed: numbers.")


#: Missing at random: the available cases.
AT_RANDOM = MissingPrior()

Priors = MissingPrior | Mapping[str, MissingPrior]


def by_reason(prior: Priors) -> dict[str, MissingPrior]:
    """Name the suffix of the columns of missing people for each prior."""
    if isinstance(prior, MissingPrior):
        return {"": prior}
    if not prior:
        raise EffectsError("prior names no reason; give one MissingPrior at least.")
    return {f"_{reason}": one for reason, one in prior.items()}


def missing_fractions(
    table: pd.DataFrame, n: FloatArray, at: int, priors: Mapping[str, MissingPrior]
) -> tuple[FloatArray, FloatArray]:
    """Give people randomised and the fractions missing, by reason."""
    missing = np.array([counts(table, f"missing{at + 1}{name}") for name in priors])
    total = n + missing.sum(axis=0)
    return total, missing / total


def numbers(table: pd.DataFrame, name: str) -> FloatArray:
    """Read a column of numbers, or say what is wrong with it."""
    if name not in table:
        raise EffectsError(
            f"table has no column {name!r} ({', '.join(map(str, table.columns))})."
        )
    x = np.asarray(table[name], dtype=np.float64)
    if not np.isfinite(x).all():
        row = int(np.flatnonzero(~np.isfinite(x))[0])
        raise EffectsError(f"{name} in row {row} is {x[row]}; allowed: a number.")
    return x


def counts(table: pd.DataFrame, name: str) -> FloatArray:
    """Read a column of people, or say what is wrong with it."""
    x = numbers(table, name)
    least = 1 if name.startswith("n") else 0
    if (x < least).any():
        row = int(np.flatnonzero(x < least)[0])
        raise EffectsError(f"{name} in row {row} is {x[row]:g}; allowed: from {least}.")
    return x


def effects_of(
    table: pd.DataFrame,
    measure: str,
    contrast: Callable[[FloatArray], Contrast],
    priors: Mapping[str, MissingPrior],
    draws: int | None,
    seed: int | None,
    named: str,
) -> Effects:
    """Adjust contrasts by the priors, by a Taylor series or by draws."""
    many = list(priors.values())
    if draws is None:
        y, v = taylor_series(contrast, many)
    else:
        y, v = drawn(contrast, many, draws, seed)
    if not (np.isfinite(y) & np.isfinite(v) & (v > 0)).all():
        raise EffectsError(
            f"the prior of the {named} leaves no {measure} that is finite; give a "
            "prior with a finite mean."
        )
    how = "Taylor series" if draws is None else f"{draws} draws, seed {seed}"
    return Effects.from_arrays(
        y=y,
        v=v,
        study=list(map(str, table["study"])) if "study" in table else None,
        measure=measure,
        moderators=table.drop(columns="study", errors="ignore").reset_index(drop=True),
        label="Everybody randomised, missing outcomes by a prior",
        caveats=(f"Prior of the {named} of the missing: {dict(priors)!r} ({how}).",),
    )


def taylor_series(
    contrast: Callable[[FloatArray], Contrast], priors: list[MissingPrior]
) -> tuple[FloatArray, FloatArray]:
    """Add the variance of the priors to first order."""
    y, v, by1, by2 = contrast(np.array([one.mean for one in priors]).T)
    for r, one in enumerate(priors):
        first, second = one.sd[0] * by1[r], one.sd[1] * by2[r]
        v = v + first**2 + second**2 + 2 * one.correlation * first * second
    return y, v


def drawn(
    contrast: Callable[[FloatArray], Contrast],
    priors: list[MissingPrior],
    draws: int,
    seed: int | None,
) -> tuple[FloatArray, FloatArray]:
    """Draw from the priors; mean of y, and mean of v plus variance of y."""
    if seed is None or draws < 2:
        raise EffectsError("draws need a seed, and at least two of them.")
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((draws, 2, len(priors)))
    rho = np.array([one.correlation for one in priors])
    z[:, 1] = rho * z[:, 0] + np.sqrt(1 - rho**2) * z[:, 1]
    mean, sd = (np.array([getattr(p, a) for p in priors]).T for a in ("mean", "sd"))
    y, v, _, _ = contrast(mean + sd * z)
    return y.mean(axis=0), v.mean(axis=0) + y.var(axis=0, ddof=1)
