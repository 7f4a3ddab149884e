"""A sensitivity analysis: without the most precise study, then the next."""

from __future__ import annotations

import numpy as np
import pandas as pd

import mdmameta as mm
from mdmameta.sensitivity import SensitivityTable, Verdict


def without_the_most_precise(
    effects: mm.Effects, model: mm.RandomEffects
) -> SensitivityTable:
    """Refit without the one, two, … most precise studies, down to three.

    Parameters
    ----------
    effects, model
        What is refitted.
    """
    order = np.argsort(effects.v)
    steps = range(max(1, effects.k - 2))
    fits = tuple(model.fit(effects.take(np.sort(order[gone:]))) for gone in steps)
    rows = [
        {
            "left_out": gone,
            "value": fit.estimate.value,
            "ci_low": fit.estimate.ci_low,
            "ci_high": fit.estimate.ci_high,
            "k": fit.k,
            "excludes_zero": fit.estimate.excludes(),
        }
        for gone, fit in zip(steps, fits, strict=True)
    ]
    held = sum(row["excludes_zero"] for row in rows)
    kind = "robust" if held == len(rows) else "fragile"
    text = f"{held} of {len(rows)} intervals exclude zero."
    return SensitivityTable(
        name="most-precise",
        label="Without the most precise studies",
        frame=pd.DataFrame(rows),
        fits=fits,
        verdict=Verdict(kind=kind, text=text),
    )
