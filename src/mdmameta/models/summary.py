"""A fit as a few lines of plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mdmameta.models.fit import Fit

#: Measures whose effects and estimates are natural logarithms.
LOGARITHMS = ("RR", "OR")


def summary_text(fit: Fit) -> str:
    """Write model, data, estimate, heterogeneity and cautions.

    Parameters
    ----------
    fit
        What was not estimated has no line.

    Returns
    -------
    str
        For a terminal.
    """
    e = fit.estimate
    scale = f" (log {fit.effects.measure})" if fit.effects.measure in LOGARITHMS else ""
    lines = [
        f"{fit.model!r}",
        f"{fit.effects.label or 'effects'}: k = {fit.k}{scale}",
        f"estimate {e.value:.4f} (se {e.se:.4f}), "
        f"{e.level:.0%} interval [{e.ci_low:.4f}, {e.ci_high:.4f}]",
    ]
    if np.isfinite(e.pi_low):
        lines.append(f"prediction interval [{e.pi_low:.4f}, {e.pi_high:.4f}]")
    lines += _heterogeneity(fit)
    if len(fit.coefficients) > 1:
        lines.append(fit.coefficients.to_string(index=False))
    return "\n".join([*lines, *(f"caution: {text}" for text in fit.warnings)])


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
