"""Location and scale: moderators of the mean, and of how far true effects differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.design import design_matrix, parse, rows_without_moderators
from mdmameta.models.duties import OF_COEFFICIENTS
from mdmameta.models.frequentist.location_scale.estimation import Designs, estimate
from mdmameta.models.frequentist.location_scale.result import LocationScaleFit
from mdmameta.models.inputs import Usable, check_contrasts, check_level, usable_rows
from mdmameta.models.labels import row_label
from mdmameta.options import check_option

Method = Literal["REML", "ML"]

#: Of all coefficients: what holds for a mean alone is not offered.
ScaleInterval = Literal["wald", "t", "knapp-hartung", "knapp-hartung-adhoc"]


@dataclass(frozen=True, repr=False)
class LocationScale:
    """Estimates how the mean and the variance of true effects depend on moderators.

    The true effect of study i is normal with mean xᵢβ and variance τᵢ² = exp(zᵢα).
    A random-effects model has one τ² for all; where trials of one kind agree and
    those of another do not, it gives the latter too much weight and the former
    prediction intervals that are too wide.

    Parameters
    ----------
    scale
        Moderators of log τ², a formula as in `MetaRegression`.
    formula
        Moderators of the mean; none by default.
    method
        "REML" by default, whose estimates of τ² allow for the coefficients of the
        mean; or "ML", for comparing models whose means differ.
    interval
        Of the coefficients of the mean, as in `MetaRegression`, by default
        "knapp-hartung". Those of log τ² have t with k − q degrees of freedom, or the
        normal with "wald".
    level
        Probability of the intervals.

    Raises
    ------
    OptionError
        For an option that is not allowed or a formula that cannot be read.

    See Also
    --------
    LocationScaleFit.scale : The coefficients of log τ² and their tests.

    Notes
    -----
    ``fit.heterogeneity.tau2`` is the mean of τ² over the rows used, and I² is that of
    a study with it. There is no one prediction interval: `predict` gives those at
    values of the moderators. ``robust(fit)`` doubts the variances.

    References
    ----------
    Viechtbauer and López-López 2022, doi:10.1002/jrsm.1562.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.4, -0.2, 0.5, 0.9, -0.8, 1.4, -0.6], v=[0.02] * 8,
    ...     moderators={"small": [0, 0, 0, 0, 1, 1, 1, 1]})
    >>> fit = LocationScale("~ small").fit(effects)
    >>> fit.scale.tau2.round(2)[[0, -1]]
    array([0.08, 0.89])
    """

    scale: str
    formula: str = "~ 1"
    method: Method = "REML"
    interval: ScaleInterval = "knapp-hartung"
    level: float = 0.95

    def __post_init__(self) -> None:
        parse(self.scale)
        parse(self.formula)
        check_option("method", self.method, Method)
        check_option("interval", self.interval, ScaleInterval)
        check_level(self.level)

    @property
    def waives(self) -> Mapping[str, str]:
        """Duties that do not hold; see `mdmameta.models.duties`."""
        return OF_COEFFICIENTS

    def __repr__(self) -> str:
        return row_label(self)

    def fit(self, effects: Effects) -> LocationScaleFit:
        """Fit the model to effects; see `Model`.

        Raises
        ------
        ModelError
            When no row is usable, the effects are correlated or of single arms, a
            moderator is absent, or there are fewer rows than coefficients.
        """
        check_contrasts(effects)
        missing = rows_without_moderators(self.formula, effects.frame)
        missing |= rows_without_moderators(self.scale, effects.frame)
        usable = usable_rows(effects, missing)
        if usable.V is not None:
            raise ModelError(
                "the effects are correlated (they come with V), and a model of "
                "location and scale is of independent effects. Combine the rows of a "
                "study first, or fit a Multilevel model."
            )
        used = effects.frame.iloc[usable.rows]
        designs = Designs(
            location=design_matrix(self.formula, used),
            scale=design_matrix(self.scale, used),
        )
        _check_rows(usable, designs)
        return estimate(self, effects, usable, designs)


def _check_rows(usable: Usable, designs: Designs) -> None:
    p, q = len(designs.location.terms), len(designs.scale.terms)
    if usable.k < p + q:
        raise ModelError(
            f"{usable.k} usable rows for {p} coefficients of the mean and {q} of log "
            "tau2: at least as many rows as coefficients are needed. Take moderators "
            "out."
        )
