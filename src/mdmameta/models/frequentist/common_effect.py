"""The common-effect model: one true effect in every study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mdmameta.effects.table import Effects
from mdmameta.models.design import intercept_only
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.assembly import assemble
from mdmameta.models.frequentist.computation import Settings
from mdmameta.models.inputs import check_level, usable_rows
from mdmameta.models.labels import row_label
from mdmameta.options import Interval, check_option


@dataclass(frozen=True, repr=False)
class CommonEffect:
    """Estimates one effect common to all studies by inverse variance.

    There is no distribution of true effects, so no prediction interval and
    no shrunken effects; I² and H² come from Q.

    Parameters
    ----------
    interval
        Confidence interval of the effect: "wald" by default, since under a
        common effect the variance of the mean is known; "t",
        "knapp-hartung" and "knapp-hartung-adhoc" use Q to scale it.
    level
        Probability of the intervals.

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

    world: ClassVar[str] = "common"

    def __post_init__(self) -> None:
        check_option("interval", self.interval, Interval)
        check_level(self.level)

    def __repr__(self) -> str:
        return row_label(self)

    def fit(self, effects: Effects) -> Fit:
        """Fit the model to effects; see `Model`.

        Raises
        ------
        ModelError
            When no row is usable, or the effects are of single arms.
        """
        usable = usable_rows(effects)
        settings = Settings(
            tau2=None, interval=self.interval, prediction=None, level=self.level
        )
        return assemble(self, effects, usable, intercept_only(usable.k), settings)
