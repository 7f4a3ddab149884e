"""What the terms of the fixed vocabularies mean, by column or by table and column."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["MEANINGS"]

_RISK = {
    "Low": "low risk of bias",
    "Some concerns": "some concerns, as the tool defines them",
    "High": "high risk of bias",
}

#: ``column``, or ``table.column`` where a name means different things, to the
#: meaning of each term.
MEANINGS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "verification": {
            "two_texts": "read in two independent texts",
            "text": "read in one text",
            "secondary": "taken from the extraction of another team",
            "derived": "computed from other rows; the note gives the formula",
            "unverified": "a lead without a text; in no primary analysis",
        },
        "sources.status": {
            "current": "stands as published",
            "corrected": "a correction was published",
            "retracted": "withdrawn; shown, and in no pooled result",
        },
        "studies.status": {
            "completed": "ended as planned",
            "terminated": "ended early by those who ran it",
            "stopped": "ended early by others",
            "unreported": "on record without any outcome",
        },
        "sources.kind": {
            "article": "paper in a journal",
            "preprint": "paper before review",
            "dataset": "data or extraction of another team",
            "registry": "entry in a registry of trials",
            "web": "page of an institution",
            "news": "journalism",
            "regulator": "document of a regulator",
            "report": "report outside journals",
            "retraction": "notice of a retraction",
            "thesis": "thesis",
            "instrument": "description of an instrument",
            "method": "statistical method",
            "software": "software",
        },
        "instruments.kind": {
            "scale": "scores",
            "event": "events that are counted",
        },
        "thresholds.kind": {
            "between_groups": "proposed for a contrast",
            "within_person": "proposed for a change in a person",
            "comparator": "contrast found for another treatment",
        },
        "reviews.kind": {
            "pooled": "of trials of the drug",
            "benchmark": "of other treatments",
        },
        "regulators.kind": {
            "vote": "vote of a committee",
            "decision": "decision of a body",
            "concern": "concern of a body",
        },
        "claims.kind": {
            "article": "of the commissioning article",
            "trial": "of one trial",
            "pooled": "of several trials, by their sponsor or authors",
            "review": "pooled by others",
            "context": "of bodies that judged the evidence, and of the press",
        },
        "phase": {
            "1": "safety in few people",
            "1/2": "both of the phases named",
            "2": "exploratory",
            "2a": "exploratory, proof of concept",
            "2b": "exploratory, choice of dose",
            "2/3": "both of the phases named",
            "3": "confirmatory",
            "4": "after approval",
        },
        "studies.design": {
            "randomised": "arms were allocated at random",
            "single_arm": "one arm, no control",
            "observational": "nothing was allocated",
        },
        "contrasts.design": {
            "between_arms": "between arms of a randomised trial",
            "between_groups": "between groups that nobody randomised",
            "within_arm": "change within one arm: no contrast",
        },
        "studies.blinding": {
            "double_blind": "planned for participants and raters",
            "single_blind": "planned for one of them",
            "open_label": "none planned",
        },
        "control_type": {
            "inactive": "inactive placebo",
            "low_dose": "low dose of the drug",
            "none": "no control",
        },
        "role": {
            "active": "the dose tested",
            "medium": "a dose between the dose tested and the control",
            "control": "placebo or low dose",
            "open_label": "everybody knew that it was the drug; in no contrast",
        },
        "direction": {
            "lower": "lower is better for the patient",
            "higher": "higher is better for the patient",
        },
        "stat": {
            "baseline": "scores before treatment",
            "endpoint": "scores at a later time",
            "change": "changes from baseline",
            "lsmean_change": "change from baseline as a model estimates it",
            "model": "estimate of a model",
            "not_stated": "the text does not say",
        },
        "period": {
            "baseline": "before treatment",
            "blinded": "randomised and blinded; arms can be compared",
            "post_crossover": "after controls could have the drug; no contrast",
            "uncontrolled": "without a randomised control",
        },
        "alternative": {
            "after_two_sessions": "after two sessions with the drug, where the primary "
            "time is after another number of them",
            "disputed_primary": "another text calls this time primary; the note of the "
            "trial names it",
        },
        "crossover": {
            "before": "before anybody in a control group could have the drug",
            "after": "after people in the control group could have it",
            "spans": "times before and after are counted together",
            "none": "there is no control group",
        },
        "rater": {
            "clinician": "rated by a clinician or another trained rater",
            "self": "rated by the participant",
            "observer": "rated by somebody who knows the participant",
        },
        "preferred": {
            "yes": "used",
            "no": "conflicts with another row and is kept for the record",
        },
        "blinded": {
            "yes": "participants had not been told their arm",
            "no": "they had been told it, or there was nothing to hide",
        },
        "scope": {
            "arm": "one arm",
            "study": "one whole trial",
            "pooled": "several trials together",
        },
        "binary.unit": {
            "participants": "people with the event",
            "events": "events, of which a person may have several",
        },
        "benchmarks.unit": {"percent": "per hundred people"},
        "respondent": {
            "participant": "person treated",
            "therapist": "person who treated",
            "rater": "person who rated outcomes",
        },
        "window": {
            "lifetime": "ever before the trial",
            "past_year": "in the year before",
            "not_stated": "the text does not say",
        },
        "scale": {
            "smd": "difference of standardised mean differences",
            "ror": "ratio of odds ratios",
            "rr": "risk ratio",
        },
        "interval": {
            "confidence": "confidence interval",
            "credible": "credible interval",
        },
        "measure": {
            "d": "mean difference over an SD, uncorrected",
            "g": "the same with the small-sample factor",
            "SMD": "standardised mean difference, kind not stated",
            "MD": "difference of means in points",
            "lsMD": "difference of a model's means",
            "change": "mean change in one arm",
            "OR": "odds ratio",
            "RR": "risk ratio",
            "percent": "percentage",
        },
        "p_relation": {
            "=": "printed as equal to the number",
            "<": "printed as below it",
            ">": "printed as above it",
        },
        "relation": {
            "=": "printed",
            "<": "printed as an upper bound that is not reached",
            "<=": "printed as an upper bound",
            ">": "printed as a lower bound that is not reached",
            "about": "printed as a round figure",
            "given": "printed and used, not recomputed",
        },
        "tool": {"RoB 2": "Cochrane's tool for randomised trials, version of 2019"},
        **dict.fromkeys(
            (
                "randomisation",
                "deviations",
                "missing_data",
                "measurement",
                "reporting",
                "overall",
            ),
            _RISK,
        ),
        "stage": {
            "identification": "records found",
            "screening": "records and reports sifted",
            "included": "studies kept",
        },
        "stream": {
            "databases": "by databases and registers",
            "other": "by other methods: websites, organisations, citations",
            "previous": "by an earlier version of the review",
            "all": "whatever the way",
        },
        "gap": {
            "no source": "no text read so far gives this number",
        },
    }
)
