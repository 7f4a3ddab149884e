"""Whether the columns of a design can be told apart, and which cannot."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.errors import ModelError

#: A part of a column smaller than this, of the column's length, is rounding.
ROUNDING = 1e-8

#: A combination of more columns than this is told by their names alone.
SPELT_OUT = 4


def check_columns(formula: str, X: FloatArray, terms: Sequence[str]) -> None:
    """Reject a design whose coefficients the rows do not determine.

    Parameters
    ----------
    formula
        As the user wrote it, for the message.
    X, terms
        Columns, shape (k, p), and their names.

    Raises
    ------
    ModelError
        With every column that follows from those before it, how, and what to
        do.

    Examples
    --------
    >>> X = np.array([[1.0, 2.0, 4.0], [1.0, 3.0, 6.0], [1.0, 5.0, 10.0]])
    >>> check_columns("~ a + b", X[:, :2], ("Intercept", "a"))
    >>> check_columns("~ a + b", X, ("Intercept", "a", "b"))
    Traceback (most recent call last):
        ...
    mdmameta.errors.ModelError: formula '~ a + b' gives 3 coefficients (Intercept, a, b), but only 2 can be told apart in 3 usable rows: 'b' = 2 'a'. Leave out 'b', or columns that make it up.
    """  # noqa: E501
    k, p = X.shape
    wrong = [term for term, x in zip(terms, X.T, strict=True) if not _finite(x)]
    if wrong:
        raise ModelError(
            f"formula {formula!r} gives values that are not finite in "
            f"{', '.join(map(repr, wrong))}; a logarithm of 0, or a division by it?"
        )
    scale = np.abs(X).max(axis=0)
    scaled = X / np.where(scale == 0, 1.0, scale)
    rank = int(np.linalg.matrix_rank(scaled))
    if rank == p:
        return
    said = f"formula {formula!r} gives {p} coefficients ({', '.join(terms)}), but "
    if p > k:
        raise ModelError(
            f"{said}only {rank} can be told apart in {k} usable rows, which are fewer "
            "than coefficients. Leave out moderators, or join levels of a factor."
        )
    followers = _followers(X, terms, scaled)
    raise ModelError(
        f"{said}only {rank} can be told apart in {k} usable rows: "
        f"{'; '.join(followers.values())}. Leave out {', '.join(map(repr, followers))}"
        ", or columns that make it up."
    )


def _finite(x: FloatArray) -> bool:
    return bool(np.isfinite(x).all())


def _followers(
    X: FloatArray, terms: Sequence[str], scaled: FloatArray
) -> dict[str, str]:
    """Name each column that follows from those before it, and say how."""
    kept: list[int] = []
    found: dict[str, str] = {}
    for j, term in enumerate(terms):
        if np.linalg.matrix_rank(scaled[:, [*kept, j]]) == len(kept) + 1:
            kept.append(j)
        else:
            found[term] = f"{term!r} {_how(X, terms, kept, j)}"
    return found


def _how(X: FloatArray, terms: Sequence[str], kept: list[int], j: int) -> str:
    x = X[:, j]
    if not x.any():
        return "is 0 in every row, as no row has that level or combination"
    if np.ptp(x) == 0:
        return f"is {x[0]:g} in every row, which the rest of the formula fixes"
    length = np.linalg.norm(X[:, kept], axis=0)
    weights = np.linalg.lstsq(X[:, kept] / length, x, rcond=None)[0]
    part = np.abs(weights) > ROUNDING * np.linalg.norm(x)
    shares = [
        (float(weight / size), terms[i])
        for weight, size, i, in_ in zip(weights, length, kept, part, strict=True)
        if in_
    ]
    if len(shares) > SPELT_OUT:
        return f"follows from {', '.join(repr(term) for _, term in shares)}"
    text = " + ".join(_times(share, term) for share, term in shares)
    return f"= {text.replace('+ -', '- ')}"


def _times(share: float, term: str) -> str:
    if np.isclose(abs(share), 1.0):
        return f"{'-' if share < 0 else ''}{term!r}"
    return f"{share:.4g} {term!r}"
