"""Tables beside the refits: small studies, selection, and two trials as a pair."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.frequentist import SelectionModel
from mdmameta.sensitivity import small_study_effects, two_trials

#: Selection of results by their p-value: the three-parameter model, its likeliest
#: alternative shape, and what-ifs with a stated chance that a result is reported
#: when it is not significant in the expected direction.
SELECTIONS: tuple[tuple[str, SelectionModel], ...] = (
    ("estimated, one step at 0.025", SelectionModel()),
    ("estimated, half-normal", SelectionModel(type="halfnorm")),
    ("half of other results reported", SelectionModel(delta=(1.0, 0.5))),
    ("a quarter of other results reported", SelectionModel(delta=(1.0, 0.25))),
)

#: Phase whose two trials are compared as a pair.
PAIR_PHASE = "3"


def small_study_part(effects: Effects) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the battery of small-study methods, and its warnings."""
    people = effects.moderators[["n1", "n2"]].sum(axis=1)
    sized = Effects.from_arrays(
        y=effects.y,
        v=effects.v,
        study=list(map(str, effects.study)),
        measure=effects.measure,
        direction=effects.direction,
        moderators=pd.DataFrame({"ni": people.to_numpy()}),
    )
    found = small_study_effects(sized)
    return found.to_frame(), tuple(dict.fromkeys(map(str, found.warnings)))


def selection_part(effects: Effects) -> pd.DataFrame:
    """Fit every selection model.

    Parameters
    ----------
    effects
        With a direction, which is the side that is selected.

    Returns
    -------
    pandas.DataFrame
        model, value, ci_low, ci_high, tau2, p_value (of selection at all), reason.
    """
    return pd.DataFrame(
        [{"model": name, **_selected(effects, model)} for name, model in SELECTIONS]
    ).reindex(
        columns=["model", "value", "ci_low", "ci_high", "tau2", "p_value", "reason"]
    )


def _selected(effects: Effects, model: SelectionModel) -> dict[str, Any]:
    try:
        fit = model.fit(effects)
    except ModelError as error:
        return {"reason": str(error)}
    e = fit.estimate
    return {
        "value": e.value,
        "ci_low": e.ci_low,
        "ci_high": e.ci_high,
        "tau2": fit.heterogeneity.tau2,
        "p_value": fit.selection.p_value,
        "reason": "",
    }


def pair_part(effects: Effects) -> pd.DataFrame:
    """Test the two trials of the later phase as a pair, in both orders.

    Parameters
    ----------
    effects
        With a moderator ``phase``; the pair are the trials of `PAIR_PHASE`.

    Returns
    -------
    pandas.DataFrame
        original, then the columns of `Replicability.to_frame`, then q_p, relative,
        relative_low, relative_high and as_predicted. Empty without two trials.
    """
    rows = np.flatnonzero((effects.moderators["phase"] == PAIR_PHASE).to_numpy())
    if rows.size != 2:
        return pd.DataFrame()
    return pd.concat(list(_orders(effects.take(rows))), ignore_index=True)


def _orders(pair: Effects) -> Iterator[pd.DataFrame]:
    for order in ([0, 1], [1, 0]):
        found = two_trials(pair.take(order))
        yield found.to_frame().assign(
            original=found.trials["study"].iloc[0],
            q_p=found.q_p,
            relative=found.relative,
            relative_low=found.relative_low,
            relative_high=found.relative_high,
            as_predicted=found.as_predicted,
        )
