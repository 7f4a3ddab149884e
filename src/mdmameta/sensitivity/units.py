"""Whether defaults made for standardised differences and log ratios may be used."""

from __future__ import annotations

import numpy as np

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError

#: Measures on whose scale the defaults stand, such as the priors mu ~ N(0, 1) and
#: tau ~ half-normal(0.5): standardised mean differences and log ratios; "" is taken
#: for one of them.
UNIT_SCALE_MEASURES = frozenset(
    {
        "", "SMD", "SMDH", "SMD1", "SMD1H", "SMCC", "SMCR", "SMCRH", "SMCRP", "SMCRPH",
        "OR2DN", "OR2DL", "RR", "OR", "PETO", "D2ORN", "D2ORL", "ROM", "IRR", "HR",
        "MPRR", "MPOR", "MPORC", "MPPETO",
    }
)  # fmt: skip

#: Variance of true effects under those default priors, 1² + 0.5².
UNIT_SCALE_VARIANCE = 1.25

#: SDs from zero, by the priors and its own error, beyond which an effect of no
#: named measure is taken to be in other units.
FOREIGN_SCALE = 4.0

#: metafor's code of a measure that has no code.
UNNAMED = "GEN"


def foreign_units(effects: Effects) -> str:
    """Say why defaults made for unit scales are not for these effects; else "".

    Examples
    --------
    >>> foreign_units(Effects.from_arrays(y=[-9.0], v=[4.0], measure="MD"))
    'the effects are MD'
    >>> foreign_units(Effects.from_arrays(y=[-0.9], v=[0.04], measure="SMD"))
    ''
    """
    if effects.measure not in UNIT_SCALE_MEASURES:
        return f"the effects are {effects.measure}"
    if (row := foreign_row(effects)) is None:
        return ""
    return (
        f"the effects have no measure, and y = {effects.y[row]:g} of "
        f"{effects.study[row]!s} is too large for a standardised difference or a log "
        "ratio"
    )


def foreign_row(effects: Effects) -> int | None:
    """Row of the effect that unit-scale priors would least expect, if hardly at all.

    None also where the measure is named: it then tells the units.
    """
    if effects.measure:
        return None
    distance = np.abs(effects.y) / np.sqrt(UNIT_SCALE_VARIANCE + effects.v)
    worst = int(np.argmax(np.nan_to_num(distance)))
    return worst if distance[worst] > FOREIGN_SCALE else None


def measure_of(effects: Effects) -> str:
    """Return the measure; ``"GEN"`` where none is named and none of ours fits.

    Examples
    --------
    >>> measure_of(Effects.from_arrays(y=[-9.0], v=[0.04]))
    'GEN'
    """
    return effects.measure if foreign_row(effects) is None else UNNAMED


def unit_size(effects: Effects) -> float:
    """Return what stands for one SD or log unit: 1, or the largest effect elsewhere.

    Grids and searches that are stated in SDs are stretched by it.

    Examples
    --------
    >>> unit_size(Effects.from_arrays(y=[-9.0, 4.0], v=[4.0, 4.0], measure="MD"))
    9.0
    """
    finite = np.abs(effects.y[np.isfinite(effects.y)])
    if not foreign_units(effects) or not finite.any():
        return 1.0
    return float(finite.max())


def require_region(effects: Effects, names: str) -> None:
    """Refuse a default plausible region in units that it was not made for.

    Parameters
    ----------
    effects
        Whose units.
    names
        Arguments that would give the region.

    Raises
    ------
    SensitivityError
        For mean differences, risk differences and others, of which half a unit
        may be nothing or more than there can be.
    """
    if why := foreign_units(effects):
        raise SensitivityError(
            f"{why}, and the default plausible region is one of standardised "
            f"differences and log ratios. Give {names} in the unit of the effects."
        )


def require_priors(effects: Effects, what: str, cure: str) -> None:
    """Refuse default priors in units that they were not made for.

    Parameters
    ----------
    effects
        Whose units.
    what
        Of which model.
    cure
        What to give instead.

    Raises
    ------
    SensitivityError
        As `require_region` does.
    """
    if why := prior_fault(effects, what, cure):
        raise SensitivityError(why)


def prior_fault(effects: Effects, what: str, cure: str) -> str:
    """Say what `require_priors` refuses, or ""."""
    if not (why := foreign_units(effects)):
        return ""
    return (
        f"{why}, and the default priors of {what} are for standardised differences "
        f"and log ratios. Give {cure} in the unit of the effects."
    )
