"""Whether lost blinding shows in these trials: dose, raters, and what is not known."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri

from mdmameta.effects import ptsd_effects
from mdmameta.effects.table import Effects
from mdmameta.records import Evidence
from mdmameta.sensitivity.dose_response import dose_response
from mdmameta.sensitivity.guess_outcomes import NOT_POSSIBLE
from mdmameta.sensitivity.raters import rater_differences

#: Questionnaires that patients fill in and whose contrasts are in the tables. The
#: BDI-II measures depression, not PTSD: no self-rated PTSD contrast has an error.
SELF_RATED = ("BDI-II",)

#: Milligrams of one unit of the slope over dose: the step between doses of MP8 and
#: MP12 is of this order, so a slope reads as one such step.
PER_MG = 25.0

#: What the slope that a review prints begins with in the table of reviews.
_SLOPE = "slope per mg"


def dose_table(evidence: Evidence) -> pd.DataFrame:
    """Slope of the contrasts of every active arm over dose; see `dose_response`.

    The dose is that of a session, active arm less control, without supplements.
    """
    effects = ptsd_effects(evidence, arms="every-active")
    mg = evidence.arms.set_index("arm_id")["dose_mg"]
    frame = effects.moderators
    active, control = (
        frame[f"{role}_arm"].map(mg).astype(float) for role in ("active", "control")
    )
    made = Effects.from_arrays(
        y=effects.y,
        V=effects.V,
        study=list(frame["study_id"]),
        moderators={"dose": list(active - control)},
    )
    printed = evidence.reviews[evidence.reviews["outcome"].str.startswith(_SLOPE)]
    return dose_response(
        made,
        per=PER_MG,
        published=printed[["label", "estimate", "ci_low", "ci_high", "p"]],
    )


def rater_tables(
    evidence: Evidence, effects: Effects
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Clinician-rated less self-rated contrasts of trials that have both.

    Parameters
    ----------
    evidence
        Its printed contrasts hold the self-rated ones.
    effects
        Clinician-rated contrasts.
    """
    return rater_differences(both_raters(evidence, effects))


def both_raters(evidence: Evidence, effects: Effects) -> pd.DataFrame:
    """Contrasts by trial and rater, with their variances and rows.

    Parameters
    ----------
    evidence, effects
        See `rater_tables`.

    Returns
    -------
    pandas.DataFrame
        study, rater, instrument, y, v, row_id.
    """
    own = pd.DataFrame(
        {
            "study": effects.moderators["study_id"],
            "rater": "clinician",
            "instrument": effects.moderators["instrument"],
            "y": effects.y,
            "v": effects.v,
            "row_id": "",
        }
    )
    return pd.concat([own, _self_rated(evidence, set(own["study"]))], ignore_index=True)


def _self_rated(evidence: Evidence, studies: set[str]) -> pd.DataFrame:
    rows = evidence.contrasts
    rows = rows[
        rows["instrument"].isin(SELF_RATED)
        & rows["study_id"].isin(studies)
        & (rows["measure"] == "g")
        & (rows["stat"] == "endpoint")
        & (rows["design"] == "between_arms")
    ]
    width = (rows["ci_high"] - rows["ci_low"]) / (2 * ndtri(0.975))
    se = rows["se"].fillna(width).to_numpy(dtype=float)
    return pd.DataFrame(
        {
            "study": rows["study_id"].to_numpy(),
            "rater": "self",
            "instrument": rows["instrument"].to_numpy(),
            "y": rows["estimate"].to_numpy(dtype=float),
            "v": np.square(se),
            "row_id": rows["row_id"].to_numpy(),
        }
    ).drop_duplicates("study")


def gaps(evidence: Evidence) -> tuple[str, ...]:
    """Say what the tables do not hold about guesses."""
    guesses = evidence.blinding
    others = guesses[guesses["respondent"] != "participant"]
    counted = int(others["n_asked"].notna().sum())
    return (
        f"Self-rated contrasts are those of {' and '.join(SELF_RATED)}, which measures "
        "depression: no self-rated contrast of PTSD was found with its error.",
        f"Guesses of therapists or raters: counted in {counted} arms; their rows are "
        "gaps, and a bias through therapists is a scenario.",
        NOT_POSSIBLE,
    )


def evidence_rows(evidence: Evidence, effects: Effects) -> list[str]:
    """Raw rows behind the tables of dose and raters, and of what is given beside.

    Parameters
    ----------
    evidence, effects
        See `rater_tables`.
    """
    doses = ptsd_effects(evidence, arms="every-active")
    arms = {*doses.moderators["active_arm"], *doses.moderators["control_arm"]}
    reviews, thresholds = evidence.reviews, evidence.thresholds
    sids = (thresholds["measure"] == "SMD") & (thresholds["kind"] != "comparator")
    found = [row for one in doses.provenance for row in one.rows]
    found += list(evidence.arms.loc[evidence.arms["arm_id"].isin(arms), "row_id"])
    found += list(reviews.loc[reviews["outcome"].str.startswith(_SLOPE), "row_id"])
    found += list(thresholds.loc[sids, "row_id"])
    return [*found, *filter(None, both_raters(evidence, effects)["row_id"])]
