from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from mdmameta.records import Evidence, load_evidence

ROOT = Path(__file__).parents[2]

STUDY = {
    "condition": "headache",
    "design": "randomised",
    "control_type": "inactive",
    "phase": "2",
    "year": 2020.0,
    "primary_instrument": "PAIN",
    "primary_timepoint": "week 8",
}
SCORE = {
    "instrument": "PAIN",
    "timepoint": "week 8",
    "weeks": 8.0,
    "stat": "endpoint",
    "n": 20.0,
    "mean": 5.0,
    "sd": 2.0,
    "se": float("nan"),
    "ci_low": float("nan"),
    "ci_high": float("nan"),
    "source_id": "paper",
    "verification": "text",
    "period": "blinded",
    "preferred": "yes",
    "derived_columns": "",
}
EVENT = {
    "outcome": "better",
    "definition": "half the pain",
    "unit": "participants",
    "events": 5.0,
}
INSTRUMENTS = pd.DataFrame(
    {
        "instrument": ["PAIN", "ACHE", "WELL", "better", "cured"],
        "label": ["Pain", "Ache", "Well-being", "Better", "Cured"],
        "outcome": ["pain", "pain", "well-being", "better", "cure"],
        "direction": ["lower", "lower", "higher", "higher", "higher"],
    }
)
SOURCES = pd.DataFrame(
    {
        "source_id": ["paper", "letter", "old"],
        "document_id": ["", "doc", "doc"],
        "doi": ["", "", ""],
        "status": ["current", "current", "retracted"],
    }
)

Build = Callable[..., Evidence]


def _with_study(rows: list[dict[str, Any]] | None, name: str) -> list[dict[str, Any]]:
    return [
        {"row_id": f"{name}-{place}", "study_id": row["arm_id"].split("-")[0], **row}
        for place, row in enumerate(rows or [])
    ]


def _table(rows: list[dict[str, Any]], defaults: dict[str, Any]) -> pd.DataFrame:
    empty = {"row_id": "none", "study_id": "", "arm_id": ""}
    return pd.DataFrame([{**defaults, **row} for row in rows or [empty]])


def _arms(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Make an arm of each arm_id; its role and dose follow from its name."""
    roles = {"hi": "active", "mid": "medium", "no": "control", "open": "open_label"}
    doses = {"hi": 100.0, "mid": 50.0, "no": 0.0, "open": 100.0}
    names = dict.fromkeys(row["arm_id"] for row in rows)
    return pd.DataFrame(
        {
            "study_id": [name.split("-")[0] for name in names],
            "arm_id": list(names),
            "role": [roles[name.split("-")[1]] for name in names],
            "dose_mg": [doses[name.split("-")[1]] for name in names],
            "n_randomised": 20.0,
        }
    )


@pytest.fixture(scope="session")
def build() -> Build:
    """Evidence of trials A, B, … from rows that give only what differs."""

    def make(
        scores: list[dict[str, Any]] | None = None,
        events: list[dict[str, Any]] | None = None,
    ) -> Evidence:
        scores, events = _with_study(scores, "row"), _with_study(events, "event")
        rows = [*scores, *events]
        names = dict.fromkeys(str(row["study_id"]) for row in rows)
        trials = [{"study_id": n, "label": f"Trial {n}", **STUDY} for n in names]
        frames = {
            "studies": pd.DataFrame(trials),
            "arms": _arms(rows),
            "continuous": _table(scores, SCORE),
            "binary": _table(events, {**SCORE, **EVENT}),
            "instruments": INSTRUMENTS,
            "sources": SOURCES,
        }
        return Evidence.from_frames(frames, path=Path(), digest="made by hand")

    return make


@pytest.fixture(scope="session")
def evidence() -> Evidence:
    """The evidence of the repository."""
    return load_evidence(ROOT / "data" / "raw")
