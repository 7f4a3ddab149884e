"""Defensible ways to make a contrast set of the PTSD trials, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

#: Questions for which a time may stand in place of the primary one, as the column
#: ``alternative`` of the table of times has them: times after the second session with
#: the drug, and times that another text calls primary.
AFTER_TWO, DISPUTED = "after_two_sessions", "disputed_primary"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to settle a choice.

    Parameters
    ----------
    defence
        Why a reasonable analyst may take it.
    keywords
        What it means for `mdmameta.effects.ptsd.ptsd_effects`, or for
        `mdmameta.effects.measures.effect_size` in choices of the measure;
        ``alternative`` stands for the times of `alternative_times`.
    """

    defence: str
    keywords: Mapping[str, Any] = field(default_factory=dict)


#: Choice -> title and options, for the scores that are compared.
SCORES: Mapping[str, tuple[str, Mapping[str, Way]]] = MappingProxyType(
    {
        "contrast": (
            "Contrast",
            {
                "highest dose": Way(
                    "The dose that is proposed for treatment.", {"arms": "highest-dose"}
                ),
                "arms pooled": Way(
                    "Uses everybody randomised to an active dose, each once.",
                    {"arms": "pooled-active"},
                ),
                "medium dose": Way(
                    "The choice of a published review, for trials with such an arm.",
                    {"arms": "medium-dose"},
                ),
            },
        ),
        "stat": (
            "Statistic",
            {
                "endpoint": Way(
                    "Needs no assumption, and randomisation balances baselines.",
                    {"stat": "endpoint"},
                ),
                "change": Way(
                    "Takes out differences between arms at baseline by chance.",
                    {"stat": "change"},
                ),
            },
        ),
        "r": (
            "Correlation",
            {
                "not used": Way("Endpoint scores need no correlation.", {"r": None}),
                "0.5": Way("The convention where none is printed.", {"r": 0.5}),
                "0.7": Way(
                    "Scores that a stable condition may have, months apart.", {"r": 0.7}
                ),
            },
        ),
        "timepoint": (
            "Time",
            {
                "primary": Way(
                    "Each trial's own primary time, named before its results.",
                    {"timepoint": "primary"},
                ),
                "after two sessions": Way(
                    "The same number of sessions with the drug in every trial.",
                    {"alternative": AFTER_TWO},
                ),
            },
        ),
        "instrument": (
            "Instrument",
            {
                "CAPS-5 or CAPS-IV": Way(
                    "Two versions of one interview, in units of its SD.",
                    {"instrument": None},
                ),
                "CAPS-5": Way(
                    "The present criteria, and the larger, later trials.",
                    {"instrument": "CAPS-5"},
                ),
                "CAPS-IV": Way(
                    "The trials independent of those for licensing.",
                    {"instrument": "CAPS-IV"},
                ),
            },
        ),
    }
)

#: Choice -> title and options, for the size that is computed from the scores.
SIZES: Mapping[str, tuple[str, Mapping[str, Way]]] = MappingProxyType(
    {
        "standardiser": (
            "Standardiser",
            {
                "pooled SD": Way(
                    "The steadiest SD, if treatment does not change the spread.",
                    {"measure": "SMD"},
                ),
                "control SD": Way(
                    "Treatment may change the spread; that of controls is untouched.",
                    {"measure": "SMD1"},
                ),
            },
        ),
        "variance": (
            "Variance",
            {
                "large-sample, exact J": Way(
                    "The default of metafor, with an unbiased effect size.",
                    {"vtype": "LS", "correction": "exact"},
                ),
                "of d, approximate J": Way(
                    "The convention of SYPRES's and Metapsy's data sets.",
                    {"vtype": "uncorrected-d", "correction": "approximate"},
                ),
            },
        ),
    }
)

#: Name -> reason, and the options that cannot go together.
INCOMPATIBLE: Mapping[str, tuple[str, Mapping[str, tuple[str, ...]]]] = (
    MappingProxyType(
        {
            "r-is-for-change": (
                "Endpoint scores are compared without any correlation.",
                {"stat": ("endpoint",), "r": ("0.5", "0.7")},
            ),
            "change-needs-r": (
                "Without r a trial that printed no SD of change cannot enter.",
                {"stat": ("change",), "r": ("not used",)},
            ),
            "convention-is-for-pooled-sd": (
                "The published convention is defined for the pooled SD alone.",
                {
                    "standardiser": ("control SD",),
                    "variance": ("of d, approximate J",),
                },
            ),
        }
    )
)

#: prior_id of a published estimate of bias -> why it may apply here. Parts of
#: the trials behind one of these are left out.
BIASES: Mapping[str, str] = MappingProxyType(
    {
        "patient_all": "Patients know their arm, and interviews rest on what they say.",
        "assessor": "Raters may have guessed the arm from what patients told them.",
        "metablind_observer": "Patients not blinded and observers blinded, as here.",
    }
)
