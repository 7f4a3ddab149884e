"""Coverage of intervals and bounds on earlier use, in simulated worlds.

Run ``python benchmarks/sensitivity_coverage_prior_use.py``; it writes
``docs/coverage-prior-use.md``.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.models.bayesian import Normal
from mdmameta.models.frequentist import RandomEffects
from mdmameta.sensitivity.bounds import Judged, bounds
from mdmameta.sensitivity.joint_naive import NaivePriors, naive_posterior
from mdmameta.sensitivity.naive import naive_contrast
from mdmameta.sensitivity.naive_bounds import POOLED, naive_bounds
from mdmameta.sensitivity.share_splits import split_frame

SEED = 20260715
WORLDS = 250

#: A made-up set of six trials, people in each arm: two of the size of a phase III
#: trial, four small. What is told of their shares: by arm, a total, nothing.
N = np.array([50, 50, 12, 12, 10, 10])
BASIS = np.array(["arms", "trial", "trial", "trial", "unknown", "unknown"])
DELTA_N, TAU = -0.6, 0.2

#: SD of the priors of both differences, and the region that bounds take.
SD, REGION = 0.25, (-0.5, 0.5)

ADHOC = RandomEffects(interval="knapp-hartung-adhoc")

Differences = tuple[float, float]
WORLD: dict[str, Callable[[np.random.Generator], Differences]] = {
    "experienced people do not differ": lambda rng: (0.0, 0.0),
    "differences drawn from the prior": lambda rng: tuple(rng.normal(0, SD, 2)),
    "both differ by 2 SD of the prior": lambda rng: (-2 * SD, -2 * SD),
    "both differ by 4 SD of the prior": lambda rng: (-4 * SD, -4 * SD),
}
PRIORS = {
    "prior": NaivePriors(),
    "wrong prior: 1 SD the other way, half as wide": NaivePriors(
        delta=Normal(SD, SD / 2), gamma=Normal(SD, SD / 2)
    ),
}


def simulate(rng: np.random.Generator, by: Differences) -> tuple[Effects, pd.DataFrame]:
    """Make contrasts, and the true shares of experienced people in both arms."""
    of_trial = rng.uniform(0, 1, N.size)
    users = rng.binomial(2 * N, of_trial)
    active = rng.hypergeometric(users, 2 * N - users, N)
    true = pd.DataFrame(
        {"share_active": active / N, "share_control": (users - active) / N}
    )
    y = rng.normal(DELTA_N, np.sqrt(TAU**2 + 2 / N))
    naive = Effects.from_arrays(y=y, v=2 / N, measure="SMD")
    return naive_contrast(naive, true, -by[0], -by[1]), true


def told(effects: Effects, true: pd.DataFrame) -> pd.DataFrame:
    """What a reader of the trials knows of the shares."""
    both = true.mean(axis=1)
    by_arm, total = BASIS == "arms", BASIS == "trial"
    table = pd.DataFrame({"study": effects.study, "basis": BASIS})
    for name in ("share_active", "share_control"):
        known = np.where(by_arm, true[name], np.where(total, both, np.nan))
        table[name] = known
    counts = pd.DataFrame(
        {
            "study": effects.study,
            "whole": total,
            "share": np.where(total, both, np.nan),
            "n": 2.0 * N,
            "n_prior": np.round(both * 2 * N),
        }
    )
    return split_frame(effects, counts, table)


def judge(effects: Effects) -> Judged:
    """Give the interval that decides in the bounds."""
    return bounds(effects, ADHOC)


def one(world: str, rng: np.random.Generator) -> Iterator[tuple[str, bool, float]]:
    """Simulate once; say which intervals hold the truth, and their width."""
    by = WORLD[world](rng)
    effects, true = simulate(rng, by)
    splits = told(effects, true)
    intervals = {
        "as published": judge(effects),
        "differences and shares fixed at the truth": judge(
            naive_contrast(effects, true, *by)
        ),
    }
    ends = {
        name: (fit.estimate.ci_low, fit.estimate.ci_high)
        for name, fit in intervals.items()
    }
    for name, priors in PRIORS.items():
        found = naive_posterior(effects, splits, priors)
        ends[f"posterior, {name}"] = found.of(1.0, 0.0, 0.0).interval(0.95)
    regions = {"delta": REGION, "gamma": REGION}
    made = naive_bounds(effects, splits, regions, (0.0, 1.0), judge)
    pooled = made[made["study"] == POOLED].set_index("split")
    for split in ("same", "chance"):
        low, high = (float(pooled.loc[split, c]) for c in ("ci_low", "ci_high"))
        ends[f"bounds, totals {split}"] = (low, high)
    for name, (low, high) in ends.items():
        yield name, low <= DELTA_N <= high, high - low


def coverage() -> pd.DataFrame:
    """Simulate every world."""
    rows = []
    for i, world in enumerate(WORLD):
        rng = np.random.default_rng([SEED, i])
        for _ in range(WORLDS):
            rows += [(world, *row) for row in one(world, rng)]
    names = ["world", "analysis", "covered", "width"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.groupby(names[:2], sort=False).mean().reset_index()


def page(table: pd.DataFrame) -> str:
    """Write the page."""
    lines = [
        "# Coverage of the analyses of earlier use",
        "",
        f"{WORLDS} simulated sets of six made-up trials in each world. The share of "
        "experienced people is uniform over trials and falls on the arms by chance; "
        "one trial reports it by arm, three a total, two nothing. Experienced people "
        "differ by Δ in the contrast and by γ in the outcome; the prior of both is "
        f"normal with mean 0 and SD {SD:g}, the region of the bounds is "
        f"{REGION[0]:g} to {REGION[1]:g} for both. Share of 95 % intervals that hold "
        f"the contrast in people who are not experienced ({DELTA_N:g}, with "
        f"τ {TAU:g} between trials), with its Monte Carlo error, and their mean width.",
        "",
        "The row at the truth tests the correction by itself, and the posterior where "
        "differences are drawn from its prior tests the Bayesian version: both should "
        "cover at 95 % or more, for τ must be learnt from six trials. Bounds should "
        "cover whenever the differences lie in their region, and cover nearly always "
        "because no truth is at all of its worst corners at once. With a wrong prior, "
        "or differences outside the region, nothing needs to cover: the table shows "
        "by how much it fails. Intervals as published fail where people differ.",
        "",
        "| world | analysis | coverage | mean width |",
        "| --- | --- | --- | --- |",
    ]
    for row in table.to_dict("records"):
        p = row["covered"]
        error = np.sqrt(p * (1 - p) / WORLDS)
        lines.append(
            f"| {row['world']} | {row['analysis']} | {100 * p:.1f} % ± "
            f"{100 * error:.1f} | {row['width']:.2f} |"
        )
    packages = ", ".join(f"{p} {version(p)}" for p in ("mdmameta", "numpy", "scipy"))
    lines += [
        "",
        f"Seed {SEED}. Python {platform.python_version()}, {packages}. Made by "
        "`benchmarks/sensitivity_coverage_prior_use.py`.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    target = Path(__file__).parents[1] / "docs" / "coverage-prior-use.md"
    target.write_text(page(coverage()), encoding="utf-8")
