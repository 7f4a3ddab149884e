"""Checks of the arrays that effects are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from mdmameta.arrays import FloatArray
from mdmameta.errors import EffectsError
from mdmameta.options import Direction, Measure, check_option

#: A covariance matrix counts as symmetric within rounding of this size,
#: relative to its largest entry.
SYMMETRY_TOLERANCE = 1e-10


def freeze(array: Any) -> Any:
    """Make an array read-only and return it."""
    array.setflags(write=False)
    return array


def _floats(name: str, values: ArrayLike | None) -> FloatArray:
    try:
        return np.array(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise EffectsError(
            f"{name} holds something that is not a number ({error}). "
            "Give numbers, with NaN where one is missing."
        ) from error


def vector(name: str, values: ArrayLike | None) -> FloatArray:
    """Copy a list of numbers, at least one, into an array of shape (k,)."""
    array = _floats(name, values)
    if array.ndim != 1:
        raise EffectsError(f"{name} has {array.ndim} dimensions; give a list of k.")
    if array.size == 0:
        raise EffectsError(f"{name} is empty (k = 0); there is nothing to pool.")
    return array


def covariance_matrix(values: ArrayLike, k: int) -> FloatArray:
    """Copy a symmetric positive definite matrix of shape (k, k)."""
    matrix = _floats("V", values)
    if matrix.shape != (k, k):
        raise EffectsError(
            f"V has shape {matrix.shape}; y has {k} rows: give {k} by {k}."
        )
    if not np.isfinite(matrix).all():
        raise EffectsError("V holds values that are not finite; drop those rows first.")
    slack = SYMMETRY_TOLERANCE * np.abs(matrix).max()
    if np.abs(matrix - matrix.T).max() > slack:
        row, column = np.unravel_index(np.abs(matrix - matrix.T).argmax(), (k, k))
        raise EffectsError(
            f"V is not symmetric: V[{row}, {column}] = {matrix[row, column]:g}, "
            f"V[{column}, {row}] = {matrix[column, row]:g}."
        )
    least = float(np.linalg.eigvalsh(matrix)[0])
    if least <= 0:
        raise EffectsError(
            f"V is not positive definite: its smallest eigenvalue is {least:.3g}. "
            "Look for correlations too strong, or for a row that stands twice."
        )
    symmetric: FloatArray = (matrix + matrix.T) / 2
    return symmetric


def study_labels(study: Sequence[str] | None, k: int) -> NDArray[np.str_]:
    """Copy k labels, or number the rows from 1; refuse a row without one."""
    if study is None:
        return np.array([str(i + 1) for i in range(k)])
    if isinstance(study, str):
        raise EffectsError(f"study is the text {study!r}; give a list of {k} labels.")
    if len(study) != k:
        raise EffectsError(f"study has {len(study)} labels; y has {k} rows.")
    for row, label in enumerate(study):
        if pd.isna(label) or not str(label).strip():
            raise EffectsError(
                f"study has no label in row {row}: found {label!r}. Rows without one "
                "would count as rows of one study; label each, or leave study out."
            )
    return np.array([str(label) for label in study])


def check_values(y: FloatArray, v: FloatArray, study: NDArray[np.str_]) -> None:
    """Refuse an infinite y and a variance that is not positive."""
    if y.size != v.size:
        raise EffectsError(f"y has {y.size} rows and v has {v.size}; they must agree.")
    for bad, what, allowed in (
        (np.isinf(y), "y is infinite", "a finite number, or NaN if missing"),
        (v <= 0, "v is not positive", "a positive variance, or NaN if missing"),
    ):
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            raise EffectsError(
                f"{what} in row {row} ({study[row]}): y = {y[row]:g}, "
                f"v = {v[row]:g}. Allowed: {allowed}."
            )


def moderator_frame(
    moderators: Mapping[str, Sequence[Any]] | pd.DataFrame | None, k: int
) -> pd.DataFrame:
    """Copy moderators into a frame of k rows; no columns when there are none."""
    if moderators is None:
        return pd.DataFrame(index=range(k))
    if not isinstance(moderators, (Mapping, pd.DataFrame)):
        raise EffectsError(
            f"moderators is a {type(moderators).__name__}; give a DataFrame, or a "
            f"dictionary from name to {k} values."
        )
    try:
        frame = pd.DataFrame(moderators).reset_index(drop=True)
    except ValueError as error:
        raise EffectsError(
            f"moderators are no columns of {k} values each ({error})."
        ) from error
    if frame.shape[1] and len(frame) != k:
        raise EffectsError(f"moderators have {len(frame)} rows; y has {k}.")
    return frame if frame.shape[1] else pd.DataFrame(index=range(k))


def check_names(measure: str, direction: str | None) -> None:
    """Refuse a direction there is none of, and a known measure in other letters.

    Other measures than those computed here may be pooled: their names are free.
    """
    if direction is not None:
        check_option("direction", direction, Direction)
    if measure.upper() in get_args(Measure):
        check_option("measure", measure, Measure)


def check_places(
    provenance: Sequence[object], shared_controls: Sequence[Sequence[int]], k: int
) -> None:
    """Refuse provenance of other rows, and shared controls of rows there are none."""
    if len(provenance) not in (0, k):
        raise EffectsError(
            f"provenance has {len(provenance)} entries; y has {k} rows: give one each."
        )
    for row in (row for group in shared_controls for row in group):
        if not 0 <= row < k:
            raise EffectsError(
                f"shared_controls names row {row}; y has rows 0 to {k - 1}."
            )


def named_rows(labels: Iterable[object]) -> str:
    """Name rows by their labels, in the singular where there is one.

    Examples
    --------
    >>> named_rows([2]), named_rows(["a", "b"])
    ('row 2', "rows 'a', 'b'")
    """
    named = [repr(label) for label in labels]
    return f"row{'s' * (len(named) > 1)} {', '.join(named)}"
