"""Statements about people and events."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mdmameta.claims.recipes.attempt import Attempt
from mdmameta.claims.recipes.material import Material, Row, records
from mdmameta.effects.measures import effect_size

#: 97.5 % point of the normal distribution.
Z = 1.959963984540054


def percentages(m: Material) -> list[Attempt]:
    """Percentage of each row, named by the role of its arm."""
    numbers = {m.role(row): 100 * share(m, row) for row in m.rows}
    return [Attempt(numbers=numbers, convention={"share": "events of those counted"})]


def right_guesses(m: Material) -> list[Attempt]:
    """Share of each arm that named its own treatment."""
    numbers = {}
    for row in m.rows:
        role = m.role(row)
        right = m.value(row, f"n_guess_{role}")
        numbers[role] = right / m.value(row, "n_asked")
    return [
        Attempt(numbers=numbers, convention={"share": "right guesses of all asked"})
    ]


def shares_in_turn(m: Material) -> list[Attempt]:
    """Share of each row, numbered."""
    numbers = {f"share_{i}": share(m, row) for i, row in enumerate(m.rows, 1)}
    return [Attempt(numbers=numbers, convention={"share": "events of those assessed"})]


def pooled_share(m: Material) -> list[Attempt]:
    """Share over all rows together."""
    events = sum(m.value(row, _events(row)) for row in m.rows)
    pooled = events / sum(m.values("n"))
    numbers = {"share": pooled, "percent": 100 * pooled}
    return [Attempt(numbers=numbers, convention={"share": "sums of events and of n"})]


def events_by_role(m: Material) -> list[Attempt]:
    """Sum of events by role of the arm."""
    numbers: dict[str, float] = {}
    for row in m.rows:
        role = m.role(row)
        numbers[role] = numbers.get(role, 0.0) + m.value(row, "events")
    return [Attempt(numbers=numbers, convention={"count": "sum over trials"})]


def people_by_role(m: Material) -> list[Attempt]:
    """People randomised, or treated where that is not known, by role of the arm."""
    numbers: dict[str, float] = {}
    for row in m.rows:
        column = "n_randomised" if row.get("n_randomised", 0) > 0 else "n_treated"
        role = m.role(row)
        numbers[role] = numbers.get(role, 0.0) + m.value(row, column)
    return [Attempt(numbers=numbers, convention={"arms": "medium doses are active"})]


def people_randomised(m: Material) -> list[Attempt]:
    """Sum of people randomised over trials."""
    numbers = {"sum": sum(m.values("n_randomised"))}
    return [Attempt(numbers=numbers, convention={"count": "randomised, sum"})]


def people_and_events(m: Material) -> list[Attempt]:
    """People of an arm, then the events of each further row."""
    arm, *rest = m.rows
    numbers = {"n": m.value(arm, "n_treated")}
    numbers |= {f"events_{i}": m.value(row, "events") for i, row in enumerate(rest, 1)}
    return [Attempt(numbers=numbers, convention={"count": "as read elsewhere"})]


def count_rows(m: Material) -> list[Attempt]:
    """How many rows there are."""
    numbers = {"count": float(len(m.rows))}
    return [Attempt(numbers=numbers, convention={"count": "rows of the table"})]


def trials_by_phase(m: Material) -> list[Attempt]:
    """Randomised trials by phase: all of that condition, then those named."""
    conditions = {str(row["condition"]) for row in m.rows}
    every = m.evidence.studies
    every = every[
        (every["design"] == "randomised") & every["condition"].isin(conditions)
    ]
    started = records(every)
    return [
        Attempt(
            numbers=_phases(started), convention={"trials": "all that were started"}
        ),
        Attempt(
            numbers=_phases(m.rows),
            convention={
                "trials": "those that were pooled; trials stopped are left out"
            },
        ),
    ]


def risk_ratio(m: Material) -> list[Attempt]:
    """Ratio of the risks of two arms, with its Wald interval."""
    a, c = m.take(2)
    size = effect_size(
        "RR",
        ai=[m.value(a, "events")],
        n1i=[m.value(a, "n")],
        ci=[m.value(c, "events")],
        n2i=[m.value(c, "n")],
    )
    y, se = float(size["y"].iloc[0]), float(np.sqrt(size["v"].iloc[0]))
    numbers = {
        "ratio": np.exp(y),
        "ci_low": np.exp(y - Z * se),
        "ci_high": np.exp(y + Z * se),
    }
    return [Attempt(numbers=numbers, convention={"interval": "Wald, logarithm"})]


def given_share(m: Material) -> list[Attempt]:
    """Percentage of two printed counts."""
    numbers = {"percent": 100 * m.number("events") / m.number("n")}
    return [Attempt(numbers=numbers, convention={"share": "printed counts"})]


def given_events_of_arms(m: Material) -> list[Attempt]:
    """Percentages of printed events among those randomised to each arm."""
    numbers = {}
    for row in m.rows:
        role, n = m.role(row), m.value(row, "n_randomised")
        numbers[f"percent_{role}"] = 100 * m.number(f"events_{role}") / n
    return [Attempt(numbers=numbers, convention={"share": "of those randomised"})]


def highest_benchmark(m: Material) -> list[Attempt]:
    """Highest of several rates elsewhere."""
    numbers = {"percent": max(m.values("value"))}
    return [Attempt(numbers=numbers, convention={"rate": "highest that was printed"})]


def missing_primary_scores(m: Material) -> list[Attempt]:
    """Percentage of those randomised without a primary score, by role."""
    lost: dict[str, float] = {}
    people: dict[str, float] = {}
    for row in m.rows:
        role, n = m.role(row), m.value(row, "n_randomised")
        gone = n - m.value(row, "n_primary_assessed")
        lost[role], people[role] = lost.get(role, 0) + gone, people.get(role, 0) + n
    numbers = {role: 100 * lost[role] / people[role] for role in lost}
    rule = {"dropout": "no score at the primary time, of those randomised"}
    return [Attempt(numbers=numbers, convention=rule)]


def dropout_definitions(m: Material) -> list[Attempt]:
    """Dropout of two trials by one rule, by another, and by both mixed.

    Rows: the four arms; then who left the first trial, of how many; then who
    did not complete the second, by arm.
    """
    arms, left, other = m.rows[:4], m.rows[4], m.rows[5:]
    people = sum(m.values("n_randomised", arms))
    first = sum(m.values("n_randomised", arms[:2]))
    stayed = m.value(left, "n") - m.value(left, "events")
    second = sum(m.values("events", other))
    unseen = people - sum(m.values("n_primary_assessed", arms))
    told, mixed = m.value(left, "events"), first - stayed
    return [
        _dropout(unseen, people, "no score at the primary time, in both trials"),
        _dropout(told + second, people, "left the study, as each trial counts it"),
        _dropout(
            mixed + second,
            people,
            "randomised less completers in one trial, registry in the other",
            caveat="It comes out only if two definitions of dropout are mixed.",
        ),
    ]


def counts_behind_percentages(m: Material) -> list[Attempt]:
    """Nearest percentages that whole numbers of people can give."""
    numbers = {}
    for role in ("active", "control"):
        n = m.number(f"n_{role}")
        count = round(m.printed.get(f"percent_{role}", np.nan) * n / 100)
        numbers[f"percent_{role}"] = 100 * count / n
    return [Attempt(numbers=numbers, convention={"count": "nearest whole number"})]


def share(m: Material, row: Row) -> float:
    """Events of a row over its people."""
    return m.value(row, _events(row)) / m.value(row, "n")


def _events(row: Row) -> str:
    return "n_prior" if "n_prior" in row else "events"


def _phases(trials: Sequence[Row]) -> dict[str, float]:
    phases = [str(row["phase"]) for row in trials]
    return {f"phase_{p}": float(phases.count(p)) for p in sorted(set(phases))}


def _dropout(lost: float, people: float, rule: str, caveat: str = "") -> Attempt:
    return Attempt(
        numbers={"percent": 100 * lost / people},
        convention={"dropout": rule},
        caveat=caveat,
    )
