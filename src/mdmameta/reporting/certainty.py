"""Certainty of the main findings, by rules declared here and numbers computed here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from mdmameta.analyses.catalogue import MAIN_MODEL, MODEL_TITLES, SETS
from mdmameta.models.fit import Fit
from mdmameta.reporting.results import Results
from mdmameta.reporting.what_if import TITLES
from mdmameta.tables import Finding, Reason, Table, grade_table, reasons_table
from mdmameta.tables.numbers import count, interval, number, percent, printed_scale

#: Sets whose findings are summed up, and their outcomes.
FINDINGS: Mapping[str, str] = MappingProxyType(
    {
        "ptsd-primary": "Severity of PTSD, clinician-rated, primary endpoint",
        "ptsd-response": "Response, as each trial defines it",
        "ptsd-remission": "Remission (phase III) or loss of diagnosis (phase II)",
    }
)

#: I² from which certainty is lowered for inconsistency: half of what differs between
#: trials is then more than chance (Guyatt et al. 2011,
#: doi:10.1016/j.jclinepi.2011.03.017).
INCONSISTENT = 50.0

#: People, and events, below which a pooled result is imprecise whatever its interval
#: (Guyatt et al. 2011, doi:10.1016/j.jclinepi.2011.01.012).
FEW_PEOPLE, FEW_EVENTS = 400, 300

#: What stands below the summary.
RULES = (
    "By declared rules, made with the data in view, and not by a panel. Risk of bias: "
    "a step for each of blinding and dropout whose verdict is not robust. "
    "Inconsistency: I² of "
    f"{INCONSISTENT:.0f}% or more. Indirectness: the bound for people who had not used "
    "the drug before is not robust. Imprecision: the deciding interval reaches no "
    "effect or the smallest difference called important between groups; and fewer "
    f"than {FEW_PEOPLE} people, or {FEW_EVENTS} events. Publication bias: a randomised "
    "trial on record has no result in the set.",
)


def findings(results: Results) -> tuple[Finding, ...]:
    """Judge the main findings by what the report computed.

    Parameters
    ----------
    results
        Analyses of the report.
    """
    return tuple(_finding(results, name) for name in FINDINGS)


def summary(results: Results) -> Table:
    """Return the summary of findings with the rules below it."""
    table = grade_table(findings(results))
    return Table(frame=table.frame, align=table.align, notes=(*table.notes, *RULES))


def reasons(results: Results) -> Table:
    """Return every judgement with what it was computed from, and where that stands."""
    table = reasons_table(findings(results))
    found = [
        "; ".join(dict.fromkeys(map(_place, ids.split("; "))))
        for ids in table.frame["found in"]
    ]
    return replace(table, frame=table.frame.assign(**{"found in": found}))


def _place(identity: str) -> str:
    """Name what has an id: a table of the data, an analysis, or a fit to a set.

    Examples
    --------
    >>> _place("table:risk_of_bias"), _place("prior_use")
    ('data: risk of bias', 'Earlier MDMA use')
    >>> _place("ptsd-primary/bayes#pi_low")
    'Highest dose, endpoint (primary): Bayesian random effects, exact'
    """
    if identity.startswith("table:"):
        return f"data: {identity.removeprefix('table:').replace('_', ' ')}"
    name, _, rest = identity.partition("/")
    title = TITLES[name] if name in TITLES else SETS[name].title
    of = rest.partition("#")[0]
    if not of:
        return title
    return f"{title}: {SETS[of].title if of in SETS else MODEL_TITLES[of]}"


def _finding(results: Results, name: str) -> Finding:
    frame = results.effects[name].frame
    n1, n2 = (float(frame[column].sum()) for column in ("n1", "n2"))
    risk = float(frame["ci"].sum()) / n2 if "ci" in frame else None
    deciding = results.deciding(name)
    return Finding(
        outcome=FINDINGS[name],
        deciding=deciding,
        people=(n1, n2),
        control_risk=risk,
        reasons=(
            _bias(results, name),
            _inconsistency(results, name),
            _indirectness(results),
            _imprecision(results, name, deciding),
            _publication(results, name),
        ),
    )


def _bias(results: Results, name: str) -> Reason:
    analysis = f"dropout/{name}" if name in results.binary_dropout else "dropout"
    kinds = {
        "blinding": results.sensitivity["blinding"].verdict.kind,
        "dropout": results.analysis(analysis).verdict.kind,
    }
    told = "; ".join(f"{key}: {kind}" for key, kind in kinds.items())
    low = _low_risk(results, name)
    return Reason(
        domain="risk of bias",
        steps=sum(kind != "robust" for kind in kinds.values()),
        evidence=f"Verdicts: {told}. {percent(low)} of the weight is in trials that "
        "were judged at low risk.",
        source=f"blinding; {analysis}; table:risk_of_bias",
    )


def _low_risk(results: Results, name: str) -> float:
    """Percent of the weight in trials judged at low risk by all who judged them."""
    fit = results.fits[name, MAIN_MODEL]
    table = results.evidence.risk_of_bias
    low = (table["overall"] == "Low").groupby(table["study_id"]).all()
    trials = fit.effects.frame["study_id"]
    return float(fit.weights[trials.map(low).fillna(False).to_numpy(bool)].sum())


def _inconsistency(results: Results, name: str) -> Reason:
    h = results.fits[name, MAIN_MODEL].heterogeneity
    bayes = results.fits[name, "bayes"].estimate
    measure = results.effects[name].measure
    low, high = (printed_scale(x, measure) for x in (bayes.pi_low, bayes.pi_high))
    return Reason(
        domain="inconsistency",
        steps=int(h.i2 >= INCONSISTENT),
        evidence=f"I² = {percent(h.i2)}, τ² = {number(h.tau2, 3)}; Bayesian prediction "
        f"interval {interval(low, high)}.",
        source=f"{name}/reml-kh#i2; {name}/bayes#pi_low",
    )


def _indirectness(results: Results) -> Reason:
    verdict = results.sensitivity["prior_use"].verdict
    return Reason(
        domain="indirectness",
        steps=int(verdict.kind != "robust"),
        evidence="Bound on severity for people who had not used the drug before: "
        f"{verdict.kind}.",
        source="prior_use",
    )


def _imprecision(results: Results, name: str, deciding: Fit) -> Reason:
    e, frame = deciding.estimate, deciding.effects.frame
    measure = deciding.effects.measure
    small = _smallest(results, measure)
    nearest = 0.0 if e.ci_low < 0 < e.ci_high else min(abs(e.ci_low), abs(e.ci_high))
    n = float(frame["n1"].sum() + frame["n2"].sum())
    total, least, what = n, FEW_PEOPLE, "people"
    if "ai" in frame:
        total, least = float(frame["ai"].sum() + frame["ci"].sum()), FEW_EVENTS
        what = "events"
    low, high = (printed_scale(x, measure) for x in (e.ci_low, e.ci_high))
    far = "reaches" if nearest <= small else "stays away from"
    line = f"{number(small)}, called important" if small else "no effect"
    return Reason(
        domain="imprecision",
        steps=int(nearest <= small) + int(total < least),
        evidence=f"The deciding interval {interval(low, high)} {far} {line}; "
        f"{count(total)} {what}.",
        source=f"{name}; table:thresholds",
    )


def _smallest(results: Results, measure: str) -> float:
    table = results.evidence.thresholds
    fits = (table["measure"] == measure) & (table["kind"] == "between_groups")
    return float(table.loc[fits, "size"].min()) if fits.any() else 0.0


def _publication(results: Results, name: str) -> Reason:
    trials = results.evidence.studies
    randomised = trials[
        (trials["condition"] == "PTSD") & trials["design"].eq("randomised")
    ]
    inside = set(results.effects[name].frame["study_id"])
    left = randomised.loc[~randomised["study_id"].isin(inside), "label"].tolist()
    names = f" Not in it: {'; '.join(left)}." if left else ""
    return Reason(
        domain="publication bias",
        steps=int(bool(left)),
        evidence=f"{count(len(inside))} of {count(len(randomised))} randomised trials "
        f"on record are in the set; with so few a funnel says nothing.{names}",
        source="table:studies",
    )
