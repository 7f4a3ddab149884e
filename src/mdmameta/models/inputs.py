"""The rows that a model may use, and the guard rails that every model shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects, SingleArmEffects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.fit import Caution
from mdmameta.models.zero_zero import rests_on_constant

#: Below this many degrees of freedom a t reference is too uncertain to be
#: reported as a test (Tipton 2015, doi:10.1037/met0000011).
FEW_DF = 4

#: Fourth powers of larger numbers are beyond floating point.
LARGEST = 1e70


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Usable:
    """Complete rows of positive weight, as arrays for a kernel.

    Parameters
    ----------
    y, v
        Shape (k,), finite.
    V
        Covariance matrix, shape (k, k), or None for independent rows.
    rows
        Positions in the effects, shape (k,).
    cautions
        What was dropped or must be known about the rows.
    """

    y: FloatArray
    v: FloatArray
    V: FloatArray | None
    rows: NDArray[np.intp]
    cautions: tuple[Caution, ...]

    @property
    def k(self) -> int:
        """Number of usable rows."""
        return self.y.size


def usable_rows(
    effects: Effects, extra_missing: NDArray[np.bool_] | None = None
) -> Usable:
    """Drop rows without information, and say so.

    Parameters
    ----------
    effects
        What a model was given.
    extra_missing
        Rows to drop as well, such as those without a moderator, shape (k,).

    Returns
    -------
    Usable

    Raises
    ------
    ModelError
        When the effects are of single arms, no row can be used, or a number is
        too large or too small to compute with.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, float("nan"), 0.4], v=[0.04, 0.05, float("inf")])
    >>> used = usable_rows(effects)
    >>> used.rows.tolist(), [caution.code for caution in used.cautions]
    ([0], ['rows-dropped', 'no-information'])
    """
    check_contrasts(effects)
    missing = np.isnan(effects.y) | np.isnan(effects.v)
    if extra_missing is not None:
        missing = missing | extra_missing
    weightless = ~missing & np.isinf(effects.v)
    rows = np.flatnonzero(~missing & ~weightless)
    if rows.size == 0:
        raise ModelError(
            "k = 0: no row has an effect, a finite variance and its moderators. "
            "Check the effects' to_frame()."
        )
    _check_magnitude(effects, rows)
    cov = effects.covariance
    return Usable(
        y=effects.y[rows],
        v=effects.v[rows],
        V=None if cov is None else cov[np.ix_(rows, rows)],
        rows=rows,
        cautions=(
            *_dropped("rows-dropped", "a missing value", effects, missing),
            *_dropped("no-information", "infinite variance", effects, weightless),
            *rests_on_constant(effects),
            *_evidence_cautions(effects),
        ),
    )


def _check_magnitude(effects: Effects, rows: NDArray[np.intp]) -> None:
    y, v = effects.y[rows], effects.v[rows]
    beyond = (np.abs(y) > LARGEST) | (v > LARGEST) | (v < 1 / LARGEST)
    if not beyond.any():
        return
    row = int(rows[np.flatnonzero(beyond)[0]])
    raise ModelError(
        f"y = {effects.y[row]:g}, v = {effects.v[row]:g} in row {row} "
        f"({effects.study[row]}): powers of such numbers overflow; y and v may have up "
        f"to {np.log10(LARGEST):.0f} places before or behind the point. Change the "
        "unit, or give v = inf for a row without information."
    )


def check_contrasts(effects: object) -> None:
    """Reject what is not contrasts, above all changes within single arms.

    Raises
    ------
    ModelError
        With what was given.
    """
    if isinstance(effects, SingleArmEffects):
        raise ModelError(
            f"{effects.label!r} holds changes within single arms, without a control; "
            "they are not contrasts and cannot be pooled as such. "
            "Report each row by itself."
        )
    if not isinstance(effects, Effects):
        raise ModelError(
            f"effects is a {type(effects).__name__}; give Effects, for example by "
            "Effects.from_arrays(y=..., v=..., study=...)."
        )


def check_level(level: float) -> None:
    """Reject a probability of the intervals that is not between 0 and 1.

    Raises
    ------
    OptionError
        With the value; percentages are recognised.

    Examples
    --------
    >>> check_level(0.95)
    """
    if isinstance(level, (int, float)) and 0 < level < 1:
        return
    percent = isinstance(level, (int, float)) and 1 < level < 100
    hint = f" Did you mean {level / 100:g}?" if percent else ""
    raise OptionError(
        f"level={level!r} is not a probability strictly between 0 and 1.{hint}"
    )


def _dropped(
    code: str, reason: str, effects: Effects, mask: NDArray[np.bool_]
) -> tuple[Caution, ...]:
    if not mask.any():
        return ()
    count, names = int(mask.sum()), ", ".join(effects.study[mask])
    noun = "row" if count == 1 else "rows"
    return (Caution(code, f"{count} {noun} not used for {reason}: {names}."),)


def _evidence_cautions(effects: Effects) -> tuple[Caution, ...]:
    cautions = [Caution("caveat", text) for text in effects.caveats]
    if effects.shared_controls and effects.covariance is None:
        cautions.append(
            Caution(
                "shared-controls",
                "Some rows share a control group and are analysed as independent: "
                "the interval is too narrow.",
            )
        )
    cautions += _repeated(effects)
    for code, level in (("unverified", "unverified"), ("retracted", "retracted")):
        named = [
            study
            for study, origin in zip(effects.study, effects.provenance, strict=False)
            if level in (origin.verification, origin.source_status)
        ]
        if named:
            text = f"Rests on {level} sources for: {', '.join(map(str, named))}."
            cautions.append(Caution(code, text))
    return tuple(cautions)


def _repeated(effects: Effects) -> list[Caution]:
    once = len(set(effects.study.tolist())) == effects.k
    if once or effects.covariance is not None or effects.shared_controls:
        return []
    names, counts = np.unique(effects.study, return_counts=True)
    return [
        Caution(
            "repeated-study",
            f"Several rows of one study ({', '.join(names[counts > 1])}) are analysed "
            "as independent: give their covariance as V, or one row a study.",
        )
    ]
