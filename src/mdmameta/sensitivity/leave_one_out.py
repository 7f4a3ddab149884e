"""The model refitted without each row, or without each study."""

from __future__ import annotations

from typing import Literal

import numpy as np

from mdmameta.effects.table import Effects
from mdmameta.models.fit import Model
from mdmameta.options import check_option
from mdmameta.sensitivity.refits import Part, Refits, check_enough, refit

Unit = Literal["row", "study"]


def leave_one_out(effects: Effects, model: Model, *, by: Unit = "row") -> Refits:
    """Refit a model without each unit in turn.

    Each refit estimates everything anew, τ² included (metafor's
    ``leave1out``).

    Parameters
    ----------
    effects
        Effects, of which those that the model uses are left out in turn.
    model
        Any model with ``fit(effects)``.
    by
        "row" (default): one effect at a time; "study": all rows of a study
        together, as dependent effects must be (metafor's ``cluster``).

    Returns
    -------
    Refits
        Column ``left_out`` names the study; one row a refit, in the order of
        the effects.

    Raises
    ------
    OptionError
        For another unit.
    SensitivityError
        When there is only one unit.

    Notes
    -----
    An estimate that holds without every single study may still rest on two
    of them together: see `gosh`.

    References
    ----------
    Viechtbauer and Cheung 2010, doi:10.1002/jrsm.11.

    Examples
    --------
    >>> from mdmameta.models.frequentist import CommonEffect
    >>> effects = Effects.from_arrays(
    ...     y=[0.0, 0.2, 1.0], v=[0.1, 0.1, 0.1], study=["A", "B", "C"])
    >>> table = leave_one_out(effects, CommonEffect()).to_frame()
    >>> table[["left_out", "k", "value"]].round(2).values.tolist()
    [['A', 2, 0.6], ['B', 2, 0.5], ['C', 2, 0.1]]
    """
    check_option("by", by, Unit)
    whole = model.fit(effects)
    parts = _parts_by_row(effects, whole.used)
    if by == "study":
        parts = _parts_by_study(effects, whole.used)
    check_enough([label for label, _ in parts], by)
    return refit(effects, model, whole, parts, "left_out")


def _parts_by_row(effects: Effects, used: np.ndarray) -> list[Part]:
    return [(str(effects.study[row]), used[used != row]) for row in used]


def _parts_by_study(effects: Effects, used: np.ndarray) -> list[Part]:
    names = effects.study[used]
    return [(str(name), used[names != name]) for name in dict.fromkeys(names)]
