"""PET and PEESE: the effect of an infinitely precise study, by two lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.models.fit import Caution
from mdmameta.models.frequentist.intervals import critical_value, two_sided_p
from mdmameta.models.guards import no_spread
from mdmameta.models.inputs import check_level
from mdmameta.sensitivity.small_study.regression import over, weighted_line
from mdmameta.sensitivity.small_study.result import asymmetry_cautions
from mdmameta.sensitivity.small_study.studies import independent_studies

__all__ = ["Line", "PetPeese", "pet_peese"]


@dataclass(frozen=True, eq=False, slots=True)
class Line:
    """A weighted regression of effects on their standard errors or variances.

    Parameters
    ----------
    coefficients
        Columns term, value, se, statistic, p_value, ci_low, ci_high; the
        intercept is the effect of an infinitely precise study.
    scale
        Multiplicative dispersion, as a standard deviation.
    df
        k − 2.
    """

    coefficients: pd.DataFrame
    scale: float
    df: float


@dataclass(frozen=True, eq=False, slots=True)
class PetPeese:
    """Both lines, and which the conditional rule takes.

    Parameters
    ----------
    pet, peese
        On the standard error, and on the variance.
    chosen
        "PEESE" where PET's intercept differs from 0 in a one-sided test at 5 %,
        in either direction; else "PET".
    warnings
        What to know before reading it.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.9], v=[0.02, 0.03, 0.05, 0.2])
    >>> found = mm.sensitivity.pet_peese(effects)
    >>> found.chosen
    'PET'
    """

    pet: Line
    peese: Line
    chosen: str
    warnings: tuple[Caution, ...]

    @property
    def line(self) -> Line:
        """The line that was chosen."""
        return self.peese if self.chosen == "PEESE" else self.pet

    def __repr__(self) -> str:
        first = self.line.coefficients.iloc[0]
        return (
            f"<PetPeese by {self.chosen}: {first['value']:.4g} "
            f"[{first['ci_low']:.4g}, {first['ci_high']:.4g}]>"
        )

    def to_frame(self) -> pd.DataFrame:
        """Coefficients of both lines, with column ``line``."""
        frames = [
            line.coefficients.assign(line=name)
            for name, line in (("PET", self.pet), ("PEESE", self.peese))
        ]
        return pd.concat(frames, ignore_index=True)


def pet_peese(effects: Effects, *, level: float = 0.95) -> PetPeese:
    """Estimate the effect of an infinitely precise study by two regressions.

    Parameters
    ----------
    effects
        Studies; rows without an effect or of infinite variance are left out.
    level
        Probability of the intervals.

    Returns
    -------
    PetPeese

    Raises
    ------
    SensitivityError
        With one study, or equal standard errors.

    Notes
    -----
    Two studies lie on both lines: there are no standard errors, and PET is kept.
    Both extrapolate beyond every study, and fail with few studies or much
    heterogeneity (Stanley 2017, doi:10.1177/1948550617693062).

    References
    ----------
    Stanley and Doucouliagos 2014, doi:10.1002/jrsm.1095.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.4, 0.9], v=[0.01, 0.02, 0.05, 0.2])
    >>> pet_peese(effects).chosen
    'PEESE'
    """
    check_level(level)
    usable = independent_studies(effects, "a line", least=2)
    pet = _line("sei", usable.y, np.sqrt(usable.v), 1 / usable.v, level)
    peese = _line("vi", usable.y, usable.v, 1 / usable.v, level)
    one_sided = float(pet.coefficients["p_value"].iloc[0]) / 2
    return PetPeese(
        pet=pet,
        peese=peese,
        chosen="PEESE" if one_sided < 0.05 else "PET",
        warnings=(
            *usable.cautions,
            *asymmetry_cautions(usable.k, effects.measure, by_size=False),
            *no_spread(min(pet.scale, peese.scale), 1.0, "least squares"),
        ),
    )


def _line(
    name: str, y: FloatArray, x: FloatArray, weights: FloatArray, level: float
) -> Line:
    beta, se, scale = weighted_line(y, x, weights)
    df = y.size - 2.0
    half = critical_value(level, df) * se
    table = pd.DataFrame(
        {
            "term": ["Intercept", name],
            "value": beta,
            "se": se,
            "statistic": over(beta, se),
            "p_value": two_sided_p(over(beta, se), df),
            "ci_low": beta - half,
            "ci_high": beta + half,
        }
    )
    return Line(table, scale, df)
