"""Words for codes: models, measures, levels of verification."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from mdmameta.effects.registry import MEASURES as RECIPES
from mdmameta.tables.numbers import RATIO_MEASURES

#: metafor's codes in words; those not here are named as their recipe does.
MEASURES: Mapping[str, str] = MappingProxyType(
    {
        "MD": "Mean difference",
        "SMD": "Standardised mean difference",
        "SMDH": "Standardised mean difference",
        "SMCC": "Standardised mean change",
        "SMCR": "Standardised mean change",
        "RR": "Risk ratio",
        "OR": "Odds ratio",
        "PETO": "Odds ratio (Peto)",
        "RD": "Risk difference",
        "HR": "Hazard ratio",
        "IRR": "Rate ratio",
        "ROM": "Ratio of means",
        "ROMC": "Ratio of means (paired)",
        "VR": "Ratio of standard deviations",
        "VRC": "Ratio of standard deviations (paired)",
        "CVR": "Ratio of coefficients of variation",
        "CVRC": "Ratio of coefficients of variation (paired)",
        "MPRR": "Risk ratio (paired)",
        "MPOR": "Odds ratio (paired)",
        "MPORC": "Odds ratio of changers (paired)",
        "MPPETO": "Odds ratio of changers (Peto, paired)",
        "REH": "Relative excess heterozygosity",
    }
)

INTERVALS: Mapping[str, str] = MappingProxyType(
    {
        "wald": "Wald",
        "t": "t",
        "knapp-hartung": "Knapp–Hartung",
        "knapp-hartung-adhoc": "Knapp–Hartung ad hoc",
        "knapp-hartung-ci": "wider of Knapp–Hartung and Wald",
        "knapp-hartung-IQWiG6": "Knapp–Hartung by the rule of IQWiG 6",
        "kenward-roger": "Kenward–Roger",
    }
)

#: Levels of verification in words, strongest first.
VERIFICATION: Mapping[str, str] = MappingProxyType(
    {
        "two_texts": "read in two texts",
        "text": "read in one text",
        "secondary": "from another team's extraction",
        "derived": "derived by a formula",
        "unverified": "unverified",
    }
)

#: Published biases from lost blinding, by their ids: who reported the outcome, and in
#: which trials or study. Patients were not blinded where observers were.
BIASES: Mapping[str, str] = MappingProxyType(
    {
        "patient_all": "patients, all trials",
        "patient_acupuncture": "patients, acupuncture",
        "patient_other": "patients, other trials",
        "assessor": "assessors",
        "metablind_patient": "patients, MetaBLIND",
        "metablind_observer": "blind observers, MetaBLIND",
        "control_attrition": "attrition of controls",
    }
)

_FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "RandomEffects": "Random effects",
        "CommonEffect": "Common effect",
        "MetaRegression": "Meta-regression",
        "BayesianRandomEffects": "Bayesian random effects",
        "BayesianMetaRegression": "Bayesian meta-regression",
        "MantelHaenszel": "Mantel–Haenszel",
        "Peto": "Peto",
        "BinomialNormal": "Binomial-normal",
        "Multilevel": "Multilevel",
    }
)


def bias_label(prior_id: str) -> str:
    """Name a published bias; by its id without underscores where no words are known.

    Examples
    --------
    >>> bias_label("metablind_patient"), bias_label("my_own")
    ('patients, MetaBLIND', 'my own')
    """
    return BIASES.get(prior_id, prior_id.replace("_", " "))


def option_label(choice: str, option: str) -> str:
    """Name an option of a choice of a multiverse.

    Examples
    --------
    >>> option_label("interval", "knapp-hartung-adhoc")
    'Knapp–Hartung ad hoc'
    >>> option_label("bias", "patient all"), option_label("time", "primary")
    ('patients, all trials', 'primary')
    """
    if choice == "interval":
        return INTERVALS.get(option, option)
    return bias_label(option.replace(" ", "_")) if choice == "bias" else option


def measure_label(measure: str, *, on_log_axis: bool = False) -> str:
    """Name an effect measure.

    Examples
    --------
    >>> measure_label("SMD"), measure_label(""), measure_label("RR", on_log_axis=True)
    ('Standardised mean difference', 'Effect size', 'Risk ratio, log scale')
    """
    words = MEASURES.get(measure) or _meaning(measure)
    return f"{words}, log scale" if on_log_axis and is_ratio(measure) else words


def _meaning(measure: str) -> str:
    recipe = RECIPES.get(measure)
    if recipe is None:
        return measure or "Effect size"
    return recipe.meaning[0].upper() + recipe.meaning[1:]


def is_ratio(measure: str) -> bool:
    """Tell whether a measure is analysed as a logarithm.

    Examples
    --------
    >>> is_ratio("OR"), is_ratio("RD")
    (True, False)
    """
    return measure in RATIO_MEASURES


def model_label(model: Any) -> str:
    """Name a model in words; its ``repr`` where no words are known.

    Parameters
    ----------
    model
        Any model; the attributes ``formula``, ``tau2`` and ``interval`` are
        named where it has them.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> model_label(SimpleNamespace(tau2="REML"))
    "namespace(tau2='REML')"
    """
    family = _FAMILIES.get(type(model).__name__)
    if family is None:
        return repr(model)
    formula = getattr(model, "formula", None)
    interval = getattr(model, "interval", None)
    details = [
        *([str(formula)] if formula else []),
        *([model.tau2] if isinstance(getattr(model, "tau2", None), str) else []),
        *([INTERVALS.get(interval, str(interval))] if interval else []),
    ]
    return f"{family} ({', '.join(details)})" if details else family
