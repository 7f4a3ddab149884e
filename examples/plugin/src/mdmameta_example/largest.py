"""A section of the report: which study has most of the weight."""

from __future__ import annotations

from typing import Any

import mdmameta as mm


def largest_study(results: Any) -> str:
    """Return a section in Markdown.

    Parameters
    ----------
    results
        What the report has computed (`mdmameta.reporting.results.Results`).
    """
    effects = results.contrast_set("ptsd-primary")
    fit = mm.RandomEffects().fit(effects)
    top = int(fit.weights.argmax())
    return (
        "## The largest study\n\n"
        f"{effects.study[top]} has {fit.weights[top]:.0f} % of the weight.\n"
    )
