"""All rules, and the one function that runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mdmameta.audit import (
    changes,
    course,
    effects,
    inputs,
    layout,
    people,
    printed,
    scale,
    spread,
    statements,
    totals,
    twice,
    visits,
)
from mdmameta.audit.finding import ORDER, Audit, Finding
from mdmameta.records import Evidence

__all__ = ["RULES", "audit"]

Rule = Callable[[Evidence], Iterator[Finding]]

#: Every rule, in the order in which they run; what one looks for is its docstring.
RULES: tuple[Rule, ...] = (
    scale.possible_mean,
    scale.possible_spread,
    scale.grim,
    scale.grimmer,
    changes.change_is_a_difference,
    changes.change_spread,
    spread.spread_of_alike,
    layout.one_kind_of_spread,
    spread.baseline_balance,
    spread.jumps,
    course.excursions,
    course.modelled_changes,
    course.worsenings,
    people.too_many,
    people.numbers_fall,
    people.numbers_agree,
    visits.visits_count_alike,
    visits.outcomes_count_alike,
    visits.baseline_numbers,
    twice.conflicts,
    twice.copies,
    twice.means_repeated,
    people.percentages,
    statements.printed_percentages,
    people.subsets,
    people.arms_add_up,
    twice.repeated,
    printed.possible_ratio,
    printed.interval_holds,
    printed.interval_se,
    printed.interval_p,
    printed.precision,
    effects.standardised_differences,
    totals.totals_from_parts,
    inputs.inputs_of_trials,
    inputs.assessed_as_scored,
)


def audit(evidence: Evidence) -> Audit:
    """Look for numbers that cannot be what their rows say they are.

    Every rule compares numbers of the tables with each other, with the scale of
    an instrument or with arithmetic; none knows any trial by name.

    Parameters
    ----------
    evidence
        Tables that are sound in form.

    Returns
    -------
    Audit
        Findings by severity, then file, row and rule.

    Examples
    --------
    >>> from mdmameta.records import load_evidence
    >>> found = audit(load_evidence("data/raw"))
    >>> found.passed
    True
    """
    found = [finding for rule in RULES for finding in rule(evidence)]
    found.sort(key=lambda f: (ORDER.index(f.severity), f.file, f.row, f.rule))
    return Audit(tuple(found))
