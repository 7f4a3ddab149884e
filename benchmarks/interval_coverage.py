"""How often 95 % intervals for the mean effect hold it, and how wide they are.

Simulates meta-analyses of few studies and fits every method to each. It writes
benchmarks/interval_coverage.json and docs/coverage.md. Run from the root:

    python benchmarks/interval_coverage.py [--replications N] [--bayes N] [--page]
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
from interval_coverage_page import write_page

from mdmameta.models.bayesian import HalfNormal, exact_grid
from mdmameta.models.bayesian.sampled import identity
from mdmameta.models.frequentist import fit_many

RESULTS = Path(__file__).with_suffix(".json")

#: Of all draws, with the number of the scenario.
SEED = 20261122

#: True mean: a large standardised mean difference, off the centre of the prior.
MU = -0.7

Ends = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Scenario:
    """One row of the simulation.

    Parameters
    ----------
    k
        Studies.
    spread
        "equal": every sampling variance 0.1; "unequal": from 0.03 to 0.3.
    tau
        SD of true effects.
    law
        "normal"; "t3": t with 3 degrees of freedom; "skewed": exponential, both
        scaled to SD τ and mean zero.
    """

    k: int
    spread: str
    tau: float
    law: str = "normal"

    @property
    def v(self) -> np.ndarray:
        """Sampling variances, shape (k,)."""
        if self.spread == "equal":
            return np.full(self.k, 0.1)
        return np.geomspace(0.03, 0.3, self.k)

    def draw(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """Estimated effects of n meta-analyses, shape (n, k)."""
        shape = (n, self.k)
        standard = {
            "normal": lambda: rng.standard_normal(shape),
            "t3": lambda: rng.standard_t(3, shape) / np.sqrt(3),
            "skewed": lambda: rng.standard_exponential(shape) - 1,
        }[self.law]()
        return MU + self.tau * standard + rng.normal(0, np.sqrt(self.v), shape)


SCENARIOS = [
    *(
        Scenario(k, spread, tau)
        for k in (3, 6, 8, 20)
        for spread in ("equal", "unequal")
        for tau in (0.0, 0.1, 0.25, 0.5)
    ),
    *(Scenario(k, "unequal", 0.5, law) for k in (6, 20) for law in ("t3", "skewed")),
]


def frequentist(tau2: str | None, interval: str, y: np.ndarray, v: np.ndarray) -> Ends:
    """Interval of every meta-analysis."""
    found = fit_many(y, v, tau2=tau2, interval=interval)
    return found.ci_low[:, 0], found.ci_high[:, 0]


def bayesian(tau: object, y: np.ndarray, v: np.ndarray) -> Ends:
    """Central credible interval of every meta-analysis, with μ ~ N(0, 1)."""
    found = exact_grid(y, v, tau=tau)
    return found.ci_low, found.ci_high


Method = Callable[[np.ndarray, np.ndarray], Ends]
FREQUENTIST: dict[str, Method] = {
    "common effect": partial(frequentist, None, "wald"),
    "DL, Wald": partial(frequentist, "DL", "wald"),
    "REML, Wald": partial(frequentist, "REML", "wald"),
    "REML, t": partial(frequentist, "REML", "t"),
    "DL, Knapp–Hartung": partial(frequentist, "DL", "knapp-hartung"),
    "PM, Knapp–Hartung": partial(frequentist, "PM", "knapp-hartung"),
    "REML, Knapp–Hartung": partial(frequentist, "REML", "knapp-hartung"),
    "REML, ad hoc": partial(frequentist, "REML", "knapp-hartung-adhoc"),
}
BAYESIAN: dict[str, Method] = {
    "Bayes, half-normal(0.5)": partial(bayesian, HalfNormal(0.5)),
    "Bayes, half-normal(1)": partial(bayesian, HalfNormal(1)),
}


def scores(ends: Ends, wald: np.ndarray) -> dict[str, float]:
    """Coverage and width with Monte Carlo errors, and how often below Wald's width."""
    low, high = ends
    n, width = low.size, high - low
    cover = float(((low <= MU) & (high >= MU)).mean())
    return {
        "n": n,
        "coverage": cover,
        "coverage_mcse": round(float(np.sqrt(cover * (1 - cover) / n)), 5),
        "width": round(float(width.mean()), 5),
        "width_mcse": round(float(width.std(ddof=1) / np.sqrt(n)), 5),
        "narrower": round(float((width < wald[:n] * (1 - 1e-9)).mean()), 5),
    }


def simulated(number: int, replications: int, bayes: int) -> dict:
    """Every method on the meta-analyses of one scenario."""
    scenario = SCENARIOS[number]
    y = scenario.draw(replications, np.random.default_rng([SEED, number]))
    low, high = FREQUENTIST["REML, Wald"](y, scenario.v)
    methods = {}
    for group, n in ((FREQUENTIST, replications), (BAYESIAN, bayes)):
        for name, method in group.items():
            methods[name] = scores(method(y[:n], scenario.v), high - low)
    return {**asdict(scenario), "methods": methods}


def main() -> None:
    """Simulate, keep the results and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=10_000)
    parser.add_argument("--bayes", type=int, default=1_000)
    parser.add_argument("--page", action="store_true")
    asked = parser.parse_args()
    if not asked.page:
        found = {"seed": SEED, "mu": MU, "versions": _versions(), "scenarios": []}
        for number in range(len(SCENARIOS)):
            row = simulated(number, asked.replications, asked.bayes)
            found["scenarios"].append(row)
            RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    write_page(json.loads(RESULTS.read_text(encoding="utf-8")))


def _versions() -> dict[str, str]:
    used = ("mdmameta", "numpy", "scipy")
    known = identity.versions()
    return {"python": platform.python_version(), **{name: known[name] for name in used}}


if __name__ == "__main__":
    main()
