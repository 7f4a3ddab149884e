"""Nested random effects: rows within studies within anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.design import parse
from mdmameta.models.duties import OF_CLUSTERS, OF_COEFFICIENTS
from mdmameta.models.frequentist.cluster_robust import with_robust_errors
from mdmameta.models.frequentist.multilevel.fitting import (
    Asked,
    fit_terms,
    usable_design,
)
from mdmameta.models.frequentist.multilevel.inference import LevelInterval
from mdmameta.models.frequentist.multilevel.levels import labels_at
from mdmameta.models.frequentist.multilevel.result import MultilevelFit
from mdmameta.models.frequentist.multilevel.structures import level_term
from mdmameta.models.frequentist.multilevel.terms import Term
from mdmameta.models.inputs import Usable, check_level
from mdmameta.options import RobustKind, check_option

#: Likelihoods that are maximised.
Method = Literal["REML", "ML"]


@dataclass(frozen=True, repr=False)
class Multilevel:
    """Estimates a mean of effects that depend on each other by nested groups.

    y = Xβ + Σ u_level + e, with a variance for the groups of each level and
    sampling covariance V (from the effects when they have one, else
    independent). metafor's ``rma.mv(y, V, random = ~ 1 | study/effect)``.

    Parameters
    ----------
    levels
        Outermost first; each is nested in those before it. Names of
        moderators; "study" is also the effects' study and "effect" each row
        by itself.
    formula
        Moderators as in `MetaRegression`; a mean alone when left out.
    method
        "REML" by default, nearly unbiased; "ML" for comparing moderators.
    interval
        "wald" by default; "t" with k − p degrees of freedom; "contain" with
        groups − p of the smallest level on which a moderator is constant.
    robust
        Kind of cluster-robust errors ("CR2" with Satterthwaite's degrees of
        freedom is advised when V is a guess), or None by default.
    cluster
        Level or moderator that these cluster by; the outermost when left out.
    level
        Probability of the intervals.

    Raises
    ------
    OptionError
        For an option that is not allowed.

    Notes
    -----
    ``fit.heterogeneity`` is of all levels together: tau2 is the sum of the
    variances. ``fit.components`` has each with its share I²,
    ``fit.component_intervals()`` their profile-likelihood intervals and
    ``fit.random_effects()`` the predicted effects of groups. The prediction
    interval is for one new row of a new group. Leave "effect" out only if rows
    of a group have the same true effect.

    The likelihood is computed by independent blocks of rows, and climbed by
    Newton steps from several starts over the square roots of the variances, so
    that 0 is an ordinary value.

    References
    ----------
    Konstantopoulos 2011, doi:10.1002/jrsm.35; Cheung 2014,
    doi:10.1037/a0032968; Van den Noortgate et al. 2013,
    doi:10.3758/s13428-012-0261-6.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.8, 0.6, 0.3, 0.5, -0.2], v=[0.02] * 7,
    ...     study=["A", "A", "B", "B", "C", "C", "D"])
    >>> fit = Multilevel(["study", "effect"]).fit(effects)
    >>> round(fit.estimate.value, 2), round(fit.estimate.se, 2)
    (0.27, 0.19)
    >>> fit.components[["component", "value"]].round(3).values.tolist()
    [['sigma2[study]', 0.128], ['sigma2[study/effect]', 0.0]]
    """

    levels: Sequence[str] = ("study", "effect")
    formula: str | None = None
    method: Method = "REML"
    interval: LevelInterval = "wald"
    robust: RobustKind | None = None
    cluster: str | None = None
    level: float = 0.95

    world: ClassVar[str] = "clustered"

    @property
    def waives(self) -> Mapping[str, str]:
        """Duties that do not hold; see `mdmameta.models.duties`."""
        return {
            **(OF_CLUSTERS if self.robust else {}),
            **(OF_COEFFICIENTS if self.formula else {}),
        }

    def __post_init__(self) -> None:
        given = (self.levels,) if isinstance(self.levels, str) else tuple(self.levels)
        if not given or len(set(given)) != len(given):
            raise OptionError(
                f"levels={self.levels!r} must name one level or more, each once, "
                "outermost first, as in ['study', 'effect']."
            )
        object.__setattr__(self, "levels", given)
        check_shared(self)

    def __repr__(self) -> str:
        return label(self, levels=list(self.levels))

    def fit(self, effects: Effects) -> MultilevelFit:
        """Fit the model to effects; see `Model`.

        Raises
        ------
        ModelError
            When no row is usable, a level or moderator is absent, or the
            coefficients cannot be told apart.
        """
        return fitted(self, effects, tuple(self.levels), self._terms)

    def _terms(self, effects: Effects, usable: Usable) -> tuple[Term, ...]:
        columns = [labels_at(name, effects)[usable.rows] for name in self.levels]
        return tuple(
            level_term("/".join(self.levels[: i + 1]), columns[: i + 1])
            for i in range(len(columns))
        )


def check_shared(model: Any) -> None:
    """Check the options that multilevel and multivariate models share.

    Raises
    ------
    OptionError
        With the option.
    """
    if model.formula is not None:
        parse(model.formula)
    check_option("method", model.method, Method)
    check_option("interval", model.interval, LevelInterval)
    check_level(model.level)
    if model.robust is not None:
        check_option("robust", model.robust, RobustKind)
    elif model.cluster is not None:
        raise OptionError(
            f"cluster={model.cluster!r} is for robust errors only; give robust='CR2'."
        )


def fitted(
    model: Any, effects: Effects, names: tuple[str, ...], terms: Any
) -> MultilevelFit:
    """Fit a model's random terms, and make its errors robust when asked.

    Parameters
    ----------
    model
        With the options that `check_shared` checks.
    effects
        What it is fitted to.
    names
        Columns of the random terms; the first is the cluster by default.
    terms
        Function of effects and usable rows that makes the random terms.
    """
    asked = Asked(
        formula=model.formula,
        method=model.method,
        interval=model.interval,
        level=model.level,
        names=names,
    )
    rows = usable_design(effects, asked)
    fit = fit_terms(model, effects, asked, rows, terms(effects, rows[0]))
    if model.robust is None:
        return fit
    labels = labels_at(model.cluster or names[0], effects)
    robust = with_robust_errors(fit, model, labels, model.robust, "satterthwaite")
    assert isinstance(robust, MultilevelFit)
    return robust


def label(model: Any, **first: Any) -> str:
    """Row label: the arguments that name the model, and others not at default.

    Parameters
    ----------
    model
        A model of this package.
    **first
        Always shown.
    """
    usual: dict[str, Any] = {"formula": None, "method": "REML", "interval": "wald"}
    usual |= {"robust": None, "cluster": None, "level": 0.95}
    said = first | {
        name: getattr(model, name)
        for name, value in usual.items()
        if getattr(model, name) != value
    }
    inside = ", ".join(f"{name}={value!r}" for name, value in said.items())
    return f"{type(model).__name__}({inside})"
