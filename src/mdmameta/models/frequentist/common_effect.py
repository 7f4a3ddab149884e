"""The common-effect model: one true effect in every study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from mdmameta.effects.table import Effects
from mdmameta.models.design import intercept_only
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.assembly import assemble
from mdmameta.models.frequentist.checks import check_interval
from mdmameta.models.frequentist.computation import Settings
from mdmameta.models.frequentist.own_weights import (
    BEST,
    Weights,
    stated,
    waived_by,
    weights_of,
)
from mdmameta.models.inputs import check_level, usable_rows
from mdmameta.models.labels import row_label
from mdmameta.options import Interval


@dataclass(frozen=True, repr=False)
class CommonEffect:
    """Estimates one effect common to all studies by inverse variance.

    There is no distribution of true effects, so no prediction interval and
    no shrunken effects; I² and H² come from Q.

    Parameters
    ----------
    interval
        Confidence interval of the effect: "wald" by default, since under a
        common effect the variance of the mean is known; "t" takes t with
        k − 1, and "knapp-hartung" (with "-adhoc" or "-ci" as in
        `RandomEffects`) also scales the variance by Q / (k − 1).
    level
        Probability of the intervals.
    weights
        As in `RandomEffects`; "equal" is the unweighted mean with the error
        that the variances v give it.

    Raises
    ------
    OptionError
        For an option that is not allowed.

    References
    ----------
    Hedges and Vevea 1998, doi:10.1037/1082-989X.3.4.486.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.5, -0.9], v=[0.04, 0.04])
    >>> fit = CommonEffect().fit(effects)
    >>> round(fit.estimate.value, 2), round(fit.estimate.se, 3)
    (-0.7, 0.141)
    """

    interval: Interval = "wald"
    level: float = 0.95
    weights: Weights = BEST

    world: ClassVar[str] = "common"

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", stated(self.weights))
        check_interval(self.interval, "CommonEffect")
        check_level(self.level)

    @property
    def waives(self) -> Mapping[str, str]:
        """Duties that do not hold; see `mdmameta.models.duties`."""
        return waived_by(self.weights)

    def __repr__(self) -> str:
        return row_label(self)

    def fit(self, effects: Effects) -> Fit:
        """Fit the model to effects; see `Model`.

        Raises
        ------
        ModelError
            When no row is usable, or the effects are of single arms.
        """
        weights, unweighted = weights_of(self.weights, effects)
        usable = usable_rows(effects, unweighted)
        settings = Settings(
            tau2=None,
            interval=self.interval,
            prediction=None,
            level=self.level,
            weights=None if weights is None else weights[usable.rows],
        )
        return assemble(self, effects, usable, intercept_only(usable.k), settings)
