"""A fit as a few lines of plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mdmameta.effects.back_transforms import back_transform
from mdmameta.effects.recipe import BackTransform
from mdmameta.effects.registry import MEASURES

if TYPE_CHECKING:
    from mdmameta.models.fit import Fit

#: Ways back that need the number of people behind each effect, which a pooled
#: estimate does not have.
_NEED_N = "Freeman-Tukey"


def summary_text(fit: Fit) -> str:
    """Write model, data, estimate, heterogeneity and cautions.

    Parameters
    ----------
    fit
        What was not estimated has no line. Measures with a scale that people
        read, such as ratios, have the estimate on it too.

    Returns
    -------
    str
        For a terminal.
    """
    e = fit.estimate
    scale = f" (log {fit.effects.measure})" if _way_back(fit) == "exp" else ""
    lines = [
        f"{fit.model!r}",
        f"{fit.effects.label or 'effects'}: k = {fit.k}{scale}",
        f"estimate {e.value:.4f} (se {e.se:.4f}), "
        f"{e.level:.0%} interval [{e.ci_low:.4f}, {e.ci_high:.4f}]",
    ]
    if np.isfinite(e.pi_low):
        lines.append(f"prediction interval [{e.pi_low:.4f}, {e.pi_high:.4f}]")
    lines += [*_read_scale(fit), *_heterogeneity(fit), *_moderators(fit)]
    return "\n".join([*lines, *(f"caution: {text}" for text in fit.warnings)])


def back_transformed(fit: Fit) -> tuple[str, np.ndarray] | None:
    """Take the estimate and its intervals to the scale that people read.

    Parameters
    ----------
    fit
        The measure of its effects names the way back.

    Returns
    -------
    tuple or None
        Name of the way ("exp", "inverse logit", …), and the estimate, the ends
        of its interval and those of the prediction interval, shape (5,). None
        where the scale of analysis is the one people read, or where the way
        back needs the number of people behind each effect.

    Examples
    --------
    >>> from mdmameta import CommonEffect, Effects
    >>> fit = CommonEffect().fit(Effects.from_arrays([0, 0], [1, 1], measure="RR"))
    >>> back_transformed(fit)[0], float(back_transformed(fit)[1][0])
    ('exp', 1.0)
    """
    way = _way_back(fit)
    if way == "none":
        return None
    e = fit.estimate
    ends = (e.value, e.ci_low, e.ci_high, e.pi_low, e.pi_high)
    return way, back_transform(ends, way)


def _way_back(fit: Fit) -> BackTransform:
    if fit.effects.measure == "HR":
        return "exp"
    recipe = MEASURES.get(fit.effects.measure)
    if recipe is None or _NEED_N in recipe.back_transform:
        return "none"
    return recipe.back_transform


def _read_scale(fit: Fit) -> list[str]:
    found = back_transformed(fit)
    if found is None:
        return []
    way, (value, low, high, *new) = found
    line = f"back-transformed ({way}): {value:.4f} [{low:.4f}, {high:.4f}]"
    if np.isfinite(new[0]):
        line += f", prediction [{new[0]:.4f}, {new[1]:.4f}]"
    return [line]


def _heterogeneity(fit: Fit) -> list[str]:
    h = fit.heterogeneity
    values = (("tau2", h.tau2, ".4f", ""), ("I2", h.i2, ".1f", " %"))
    said = [
        f"{name} = {value:{form}}{unit}"
        for name, value, form, unit in (*values, ("H2", h.h2, ".2f", ""))
        if not np.isnan(value)
    ]
    if h.q_df > 0:
        said.append(f"Q({h.q_df}) = {h.q:.2f}, p = {h.q_p:.3g}")
    return [", ".join(said)] if said else []


def _moderators(fit: Fit) -> list[str]:
    if len(fit.coefficients) < 2:
        return []
    lines = [fit.coefficients.to_string(index=False)]
    test = fit.omnibus
    if test is not None and test.terms:
        t = np.isfinite(test.df_residual)
        name = f"F({test.df}, {test.df_residual:g})" if t else f"chi2({test.df})"
        lines.append(
            f"all moderators together: {name} = {test.statistic:.2f}, "
            f"p = {test.p_value:.3g}"
        )
    return lines
