"""Changes within the single arm of the depression pilot: never contrasts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.effects.origin import allowed_levels, provenances, usable
from mdmameta.effects.recovery import se_from_ci
from mdmameta.effects.table import SingleArmEffects
from mdmameta.errors import EffectsError
from mdmameta.records import Evidence

#: Depression and the functional impairment that goes with it.
OUTCOMES = ("depression severity", "functional impairment")

CAVEATS = (
    "One arm without a control: change within it is not an effect of treatment. "
    "Expectation, time and regression to the mean are part of it.",
)


def depression_effects(
    evidence: Evidence, *, verification: Sequence[str] | None = None
) -> SingleArmEffects:
    """Mean changes within single arms on depression and functional impairment.

    Parameters
    ----------
    evidence
        Checked evidence.
    verification
        Levels that rows may have; by default all but "unverified".

    Returns
    -------
    SingleArmEffects
        One row an arm and instrument: study, study_id, arm, instrument,
        outcome, direction, timepoint, n; y the mean change; v the square of
        the standard error as printed (of that recovered with z where none is
        printed); se_printed; ci_low, ci_high; se_from_ci_z and se_from_ci_t
        (n − 1 degrees of freedom), what the printed interval implies; agree,
        whether printed SE and interval agree within rounding by one of the
        two; note. Where they disagree neither is preferred: show both.

    Raises
    ------
    EffectsError
        When no such row exists.

    Examples
    --------
    >>> from mdmameta.records import load_evidence
    >>> effects = depression_effects(load_evidence("data/raw"))
    >>> effects.frame[["instrument", "se_printed", "agree"]]
      instrument  se_printed  agree
    0      MADRS         2.4  False
    1        SDS         2.2   True
    """
    rows = _rows(evidence, allowed_levels(verification))
    if rows.empty:
        raise EffectsError(
            "k = 0: no arm of a trial without control has a change on "
            f"{' or '.join(OUTCOMES)}. Check continuous.csv and instruments.csv."
        )
    studies = evidence.studies.set_index("study_id")["label"]
    instruments = evidence.instruments.set_index("instrument")
    table = pd.DataFrame(
        [
            {
                "study": studies[row["study_id"]],
                **_change(row, instruments.loc[row["instrument"]]),
            }
            for row in rows.to_dict("records")
        ]
    )
    origins = [
        ([row], [note] if note else [])
        for row, note in zip(rows["row_id"], table["note"], strict=True)
    ]
    return SingleArmEffects(
        frame=table.astype({"n": int}),
        label="Depression, change within a single arm",
        provenance=tuple(provenances(evidence, origins)),
        caveats=CAVEATS,
    )


def _rows(evidence: Evidence, levels: Sequence[str]) -> pd.DataFrame:
    rows = usable(evidence, evidence.continuous, levels)
    studies = evidence.studies
    single = studies.loc[studies["design"] == "single_arm", "study_id"]
    outcome = rows["instrument"].map(
        evidence.instruments.set_index("instrument")["outcome"]
    )
    wanted = (
        rows["study_id"].isin(single)
        & outcome.isin(OUTCOMES)
        & rows["stat"].isin(["change", "lsmean_change"])
        & rows["n"].notna()
    )
    return rows[wanted]


def _change(row: dict[Any, Any], instrument: pd.Series) -> dict[str, Any]:
    low, high, printed = row["ci_low"], row["ci_high"], row["se"]
    z = t = np.nan
    if not (np.isnan(low) or np.isnan(high)):
        z = se_from_ci(low, high).value
        t = se_from_ci(low, high, df=row["n"] - 1).value
    agree = _agree(printed, z, low, high) or _agree(printed, t, low, high)
    implied = (
        f"printed SE {printed:g}; the printed interval {low:g} to {high:g} implies "
        f"{z:.2f} (normal) or {t:.2f} (t with {row['n'] - 1:g} df)"
    )
    return {
        "study_id": row["study_id"],
        "arm": row["arm_id"],
        "instrument": row["instrument"],
        "outcome": instrument["outcome"],
        "direction": instrument["direction"],
        "timepoint": row["timepoint"],
        "n": row["n"],
        "y": row["mean"],
        "v": (z if np.isnan(printed) else printed) ** 2,
        "se_printed": printed,
        "ci_low": low,
        "ci_high": high,
        "se_from_ci_z": z,
        "se_from_ci_t": t,
        "agree": agree,
        "note": "" if agree else implied,
    }


def _agree(printed: float, implied: float, low: float, high: float) -> bool:
    """Whether two standard errors are the same number but for rounding."""
    if np.isnan(printed) or np.isnan(implied):
        return True
    # The half-width carries at most half a unit of its limits' last digit.
    slack = max(_half_unit(low), _half_unit(high)) * implied / ((high - low) / 2)
    return bool(abs(printed - implied) <= _half_unit(printed) + slack)


def _half_unit(number: float) -> float:
    exponent = Decimal(repr(float(number))).as_tuple().exponent
    return 0.5 * 10.0 ** int(exponent)
