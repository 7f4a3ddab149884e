"""Effects against their precision in units of their error: data of a radial plot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.fit import Fit, Model


@dataclass(frozen=True, eq=False, kw_only=True)
class Radial:
    """Points of a radial (Galbraith) plot and the line through them.

    Parameters
    ----------
    fit
        The fit whose estimate is the slope.
    frame
        study, x, z, outside; one row an effect used.
    slope, slope_low, slope_high
        Estimate and its interval: lines through the origin.
    half_width
        Points lie within this of the line with the probability of the model's
        interval, when its τ² holds.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.9], v=[0.02, 0.03, 0.05, 0.2])
    >>> from mdmameta.sensitivity import radial
    >>> plotted = radial(effects, mm.CommonEffect())
    >>> round(plotted.slope, 3), plotted.to_frame()["outside"].sum().item()
    (0.254, 0)
    """

    fit: Fit
    frame: pd.DataFrame
    slope: float
    slope_low: float
    slope_high: float
    half_width: float

    def to_frame(self) -> pd.DataFrame:
        """One row an effect: study, x, z, outside (of the band)."""
        return self.frame.copy()


def radial(effects: Effects, model: Model) -> Radial:
    """Place each effect by its precision and its standardised size.

    x = 1 / √(v + τ²) and z = y / √(v + τ²): effects that are equal lie on a
    line through the origin whose slope is the effect, with a scatter of
    standard deviation 1 around it.

    Parameters
    ----------
    effects
        Independent rows.
    model
        A model without moderators. With a common effect τ² = 0, and points
        outside the band are what heterogeneity looks like.

    Returns
    -------
    Radial

    Raises
    ------
    SensitivityError
        When the model has moderators.

    References
    ----------
    Galbraith 1988, doi:10.1002/sim.4780070807.

    Examples
    --------
    >>> from mdmameta.models.frequentist import CommonEffect
    >>> effects = Effects.from_arrays(y=[0.0, 2.0], v=[1.0, 0.25])
    >>> radial(effects, CommonEffect()).to_frame()[["x", "z"]].values.tolist()
    [[1.0, 0.0], [2.0, 4.0]]
    """
    fit = model.fit(effects)
    if len(fit.coefficients) > 1:
        raise SensitivityError(
            f"{model!r} has {len(fit.coefficients)} coefficients; a radial plot has "
            "one slope. Give a model without moderators."
        )
    e = fit.estimate
    half = float(ndtri(0.5 + e.level / 2))
    error = np.sqrt(effects.v[fit.used] + np.nan_to_num(fit.heterogeneity.tau2))
    x, z = 1 / error, effects.y[fit.used] / error
    frame = pd.DataFrame({"study": effects.study[fit.used], "x": x, "z": z})
    frame["outside"] = np.abs(z - e.value * x) > half
    return Radial(
        fit=fit,
        frame=frame,
        slope=e.value,
        slope_low=e.ci_low,
        slope_high=e.ci_high,
        half_width=half,
    )
