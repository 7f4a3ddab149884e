"""What a test of small-study effects found."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from mdmameta.models.fit import Caution, Fit

__all__ = ["FEW_STUDIES", "AsymmetryTest", "asymmetry_cautions"]

#: Below this many studies such tests have hardly any power (Sterne et al. 2011,
#: doi:10.1136/bmj.d4002).
FEW_STUDIES = 10

#: Measures whose variance holds the effect itself, so that effect and standard
#: error are related without any bias, and the tests made for them.
RELATED = {
    "SMD": "Egger's test by size (predictor sqrtninv) uses sizes alone",
    "SMDH": "Egger's test by size (predictor sqrtninv) uses sizes alone",
    "OR": "the tests of Harbord and of Peters use counts",
    "RR": "the test of Peters uses counts",
}

#: What every test of small-study effects should come with.
NOT_ONLY_BIAS = Caution(
    "not-only-bias",
    "Small studies may differ for other reasons than publication: patients, "
    "care, chance. A small-study effect is not publication bias.",
)

#: A line through two points has no residual.
TWO_STUDIES = Caution(
    "two-studies",
    "Two studies always lie on a line: nothing tells bias from chance.",
)


@dataclass(frozen=True, eq=False, kw_only=True)
class AsymmetryTest:
    """A test that effects do not depend on how precise their studies are.

    Parameters
    ----------
    name
        Name of the test.
    statistic, df, p_value
        t when ``df`` is finite, else z; two-sided.
    bias, bias_se
        What is tested against zero: a slope, or a rank score.
    tau
        Kendall's rank correlation, for a test by ranks; else NaN.
    limit, limit_low, limit_high
        Effect predicted for an infinitely large study, with its 95 % interval;
        NaN where the test has none.
    k
        Number of studies.
    warnings
        What to know before reading the p-value.
    fit
        The meta-regression behind it, else None.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.9], v=[0.02, 0.03, 0.05, 0.2])
    >>> test = mm.egger(effects)
    >>> round(test.statistic, 2), round(test.p_value, 3)
    (4.75, 0.042)
    """

    name: str
    statistic: float
    df: float
    p_value: float
    bias: float
    bias_se: float
    tau: float = np.nan
    limit: float = np.nan
    limit_low: float = np.nan
    limit_high: float = np.nan
    k: int
    warnings: tuple[Caution, ...] = ()
    fit: Fit | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        letter = "z" if np.isinf(self.df) else f"t({self.df:g})"
        return f"<{self.name}: {letter} = {self.statistic:.4g}, p = {self.p_value:.3g}>"

    def to_frame(self) -> pd.DataFrame:
        """One row with every number."""
        row: dict[str, object] = {"name": self.name}
        for name in ("statistic", "df", "p_value", "bias", "bias_se", "k"):
            row[name] = getattr(self, name)
        for name in ("tau", "limit", "limit_low", "limit_high"):
            row[name] = getattr(self, name)
        row["warnings"] = "; ".join(self.warnings)
        return pd.DataFrame([row])


def asymmetry_cautions(k: int, measure: str, *, by_size: bool) -> tuple[Caution, ...]:
    """Collect what to know before reading a test of small-study effects.

    Parameters
    ----------
    k
        Number of studies.
    measure
        Of the effects; empty when not known.
    by_size
        Whether the test uses sizes or counts instead of standard errors.
    """
    found = [NOT_ONLY_BIAS]
    if k < FEW_STUDIES:
        few = (
            f"{k} studies: fewer than {FEW_STUDIES} leave such a test hardly any "
            "power, so an unremarkable result says nothing."
        )
        found.append(Caution("few-studies", few))
    if k == 2:
        found.append(TWO_STUDIES)
    if measure in RELATED and not by_size:
        related = (
            f"The variance of {measure} holds the effect itself, so both are "
            f"related without any bias; {RELATED[measure]}."
        )
        found.append(Caution("related-by-construction", related))
    return tuple(found)
