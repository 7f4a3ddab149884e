"""Figures of fits, sensitivity tables and evidence, with alternative text."""

from mdmameta.figures.blinding_indices import blinding_indices
from mdmameta.figures.flow import flow
from mdmameta.figures.forest import forest
from mdmameta.figures.funnel import funnel
from mdmameta.figures.posterior import posterior
from mdmameta.figures.prior_use import prior_use_shares
from mdmameta.figures.saving import render
from mdmameta.figures.sensitivity_curve import sensitivity_curve
from mdmameta.figures.sensitivity_map import sensitivity_map
from mdmameta.figures.specification_curve import specification_curve
from mdmameta.figures.style import alt_text

__all__ = [
    "alt_text",
    "blinding_indices",
    "flow",
    "forest",
    "funnel",
    "posterior",
    "prior_use_shares",
    "render",
    "sensitivity_curve",
    "sensitivity_map",
    "specification_curve",
]
