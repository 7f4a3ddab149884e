"""Data that both sides are timed on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

REFERENCE = Path(__file__).parents[1] / "tests" / "reference"

#: Of all numbers drawn here.
SEED = 20261121

#: Simulated data sets that R fits; it would take minutes for 100,000.
SETS_OF_R = 1_000


#: Columns of the trials' tables: events and others, active group first.
CELLS = ("tpos", "tneg", "cpos", "cneg")


def trials() -> pd.DataFrame:
    """Thirteen trials of BCG vaccine: counts and log risk ratios."""
    case = json.loads((REFERENCE / "bcg.json").read_text())
    table = pd.DataFrame({c: case["inputs"][c] for c in CELLS})
    effects = case["effects"]["RR"]
    moderators = {name: case["inputs"][name] for name in ("ablat", "year")}
    return table.assign(yi=effects["yi"], vi=effects["vi"], **moderators)


def schools() -> pd.DataFrame:
    """Fifty-six schools in eleven districts."""
    case = json.loads((REFERENCE / "konstantopoulos2011.json").read_text())
    return pd.DataFrame(
        {c: case["inputs"][c] for c in ("district", "school", "yi", "vi")}
    )


def growth(k: int = 10_000) -> pd.DataFrame:
    """Made-up effects, of which the first few or all are fitted."""
    rng = np.random.default_rng(SEED)
    vi = rng.uniform(0.01, 0.5, k)
    yi = rng.normal(0.2, np.sqrt(0.1 + vi))
    return pd.DataFrame({"yi": yi, "vi": vi})


def simulated(n: int, k: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Effects and variances of n data sets, shape (n, k)."""
    rng = np.random.default_rng(SEED + 1)
    v = rng.uniform(0.01, 0.5, (n, k))
    return rng.normal(0.2, np.sqrt(0.1 + v)), v


def write(folder: Path) -> None:
    """Write what R reads."""
    y, v = simulated(SETS_OF_R)
    sets = np.repeat(np.arange(SETS_OF_R), y.shape[1])
    tables = {
        "trials": trials(),
        "schools": schools(),
        "growth": growth().head(1_000),
        "simulated": pd.DataFrame({"set": sets, "yi": y.ravel(), "vi": v.ravel()}),
    }
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, float_format="%.17g")
