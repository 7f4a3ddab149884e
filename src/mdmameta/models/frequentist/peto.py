"""Peto's model: one odds ratio common to all trials, by one step from none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mdmameta.effects.table import Effects
from mdmameta.models.duties import OF_COUNTS
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.count_fit import (
    NO_INFORMATION,
    CountSettings,
    Tables,
    assemble_counts,
    tables,
    uninformative,
)
from mdmameta.models.frequentist.stratified import Strata, pooled_peto
from mdmameta.models.inputs import check_level
from mdmameta.models.labels import row_label


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

    Raises
    ------
    OptionError
        For a level that is no probability.

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

    waives: ClassVar[Mapping[str, str]] = OF_COUNTS
    world: ClassVar[str] = "common-events"

    def __post_init__(self) -> None:
        check_level(self.level)

    def __repr__(self) -> str:
        return row_label(self)

    def fit(self, effects: Effects) -> Fit:
        """Fit the model to effects with counts; see `Model`.

        Raises
        ------
        ModelError
            When there are no counts, no complete table, effects of another
            measure, or no table with information.
        """
        read = tables(effects, ("OR", "PETO"))
        v = read.strata.variance
        silent = ~(v > 0)
        found = uninformative(effects.study[read.rows], silent, NO_INFORMATION)
        t, keep = read.strata, ~silent
        used = Tables(
            strata=Strata(t.a[keep], t.b[keep], t.c[keep], t.d[keep]),
            rows=read.rows[keep],
            cautions=(*read.cautions, *found),
        )
        v = v[keep]
        with np.errstate(divide="ignore", invalid="ignore"):
            settings = CountSettings(
                pooled=pooled_peto(used.strata),
                y=used.strata.excess / v,
                v=1 / v,
                level=self.level,
            )
        return assemble_counts(self, effects, used, settings)
