"""Summary of findings after GRADE: each judgement names what it was computed from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Literal, get_args

import pandas as pd

from mdmameta.errors import OptionError
from mdmameta.models.fit import Fit
from mdmameta.tables.numbers import GAP, count, effect, number, typeset
from mdmameta.tables.printable import Table, as_table

Certainty = Literal["high", "moderate", "low", "very low"]
Domain = Literal[
    "risk of bias", "inconsistency", "indirectness", "imprecision", "publication bias"
]

CERTAINTIES: tuple[Certainty, ...] = get_args(Certainty)

#: Signs of certainty as GRADE prints them.
_SIGNS = {
    "high": "⊕⊕⊕⊕",
    "moderate": "⊕⊕⊕◯",
    "low": "⊕⊕◯◯",
    "very low": "⊕◯◯◯",
}

#: Most steps that one domain may take.
MOST_STEPS = 2

#: People of whom absolute numbers are told.
PER = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """The judgement of one domain.

    Parameters
    ----------
    domain
        Of the five that lower certainty.
    steps
        By which certainty is lowered: 0, 1 or 2.
    evidence
        What was computed, in a sentence, with its numbers.
    source
        Where the number is found: a name that ``mdmameta trace`` takes, a table or
        a page.

    Raises
    ------
    OptionError
        For another domain, more steps, or a judgement without evidence.

    Examples
    --------
    >>> from mdmameta.tables import Reason
    >>> Reason(domain="imprecision", steps=1, evidence="The interval holds the SID.",
    ...        source="ptsd-primary/reml-kh").steps
    1
    """

    domain: Domain
    steps: int
    evidence: str
    source: str

    def __post_init__(self) -> None:
        if self.domain not in get_args(Domain):
            raise OptionError(
                f"domain={self.domain!r} is none of GRADE's: "
                f"{', '.join(get_args(Domain))}."
            )
        if self.steps not in range(MOST_STEPS + 1):
            raise OptionError(f"steps={self.steps!r} must be 0, 1 or 2.")
        if not (self.evidence.strip() and self.source.strip()):
            raise OptionError(
                f"the judgement of {self.domain} names no evidence: say what was "
                "computed, and where it is found."
            )


@dataclass(frozen=True, kw_only=True, eq=False)
class Finding:
    """An outcome, its result, and why it is believed so far and no farther.

    Parameters
    ----------
    outcome
        In words, with its time.
    deciding
        Fit whose interval is told.
    people
        Numbers assessed in the active and the control arms.
    reasons
        One a domain; a domain without one was not judged.
    start
        Certainty before any step: high for randomised trials.
    control_risk
        Events among the controls as a share, for ratios; None tells no absolute
        effect.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.9], v=[0.02, 0.03, 0.05, 0.2])
    >>> from mdmameta.tables import Finding, Reason
    >>> reason = Reason(domain="imprecision", steps=1, evidence="It holds 0.2.",
    ...                 source="ptsd-primary/reml-kh")
    >>> finding = Finding(
    ...     outcome="PTSD", deciding=mm.CommonEffect().fit(effects), people=(90, 88),
    ...     reasons=(reason,))
    >>> finding.certainty
    'moderate'
    """

    outcome: str
    deciding: Fit
    people: tuple[float, float]
    reasons: tuple[Reason, ...]
    start: Certainty = "high"
    control_risk: float | None = None

    @property
    def certainty(self) -> Certainty:
        """Certainty after all steps; never below very low."""
        steps = sum(reason.steps for reason in self.reasons)
        at = CERTAINTIES.index(self.start) + steps
        return CERTAINTIES[min(at, len(CERTAINTIES) - 1)]


def grade_table(findings: Sequence[Finding]) -> Table:
    """Print a summary of findings: result, certainty, and what lowered it.

    Parameters
    ----------
    findings
        In the order wanted.

    Returns
    -------
    Table
        One row an outcome.

    References
    ----------
    Guyatt et al. 2011, doi:10.1016/j.jclinepi.2010.04.026.

    Examples
    --------
    >>> from mdmameta import Effects, RandomEffects
    >>> effects = Effects.from_arrays(y=[-0.5, -0.9], v=[0.04, 0.09], measure="SMD")
    >>> finding = Finding(outcome="Pain", deciding=RandomEffects().fit(effects),
    ...     people=(60, 58), reasons=(Reason(domain="imprecision", steps=1,
    ...     evidence="118 people", source="table 1"),))
    >>> grade_table([finding]).frame.loc[0, "certainty"]
    '⊕⊕⊕◯ moderate'
    """
    rows = [
        {
            "outcome": finding.outcome,
            "trials": count(finding.deciding.k),
            "people": f"{count(finding.people[0])} and {count(finding.people[1])}",
            "contrast, deciding interval": _told(finding.deciding),
            f"per {PER}": _absolute(finding),
            "certainty": f"{_SIGNS[finding.certainty]} {finding.certainty}",
            "lowered for": _lowered(finding),
        }
        for finding in findings
    ]
    columns = [
        *("outcome", "trials", "people", "contrast, deciding interval"),
        *(f"per {PER}", "certainty", "lowered for"),
    ]
    notes = (
        "People: assessed in the active and in the control arms.",
        f"Per {PER}: how many more, or fewer, would have the event at the risk of the "
        "controls.",
    )
    return as_table(pd.DataFrame(rows, columns=columns), align="lrrrrll", notes=notes)


def reasons_table(findings: Sequence[Finding]) -> Table:
    """Print every judgement behind a summary of findings, with what it rests on.

    Parameters
    ----------
    findings
        As for `grade_table`.

    Returns
    -------
    Table
        One row an outcome and domain; a domain that nobody judged says so.

    Examples
    --------
    >>> from mdmameta import Effects, RandomEffects
    >>> effects = Effects.from_arrays(y=[-0.5, -0.9], v=[0.04, 0.09], measure="SMD")
    >>> finding = Finding(outcome="Pain", deciding=RandomEffects().fit(effects),
    ...     people=(60, 58), reasons=(Reason(domain="imprecision", steps=1,
    ...     evidence="118 people", source="table 1"),))
    >>> reasons_table([finding]).frame.loc[3, ["domain", "steps", "computed"]].tolist()
    ['imprecision', '−1', '118 people']
    """
    rows = []
    for finding in findings:
        given = {reason.domain: reason for reason in finding.reasons}
        for domain in get_args(Domain):
            reason = given.get(domain)
            rows.append(
                {
                    "outcome": finding.outcome,
                    "domain": domain,
                    "steps": f"−{reason.steps}" if reason and reason.steps else "0",
                    "computed": typeset(reason.evidence) if reason else "not judged",
                    "found in": reason.source if reason else GAP,
                }
            )
            if reason is None:
                rows[-1]["steps"] = GAP
    columns = ["outcome", "domain", "steps", "computed", "found in"]
    return as_table(pd.DataFrame(rows, columns=columns), align="llrll")


def _told(fit: Fit) -> str:
    e = fit.estimate
    measure = fit.effects.measure
    told = effect(e.value, e.ci_low, e.ci_high, measure=measure)
    return f"{measure} {told}".strip()


def _absolute(finding: Finding) -> str:
    """Difference in events per thousand at the controls' risk, for a risk ratio."""
    fit, risk = finding.deciding, finding.control_risk
    if risk is None or fit.effects.measure != "RR":
        return GAP
    e = fit.estimate
    more = [PER * risk * (exp(x) - 1) for x in (e.value, e.ci_low, e.ci_high)]
    return f"{number(more[0], 0)} [{number(more[1], 0)}, {number(more[2], 0)}]"


def _lowered(finding: Finding) -> str:
    told = [f"{r.domain} (−{r.steps})" for r in finding.reasons if r.steps]
    return ", ".join(told) or "nothing"
