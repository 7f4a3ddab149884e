"""Correlated random effects: several outcomes of a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from numpy.typing import NDArray

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.duties import OF_CLUSTERS, OF_COEFFICIENTS
from mdmameta.models.frequentist.multilevel.inference import LevelInterval
from mdmameta.models.frequentist.multilevel.levels import labels_at
from mdmameta.models.frequentist.multilevel.model import (
    Method,
    check_shared,
    fitted,
    label,
)
from mdmameta.models.frequentist.multilevel.result import MultilevelFit
from mdmameta.models.frequentist.multilevel.structures import (
    CovarianceStructure,
    level_term,
    paired_term,
)
from mdmameta.models.frequentist.multilevel.terms import Term
from mdmameta.models.inputs import Usable
from mdmameta.options import RobustKind, check_option


@dataclass(frozen=True, repr=False)
class Multivariate:
    """Estimates means of several outcomes whose true effects are correlated.

    metafor's ``rma.mv(y, V, random = ~ inner | outer, struct = ...)``: rows of
    one outer group have random effects of their inner levels, correlated by
    the structure; groups are independent.

    Parameters
    ----------
    inner, outer
        Moderators (or "study", "effect"): which outcome a row is of, and which
        group it belongs to.
    structure
        "CS" by default: one variance tau2 and one correlation rho. "HCS": a
        variance for each inner level, one correlation. "UN": a variance for
        each and a correlation for each pair. "ID": one variance. "DIAG": a
        variance for each.
    formula
        Moderators as in `MetaRegression`, such as ``"~ outcome - 1"`` for a
        mean of each outcome.
    method, interval, robust, cluster, level
        As in `Multilevel`; robust errors cluster by ``outer`` when ``cluster``
        is left out.
    levels
        Nested random effects in addition, as in `Multilevel`.

    Raises
    ------
    OptionError
        For an option that is not allowed.

    Notes
    -----
    Variances and correlations are in ``fit.components``, their profile
    intervals in ``fit.component_intervals()``. ``fit.heterogeneity.tau2`` is
    the mean over rows of the variance of their true effects; where that
    differs between rows there is no prediction interval for the mean.
    Correlations may be at ±1 and variances at 0. The correlation of two
    outcomes that no group reports together cannot be estimated and is flagged.

    References
    ----------
    Berkey et al. 1998,
    doi:10.1002/(SICI)1097-0258(19981130)17:22<2537::AID-SIM953>3.0.CO;2-C;
    Jackson, Riley and White 2011, doi:10.1002/sim.4172.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.8, 0.9, 0.3, 0.6, -0.2, 0.0], v=[0.02] * 8,
    ...     study=list("AABBCCDD"), moderators={"outcome": ["x", "y"] * 4})
    >>> fit = Multivariate("outcome", structure="UN", formula="~ outcome - 1").fit(
    ...     effects)
    >>> fit.coefficients[["term", "value"]].round(2).values.tolist()
    [['outcome[x]', 0.25], ['outcome[y]', 0.45]]
    >>> fit.components["component"].tolist()
    ['tau2[x]', 'tau2[y]', 'rho[x, y]']
    """

    inner: str = "outcome"
    outer: str = "study"
    structure: CovarianceStructure = "CS"
    formula: str | None = None
    method: Method = "REML"
    interval: LevelInterval = "wald"
    robust: RobustKind | None = None
    cluster: str | None = None
    level: float = 0.95
    levels: Sequence[str] = ()

    world: ClassVar[str] = "clustered"

    @property
    def waives(self) -> Mapping[str, str]:
        """Duties that do not hold; see `mdmameta.models.duties`."""
        return {
            **(OF_CLUSTERS if self.robust else {}),
            **(OF_COEFFICIENTS if self.formula else {}),
        }

    def __post_init__(self) -> None:
        check_option("structure", self.structure, CovarianceStructure)
        if self.inner == self.outer:
            raise OptionError(
                f"inner and outer are both {self.inner!r}; inner tells rows of one "
                "outer group apart."
            )
        levels = (self.levels,) if isinstance(self.levels, str) else self.levels
        object.__setattr__(self, "levels", tuple(levels))
        check_shared(self)

    def __repr__(self) -> str:
        names = ("inner", "outer", "structure")
        first: dict[str, Any] = {name: getattr(self, name) for name in names}
        if self.levels:
            first["levels"] = list(self.levels)
        return label(self, **first)

    def fit(self, effects: Effects) -> MultilevelFit:
        """Fit the model to effects; see `Model`.

        Raises
        ------
        ModelError
            When no row is usable, a column is absent, or the coefficients
            cannot be told apart.
        """
        names = (self.outer, self.inner, *self.levels)
        return fitted(self, effects, names, self._terms)

    def _terms(self, effects: Effects, usable: Usable) -> tuple[Term, ...]:
        def column(name: str) -> NDArray[Any]:
            return labels_at(name, effects)[usable.rows]

        columns = [column(name) for name in self.levels]
        nested = [
            level_term("/".join(self.levels[: i + 1]), columns[: i + 1])
            for i in range(len(columns))
        ]
        name = f"{self.inner} | {self.outer}"
        paired = paired_term(
            name, self.structure, column(self.inner), column(self.outer)
        )
        return (*nested, paired)
