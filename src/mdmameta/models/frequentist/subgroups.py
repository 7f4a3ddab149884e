"""Subgroups of studies, each with its own mean, and the test between them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.caution import Caution
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.hypotheses import wald_test
from mdmameta.models.frequentist.intervals import WaldTest
from mdmameta.models.frequentist.meta_regression import MetaRegression
from mdmameta.models.frequentist.random_effects import RandomEffects
from mdmameta.options import check_option

SubgroupTau2 = Literal["separate", "common"]

#: Fewer studies than this say little of the variance in their own subgroup
#: (Borenstein et al. 2009, chapter 19: pool τ² with five or fewer).
FEW_STUDIES = 6


@dataclass(frozen=True, eq=False, kw_only=True)
class Subgroups:
    """A fit for each subgroup and the test that their means are equal.

    Parameters
    ----------
    by, tau2
        As they were asked for.
    levels, fits
        Names of the subgroups in sorted order, and the fit of each.
    test
        That all means are equal: χ² with one less than the levels when
        ``df_residual`` is infinite, else F.
    joint
        One regression of all studies with a mean a level, when τ² is common.
    warnings
        What a reader must know before comparing.

    Examples
    --------
    >>> import mdmameta as mm
    >>> from mdmameta.models.frequentist import subgroups
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.6, 0.9], v=[0.02] * 4,
    ...     moderators={"arm": ["a", "a", "b", "b"]})
    >>> found = subgroups(effects, "arm", mm.RandomEffects("ML", interval="wald"))
    >>> found.levels, round(found.test.statistic, 1)
    (('a', 'b'), 16.9)
    """

    by: str
    tau2: SubgroupTau2
    levels: tuple[str, ...]
    fits: tuple[Fit, ...]
    test: WaldTest
    joint: Fit | None = None
    warnings: tuple[Caution, ...] = ()

    def __repr__(self) -> str:
        t = self.test
        means = ", ".join(
            f"{level} {fit.estimate.value:.4g}"
            for level, fit in zip(self.levels, self.fits, strict=True)
        )
        return f"<Subgroups by {self.by}: {means}; between p = {t.p_value:.3g}>"

    @property
    def between(self) -> WaldTest:
        """Test of the spread of the means about their weighted mean; χ².

        Weights are inverse squares of the standard errors in ``fits``. It is
        ``test`` itself unless τ² is common, where package meta prints this and
        metafor the test of the regression.
        """
        return _between(self.fits)

    def to_frame(self) -> pd.DataFrame:
        """One row a subgroup: its name and the columns of `Fit.to_frame`."""
        frame = pd.concat([fit.to_frame() for fit in self.fits], ignore_index=True)
        frame.insert(0, "subgroup", list(self.levels))
        return frame


def subgroups(
    effects: Effects,
    by: str,
    model: RandomEffects | None = None,
    *,
    tau2: SubgroupTau2 = "separate",
) -> Subgroups:
    """Pool each subgroup of studies, and test whether their means differ.

    Parameters
    ----------
    effects
        With the subgroups among their moderators; rows without one are left
        out.
    by
        Column of the moderators.
    model
        `RandomEffects()` when left out.
    tau2
        "separate" by default, as metafor and meta have it: each subgroup has a
        variance of its own. "common" takes one variance, estimated within
        subgroups, for all; better with few studies in each.

    Returns
    -------
    Subgroups
        Under "common" each fit holds the common τ² fixed.

    Raises
    ------
    ModelError
        For an absent column, a single subgroup, or a common τ² when no subgroup
        has two studies.
    OptionError
        For an option that is not allowed.

    References
    ----------
    Borenstein, Hedges, Higgins and Rothstein 2009, Introduction to
    Meta-Analysis, chapter 19, doi:10.1002/9780470743386.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.6, 0.9], v=[0.02, 0.02, 0.02, 0.02],
    ...     moderators={"arm": ["a", "a", "b", "b"]})
    >>> found = subgroups(effects, "arm", RandomEffects(interval="wald"))
    >>> found.levels, round(found.test.statistic, 2), found.test.df
    (('a', 'b'), 11.08, 1)
    """
    check_option("tau2", tau2, SubgroupTau2)
    model = RandomEffects() if model is None else model
    if not isinstance(model, RandomEffects):
        raise OptionError(f"model={model!r} must be RandomEffects(…).")
    effects, levels, member = _grouped(effects, by)
    joint = _joint(effects, by, model) if tau2 == "common" else None
    if joint is not None:
        model = replace(model, tau2=joint.heterogeneity.tau2)
    fits = tuple(
        model.fit(effects.take(np.flatnonzero(member == i))) for i in range(len(levels))
    )
    return Subgroups(
        by=by,
        tau2=tau2,
        levels=levels,
        fits=fits,
        test=_between(fits) if joint is None else _equal(joint),
        joint=joint,
        warnings=(*_cautions(levels, fits, tau2), *_without_error(levels, fits)),
    )


def _grouped(
    effects: Effects, by: str
) -> tuple[Effects, tuple[str, ...], np.ndarray[tuple[int], np.dtype[np.intp]]]:
    if by not in effects.moderators:
        raise ModelError(
            f"by={by!r} is not among the moderators: "
            f"{', '.join(map(repr, effects.moderators)) or 'there are none'}."
        )
    known = effects.moderators[by].notna() & np.isfinite(effects.y)
    kept = effects.take(np.flatnonzero(known & np.isfinite(effects.v)))
    codes, levels = pd.factorize(kept.moderators[by], sort=True)
    if len(levels) < 2:
        raise ModelError(f"by={by!r} has {len(levels)} subgroup; two are needed.")
    return kept, tuple(map(_name, levels)), codes


def _name(level: object) -> str:
    """Name a level; whole numbers beside missing ones are floats, shown without .0."""
    return f"{level:g}" if isinstance(level, float) else str(level)


def _joint(effects: Effects, by: str, model: RandomEffects) -> Fit:
    regression = MetaRegression(
        f"~ 0 + C(`{by}`)",
        model.tau2,
        model.interval,
        model.level,
        weights=model.weights,
    )
    joint = regression.fit(effects)
    if np.isnan(joint.heterogeneity.tau2):
        raise ModelError(
            f"by={by!r} has as many subgroups as there are studies ({joint.k}): no τ² "
            "common to all can be estimated within them. Join subgroups, or fix τ² in "
            "the model."
        )
    return joint


def _equal(joint: Fit) -> WaldTest:
    """Test that all coefficients of a regression on levels are the first."""
    p = len(joint.coefficients)
    return wald_test(joint, np.column_stack([-np.ones(p - 1), np.eye(p - 1)]))


def _between(fits: tuple[Fit, ...]) -> WaldTest:
    value = np.array([fit.estimate.value for fit in fits])
    se = np.array([fit.estimate.se for fit in fits])
    df = len(fits) - 1
    if not se.all():
        return WaldTest(np.nan, df, np.inf, np.nan)
    w = 1 / se**2
    q = float(w @ (value - w @ value / w.sum()) ** 2)
    return WaldTest(q, df, np.inf, float(chdtrc(df, q)))


def _cautions(
    levels: tuple[str, ...], fits: tuple[Fit, ...], tau2: SubgroupTau2
) -> tuple[Caution, ...]:
    few = [
        f"{level} (k = {fit.k})"
        for level, fit in zip(levels, fits, strict=True)
        if fit.k < FEW_STUDIES
    ]
    if not few or tau2 == "common":
        return ()
    return (
        Caution(
            "few-in-subgroup",
            f"Few studies to estimate a variance from in {', '.join(few)}; "
            "tau2='common' shares one.",
        ),
    )


def _without_error(
    levels: tuple[str, ...], fits: tuple[Fit, ...]
) -> tuple[Caution, ...]:
    alike = [
        level
        for level, fit in zip(levels, fits, strict=True)
        if "no-spread" in {caution.code for caution in fit.warnings}
    ]
    if not alike:
        return ()
    text = (
        f"All effects are alike in {', '.join(alike)}, whose error is 0 but for "
        "rounding: the test between subgroups means nothing. Use a Wald interval or "
        "the ad hoc one."
    )
    return (Caution("no-spread", text),)
