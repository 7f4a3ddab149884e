"""The random-effects model: true effects differ between studies."""

from __future__ import annotations

from dataclasses import dataclass

from mdmameta.effects.table import Effects
from mdmameta.models.design import intercept_only
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.assembly import assemble
from mdmameta.models.frequentist.checks import check_tau2, check_tau2_interval
from mdmameta.models.frequentist.computation import Settings
from mdmameta.models.inputs import check_level, usable_rows
from mdmameta.models.labels import row_label
from mdmameta.options import (
    Interval,
    Prediction,
    Tau2Estimator,
    Tau2Interval,
    check_option,
)


@dataclass(frozen=True, repr=False)
class RandomEffects:
    """Estimates the mean and variance of normally distributed true effects.

    Parameters
    ----------
    tau2
        Estimator of the variance between studies: "REML" by default, which is
        nearly unbiased; or "ML", "PM" (the same as "EB", "DLIT", "SJIT"),
        "PMM", "DL", "HE", "HS", "HSk", "SJ"; or "GENQ", by which metafor also
        keeps the weights 1 / v of the mean. A number of at least 0 fixes τ² in
        advance, in squared units of the effects.
    interval
        Confidence interval of the mean: "knapp-hartung" by default, which
        allows for τ² being estimated; or "knapp-hartung-adhoc" (never scaled
        down), "t", "wald". With few studies Knapp–Hartung can be narrower
        than Wald; the fit then warns.
    prediction
        Interval for the true effect in a new study: "metafor" by default (the
        error and reference of the confidence interval), "V" (t with k − 1 and
        classic error), "HTS" (t with k − 2 and classic error), "simple"
        (normal, without the error of the mean).
    level
        Probability of the intervals.
    tau2_interval
        Method of ``fit.heterogeneity.tau2_ci``, from which ``i2_ci`` and
        ``h2_ci`` follow: "qprofile" by default, exact for any estimator;
        "genq" (exact, from Cochran's Q) and "jackson" (the same with weights
        of 1 / √v, as package meta prints beside DL); "profile" (likelihood,
        approximate, for REML and ML only).

    Raises
    ------
    OptionError
        For an option that is not allowed.

    Notes
    -----
    One study: its own estimate and Wald interval; τ², I² and the prediction
    interval are NaN.

    References
    ----------
    Viechtbauer 2005, doi:10.3102/10769986030003261; Knapp and Hartung 2003,
    doi:10.1002/sim.1482.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[0.0, 0.4, 0.8], v=[0.01, 0.01, 0.01])
    >>> fit = RandomEffects(tau2="REML", interval="wald").fit(effects)
    >>> round(fit.estimate.value, 2), round(fit.heterogeneity.tau2, 2)
    (0.4, 0.15)
    """

    tau2: Tau2Estimator | float = "REML"
    interval: Interval = "knapp-hartung"
    prediction: Prediction = "metafor"
    level: float = 0.95
    tau2_interval: Tau2Interval = "qprofile"

    def __post_init__(self) -> None:
        check_tau2(self.tau2)
        check_tau2_interval(self.tau2_interval, self.tau2)
        check_option("interval", self.interval, Interval)
        check_option("prediction", self.prediction, Prediction)
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
            tau2=self.tau2,
            interval=self.interval,
            prediction=self.prediction,
            level=self.level,
            tau2_interval=self.tau2_interval,
        )
        return assemble(self, effects, usable, intercept_only(usable.k), settings)
