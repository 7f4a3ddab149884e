"""Peto's model: one odds ratio common to all trials, by one step from none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from mdmameta.effects.binary import AddTo, peto_log_odds_ratio
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
from mdmameta.models.frequentist.stratified import Strata, pooled_peto
from mdmameta.models.inputs import check_level
from mdmameta.models.labels import row_label

#: Of the label: constants of the usual kind go without saying.
USUAL = {
    "add": (0.5, 0.0),
    "to": ("only0", "none"),
    "drop00": (True, False),
}


@dataclass(frozen=True, repr=False)
class Peto:
    """Estimates a log odds ratio common to all trials from their counts.

    The estimate is Σ (O − E) / Σ V, with O the events of the active group, E and
    V their hypergeometric mean and variance without a contrast. It needs no
    constant for cells of zero. It serves rare events, groups of about equal
    size and small contrasts; elsewhere it is biased towards none.

    Parameters
    ----------
    level
        Probability of the interval.
    add, to, drop00
        Pairs, as in metafor's ``rma.peto``: what to add to which tables, and
        whether tables without (or with only) events in both groups are left
        out; first for the effects of single trials, then for the pooled
        contrast. By default nothing is added before pooling. The first of each
        pair decides only which trials have an effect of their own, and thereby
        the degrees of freedom of Q: with ``drop00=(False, False)`` trials without
        events count there, though they carry no information.

    Raises
    ------
    OptionError
        For an option that is not allowed.

    Notes
    -----
    Effects need their counts as moderators: ai, n1i (or n1), ci, n2i (or n2).
    y and v are not used. Tables without events, or with events only, in both
    groups say nothing: they are not used, and the fit names them. Q is that
    of (O − E) / V with variance 1 / V.

    References
    ----------
    Yusuf et al. 1985, doi:10.1016/S0033-0620(85)80003-7; when to use it:
    Greenland and Salvan 1990, doi:10.1002/sim.4780090307.

    Examples
    --------
    >>> from mdmameta.effects.measures import effect_size
    >>> events = {"ai": [1, 2], "n1i": [50, 60], "ci": [4, 3], "n2i": [50, 60]}
    >>> sizes = effect_size("OR", **events)
    >>> effects = Effects.from_arrays(
    ...     y=sizes["y"], v=sizes["v"], measure="OR", moderators=events)
    >>> round(float(np.exp(Peto().fit(effects).estimate.value)), 2)
    0.44
    """

    level: float = 0.95
    add: tuple[float, float] = (0.5, 0.0)
    to: tuple[AddTo, AddTo] = ("only0", "none")
    drop00: tuple[bool, bool] = (True, False)

    waives: ClassVar[Mapping[str, str]] = OF_COUNTS
    world: ClassVar[str] = "common-events"

    def __post_init__(self) -> None:
        check_constants(self)
        check_level(self.level)

    def __repr__(self) -> str:
        return row_label(self, USUAL)

    def fit(self, effects: Effects) -> Fit:
        """Fit the model to effects with counts; see `Model`.

        Raises
        ------
        ModelError
            When there are no counts, no complete table, effects of another
            measure, or no table with information.
        """
        read = tables(effects, ("OR", "PETO"))
        pool = adjusted_strata(read.strata, self, 1)
        keep = pool.variance > 0
        used = self._informative(effects, read, pool, keep)
        v = used.strata.variance
        with np.errstate(divide="ignore", invalid="ignore"):
            settings = CountSettings(
                pooled=pooled_peto(used.strata),
                y=used.strata.excess / v,
                v=1 / v,
                rows=used.rows,
                level=self.level,
                trials=self._with_effect(read.strata),
            )
        return assemble_counts(self, effects, used, settings)

    def _informative(
        self, effects: Effects, read: Tables, pool: Strata, keep: NDArray[np.bool_]
    ) -> Tables:
        study, t = effects.study[read.rows], read.strata
        without = ((t.a + t.c == 0) | (t.b + t.d == 0)) & keep
        found = (
            *uninformative(study, ~keep, NO_INFORMATION),
            *counted_in(study, without, "odds ratio"),
        )
        return Tables(
            strata=Strata(pool.a[keep], pool.b[keep], pool.c[keep], pool.d[keep]),
            rows=read.rows[keep],
            cautions=(*read.cautions, *found),
        )

    def _with_effect(self, t: Strata) -> int:
        """How many trials have an effect of their own."""
        single = adjusted_strata(t, self, 0)
        y, v = peto_log_odds_ratio(single.a, single.b, single.c, single.d)
        return int((np.isfinite(y) & np.isfinite(v)).sum())
