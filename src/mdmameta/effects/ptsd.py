"""The contrast sets of the PTSD trials, each choice a keyword with its default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

from mdmameta.effects.contrast_choices import ContrastMeasure
from mdmameta.effects.contrasts import contrasts
from mdmameta.effects.event_contrasts import EventMeasure, event_contrasts
from mdmameta.effects.roles import ContrastArms
from mdmameta.effects.selection import Timepoint
from mdmameta.effects.table import Effects
from mdmameta.options import ArmsChoice, Correction, StatChoice, check_option
from mdmameta.records import Evidence

PtsdEvent = Literal["response", "loss_of_diagnosis", "remission"]

#: The condition, as the table of trials writes it.
CONDITION = "PTSD"

#: Clinician-rated total severity, the primary outcome of every trial.
INSTRUMENTS = ("CAPS-5", "CAPS-IV")

#: Events that answer to each name, the first that a trial has. Phase II trials
#: printed no remission; the published reviews pool their loss of diagnosis with
#: the remission of phase III, and the set says so in label and caveats.
EVENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "response": ("response",),
        "loss_of_diagnosis": ("loss_of_diagnosis",),
        "remission": ("remission", "loss_of_diagnosis"),
    }
)


def ptsd_effects(
    evidence: Evidence,
    *,
    arms: ContrastArms = "highest-dose",
    stat: StatChoice = "endpoint",
    timepoint: Timepoint = "primary",
    verification: Sequence[str] | None = None,
    measure: ContrastMeasure = "SMD",
    instrument: str | None = None,
    correction: Correction = "exact",
    vtype: str = "LS",
    r: float | None = 0.5,
) -> Effects:
    """Contrasts of PTSD severity between MDMA and control, one a trial.

    The default is the primary set: endpoint scores on the CAPS at each trial's
    primary time, arm of the highest dose minus control, six trials.

    Parameters
    ----------
    evidence
        Checked evidence.
    arms
        "highest-dose", "pooled-active" (active and medium arms combined),
        "medium-dose" (75 and 100 mg where there is such an arm), or
        "every-active" (contrasts that share a control, with covariance V).
    stat
        "endpoint", or "change" from baseline: there a trial known only by LS
        means enters with the SE × √n of its model as SD, and one without any SD
        of change with the correlation ``r``; label, caveats and notes say so.
    timepoint
        "primary", a time by its label, or study -> label.
    verification
        Levels that rows may have; by default all but "unverified".
    measure
        "SMD" (default), "SMDH", or "MD", for which ``instrument`` must be
        chosen, because CAPS-5 and CAPS-IV points differ.
    instrument
        By default CAPS-5 (phase III) and CAPS-IV (phase II).
    correction, vtype
        See `effect_size`. ``correction="approximate",
        vtype="uncorrected-d"`` is SYPRES's convention.
    r
        Assumed correlation between baseline and endpoint, for change only. One
        half by convention, for want of an estimate: vary it. None leaves out
        the trials that need it.

    Returns
    -------
    Effects
        See `mdmameta.effects.contrasts.contrasts`. Lower is better.

    Raises
    ------
    OptionError, EffectsError
        As `mdmameta.effects.contrasts.contrasts`.

    Examples
    --------
    >>> from mdmameta.records import load_evidence
    >>> effects = ptsd_effects(load_evidence("data/raw"))
    >>> effects.label, effects.k
    ('PTSD severity, highest dose vs control, endpoint, SMD', 6)
    """
    return contrasts(
        evidence,
        studies=_trials(evidence),
        instruments=INSTRUMENTS if instrument is None else instrument,
        arms=arms,
        stat=stat,
        timepoint=timepoint,
        measure=measure,
        verification=verification,
        correction=correction,
        vtype=vtype,
        lsmeans=True,
        r=r,
    )


def ptsd_binary_effects(
    evidence: Evidence,
    *,
    outcome: PtsdEvent = "response",
    measure: EventMeasure = "RR",
    arms: ArmsChoice = "highest-dose",
    timepoint: Timepoint = "primary",
    verification: Sequence[str] | None = None,
    **zero_cells: Any,
) -> Effects:
    """Contrasts of events between MDMA and control, one a trial.

    Parameters
    ----------
    evidence
        Checked evidence.
    outcome
        "response" (definitions differ by instrument), "loss_of_diagnosis", or
        "remission", which takes loss of diagnosis where a trial has no
        remission, as the published reviews do; label and caveats say for whom.
        For remission alone use `mdmameta.effects.event_contrasts`.
    measure
        "RR" (log), "OR" (log) or "RD"; above 0 favours MDMA.
    arms, timepoint, verification
        As `ptsd_effects`.
    **zero_cells
        ``add``, ``to`` and ``drop00``, as `effect_size`.

    Returns
    -------
    Effects
        With the counts ai, n1, ci, n2 as moderators; see
        `mdmameta.effects.event_contrasts.event_contrasts`.

    Examples
    --------
    >>> from mdmameta.records import load_evidence
    >>> ptsd_binary_effects(load_evidence("data/raw"), outcome="remission").label
    'Loss of diagnosis (MP8, MP12) or remission (MAPP1, MAPP2), highest dose vs control, RR'
    """  # noqa: E501
    check_option("outcome", outcome, PtsdEvent)
    return event_contrasts(
        evidence,
        outcomes=EVENTS[outcome],
        studies=_trials(evidence),
        arms=arms,
        timepoint=timepoint,
        measure=measure,
        verification=verification,
        **zero_cells,
    )


def _trials(evidence: Evidence) -> list[str]:
    studies = evidence.studies
    ours = (studies["condition"] == CONDITION) & (studies["design"] == "randomised")
    return [str(study) for study in studies.loc[ours, "study_id"]]
