"""Meta-regression: true effects that depend on moderators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mdmameta.effects.table import Effects
from mdmameta.models.design import (
    design_matrix,
    parse,
    rows_without_moderators,
)
from mdmameta.models.duties import OF_COEFFICIENTS
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.assembly import assemble
from mdmameta.models.frequentist.checks import (
    check_interval,
    check_tau2,
    check_tau2_interval,
)
from mdmameta.models.frequentist.computation import Settings
from mdmameta.models.frequentist.own_weights import (
    BEST,
    Weights,
    stated,
    waived_by,
    weights_of,
)
from mdmameta.models.inputs import check_contrasts, check_level, usable_rows
from mdmameta.models.labels import row_label
from mdmameta.options import Interval, Tau2Estimator, Tau2Interval


@dataclass(frozen=True, repr=False)
class MetaRegression:
    """Estimates how the mean of true effects depends on moderators.

    Parameters
    ----------
    formula
        Right-hand side in formulaic's syntax, on columns of the effects'
        moderators. Text, and ``C(column)``, is coded against the level that
        comes first in alphabetical order. Rows without a moderator are
        dropped, and the fit says which.
    tau2
        Estimator of the residual variance between studies ("REML" by default,
        or any other of `RandomEffects`), or a number of at least 0 fixed in
        advance; 0 gives a common-effect regression.
    interval
        Of each coefficient, as in `RandomEffects`, without the rule
        "knapp-hartung-IQWiG6", which is for a mean. One choice of
        "knapp-hartung-ci" holds for all coefficients.
    level
        Probability of the intervals.
    tau2_interval
        Of the residual variance, as in `RandomEffects`.
    weights
        As in `RandomEffects`.

    Raises
    ------
    OptionError
        For an option that is not allowed or a formula that cannot be read.

    Notes
    -----
    ``fit.coefficients`` holds every term and ``fit.omnibus`` their joint test
    (metafor's QM). ``fit.estimate`` is the first coefficient. With an
    intercept that is the effect where every moderator is 0 or at its
    reference level, never an average over studies, and the fit says so; its
    prediction interval is for a new study at that point. Centre a moderator
    to move it.

    References
    ----------
    Thompson and Higgins 2002, doi:10.1002/sim.1187; Knapp and Hartung 2003,
    doi:10.1002/sim.1482.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.7], v=[0.02, 0.02, 0.02, 0.02],
    ...     moderators={"dose": [0, 1, 2, 3]})
    >>> fit = MetaRegression("~ dose", interval="wald").fit(effects)
    >>> fit.coefficients[["term", "value"]].round(2).values.tolist()
    [['Intercept', 0.09], ['dose', 0.19]]
    """

    formula: str
    tau2: Tau2Estimator | float = "REML"
    interval: Interval = "knapp-hartung"
    level: float = 0.95
    tau2_interval: Tau2Interval = "qprofile"
    weights: Weights = BEST

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", stated(self.weights))
        parse(self.formula)
        check_tau2(self.tau2)
        check_tau2_interval(self.tau2_interval, self.tau2)
        check_interval(self.interval, "MetaRegression")
        check_level(self.level)

    @property
    def waives(self) -> Mapping[str, str]:
        """Duties that do not hold; see `mdmameta.models.duties`."""
        of_terms = OF_COEFFICIENTS if parse(self.formula).required_variables else {}
        return {**waived_by(self.weights), **of_terms}

    def __repr__(self) -> str:
        return row_label(self)

    def fit(self, effects: Effects) -> Fit:
        """Fit the model to effects; see `Model`.

        Raises
        ------
        ModelError
            When no row is usable, the effects are of single arms, a moderator
            is absent, or the coefficients cannot be told apart.
        """
        check_contrasts(effects)
        missing = rows_without_moderators(self.formula, effects.frame)
        weights, unweighted = weights_of(self.weights, effects)
        usable = usable_rows(effects, missing | unweighted)
        design = design_matrix(self.formula, effects.frame.iloc[usable.rows])
        settings = Settings(
            tau2=self.tau2,
            interval=self.interval,
            prediction="metafor",
            level=self.level,
            tau2_interval=self.tau2_interval,
            weights=None if weights is None else weights[usable.rows],
        )
        return assemble(self, effects, usable, design, settings)
