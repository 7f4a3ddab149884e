"""Where the bias from lost blinding may lie: published estimates and a region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.sensitivity.bias_adjusted import anchors, unit_of_b
from mdmameta.sensitivity.question import Question
from mdmameta.sensitivity.units import measure_of, require_region
from mdmameta.sensitivity.verdicts import benefit_sign, check_region

#: Without published estimates, bias up to Cohen's large difference is declared
#: plausible: an assumption, stated as one.
PLAUSIBLE_WITHOUT_PRIORS = 0.8


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class PlausibleBias:
    """What is taken to be plausible of the bias b, and why.

    Parameters
    ----------
    sign
        +1 where positive b exaggerates benefit, else −1.
    priors, published
        Estimates of bias as given, or None, and as values of b: see `anchors`.
    region
        Declared plausible region of b.
    notes
        How side and region were found.
    """

    sign: float
    priors: pd.DataFrame | None
    published: pd.DataFrame
    region: tuple[float, float]
    notes: tuple[str, ...]

    @classmethod
    def of(
        cls,
        question: Question,
        priors: pd.DataFrame | None,
        delta_u: Sequence[float],
        given: tuple[float, float] | None,
    ) -> PlausibleBias:
        """Declare the region given, or from none to the strongest published bias.

        Parameters
        ----------
        question
            Effects, and the fit that tells their side where no direction does.
        priors, delta_u
            See `anchors`; the first of ``delta_u`` defines the region.
        given
            The region as the caller wants it, or None.

        Raises
        ------
        SensitivityError
            For a region that is none, or effects in units that have no default.
        """
        effects = question.effects
        sign, sign_note = benefit_sign(effects, question.plain.fit)
        published = anchors(priors, measure_of(effects), sign, delta_u)
        first = published[published["delta_u"] == delta_u[0]]["b"]
        region = (
            _default(effects, first, sign)
            if given is None
            else check_region("plausible", given)
        )
        told = f"Declared plausible region of b: {region[0]:.2f} to {region[1]:.2f}"
        why = ", as given." if given is not None else _why(published, delta_u[0])
        notes = (*sign_note, f"{told}{why}")
        return cls(
            sign=sign, priors=priors, published=published, region=region, notes=notes
        )

    @property
    def strongest(self) -> float:
        """End of the region on the side that exaggerates benefit."""
        return self.region[0] if self.sign < 0 else self.region[1]


def _default(
    effects: Effects, published: pd.Series[float], sign: float
) -> tuple[float, float]:
    if published.empty:
        require_region(effects, "plausible")
        large = PLAUSIBLE_WITHOUT_PRIORS * (unit_of_b(effects.measure) or 1.0)
        ends = np.sort([0.0, sign * large])
    else:
        ends = np.array([min(0.0, published.min()), max(0.0, published.max())])
    return float(ends[0]), float(ends[1])


def _why(published: pd.DataFrame, change: float) -> str:
    if published.empty:
        return ": ASSUMED, up to a large difference; no published estimate."
    return (
        ": from none to the strongest published point estimate, if its source "
        f"changed belief by {change:g}. A smaller change there would mean a larger b."
    )
