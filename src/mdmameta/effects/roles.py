"""Which arms of a trial are compared."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from mdmameta.effects.selection import rows_where
from mdmameta.errors import EffectsError

ContrastArms = Literal["highest-dose", "pooled-active", "medium-dose", "every-active"]

#: How each choice of arms is written in the label of a set.
WORDS = {
    "highest-dose": "highest dose vs control",
    "pooled-active": "active arms pooled vs control",
    "medium-dose": "medium dose (highest where there is none) vs control",
    "every-active": "every active arm vs control",
}


def active_groups(arms: pd.DataFrame, choice: ContrastArms) -> list[list[str]]:
    """List the groups of arms of one trial to be compared with its control.

    Parameters
    ----------
    arms
        Arms of one trial, with the columns arm_id, role (active, medium,
        control, …) and dose_mg.
    choice
        "highest-dose": the arm of role active; of several, that of the
        highest dose. "pooled-active": all active and medium arms together.
        "medium-dose": the medium arms where there are any, otherwise as
        "highest-dose". "every-active": each active or medium arm by itself,
        so that the contrasts share a control.

    Returns
    -------
    list of list of str
        Arm ids; empty when the trial has no such arm.

    Raises
    ------
    EffectsError
        When several arms are active and a dose that would choose is missing.

    Examples
    --------
    >>> arms = pd.DataFrame({
    ...     "arm_id": ["A-125", "A-75", "A-0"],
    ...     "role": ["active", "medium", "control"], "dose_mg": [125, 75, 0],
    ... })
    >>> active_groups(arms, "pooled-active")
    [['A-125', 'A-75']]
    >>> active_groups(arms, "medium-dose")
    [['A-75']]
    """
    by_role = list(zip(arms["role"].tolist(), arms["arm_id"].tolist(), strict=True))
    both = [arm for role, arm in by_role if role in ("active", "medium")]
    medium = [arm for role, arm in by_role if role == "medium"]
    if choice == "pooled-active":
        return [both] if both else []
    if choice == "every-active":
        return [[arm] for arm in both]
    if choice == "medium-dose" and medium:
        return [medium]
    active = rows_where(arms, role="active")
    return [_highest(active)] if len(active) else []


def control_group(arms: pd.DataFrame) -> list[str]:
    """Ids of the control arms of one trial; several serve as one group."""
    return [str(arm) for arm in rows_where(arms, role="control")["arm_id"].tolist()]


def _highest(active: pd.DataFrame) -> list[str]:
    if len(active) == 1:
        return [str(active["arm_id"].iloc[0])]
    if active["dose_mg"].isna().any():
        listed = ", ".join(active["arm_id"])
        raise EffectsError(
            f"several arms are active ({listed}) and a dose is missing, so none is "
            "the highest. Fill in dose_mg, or choose arms='pooled-active'."
        )
    top = active["dose_mg"] == active["dose_mg"].max()
    return [str(arm) for arm in active.loc[top, "arm_id"]]
