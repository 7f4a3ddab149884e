"""Sentences made from results, so that prose cannot contradict its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from os import environ

from mdmameta import __version__
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import RandomEffects
from mdmameta.models.verified import weight_by_verification
from mdmameta.records import Evidence
from mdmameta.reporting.results import Results
from mdmameta.sensitivity.units import UNIT_SCALE_MEASURES
from mdmameta.tables.numbers import (
    RATIO_MEASURES,
    interval,
    number,
    percent,
    printed_scale,
)

#: Verification level -> what it means to a reader.
VERIFICATION_WORDS = {
    "two_texts": "read in two independent texts",
    "text": "read in one text",
    "secondary": "taken from another team's extraction",
    "derived": "computed from other rows",
    "unverified": "leads without a text",
}


def model_words(fit: Fit) -> str:
    """Name the interval of a fit as a reader would."""
    if fit.exact is not None or fit.posterior is not None:
        return "Bayesian"
    if isinstance(fit.model, RandomEffects):
        names = {"knapp-hartung-adhoc": "ad hoc Knapp–Hartung", "wald": "Wald"}
        return names.get(fit.model.interval, fit.model.interval)
    return type(fit.model).__name__


def zero_words(fit: Fit) -> str:
    """Say whether an interval excludes zero (for ratios: one)."""
    null = "one" if fit.effects.measure in RATIO_MEASURES else "zero"
    return f"{'excludes' if fit.estimate.excludes() else 'includes'} {null}"


def decision_sentence(results: Results, name: str) -> str:
    """State the deciding interval of a contrast set and what it says.

    Ratios are printed as ratios.

    Parameters
    ----------
    results
        Analyses of the report.
    name
        Name of the contrast set.
    """
    fit = results.deciding(name)
    e, measure = fit.estimate, fit.effects.measure
    alone = measure not in UNIT_SCALE_MEASURES
    choice = "which decides alone" if alone else "the wider of the two that may decide"
    ends = interval(printed_scale(e.ci_low, measure), printed_scale(e.ci_high, measure))
    return f"the {model_words(fit)} interval, {choice}, is {ends} and {zero_words(fit)}"


def begun(clause: str) -> str:
    """Begin a sentence with a clause, its names left as they are.

    Examples
    --------
    >>> begun("the Bayesian interval")
    'The Bayesian interval'
    """
    return clause[:1].upper() + clause[1:]


def narrower_sentence(fit: Fit, rival: Fit) -> str:
    """Compare the widths of two intervals in words."""
    width, other = (f.estimate.ci_high - f.estimate.ci_low for f in (fit, rival))
    relation = "narrower" if width < other else "not narrower"
    return f"{relation} ({number(width, 3)} against {number(other, 3)})"


def basis_sentence(fit: Fit) -> str:
    """Say which share of the weight rests on which level of verification."""
    shares = weight_by_verification(fit)
    parts = [
        f"{percent(share)} on numbers {VERIFICATION_WORDS[level]}"
        for level, share in sorted(shares.items(), key=lambda item: -item[1])
    ]
    return f"The weight rests {joined(parts)}"


def threshold_sentence(fit: Fit, thresholds: Sequence[tuple[str, float]]) -> str:
    """Say on which side of each smallest important difference the estimate lies.

    Parameters
    ----------
    fit
        Whose estimate and interval, on a scale where lower is better.
    thresholds
        Name and size of each difference, without sign.
    """
    e = fit.estimate
    parts = []
    for name, size in thresholds:
        told = f"{number(size)} {name}"
        if e.ci_high < -size:
            parts.append(f"the whole interval lies beyond {told}")
        elif e.value < -size:
            parts.append(f"the estimate but not its interval lies beyond {told}")
        else:
            parts.append(f"the estimate does not reach {told}")
    return joined(parts)


def scale_sentence(evidence: Evidence, names: Sequence[str]) -> str:
    """Say what the short names of instruments stand for, and which end is better.

    Parameters
    ----------
    evidence
        With the table of instruments.
    names
        Short names, in the order wanted; those without a label are left out.
    """
    known = {row["instrument"]: row for row in evidence.instruments.to_dict("records")}
    parts = [
        f"{name} is the {row['label']} ({number(row['min'], 0)} to "
        f"{number(row['max'], 0)} points, {row['direction']} is better)"
        for name in names
        if (row := known.get(name)) and row["label"]
    ]
    return f"{joined(parts)}." if parts else ""


def joined(parts: Sequence[str]) -> str:
    """Join parts of a sentence with commas and a final *and*."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def retraction_sentence(evidence: Evidence) -> str:
    """Count the documents here that were retracted, with why and when.

    Parameters
    ----------
    evidence
        With the standing of its sources.
    """
    sources = evidence.sources
    gone = sources[sources["status"] == "retracted"].drop_duplicates("document_id")
    if gone.empty:
        return "No source of these tables is known to have been retracted."
    years = sorted({str(date)[:4] for date in gone["status_date"] if date})
    when = f" in {joined(years)}" if years else ""
    cited = "; ".join(f"@{source}" for source in gone["source_id"])
    noun = "source of these tables was" if len(gone) == 1 else "sources were"
    return f"{len(gone)} {noun} retracted{when} [{cited}]."


def footer(evidence: Evidence) -> str:
    """Provenance of a page: version, fingerprint of the data, day and seed.

    The day is that on which the numbers of the page were computed, or that of
    ``SOURCE_DATE_EPOCH`` when it is set, so that a build can be repeated to the byte.
    """
    epoch = environ.get("SOURCE_DATE_EPOCH")
    now = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    return (
        f"mdmameta {__version__} · data sha256 `{evidence.digest[:16]}` · "
        f"computed {now:%Y-%m-%d} · seed: none but where a table names one"
    )
