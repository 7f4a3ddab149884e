"""What stands beside the refits under informative missingness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mdmameta.sensitivity.bias_thresholds import slug
from mdmameta.sensitivity.dropout_asked import Beside, Found, Missing
from mdmameta.sensitivity.dropout_nearest import nearest_pair
from mdmameta.sensitivity.dropout_priors import prior_table
from mdmameta.sensitivity.dropout_scales import (
    extremes_table,
    has_scores,
    implied_table,
    scores_of,
)
from mdmameta.sensitivity.dropout_tipping import (
    Readings,
    threshold_table,
    trial_table,
)
from mdmameta.sensitivity.dropout_unplaced import checked_unplaced, placed_table
from mdmameta.sensitivity.missing_means import PATTERNS
from mdmameta.sensitivity.table import TippingPoint
from mdmameta.sensitivity.verdicts import NO_SID, Sids

#: Endings of the names of tipping points by what reaches the threshold.
ENDINGS: Mapping[str, str] = {
    "deciding interval": "",
    "estimate": "_estimate",
    "predictive interval": "_predictive",
    "posterior probability 95%": "_probability_95",
}

#: Pairs of departures are looked for up to this many ends of the search.
FURTHER = 1.5


def beside(of: Missing, asked: Beside, known: Sequence[TippingPoint]) -> Found:
    """Solve thresholds, trials, pairs and priors; place and bound people.

    Parameters
    ----------
    of
        The departures.
    asked
        What else was given.
    known
        Tipping points to zero by pattern, from the refits.

    Returns
    -------
    Found
        Parts: thresholds, by_trial_tipping, nearest, priors; of scores also
        implied and extremes; and placed for people without a known arm.
    """
    if not asked.thorough:
        return Found(parts={}, tipping=())
    solved = threshold_table(of.question, of.patterns, of.ends, asked.sids)
    trials = trial_table(
        of.question.effects, of.patterns, of.ends, Readings(of.question).side
    )
    pairs = _nearest(of, solved, asked.sids)
    parts = {
        "thresholds": _as_shown(of, solved),
        "by_trial_tipping": _as_shown(of, trials),
        "nearest": pairs,
        "priors": prior_table(of.question, of.table, of.region, events=of.events),
    }
    notes = ["" if asked.sids else NO_SID, _prior_note(of)]
    if not of.events:
        more, said = _of_scores(of, asked, known)
        parts, notes = parts | more, [*notes, *said]
    points = (*_points(of, solved), *_pair_points(of, pairs))
    return Found(parts=parts, tipping=points, notes=tuple(filter(None, notes)))


def _as_shown(of: Missing, table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(
        value=[of.shown(x) for x in table["value"]],
        reason=list(map(of.told, table["reason"])),
        unit=of.unit,
    )


def _points(of: Missing, solved: pd.DataFrame) -> list[TippingPoint]:
    points = []
    for row in solved.to_dict("records"):
        base = f"{of.name}_{str(row['pattern']).replace(' ', '_')}"
        sid = "" if row["threshold"] == "zero" else f"_sid_{slug(row['threshold'])}"
        ending = ENDINGS[str(row["criterion"])]
        if not sid and not ending:
            continue
        value = None if np.isnan(row["value"]) else of.shown(row["value"])
        points.append(
            TippingPoint(
                parameter=f"{base}{sid}{ending}",
                value=value,
                reason=of.told(str(row["reason"])),
                deciding=repr(of.question.plain.fit.model),
                unit=of.unit,
                label=f"{row['pattern']}: {row['criterion']} at {row['threshold']}",
            )
        )
    return points


def _nearest(of: Missing, solved: pd.DataFrame, sids: Sids) -> pd.DataFrame:
    read, rows = Readings(of.question), []
    for name, (size, source) in {"zero": (0.0, ""), **sids}.items():
        gap = read.criteria(abs(size))["deciding interval"]
        pair = nearest_pair(
            of.plane, gap, FURTHER * of.search, around=_direction(solved, name)
        )
        shown = of.shown(pair.active), of.shown(pair.control), pair.distance
        rows.append((name, source, *shown, of.unit, pair.reason))
    names = ["threshold", "source_id", "active", "control", "distance", "unit"]
    return pd.DataFrame(rows, columns=[*names, "reason"])


def _direction(solved: pd.DataFrame, threshold: str) -> float | None:
    """Direction of the pattern that reaches a threshold over the least distance."""
    rows = solved[solved["value"].notna() & (solved["threshold"] == threshold)]
    rows = rows[rows["criterion"] == "deciding interval"].set_index("pattern")
    unit = {"equal": (1, 1), "opposite": (1, -1), "active only": (1, 0)}
    found = [
        np.multiply(s, unit.get(str(pattern), (0, 1)))
        for pattern, s in rows["value"].items()
    ]
    if not found:
        return None
    a, c = min(found, key=lambda pair: float(np.hypot(*pair)))
    return float(np.arctan2(c, a))


def _pair_points(of: Missing, pairs: pd.DataFrame) -> list[TippingPoint]:
    points = []
    for row in pairs.to_dict("records"):
        sid = "" if row["threshold"] == "zero" else f"_sid_{slug(row['threshold'])}"
        for arm in ("active", "control"):
            points.append(
                TippingPoint(
                    parameter=f"{of.name}_nearest_{arm}{sid}",
                    value=None if np.isnan(row[arm]) else float(row[arm]),
                    reason=str(row["reason"]),
                    deciding=repr(of.question.plain.fit.model),
                    unit=of.unit,
                    label=f"closest pair, {arm} arm: deciding interval at "
                    f"{row['threshold']}",
                )
            )
    return points


def _of_scores(
    of: Missing, asked: Beside, known: Sequence[TippingPoint]
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    parts: dict[str, pd.DataFrame] = {}
    notes = []
    if has_scores(of.question.effects):
        scores = scores_of(of.question.effects, asked.scales)
        parts["implied"] = implied_table(scores, of.table, _shifts(known))
        parts["extremes"] = extremes_table(of.question, scores, of.table)
    if asked.unplaced is not None and len(asked.unplaced):
        people = checked_unplaced(asked.unplaced)
        parts["placed"] = placed_table(
            of.question, of.table, asked.flow, people, of.region
        )
        notes += _placed_notes(parts["placed"])
    return parts, notes


def _shifts(known: Sequence[TippingPoint]) -> dict[str, tuple[float, float]]:
    return {
        name: PATTERNS[name](point.value)
        for point in known
        for name in [point.parameter.removeprefix("shift_").replace("_", " ")]
        if point.value is not None and name in PATTERNS
    }


def _placed_notes(placed: pd.DataFrame) -> list[str]:
    if placed.empty:
        return []
    low, high = placed["ci_low"].min(), placed["ci_high"].max()
    return [
        f"People lost whose arm is not known, placed in every way "
        f"({placed['placed'].nunique()} ways) at the corners of the declared region: "
        f"deciding intervals reach from {low:.2f} to {high:.2f}."
    ]


def _prior_note(of: Missing) -> str:
    return (
        f"ASSUMED: priors of the departure ({'log IMOR' if of.events else 'IMDoM'}) "
        "are normal with 95 % over the declared region, correlated 0, 0.5 or 1 between "
        "arms; the same departure in all trials, or one of its own for each."
    )
