"""Choices that alter contrasts: concerns, missing outcomes, bias from unblinding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.sensitivity.belief_tables import belief_by_study
from mdmameta.sensitivity.bias_adjusted import adjusted, anchors, belief_table
from mdmameta.sensitivity.flow import checked_flow, fractions_missing
from mdmameta.sensitivity.guesses import DEFAULT_MISSING_U, checked_guesses
from mdmameta.sensitivity.matching import Matched
from mdmameta.sensitivity.missing_means import shifted
from mdmameta.sensitivity.multiverse.graph import Choice, Option
from mdmameta.sensitivity.multiverse.named_sets import without_trial

#: Study, active and control arms of each contrast.
Arms = tuple[tuple[str, ...], ...]

AVAILABLE, NO_BIAS = "available cases", "none"

#: Option -> how many SD the missing of the active and of the control arm did
#: worse than those assessed. Half an SD is a moderate difference.
SHIFTS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"both arms worse": (0.5, 0.5), "active worse, control better": (0.5, -0.5)}
)

MISSING = Choice(
    "missing",
    "Missing outcomes",
    (
        Option(AVAILABLE, "Missing at random within arms, as the trials assumed."),
        Option(
            "both arms worse",
            "People who do badly may stay away: half an SD worse in both arms.",
            shifts=True,
        ),
        Option(
            "active worse, control better",
            "Against the treatment: half an SD worse there, and better in controls.",
            shifts=True,
        ),
    ),
)

#: Option that lets in what all others leave out.
WITH_CONCERN = "with retracted sources"

CONCERN = Option(
    WITH_CONCERN, "Reported results are evidence until they are shown to be wrong."
)

#: Statuses of sources that raise no concern; "" is not known.
SOUND = ("", "current", "corrected")


@dataclass(frozen=True, eq=False)
class MissingOutcomes:
    """Shifts of those without an outcome, see `shifted`.

    Parameters
    ----------
    flow
        See `checked_flow`.
    """

    flow: pd.DataFrame
    _fractions: dict[Arms, pd.DataFrame] = field(default_factory=dict, repr=False)

    def __call__(self, effects: Effects, option: str) -> Effects | None:
        """Alter the effects, or None where no trial is known to have lost anyone."""
        if option == AVAILABLE:
            return effects
        worse = 1.0 if effects.direction == "lower" else -1.0
        key = arms_of(effects)
        if key not in self._fractions:
            self._fractions[key] = self._missing(effects)
        active, control = (worse * sd for sd in SHIFTS[option])
        moved = shifted(effects, self._fractions[key], active, control)
        return None if np.array_equal(moved.y, effects.y) else moved

    def _missing(self, effects: Effects) -> pd.DataFrame:
        flow = Matched.of("flow", checked_flow(self.flow), effects)
        return fractions_missing(flow.table, flow.studies)


@dataclass(frozen=True, eq=False)
class Unblinding:
    """Contrasts less the bias that lost blinding may have made, see `adjusted`.

    Parameters
    ----------
    guesses
        See `checked_guesses`; where nobody was asked, u has its stated prior
        by type of control.
    size
        Option -> bias b at a change in belief of one.
    """

    guesses: pd.DataFrame
    size: Mapping[str, float]
    _beliefs: dict[Arms, pd.DataFrame] = field(default_factory=dict, repr=False)

    def __call__(self, effects: Effects, option: str) -> Effects | None:
        """Alter the effects, or None where u of a trial is not known."""
        if option == NO_BIAS:
            return effects
        key = arms_of(effects)
        if key not in self._beliefs:
            self._beliefs[key] = self._believed(effects)
        beliefs = self._beliefs[key]
        if (beliefs["basis"] == "none").any():
            return None
        return adjusted(effects, beliefs, self.size[option])

    def _believed(self, effects: Effects) -> pd.DataFrame:
        guesses = Matched.of("guesses", checked_guesses(self.guesses), effects)
        types = effects.frame["control_type"].fillna("").astype(str)
        known = belief_by_study(guesses.table)
        return belief_table(guesses.studies, list(types), known, DEFAULT_MISSING_U)


def arms_of(effects: Effects) -> Arms:
    """Name the arms behind the contrasts: what flow and guesses depend on."""
    named = ("active_arm", "control_arm")
    columns = [effects.frame[name].astype(str) for name in named]
    return tuple(zip(map(str, effects.study), *columns, strict=True))


def bias_choice(
    priors: pd.DataFrame,
    guesses: pd.DataFrame,
    measure: str,
    sign: float,
    wanted: Mapping[str, str],
) -> tuple[Choice, Unblinding]:
    """Make the choice of a published estimate of bias from lost blinding.

    Parameters
    ----------
    priors, measure, sign
        See `anchors`.
    guesses
        See `Unblinding`.
    wanted
        prior_id -> why a reasonable analyst may take it; those that are not
        among the priors are left out.
    """
    table = anchors(priors, measure, sign, (1.0,)).set_index("prior_id")
    there = [prior for prior in wanted if prior in table.index]
    names = [prior.replace("_", " ") for prior in there]
    options = (
        Option(NO_BIAS, "Contrasts as randomised, without a claim about bias."),
        *(
            Option(name, wanted[prior], shifts=True)
            for name, prior in zip(names, there, strict=True)
        ),
    )
    size = dict(zip(names, table.loc[there, "b"].astype(float), strict=True))
    bias = Choice("bias", "Bias from lost blinding", options)
    return bias, Unblinding(guesses, size)


@dataclass(frozen=True, slots=True)
class Trials:
    """Which trials enter; those of sources under concern only where asked for."""

    def __call__(self, effects: Effects, option: str) -> Effects | None:
        """Alter the effects, or None where there is nothing to leave out or in."""
        sound = np.array([p.source_status in SOUND for p in effects.provenance], bool)
        if sound.size != effects.k:
            sound = np.ones(effects.k, dtype=bool)
        if option == WITH_CONCERN:
            return None if sound.all() else effects
        kept = effects.with_y(np.where(sound, effects.y, np.nan))
        return without_trial(kept, option)
