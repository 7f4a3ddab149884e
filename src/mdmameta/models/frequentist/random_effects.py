"""The random-effects model: true effects differ between studies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mdmameta.effects.table import Effects
from mdmameta.models.design import intercept_only
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.assembly import assemble
from mdmameta.models.frequentist.checks import (
    check_kenward_roger,
    check_prediction,
    check_tau2,
    check_tau2_interval,
)
from mdmameta.models.frequentist.computation import Settings
from mdmameta.models.frequentist.own_weights import (
    BEST,
    Weights,
    has_own_weights,
    stated,
    waived_by,
    weights_of,
)
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
        allows for τ² being estimated by a factor of the variance and a t with
        k − 1; or "wald" (normal), "t" (t with k − 1). With few studies
        Knapp–Hartung can be narrower than Wald, and the fit then warns. Three
        rules prevent this: "knapp-hartung-adhoc" never lets the factor fall
        below 1 (metafor's test="adhoc", and "se" of package meta's
        adhoc.hakn.ci); "knapp-hartung-ci" shows Wald's interval where that is
        wider (meta's "ci"); "knapp-hartung-IQWiG6" shows the ad hoc interval
        where Knapp–Hartung is narrower than Wald at DerSimonian and Laird's
        τ² (meta's "IQWiG6"). "kenward-roger", for REML, widens the error by
        what τ² being estimated adds to it, and takes the degrees of freedom of
        a t from the error of τ² (meta's method.random.ci="KR"); where τ² is
        estimated as 0 from few studies they can be fewer than 1, and the
        interval very wide.
    prediction
        Interval for the true effect in a new study, of the form mean ± c √(τ²
        + se²): "metafor" by default (error and reference of the confidence
        interval); with the classic error "V" (t with k − 1, meta's default),
        "HTS" (t with k − 2) and "S" (normal); with Knapp and Hartung's error,
        whatever the confidence interval, "HK" (t with k − 1) and "HK-PR" (t
        with k − 2); with Kenward and Roger's, for REML, "KR" (t with their
        degrees of freedom) and "KR-PR" (t with one less, NaN where none is
        left); "simple" (normal, without the error of the mean). "NNF"
        allows for τ² being estimated, by its exact confidence distribution.
    level
        Probability of the intervals.
    tau2_interval
        Method of ``fit.heterogeneity.tau2_ci``, from which ``i2_ci`` and
        ``h2_ci`` follow: "qprofile" by default, exact for any estimator;
        "genq" (exact, from Cochran's Q) and "jackson" (the same with weights
        of 1 / √v, as package meta prints beside DL); "profile" (likelihood,
        approximate, for REML and ML only).
    weights
        "inverse-variance" by default, 1 / (v + τ²), which has the smallest
        error when the model is right; "equal" (metafor's weighted=FALSE); the
        name of a moderator; or numbers, one for each row. They weight the mean
        alone: its variance is that under v + τ² (a sandwich), and τ², I², Q
        and the factor of Knapp and Hartung stay those of the best weights, as
        in metafor. With "GENQ" they also weight the Q that τ² comes from.

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
    doi:10.1002/sim.1482; Jackson et al. 2017, doi:10.1002/sim.7411 (hybrid
    intervals); Kenward and Roger 1997, doi:10.2307/2533558; Partlett and Riley
    2017, doi:10.1002/sim.7140; Nagashima, Noma and Furukawa 2019,
    doi:10.1177/0962280218773520 (NNF).

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
    weights: Weights = BEST

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", stated(self.weights))
        check_tau2(self.tau2)
        check_tau2_interval(self.tau2_interval, self.tau2)
        check_option("interval", self.interval, Interval)
        own = has_own_weights(self)
        check_prediction(self.prediction, self.tau2, own_weights=own)
        check_kenward_roger(self.interval, self.prediction, self.tau2, own_weights=own)
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
            tau2=self.tau2,
            interval=self.interval,
            prediction=self.prediction,
            level=self.level,
            tau2_interval=self.tau2_interval,
            weights=None if weights is None else weights[usable.rows],
        )
        return assemble(self, effects, usable, intercept_only(usable.k), settings)
