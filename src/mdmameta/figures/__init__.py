"""Figures of fits, sensitivity tables and evidence, with alternative text."""

from mdmameta.figures.baujat import baujat
from mdmameta.figures.blinding_indices import blinding_indices
from mdmameta.figures.bubble import bubble
from mdmameta.figures.described import alt_text
from mdmameta.figures.durability import durability
from mdmameta.figures.flow import flow
from mdmameta.figures.forest import forest
from mdmameta.figures.from_evidence import score_course, timeline_events
from mdmameta.figures.funnel import funnel
from mdmameta.figures.gosh import gosh
from mdmameta.figures.influence import influence
from mdmameta.figures.labbe import labbe
from mdmameta.figures.p_value_function import p_value_function
from mdmameta.figures.posterior import posterior
from mdmameta.figures.prior_use import prior_use_shares
from mdmameta.figures.radial import radial
from mdmameta.figures.refits import refits
from mdmameta.figures.risk_of_bias import risk_of_bias, risk_of_bias_summary
from mdmameta.figures.saving import render
from mdmameta.figures.sensitivity_curve import sensitivity_curve
from mdmameta.figures.sensitivity_map import sensitivity_map
from mdmameta.figures.shrinkage import shrinkage
from mdmameta.figures.specification_curve import specification_curve
from mdmameta.figures.study_flow import study_flow
from mdmameta.figures.timeline import timeline

__all__ = [
    "alt_text",
    "baujat",
    "blinding_indices",
    "bubble",
    "durability",
    "flow",
    "forest",
    "funnel",
    "gosh",
    "influence",
    "labbe",
    "p_value_function",
    "posterior",
    "prior_use_shares",
    "radial",
    "refits",
    "render",
    "risk_of_bias",
    "risk_of_bias_summary",
    "score_course",
    "sensitivity_curve",
    "sensitivity_map",
    "shrinkage",
    "specification_curve",
    "study_flow",
    "timeline",
    "timeline_events",
]
