"""The Mantel–Haenszel model: one contrast of events or rates common to all trials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from mdmameta.effects.binary import (
    AddTo,
    log_odds_ratio,
    log_risk_ratio,
    risk_difference,
)
from mdmameta.effects.rates import adjusted_events
from mdmameta.effects.table import Effects
from mdmameta.models.duties import OF_COUNTS
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.constants import adjusted_strata, check_constants
from mdmameta.models.frequentist.count_fit import (
    NO_INFORMATION,
    CountSettings,
    Tables,
    assemble_counts,
    counted_in,
    tables,
    uninformative,
)
from mdmameta.models.frequentist.rate_fit import rate_settings, rate_tables
from mdmameta.models.frequentist.stratified import (
    Pooled,
    Strata,
    pooled_differences,
    pooled_odds_ratio,
    pooled_risk_difference,
    pooled_risk_ratio,
)
from mdmameta.models.frequentist.stratified_rates import Rates, rate_association
from mdmameta.models.frequentist.stratified_tests import (
    StratifiedTests,
    stratified_tests,
)
from mdmameta.models.inputs import check_level
from mdmameta.models.labels import row_label
from mdmameta.options import check_option

PooledMeasure = Literal["OR", "RR", "RD", "IRR", "IRD"]
DifferenceVariance = Literal["sato", "greenland-robins"]

RATES = ("IRR", "IRD")
#: Simulated worlds with one contrast in all trials, on the scale of the measure.
WORLD = {
    "OR": "common-events",
    "RR": "common-risks",
    "RD": "common-risk-differences",
    "IRR": "common-rates",
    "IRD": "common-rate-differences",
}
SINGLE = {"OR": log_odds_ratio, "RR": log_risk_ratio, "RD": risk_difference}


@dataclass(frozen=True, repr=False)
class MantelHaenszel:
    """Estimates one contrast of events or rates common to all trials from counts.

    Counts are pooled as they are, so that a cell of zero needs no constant
    and rare events bias little. There is no variance between trials, no
    prediction interval and no shrunken effects.

    Parameters
    ----------
    measure
        Of events among people: "OR" (log odds ratio, default), "RR" (log risk
        ratio) or "RD" (risk difference). Of events over person-time: "IRR" (log
        rate ratio) or "IRD" (rate difference).
    add, to, drop00
        Pairs, as in metafor's ``rma.mh``: what to add to which tables, and
        whether tables without (or with only) events in both groups are left
        out; first for the effects of single trials, that Q is made of, then for
        the pooled contrast. By default one half where a cell is zero for the
        former, nothing for the latter. ``add=(0.5, 0.5),
        to=("only0", "only0")`` is what the R package meta does by default
        (its ``MH.exact=FALSE``), and many published results rest on.
    variance
        Of a pooled risk difference: "sato" (default, as in metafor) holds for few
        large trials and for many small ones; "greenland-robins" for the former
        alone. The latter is package meta's, where constants that are added enter
        weights and variances but not the differences.
    correct
        Whether the Cochran–Mantel–Haenszel test has a continuity correction. It
        draws ``|Σ (O − E)|`` towards 0 and no further, as R's mantelhaen.test does.
    level
        Probability of the interval.

    Raises
    ------
    OptionError
        For an option that is not allowed.

    Notes
    -----
    Effects need their counts as moderators: ai, n1i (or n1), ci, n2i (or n2); for
    rates x1i, t1i, x2i, t2i. y and v are not used. Trials without events in both
    groups say nothing about a ratio: they are not used, and the fit names them
    (caution zero-zero); they do enter a difference, as trials where everybody
    has the event enter a risk ratio, and the fit names those as well (caution
    zero-zero-counted). I², H² come from Q; τ² is 0 by assumption.

    References
    ----------
    Mantel and Haenszel 1959, doi:10.1093/jnci/22.4.719; standard errors:
    Robins, Breslow and Greenland 1986, doi:10.2307/2531052; Greenland and
    Robins 1985, doi:10.2307/2530643; Sato, Greenland and Robins 1989,
    Biometrics 45:1323–1324; rates: Rothman, Greenland and Lash 2008,
    ISBN 978-0-7817-5564-1, chapter 15.

    Examples
    --------
    >>> from mdmameta.effects.measures import effect_size
    >>> events = {"ai": [4, 6], "n1i": [20, 30], "ci": [8, 0], "n2i": [20, 30]}
    >>> sizes = effect_size("RR", **events)
    >>> effects = Effects.from_arrays(
    ...     y=sizes["y"], v=sizes["v"], measure="RR", moderators=events)
    >>> fit = MantelHaenszel("RR").fit(effects)
    >>> round(float(np.exp(fit.estimate.value)), 2)
    1.25
    >>> rates = {"x1i": [8, 5], "t1i": [100, 80], "x2i": [4, 2], "t2i": [100, 90]}
    >>> sizes = effect_size("IRR", **rates)
    >>> effects = Effects.from_arrays(
    ...     y=sizes["y"], v=sizes["v"], measure="IRR", moderators=rates)
    >>> round(float(np.exp(MantelHaenszel("IRR").fit(effects).estimate.value)), 2)
    2.26
    """

    measure: PooledMeasure = "OR"
    add: tuple[float, float] = (0.5, 0.0)
    to: tuple[AddTo, AddTo] = ("only0", "none")
    drop00: tuple[bool, bool] = (True, False)
    variance: DifferenceVariance = "sato"
    correct: bool = True
    level: float = 0.95

    waives: ClassVar[Mapping[str, str]] = OF_COUNTS

    @property
    def world(self) -> str:
        """Name of the simulated world that the measure is true in."""
        return WORLD[self.measure]

    def __post_init__(self) -> None:
        check_option("measure", self.measure, PooledMeasure)
        check_option("variance", self.variance, DifferenceVariance)
        check_constants(self)
        check_level(self.level)

    def __repr__(self) -> str:
        return row_label(self)

    def fit(self, effects: Effects) -> Fit:
        """Fit the model to effects with counts; see `Model`.

        Raises
        ------
        ModelError
            When there are no counts, no complete table, effects of another
            measure, or no finite estimate.
        """
        if self.measure in RATES:
            rates = rate_tables(effects, self.measure, self._rates)
            found = rate_settings(rates, self.measure, self._rates, self.level)
            return assemble_counts(self, effects, rates, found)
        # Trials without events may enter Q though they are not pooled.
        every = tables(effects, (self.measure,))
        read = self._informative(effects, every)
        single = adjusted_strata(every.strata, self, 0)
        y, v = SINGLE[self.measure](single.a, single.b, single.c, single.d)
        settings = CountSettings(
            pooled=self._pooled(read.strata),
            y=y,
            v=v,
            rows=every.rows,
            level=self.level,
        )
        return assemble_counts(self, effects, read, settings)

    def _pooled(self, counted: Strata) -> Pooled:
        strata = adjusted_strata(counted, self, 1)
        if self.measure == "OR":
            return pooled_odds_ratio(strata)
        if self.measure == "RR":
            return pooled_risk_ratio(strata)
        if self.variance == "sato":
            return pooled_risk_difference(strata)
        return pooled_differences(counted, strata)

    def tests(self, effects: Effects) -> StratifiedTests:
        """Test for any contrast, and for a common odds ratio, from the counts.

        They are of the odds whatever the measure of events, and of the rates for
        rates, where only that of association exists.

        Raises
        ------
        ModelError
            See `fit`.
        """
        if self.measure in RATES:
            return self._rate_tests(effects)
        read = self._informative(effects, tables(effects, (self.measure,)))
        strata = adjusted_strata(read.strata, self, 1)
        return stratified_tests(strata, correct=self.correct)

    def _rate_tests(self, effects: Effects) -> StratifiedTests:
        read = rate_tables(effects, self.measure, self._rates)
        chi2, p = rate_association(self._rates(read.strata, 1), correct=self.correct)
        return StratifiedTests(association=chi2, association_p=p)

    def _informative(self, effects: Effects, read: Tables) -> Tables:
        """Tables that carry information about the measure."""
        silent = self._silent(adjusted_strata(read.strata, self, 1))
        study = effects.study[read.rows]
        ratio = self.measure != "RD"
        reason = NO_INFORMATION if ratio else "They are left out as drop00 asks."
        found = uninformative(study, silent, reason)
        t, keep = read.strata, ~silent
        inside = ((t.a + t.c == 0) | (t.b + t.d == 0)) & keep
        found += counted_in(study, inside, self.measure)
        return Tables(
            strata=Strata(t.a[keep], t.b[keep], t.c[keep], t.d[keep]),
            rows=read.rows[keep],
            cautions=(*read.cautions, *found),
        )

    def _silent(self, t: Strata) -> NDArray[np.bool_]:
        silent = np.isnan(t.a)
        if self.measure != "RD":
            silent |= t.a + t.c == 0
        if self.measure == "OR":
            silent |= t.b + t.d == 0
        return silent

    def _rates(self, t: Rates, which: int) -> Rates:
        x1, x2 = adjusted_events(
            t.x1,
            t.x2,
            add=self.add[which],
            to=self.to[which],
            drop00=self.drop00[which],
        )
        return Rates(x1, t.t1, x2, t.t2)
