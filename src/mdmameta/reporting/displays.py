"""Tables of the report that are about its own results."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from mdmameta.analyses.catalogue import MAIN_MODEL, MODEL_TITLES, MODELS, SETS
from mdmameta.effects.table import SingleArmEffects
from mdmameta.models.fit import Fit
from mdmameta.reporting.named import all_trials, named
from mdmameta.reporting.results import Results
from mdmameta.reporting.sentences import model_words
from mdmameta.tables import Table, as_table, model_comparison
from mdmameta.tables.numbers import (
    count,
    interval,
    number,
    pooled,
    printed_scale,
    typeset,
)

#: Cautions without which the line of a contrast set would be misread.
_SERIOUS = frozenset(
    {"retracted", "unverified", "few-df", "single-study", "tau2-boundary"}
)


def model_table(results: Results, name: str) -> Table:
    """Every model fitted to one contrast set."""
    fitted = SETS[name].models
    fits = [results.fits[name, model] for model in fitted]
    return model_comparison(fits, [MODEL_TITLES[model] for model in fitted])


def sets_table(results: Results, names: Sequence[str]) -> Table:
    """Contrast sets side by side: Knapp–Hartung and the interval that decides."""
    rows = []
    for name in names:
        shown, deciding = results.fits[name, MAIN_MODEL], results.deciding(name)
        rows.append(
            {
                "contrast set": SETS[name].title,
                "k": count(shown.k),
                "REML, Knapp–Hartung": pooled(shown),
                "deciding interval": _printed_interval(deciding),
                "decided by": model_words(deciding),
            }
        )
    notes = _set_notes(results, names)
    return as_table(pd.DataFrame(rows), align="lrrrl", notes=notes)


def model_names_table() -> Table:
    """Models of this report with the name of their results and their ``repr``."""
    rows = [
        {"model": MODEL_TITLES[name], "name": name, "definition": repr(model)}
        for name, model in MODELS.items()
    ]
    return as_table(pd.DataFrame(rows), align="lll")


def single_arm_table(effects: SingleArmEffects) -> Table:
    """Print changes within single arms, with each reading of their standard error."""
    frame = effects.to_frame()
    rows = [
        {
            "change on": f"{row['instrument']}, {row['timepoint']} ({row['study']})",
            "n": count(row["n"]),
            "mean change": number(row["y"], 1),
            "interval": interval(row["ci_low"], row["ci_high"], 1),
            "printed SE": typeset(f"{row['se_printed']:g}"),
            "SE by normal": number(row["se_from_ci_z"]),
            "SE by t": number(row["se_from_ci_t"]),
            "agree": "yes" if row["agree"] else "no",
        }
        for row in frame.to_dict("records")
    ]
    notes = [
        *effects.caveats,
        "SE by normal, by t: what the printed interval implies. Agree: whether one of "
        "them is the printed SE within rounding.",
    ]
    return as_table(pd.DataFrame(rows), align="lrrrrrrl", notes=notes)


def _set_notes(results: Results, names: Sequence[str]) -> list[str]:
    """Caveats, then serious cautions, each with the sets that it is about."""
    about: dict[str, list[str]] = {}
    for name in names:
        for text in results.effects[name].caveats:
            about.setdefault(typeset(text), []).append(SETS[name].title)
    for name in names:
        for caution in results.fits[name, MAIN_MODEL].warnings:
            if caution.code in _SERIOUS:
                about.setdefault(typeset(str(caution)), []).append(SETS[name].title)
    trials = all_trials(results.evidence)
    return [
        f"{'; '.join(titles)}: {named(text, trials)}" for text, titles in about.items()
    ]


def _printed_interval(fit: Fit) -> str:
    e, measure = fit.estimate, fit.effects.measure
    return interval(printed_scale(e.ci_low, measure), printed_scale(e.ci_high, measure))
