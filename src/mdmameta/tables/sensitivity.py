"""Tables of sensitivity analyses: refits, tipping points, parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from mdmameta.errors import OptionError
from mdmameta.sensitivity.table import RESULT_COLUMNS, SensitivityTable
from mdmameta.tables.labels import VERIFICATION
from mdmameta.tables.numbers import (
    GAP,
    effect,
    interval,
    number,
    percent,
    printed_scale,
    typeset,
)
from mdmameta.tables.printable import Table, as_table

#: Tipping points that a summary names; the others stand in the table of their own.
MOST_POINTS = 3

#: Columns of parts that hold an interval, printed as one.
_ENDS = {"ci_low": "ci_high", "b_low": "b_high"}


def refits_table(
    table: SensitivityTable,
    *,
    where: Mapping[str, object] | None = None,
    digits: int = 2,
) -> Table:
    """Print the refits: the scenario, and the interval that decides.

    Parameters
    ----------
    table
        Of any sensitivity analysis.
    where
        Column -> value that a row must have, to print a part of a long table.
    digits
        Digits of parameters and effects.

    Returns
    -------
    Table
        The label and the notes of the analysis are its notes.

    Raises
    ------
    OptionError
        For a column that the table has not.

    Examples
    --------
    >>> import pandas as pd
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[-0.8], v=[0.04], study=["A"])
    >>> shares = pd.DataFrame({"study": ["A"], "arm": [""], "role": [""],
    ...                        "n": [100], "n_prior": [40], "share": [0.4]})
    >>> found = mm.sensitivity.prior_use(effects, mm.CommonEffect(), shares)
    >>> rows = refits_table(found, where={"delta": 0, "gamma": 0}).to_frame()
    >>> rows["estimate, deciding interval"].tolist()
    ['−0.80 [−1.19, −0.41]']
    """
    rows = table.frame
    for name, value in (where or {}).items():
        if name not in rows:
            raise OptionError(
                f"{name!r} is no column of {table.name!r}; "
                f"allowed: {', '.join(map(str, rows.columns))}."
            )
        rows = rows[rows[name] == value]
    measure = table.fits[0].effects.measure if table.fits else ""
    scenario = [name for name in rows if name not in RESULT_COLUMNS]
    frame = pd.DataFrame(
        {
            str(name).replace("_", " "): [_parameter(x, digits) for x in rows[name]]
            for name in scenario
        }
    )
    ends = zip(rows["value"], rows["ci_low"], rows["ci_high"], strict=True)
    frame["estimate, deciding interval"] = [
        effect(*numbers, measure=measure, digits=digits) for numbers in ends
    ]
    frame["excludes zero"] = ["yes" if x else "no" for x in rows["excludes_zero"]]
    frame["k"] = [number(k, 0) for k in rows["k"]]
    return as_table(frame, notes=(f"{table.label}.", *map(typeset, table.notes)))


def verdicts_table(analyses: Mapping[str, SensitivityTable]) -> Table:
    """Sum up sensitivity analyses: verdict, range of the refits, where it tips.

    Parameters
    ----------
    analyses
        Title -> sensitivity analysis.

    Returns
    -------
    Table
        One row an analysis. The range is that of the estimates over all refits,
        and the share that of refits whose deciding interval excludes zero; it is
        no probability, for nobody drew the refits at random.

    Examples
    --------
    >>> import pandas as pd
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[-0.8], v=[0.04], study=["A"])
    >>> shares = pd.DataFrame({"study": ["A"], "arm": [""], "role": [""],
    ...                        "n": [100], "n_prior": [40], "share": [0.4]})
    >>> found = mm.sensitivity.prior_use(effects, mm.CommonEffect(), shares)
    >>> row = verdicts_table({"Earlier use": found}).to_frame().loc[0]
    >>> row["verdict"], row["estimates"]
    ('robust', '−1.00 to −0.60')
    """
    rows = [
        {
            "assumption": typeset(title),
            "verdict": table.verdict.kind,
            "refits": number(len(table.frame), 0),
            "estimates": _range(table),
            "interval excludes zero": percent(100 * _excluding(table)),
            "where it tips": _tips(table),
        }
        for title, table in analyses.items()
    ]
    columns = [
        *("assumption", "verdict", "refits", "estimates"),
        *("interval excludes zero", "where it tips"),
    ]
    return as_table(pd.DataFrame(rows, columns=columns), align="llrrrl")


def _range(table: SensitivityTable) -> str:
    """Print the ends of the estimates, where all are on one scale."""
    measures = {fit.effects.measure for fit in table.fits}
    values = table.frame["value"].dropna()
    if values.empty or len(measures) > 1:
        return GAP if values.empty else "on several scales"
    (measure,) = measures or {""}
    low, high = (printed_scale(x, measure) for x in (values.min(), values.max()))
    return f"{number(low)} to {number(high)}"


def _excluding(table: SensitivityTable) -> float:
    told = table.frame["excludes_zero"]
    return float(told.astype(bool).mean()) if len(told) else float("nan")


def _tips(table: SensitivityTable) -> str:
    """Name the tipping points that exist; say so where none does."""
    points = [
        f"{point.label or point.parameter} = {number(point.value)}"
        for point in table.tipping
        if point.exists
    ]
    return typeset("; ".join(points[:MOST_POINTS])) or "no tipping point"


def tipping_table(table: SensitivityTable, *, digits: int = 2) -> Table:
    """Print every tipping point; one that does not exist keeps its row and reason.

    Parameters
    ----------
    table
        A sensitivity analysis.
    digits
        After the point.

    Returns
    -------
    Table

    Examples
    --------
    >>> import pandas as pd
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[-0.8], v=[0.04], study=["A"])
    >>> shares = pd.DataFrame({"study": ["A"], "arm": [""], "role": [""],
    ...                        "n": [100], "n_prior": [40], "share": [0.4]})
    >>> found = mm.sensitivity.prior_use(effects, mm.CommonEffect(), shares)
    >>> tipping_table(found).to_frame()["tipping point"][0]
    '−1.02'
    """
    rows = [
        {
            "assumption": typeset(point.label or point.parameter),
            "tipping point": number(point.value, digits) if point.exists else "none",
            "unit": point.unit,
            "how it was found": typeset(point.reason),
        }
        for point in table.tipping
    ]
    columns = ["assumption", "tipping point", "unit", "how it was found"]
    return as_table(
        pd.DataFrame(rows, columns=columns),
        align="lrll",
        notes=(f"Verdict: {typeset(str(table.verdict))}",),
    )


def part_table(table: SensitivityTable, part: str, *, digits: int = 2) -> Table:
    """Print a part of an analysis, such as blinding indices.

    Parameters
    ----------
    table
        Of any sensitivity analysis.
    part
        Name of one of ``table.parts``.
    digits
        Digits of numbers that are not counts.

    Returns
    -------
    Table
        Columns ``…_low`` and ``…_high`` are printed as one interval.

    Raises
    ------
    OptionError
        For an unknown part.

    Examples
    --------
    >>> import pandas as pd
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[-0.8], v=[0.04], study=["A"])
    >>> shares = pd.DataFrame({"study": ["A"], "arm": [""], "role": [""],
    ...                        "n": [100], "n_prior": [40], "share": [0.4]})
    >>> found = mm.sensitivity.prior_use(effects, mm.CommonEffect(), shares)
    >>> part_table(found, "reported").to_frame()[["share", "interval"]].values.tolist()
    [['0.40', '[0.30, 0.50]']]
    """
    if part not in table.parts:
        raise OptionError(
            f"{part!r} is no part of {table.name!r}; "
            f"allowed: {', '.join(map(repr, table.parts))}."
        )
    frame = table.parts[part]
    columns: dict[str, list[Any]] = {}
    for name in map(str, frame.columns):
        if name in _ENDS.values():
            continue
        if name in _ENDS and _ENDS[name] in frame:
            ends = zip(frame[name], frame[_ENDS[name]], strict=True)
            columns["interval"] = [interval(*pair, digits=digits) for pair in ends]
        else:
            columns[name.replace("_", " ")] = _cells(frame[name], digits)
    if "verification" in columns:
        levels = columns["verification"]
        columns["verification"] = [VERIFICATION.get(code, code) for code in levels]
    return as_table(pd.DataFrame(columns), notes=(f"{table.label}.",))


def _parameter(x: object, digits: int) -> object:
    return number(x, digits) if isinstance(x, float) else x


def _cells(values: pd.Series[Any], digits: int) -> list[Any]:
    if pd.api.types.is_float_dtype(values) and not (values.dropna() % 1 == 0).all():
        return [number(x, digits) for x in values]
    return list(values)
