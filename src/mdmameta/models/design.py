"""Design matrices of meta-regressions, from formulas on moderators."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.coefficient_table import coefficient_table
from mdmameta.models.columns import check_columns
from mdmameta.models.fit import Estimate
from mdmameta.models.number_columns import number_columns

#: formulaic's name of the column of ones.
INTERCEPT = "Intercept"


@dataclass(frozen=True, eq=False, slots=True)
class Design:
    """Columns of a regression.

    Parameters
    ----------
    X
        Shape (k, p), of full column rank.
    terms
        Names of the p columns.
    """

    X: FloatArray
    terms: tuple[str, ...]


def intercept_only(k: int) -> Design:
    """Design of a single mean.

    Examples
    --------
    >>> intercept_only(2).terms
    ('Intercept',)
    """
    return Design(np.ones((k, 1)), (INTERCEPT,))


def intercept_row(e: Estimate) -> pd.DataFrame:
    """Table of coefficients of a mean alone.

    Examples
    --------
    >>> intercept_row(Estimate(value=0.5, se=0.2, ci_low=0.1, ci_high=0.9)).shape
    (1, 8)
    """
    test = e.statistic, e.df, e.p_value
    return coefficient_table((INTERCEPT,), e.value, e.se, *test, e.ci_low, e.ci_high)


def parse(formula: str) -> Any:
    """Read a one-sided formula.

    Raises
    ------
    OptionError
        When it is not a formula, or has a left-hand side or several parts.

    Examples
    --------
    >>> sorted(parse("~ control + year").required_variables)
    ['control', 'year']
    """
    if not isinstance(formula, str):
        raise OptionError(
            f"formula={formula!r} is not text; write it as in '~ year + control'."
        )
    return _parsed(formula)


@lru_cache(maxsize=128)
def _parsed(formula: str) -> Any:
    from formulaic import Formula, SimpleFormula
    from formulaic.errors import FormulaicError

    try:
        parsed = Formula(formula)
    except (FormulaicError, SyntaxError) as error:
        reason = str(error).splitlines()[0]
        raise OptionError(
            f"formula={formula!r} cannot be read ({reason}). "
            "Write moderators as in '~ year + control'."
        ) from error
    if not isinstance(parsed, SimpleFormula) or not len(parsed):
        raise OptionError(
            f"formula={formula!r} must have a right-hand side only, with at least one "
            "term, as in '~ year + control'; the effects are always the response."
        )
    return parsed


def rows_without_moderators(formula: str, frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Find rows in which a moderator of the formula is missing, shape (k,).

    Raises
    ------
    ModelError
        When a moderator is not a column of the frame.

    Examples
    --------
    >>> frame = pd.DataFrame({"year": [2018, None]})
    >>> rows_without_moderators("~ year", frame)
    array([False,  True])
    """
    parse(formula)
    needed = _needed(formula)
    absent = [name for name in needed if name not in frame.columns]
    if absent:
        there = ", ".join(map(repr, frame.columns)) or "none"
        raise ModelError(
            f"formula {formula!r} uses {', '.join(map(repr, absent))}, not among the "
            f"moderators of the effects ({there}). Give them to Effects.from_arrays("
            "moderators=...)."
        )
    missing = np.zeros(len(frame), dtype=bool)
    for name in needed:
        missing |= frame[name].isna().to_numpy(dtype=bool)
    return missing


@lru_cache(maxsize=128)
def _needed(formula: str) -> tuple[str, ...]:
    return tuple(sorted(_parsed(formula).required_variables))


def design_matrix(formula: str, frame: pd.DataFrame) -> Design:
    """Code moderators by treatment contrasts.

    The reference level of text, and of ``C(...)``, is the first in
    alphabetical order of those in the frame.

    Parameters
    ----------
    formula
        As formulaic reads it, such as ``"~ C(phase) + year"``.
    frame
        Complete moderators, k rows.

    Raises
    ------
    ModelError
        When a term cannot be computed, or the columns are not independent;
        those that follow from others are named.

    Examples
    --------
    >>> frame = pd.DataFrame({"control": ["placebo", "low dose", "placebo"]})
    >>> design_matrix("~ control", frame).terms
    ('Intercept', 'control[T.placebo]')
    """
    numbers = number_columns(parse(formula), frame, INTERCEPT)
    design = Design(*numbers) if numbers else _coded(formula, frame)
    check_columns(formula, design.X, design.terms)
    return design


