"""Sensitivity analyses of a named outcome on the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from mdmameta.records import Evidence
    from mdmameta.sensitivity import SensitivityTable
    from mdmameta.sensitivity.multiverse.universe import Universe

F = TypeVar("F", bound=Callable[..., Any])


def outcome_option(command: F) -> F:
    """Add ``--outcome NAME``."""
    return click.option(
        "--outcome",
        metavar="NAME",
        help="A scale, event or outcome of the tables, of any condition; by default "
        "clinician-rated severity of PTSD.",
    )(command)


def refitted(analysis: str, evidence: Evidence, outcome: str) -> SensitivityTable:
    """Run an analysis on the contrasts of a named outcome."""
    from mdmameta.analyses.any_outcome import outcome_analysis, outcome_effects
    from mdmameta.analyses.catalogue import MAIN_MODEL, MODELS

    effects = outcome_effects(evidence, outcome)
    return outcome_analysis(analysis, evidence, effects, MODELS[MAIN_MODEL])


def universe_of(evidence: Evidence, outcome: str | None) -> Universe:
    """Return the choices for a named outcome, or the default of the tables."""
    from mdmameta.analyses.any_outcome import outcome_sets, require_condition
    from mdmameta.sensitivity.multiverse.named_sets import of_sets
    from mdmameta.sensitivity.multiverse.of_evidence import of_evidence

    if outcome is not None:
        return of_sets(*outcome_sets(evidence, outcome))
    require_condition(evidence)
    return of_evidence(evidence)
