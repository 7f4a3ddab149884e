"""Plain frames for the sensitivity analyses, made from the tables."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mdmameta.errors import OptionError
from mdmameta.records.status import weakest

__all__ = ["flow", "guesses", "shares"]

_ROLES = ("active", "medium", "control")


def _arms(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    studies = frames["studies"].set_index("study_id")
    arms = frames["arms"]
    kinds = arms["study_id"].map(studies["control_type"])
    compared = arms["role"].isin(_ROLES) & kinds.isin(["inactive", "low_dose"])
    return arms.assign(control_type=kinds, study=arms["study_id"], arm=arms["arm_id"])[
        compared
    ]


def _levels(frame: pd.DataFrame) -> pd.Series[str]:
    return pd.Series(
        [
            weakest([level, "derived"] if computed else [level])
            for level, computed in zip(
                frame["verification"], frame["derived_columns"], strict=True
            )
        ],
        index=frame.index,
        dtype=object,
    )


def _known(frame: pd.DataFrame, *, unverified: bool) -> pd.DataFrame:
    frame = frame.assign(verification=_levels(frame))
    return frame if unverified else frame[frame["verification"] != "unverified"]


def guesses(
    frames: Mapping[str, pd.DataFrame], *, unverified: bool = False
) -> pd.DataFrame:
    """One row for each arm with what its participants guessed."""
    rows = _known(frames["blinding"], unverified=unverified)
    rows = rows[(rows["respondent"] == "participant") & (rows["scope"] == "arm")]
    columns = [
        "n_asked",
        "n_guess_active",
        "n_guess_control",
        "n_unsure",
        "pct_correct",
    ]
    wanted = [*columns, "verification", "row_id"]
    found = rows.drop_duplicates("arm_id").set_index("arm_id")[wanted]
    arms = _arms(frames)[["study", "arm", "role", "control_type"]]
    return _filled(arms.join(found, on="arm"))


def shares(
    frames: Mapping[str, pd.DataFrame], *, unverified: bool = False
) -> pd.DataFrame:
    """One row for each arm with its share of earlier users."""
    rows = _known(frames["prior_use"], unverified=unverified)
    share = (rows["n_prior"] / rows["n"]).fillna(rows["pct_prior"] / 100)
    wanted = ["window", "n", "n_prior", "share", "verification", "row_id"]
    rows = rows.assign(share=share)
    rows = rows[rows["share"].notna()]
    by_arm = rows[rows["scope"] == "arm"].drop_duplicates("arm_id")
    arms = _arms(frames)[["study", "arm", "role"]]
    arms = arms.join(by_arm.set_index("arm_id")[wanted], on="arm")
    total = rows[rows["scope"] == "study"].rename(columns={"study_id": "study"})
    open_ = arms.groupby("study")["share"].transform(lambda known: known.isna().any())
    total = total[total["study"].isin(arms.loc[open_, "study"])]
    total = total.assign(arm="", role="")[["study", "arm", "role", *wanted]]
    both = pd.concat([arms, total], ignore_index=True) if len(total) else arms
    order = {name: place for place, name in enumerate(frames["studies"]["study_id"])}
    return _filled(both.sort_values("study", key=lambda s: s.map(order), kind="stable"))


def flow(
    frames: Mapping[str, pd.DataFrame], *, outcome: str = "primary"
) -> pd.DataFrame:
    """One row for each arm with who was randomised, assessed and lost."""
    arms = _arms(frames)
    assessed = _assessed(frames, arms, outcome)
    parts = [arms[["arm_id", "row_id"]].assign(verification=_levels(arms))]
    out = arms[["study", "arm", "role"]].assign(randomised=arms["n_randomised"])
    out["assessed"] = arms["arm"].map(assessed)
    out["missing"] = out["randomised"] - out["assessed"]
    binary = _known(frames["binary"], unverified=False)
    binary = binary[(binary["scope"] == "arm") & (binary["preferred"] == "yes")]
    for concept in ("stopped_treatment", "left_study"):
        rows = binary[binary["outcome"] == concept].drop_duplicates("arm_id")
        out[concept] = arms["arm"].map(rows.set_index("arm_id")["events"])
        parts.append(rows[["arm_id", "row_id", "verification"]])
    used = pd.concat(parts).groupby("arm_id")
    out["verification"] = out["arm"].map(used["verification"].agg(weakest))
    out["row_id"] = out["arm"].map(used["row_id"].agg(";".join))
    return _filled(out)


def _assessed(
    frames: Mapping[str, pd.DataFrame], arms: pd.DataFrame, outcome: str
) -> pd.Series[float]:
    if outcome == "primary":
        return arms.set_index("arm_id")["n_primary_assessed"]
    primary = frames["studies"].set_index("study_id")["primary_timepoint"]
    rows = pd.concat(
        [
            frames["continuous"].rename(columns={"instrument": "outcome"}),
            frames["binary"],
        ]
    )
    rows = rows[rows["outcome"] == outcome]
    if rows.empty:
        known = sorted(
            {*frames["continuous"]["instrument"], *frames["binary"]["outcome"]}
        )
        raise OptionError(
            f"outcome {outcome!r} is in no table; "
            f"allowed: primary, {', '.join(known)}. Name one of them."
        )
    at_primary = rows["timepoint"] == rows["study_id"].map(primary)
    rows = rows[at_primary & (rows["preferred"] == "yes") & (rows["arm_id"] != "")]
    return rows.groupby("arm_id")["n"].max()


def _filled(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.reset_index(drop=True)
    words = {
        name: frame[name].astype(object).where(frame[name].notna(), "")
        for name in ("verification", "row_id", "window")
        if name in frame
    }
    numbers = frame.columns.difference(
        ["study", "arm", "role", "control_type", *words], sort=False
    )
    return frame.assign(**words, **{n: frame[n].astype(np.float64) for n in numbers})