def _coded(formula: str, frame: pd.DataFrame) -> Design:
    from formulaic.errors import FormulaicError

    try:
        matrix = parse(formula).get_model_matrix(_used_levels(frame), na_action="raise")
    except (FormulaicError, ValueError) as error:
        raise ModelError(
            f"formula {formula!r} cannot be computed: {str(error).splitlines()[0]} "
            f"The moderators are {', '.join(map(repr, frame.columns))}."
        ) from error
    _check_levels(formula, matrix.model_spec, frame)
    return Design(
        np.asarray(matrix, dtype=float), tuple(matrix.model_spec.column_names)
    )


def design_at(formula: str, frame: pd.DataFrame, new: pd.DataFrame) -> Design:
    """Code new values of moderators as those of a fit were coded.

    Levels, and what a formula computes from all rows (such as ``center``),
    are those of the fit.

    Parameters
    ----------
    formula
        Of the fit.
    frame
        Complete moderators of the fit, k rows.
    new
        Values to predict at, one row each.

    Raises
    ------
    ModelError
        When a moderator is absent or missing, or has a level that the fit did
        not.

    Examples
    --------
    >>> frame = pd.DataFrame({"control": ["placebo", "low dose", "placebo"]})
    >>> design_at("~ control", frame, pd.DataFrame({"control": ["placebo"]})).X
    array([[1., 1.]])
    """
    parsed = parse(formula)
    numbers = number_columns(parsed, new, INTERCEPT)
    if numbers and number_columns(parsed, frame, INTERCEPT):
        return Design(*numbers)
    missing = rows_without_moderators(formula, new)
    if missing.any():
        places = ", ".join(map(str, np.flatnonzero(missing)))
        raise ModelError(
            f"formula {formula!r} cannot be computed in new rows {places} (counted "
            "from 0): a moderator is missing there. Fill it in or leave the row out."
        )
    return _coded_alike(formula, frame, new)


def _coded_alike(formula: str, frame: pd.DataFrame, new: pd.DataFrame) -> Design:
    from formulaic.errors import DataMismatchWarning, FormulaicError

    spec = parse(formula).get_model_matrix(_used_levels(frame)).model_spec
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", DataMismatchWarning)
            matrix = spec.get_model_matrix(new.reset_index(drop=True))
    except (DataMismatchWarning, FormulaicError, ValueError) as error:
        raise ModelError(
            f"formula {formula!r} cannot be computed at the new values: "
            f"{str(error).splitlines()[0]} Use levels that the fit had."
        ) from error
    return Design(np.asarray(matrix, dtype=float), tuple(spec.column_names))


def _used_levels(frame: pd.DataFrame) -> pd.DataFrame:
    used = frame.reset_index(drop=True)
    for name in used.select_dtypes("category"):
        used[name] = used[name].cat.remove_unused_categories()
    return used


def _check_levels(formula: str, spec: Any, frame: pd.DataFrame) -> None:
    """Reject a term that leaves no column: a factor of a single level."""
    for term, place in spec.term_slices.items():
        if place.start < place.stop:
            continue
        used = frame[sorted(parse(formula).required_variables)]
        seen = "; ".join(
            f"{name!r} is {_plain(used[name].iloc[0])!r} in all of them"
            for name in used
            if (used[name] == used[name].iloc[0]).all()
        )
        raise ModelError(
            f"term {str(term)!r} of formula {formula!r} has no coefficient in "
            f"{len(used)} usable rows: {seen or 'it has a single level'}. Leave it out."
        )


def _plain(value: object) -> object:
    """Return a NumPy number as Python's, which prints without its type."""
    return value.item() if isinstance(value, np.generic) else value
