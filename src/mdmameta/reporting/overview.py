"""What the overview says in plain words: how large, what would change it, who left."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd
from scipy.special import ndtr

from mdmameta.models.fit import Fit
from mdmameta.reporting.results import PRIMARY, Results
from mdmameta.reporting.what_if import TITLES
from mdmameta.sensitivity import SensitivityTable
from mdmameta.tables import Table, as_table
from mdmameta.tables.numbers import count, number, percent, typeset

__all__ = [
    "counts_from_retracted",
    "earlier_users",
    "lost_shares",
    "overlap_words",
    "plain_table",
    "retracted",
]

#: Sensitivity analysis -> its main tipping point, and what that means.
_PLAIN: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "blinding": (
            "b",
            "the interval holds zero once a complete change in belief about the "
            "treatment is worth {} standard deviations",
        ),
        "prior_use": (
            "delta_share_high",
            "the interval for people without earlier use holds zero once people with "
            "it benefit {} standard deviations more than they do, if everybody whose "
            "earlier use is unknown had used it",
        ),
        "dropout": (
            "shift_opposite",
            "the interval holds zero once missing treated people fared {0} standard "
            "deviations worse, and missing controls {0} better, than those assessed",
        ),
    }
)


def plain_table(results: Results) -> Table:
    """Give each assumption its verdict and, in words, what would change the answer.

    Parameters
    ----------
    results
        Analyses of the report.
    """
    rows = [
        {
            "assumption": TITLES[name],
            "verdict": table.verdict.kind,
            "what it would take": _taken(name, table),
        }
        for name, table in results.sensitivity.items()
    ]
    return as_table(pd.DataFrame(rows), align="lll")


def _taken(name: str, table: SensitivityTable) -> str:
    if name not in _PLAIN:
        return _narrowest(table)
    parameter, words = _PLAIN[name]
    point = table.tipping_point(parameter)
    if point.value is None:
        return f"nothing in reach: {typeset(point.reason)}"
    return words.format(number(abs(point.value)))


def _narrowest(table: SensitivityTable) -> str:
    """Say which refits hold zero, of an analysis without a tipping point of its own."""
    held = table.verdict.numbers.get("holding_zero")
    if held is None:
        return "see its page"
    told = f"the interval holds zero in {count(float(held))} of "
    refits = count(float(table.verdict.numbers["refits"] or 0))
    return f"{told}{refits} refits with one choice of trials, scores or times changed"


def overlap_words(fit: Fit) -> str:
    """Say what a standardised mean difference is among people, if scores are normal.

    Parameters
    ----------
    fit
        Of standardised mean differences; lower scores are better.

    References
    ----------
    Cohen 1988, Statistical power analysis, U3, doi:10.4324/9780203771587.
    """
    share = 100 * float(ndtr(-fit.estimate.value))
    return (
        f"the average treated participant scored lower than {percent(share)} of the "
        "control group did, if scores are normal"
    )


def lost_shares(results: Results) -> tuple[float, float]:
    """Percent without a primary assessment, of treated and of control participants.

    Parameters
    ----------
    results
        Analyses of the report; arms of the primary set with both numbers count.
    """
    flow = results.evidence.flow()
    inside = flow["study"].isin(results.effects[PRIMARY].moderators["study_id"])
    known = flow[inside & flow["missing"].notna() & flow["randomised"].notna()]
    sums = known.groupby("role")[["missing", "randomised"]].sum()
    share = 100 * sums["missing"] / sums["randomised"]
    return float(share["active"]), float(share["control"])


def earlier_users(results: Results) -> float:
    """Count participants of the primary set who are known to have used MDMA before."""
    shares = results.evidence.shares()
    ids = results.effects[PRIMARY].moderators["study_id"]
    return float(shares.loc[shares["study"].isin(ids), "n_prior"].sum())


def retracted(results: Results, name: str) -> list[str]:
    """List trials of a contrast set whose numbers rest on a retracted document."""
    effects = results.effects[name]
    pairs = zip(effects.study, effects.provenance, strict=True)
    return [str(study) for study, one in pairs if one.source_status == "retracted"]


def counts_from_retracted(results: Results, name: str) -> int:
    """Count trials of a set whose numbers of people rest on a retracted document."""
    arms = results.evidence.arms
    arms = arms[arms["study_id"].isin(results.effects[name].moderators["study_id"])]
    standing = results.evidence.status_of(arms["row_id"]).set_index("row_id")["status"]
    gone = arms["row_id"].map(standing) == "retracted"
    return int(arms.loc[gone, "study_id"].nunique())
