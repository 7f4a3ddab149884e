"""The contrast sets, the models and which is fitted to which, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from mdmameta.effects import ptsd_binary_effects, ptsd_effects
from mdmameta.effects.table import Effects
from mdmameta.models.bayesian import BayesianRandomEffects
from mdmameta.models.fit import Model
from mdmameta.models.frequentist import CommonEffect, RandomEffects
from mdmameta.records import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class ContrastSet:
    """A named set of contrasts and the models fitted to it.

    Parameters
    ----------
    title
        What a reader sees.
    build
        Evidence -> effects.
    models
        Names of models, from `MODELS`.

    Examples
    --------
    >>> one = SETS["ptsd-primary"]
    >>> one.title, len(one.models)
    ('Highest dose, endpoint (primary)', 7)
    """

    title: str
    build: Callable[[Evidence], Effects]
    models: tuple[str, ...]


#: Model whose interval is asked for in words; `deciding_fit` says what decides.
MAIN_MODEL = "reml-kh"

#: Names of the arms in figures of these trials.
ARM_NAMES = ("MDMA-assisted therapy", "control")

#: Name -> model. Knapp–Hartung is always followed by the two that may decide.
MODELS: Mapping[str, Model] = MappingProxyType(
    {
        MAIN_MODEL: RandomEffects(),
        "reml-adhoc": RandomEffects(interval="knapp-hartung-adhoc"),
        "bayes": BayesianRandomEffects(),
        "reml-wald": RandomEffects(interval="wald"),
        "reml-kh-v": RandomEffects(prediction="V"),
        "dl-wald": RandomEffects(tau2="DL", interval="wald"),
        "pm-kh-v": RandomEffects(tau2="PM", prediction="V"),
        "pm-kh": RandomEffects(tau2="PM"),
        "pm-adhoc": RandomEffects(tau2="PM", interval="knapp-hartung-adhoc"),
        "common": CommonEffect(),
    }
)

#: What a reader sees for each model.
MODEL_TITLES: Mapping[str, str] = MappingProxyType(
    {
        MAIN_MODEL: "Random effects, REML, Knapp–Hartung",
        "reml-adhoc": "Random effects, REML, Knapp–Hartung ad hoc",
        "bayes": "Bayesian random effects, exact",
        "reml-wald": "Random effects, REML, Wald",
        "reml-kh-v": "Random effects, REML, Knapp–Hartung (V prediction)",
        "dl-wald": "Random effects, DerSimonian–Laird, Wald",
        "pm-kh-v": "Random effects, Paule–Mandel, Knapp–Hartung (V prediction)",
        "pm-kh": "Random effects, Paule–Mandel, Knapp–Hartung",
        "pm-adhoc": "Random effects, Paule–Mandel, Knapp–Hartung ad hoc",
        "common": "Common effect",
    }
)

#: The main model and the two that may decide in its place.
TRIO = (MAIN_MODEL, "reml-adhoc", "bayes")

_EVERY = (*TRIO, "reml-wald", "dl-wald", "pm-kh", "common")

#: Name -> contrast set, in the order in which they are reported.
SETS: Mapping[str, ContrastSet] = MappingProxyType(
    {
        "ptsd-primary": ContrastSet(
            title="Highest dose, endpoint (primary)",
            build=ptsd_effects,
            models=_EVERY,
        ),
        "ptsd-pooled-active": ContrastSet(
            title="Active arms pooled, endpoint",
            build=partial(ptsd_effects, arms="pooled-active"),
            models=TRIO,
        ),
        "ptsd-medium-dose": ContrastSet(
            title="Medium dose where there is one, endpoint",
            build=partial(ptsd_effects, arms="medium-dose"),
            models=TRIO,
        ),
        "ptsd-change": ContrastSet(
            title="Highest dose, change from baseline (assumptions declared)",
            build=partial(ptsd_effects, stat="change"),
            models=TRIO,
        ),
        "ptsd-sypres": ContrastSet(
            title="Highest dose, endpoint, SYPRES's variance convention",
            build=partial(
                ptsd_effects, correction="approximate", vtype="uncorrected-d"
            ),
            models=(*TRIO, "reml-kh-v", "common"),
        ),
        "ptsd-sypres-medium-dose": ContrastSet(
            title="Medium dose, endpoint, SYPRES's variance convention",
            build=partial(
                ptsd_effects,
                arms="medium-dose",
                correction="approximate",
                vtype="uncorrected-d",
            ),
            models=(*TRIO, "reml-kh-v"),
        ),
        "ptsd-caps-5": ContrastSet(
            title="CAPS-5 points (phase III), endpoint",
            build=partial(ptsd_effects, measure="MD", instrument="CAPS-5"),
            models=(MAIN_MODEL, "reml-adhoc", "common"),
        ),
        "ptsd-caps-iv": ContrastSet(
            title="CAPS-IV points (phase II), endpoint",
            build=partial(ptsd_effects, measure="MD", instrument="CAPS-IV"),
            models=(MAIN_MODEL, "reml-adhoc", "common"),
        ),
        "ptsd-response": ContrastSet(
            title="Response, risk ratio among those assessed",
            build=partial(ptsd_binary_effects, outcome="response"),
            models=(*TRIO, "pm-kh", "pm-kh-v", "common"),
        ),
        "ptsd-remission": ContrastSet(
            title="Remission (phase III) and loss of diagnosis (phase II), risk ratio",
            build=partial(ptsd_binary_effects, outcome="remission"),
            models=(*TRIO, "pm-kh", "pm-kh-v", "common"),
        ),
        "ptsd-loss-of-diagnosis": ContrastSet(
            title="Loss of diagnosis, risk ratio among those assessed",
            build=partial(ptsd_binary_effects, outcome="loss_of_diagnosis"),
            models=TRIO,
        ),
    }
)
