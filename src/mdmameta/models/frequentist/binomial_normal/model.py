"""Models of counts with normally distributed log odds ratios, odds or rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.design import Design, design_matrix, intercept_only, parse
from mdmameta.models.duties import OF_COEFFICIENTS, OF_COUNTS
from mdmameta.models.frequentist.binomial_normal.assembly import (
    Solved,
    assemble_counts_fit,
)
from mdmameta.models.frequentist.binomial_normal.counts import Counts, read_counts
from mdmameta.models.frequentist.binomial_normal.heterogeneity_tests import (
    HeterogeneityTests,
    heterogeneity_tests,
)
from mdmameta.models.frequentist.binomial_normal.hypergeometric import FAR
from mdmameta.models.frequentist.binomial_normal.observed import typical_v
from mdmameta.models.frequentist.binomial_normal.optimum import (
    Optimum,
    with_heterogeneity,
    without_heterogeneity,
)
from mdmameta.models.frequentist.binomial_normal.result import BinomialNormalFit
from mdmameta.models.frequentist.binomial_normal.setup import Setup
from mdmameta.models.frequentist.binomial_normal.single_group import (
    conditional,
    single_group,
)
from mdmameta.models.frequentist.binomial_normal.unconditional_fixed import (
    unconditional_fixed,
)
from mdmameta.models.frequentist.binomial_normal.unconditional_random import (
    unconditional_random,
)
from mdmameta.models.inputs import check_level
from mdmameta.options import check_option

CountModel = Literal["CM.EL", "CM.AL", "UM.FS", "UM.RS"]
CountMeasure = Literal["OR", "RR", "RD", "IRR", "PLO", "PLN", "PR", "IRLN"]
CountMethod = Literal["ML", "EE"]
CountInterval = Literal["wald", "t"]

#: Measures of single groups.
SINGLE = ("PLO", "PLN", "PR", "IRLN")
#: Simulated worlds with normal effects on the scale of the measure.
WORLD = {"OR": "events", "IRR": "rates", "PLO": "shares"}
#: Options that a label shows only when they were chosen.
UNSAID = ("level", "formula", "coding", "correlated", "nodes")
#: Codes of both groups that make an effect the difference between them.
CODINGS = (0.5, 1.0, 0.0)


@dataclass(frozen=True, repr=False)
class BinomialNormal:
    """Estimates the mean and variance of normal log odds ratios from counts.

    Effects within trials are integrated out by adaptive quadrature; the counts
    enter as they are, so that no constant is added to a cell of zero.

    Parameters
    ----------
    model
        "CM.EL" (default): conditional on the events of a trial, the exact
        likelihood: noncentral hypergeometric for odds, binomial for rates.
        "CM.AL": binomial instead of hypergeometric, good for rare events.
        "UM.FS": both groups' counts, with a fixed level of each trial (as many
        nuisance parameters as trials). "UM.RS": with normal levels, which lets
        the groups' absolute risks across trials inform the contrast.
        Not used for single groups.
    measure
        "OR" (log odds ratio, default), "IRR" (log rate ratio); "RR" (log risk
        ratio) and "RD" (risk difference) of unconditional models, whose links
        do not keep risks within 0 and 1; or of single groups "PLO" (log odds),
        "PLN" (log risk), "PR" (risk) and "IRLN" (log rate).
    method
        "ML" (default), or "EE" for one effect common to all trials.
    interval
        "wald" (default) or "t" with k − p degrees of freedom.
    level
        Probability of the intervals.
    formula
        Moderators as in `MetaRegression`; a mean alone when left out.
    coding
        How heterogeneity is divided in unconditional models: 0.5 (default, as
        metafor's) gives both groups of a trial the same variance; 1 puts it
        into the active group, 0 into the control.
    correlated
        Whether level and effect may be correlated ("UM.RS").
    nodes
        Of the quadrature in each dimension; as many as the likelihood needs
        when left out. 1 is Laplace's approximation (metafor's for "UM.RS"),
        7 metafor's for others. For "RR" and "RD" more than 1 are Gauss–Legendre
        nodes between the edges of possible risks, where the likelihood may end.

    Raises
    ------
    OptionError
        For an option that is not allowed.

    Notes
    -----
    Effects need moderators ai, n1i, ci, n2i ("OR", "RR", "RD"), x1i, t1i, x2i,
    t2i ("IRR"), xi, ni ("PLO", "PLN", "PR") or xi, ti ("IRLN"). y and v are not
    used. Trials without events (or with events only) in both groups carry no
    information about a ratio given their level: they are not used, and the fit
    names them.

    Standard errors come from the observed information; those of one common effect
    ("UM.FS", "EE") from the expected, as a generalised linear model has them.

    I² and H² relate τ² to the typical variance of the effects observed, with
    one half added to trials that have an empty cell. The log-likelihood has
    all constants; for a model fitted by lme4, metafor prints another number:
    one without the constants of the counts ("UM.RS", "EE"), or the likelihood
    given the predicted random effects, which is no marginal one (other "ML").

    The interval of τ² is by profile likelihood. ``fit.shrunken()`` gives the mean
    of each trial's effect given its counts, with a standard error that also holds
    the uncertainty of the coefficients; variances are taken as known.

    References
    ----------
    Stijnen, Hamza and Özdemir 2010, doi:10.1002/sim.4040; Jackson et al. 2018,
    doi:10.1002/sim.7588; Simmonds and Higgins 2016,
    doi:10.1177/0962280214534409.

    Examples
    --------
    >>> events = {"ai": [1, 2, 4], "n1i": [50, 60, 40],
    ...           "ci": [4, 5, 6], "n2i": [50, 60, 40]}
    >>> effects = Effects.from_arrays(
    ...     y=[0, 0, 0], v=[1, 1, 1], measure="OR", moderators=events)
    >>> round(float(np.exp(BinomialNormal().fit(effects).estimate.value)), 2)
    0.44
    >>> fit = BinomialNormal("UM.RS").fit(effects)
    >>> round(float(np.exp(fit.estimate.value)), 2), round(fit.levels.sigma2, 2)
    (0.44, 0.05)
    """

    model: CountModel = "CM.EL"
    measure: CountMeasure = "OR"
    method: CountMethod = "ML"
    interval: CountInterval = "wald"
    level: float = 0.95
    formula: str | None = None
    coding: float = 0.5
    correlated: bool = False
    nodes: int | None = None

    @property
    def world(self) -> str:
        """Name of the simulated world that the measure is true in.

        Measures whose link does not keep risks within bounds have none: there,
        the conformance kit needs a world of one's own.
        """
        return WORLD.get(self.measure, f"normal {self.measure}")

    @property
    def waives(self) -> Mapping[str, str]:
        """Duties that do not hold; see `mdmameta.models.duties`."""
        return {**OF_COUNTS, **(OF_COEFFICIENTS if self.formula else {})}

    def __post_init__(self) -> None:
        check_option("model", self.model, CountModel)
        check_option("measure", self.measure, CountMeasure)
        check_option("method", self.method, CountMethod)
        check_option("interval", self.interval, CountInterval)
        check_level(self.level)
        if self.formula is not None:
            parse(self.formula)
        self._check_fit_together()

    def _check_fit_together(self) -> None:
        if self.measure in ("RR", "RD") and self.model.startswith("CM"):
            raise OptionError(
                f"measure={self.measure!r} has no conditional model "
                f"(model={self.model!r}); give model='UM.FS' or 'UM.RS'."
            )
        if self.coding not in CODINGS:
            raise OptionError(f"coding={self.coding!r} is not 0.5, 1 or 0.")
        if self.correlated and self.model != "UM.RS":
            raise OptionError(
                f"correlated=True is for model='UM.RS', not {self.model!r}: other "
                "models have no distribution of levels."
            )
        whole = self.nodes is None or isinstance(self.nodes, int)
        if not whole or (self.nodes is not None and not 1 <= self.nodes <= 150):
            raise OptionError(
                f"nodes={self.nodes!r} is not a whole number from 1 to 150, or None."
            )

    def __repr__(self) -> str:
        names = {f.name: f.default for f in fields(self)}
        values = {name: getattr(self, name) for name in names}
        said = [
            f"{name}={value!r}"
            for name, value in values.items()
            if name not in UNSAID or value != names[name]
        ]
        return f"BinomialNormal({', '.join(said)})"

    def fit(self, effects: Effects) -> BinomialNormalFit:
        """Fit the model to effects with counts; see `Model`.

        Raises
        ------
        ModelError
            When there are no counts, no trial with information, or events in
            one group only, so that the estimate is infinite.
        """
        counts, design, setup = self._read(effects)
        common = self._common(effects, counts, setup)
        typical = typical_v(counts, design.X)
        estimated = self.method == "ML" and counts.k > design.X.shape[1]
        best = common
        if estimated:
            scale = float(np.sqrt(typical))
            best = with_heterogeneity(setup, common, scale, self.nodes)
        solved = Solved(
            counts=counts,
            design=design,
            common=common,
            best=best,
            tests=heterogeneity_tests(setup, common, design.X, self.nodes),
            typical_v=typical,
            heterogeneous=estimated,
            interval=self.interval,
            level=self.level,
        )
        return assemble_counts_fit(self, effects, solved)

    def tests(self, effects: Effects) -> HeterogeneityTests:
        """Test that all trials share one effect.

        Raises
        ------
        ModelError
            See `fit`.
        """
        counts, design, setup = self._read(effects)
        common = self._common(effects, counts, setup)
        return heterogeneity_tests(setup, common, design.X, self.nodes)

    def _read(self, effects: Effects) -> tuple[Counts, Design, Setup]:
        counts = read_counts(effects, self.measure, self.formula)
        design = intercept_only(counts.k)
        if self.formula is not None:
            design = design_matrix(self.formula, effects.frame.iloc[counts.rows])
        return counts, design, self._setup(counts, design.X)

    def _setup(self, counts: Counts, X: FloatArray) -> Setup:
        if self.measure in SINGLE:
            return single_group(counts, X)
        if self.model == "UM.FS":
            return unconditional_fixed(counts, X, self.coding)
        if self.model == "UM.RS":
            return unconditional_random(
                counts, X, self.coding, correlated=self.correlated
            )
        return conditional(counts, X, exact=self.model == "CM.EL")

    def _common(self, effects: Effects, counts: Counts, setup: Setup) -> Optimum:
        common = without_heterogeneity(setup, self.nodes)
        if np.abs(common.summit.point.beta).max() <= FAR / 2 or self.formula:
            return common
        raise ModelError(
            f"{self!r} has no finite estimate: in every trial used "
            f"({', '.join(map(str, effects.study[counts.rows]))}) events are all "
            "on one side. Use a model with a prior, or add a constant."
        )
