"""Published numbers beside the same numbers computed here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

#: Slack for binary fractions when a rounded number is compared with a printed one.
ROUNDING_SLACK = 1e-9


def reproduce(
    published: pd.DataFrame, results: Mapping[str, Mapping[str, Any]]
) -> pd.DataFrame:
    """Compare published numbers with computed ones, to the digits printed.

    Parameters
    ----------
    published
        One row a printed number, with the columns result_id, quantity (a
        field of the result), scale ("exp" where a ratio is printed and its
        logarithm computed, else "identity"), value and digits (decimals printed).
    results
        Result id -> its fields, such as those of ``results.json``.

    Returns
    -------
    pandas.DataFrame
        The rows with ``computed``, ``difference`` (computed minus printed) and
        ``verdict``: *reproduced* when the computed number rounds to the
        printed one, *differs* when not, *not computable* when the result or
        quantity does not exist.

    Examples
    --------
    >>> printed = pd.DataFrame(
    ...     {"result_id": ["a/b"], "quantity": ["value"], "scale": ["identity"],
    ...      "value": [-0.71], "digits": [2]})
    >>> reproduce(printed, {"a/b": {"value": -0.7119}})["verdict"].item()
    'reproduced'
    """
    table = published.reset_index(drop=True).copy()
    computed = np.array(
        [_computed(row, results) for row in table.to_dict("records")], dtype=float
    )
    table["computed"] = computed
    table["difference"] = computed - table["value"].to_numpy(dtype=float)
    half = 0.5 * 10.0 ** -table["digits"].to_numpy(dtype=float) + ROUNDING_SLACK
    agree = np.abs(table["difference"].to_numpy()) <= half
    table["verdict"] = np.where(
        np.isnan(computed), "not computable", np.where(agree, "reproduced", "differs")
    )
    return table


def _computed(
    row: Mapping[Any, Any], results: Mapping[str, Mapping[str, Any]]
) -> float:
    value = results.get(str(row["result_id"]), {}).get(str(row["quantity"]))
    if value is None:
        return float("nan")
    return float(np.exp(value)) if row["scale"] == "exp" else float(value)
