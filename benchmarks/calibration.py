"""Simulation-based calibration of every sampled model, and of the exact one.

Run from the root of the project: ``python benchmarks/calibration.py``; it writes
docs/calibration.md. Options: ``--replications N``, ``--workers N``, ``--scheduler
ADDRESS`` of a running Dask scheduler.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np
from distributed import Client, LocalCluster
from scipy.special import expit

from mdmameta import (
    BayesianBinomialNormal,
    BayesianMultilevel,
    BayesianRandomEffects,
    BayesianRobustEffects,
    Effects,
)
from mdmameta.models.bayesian.sampled import identity
from mdmameta.models.bayesian.sampled.program import run
from mdmameta.testing.calibration import Calibration, calibrations, rank

PAGE = Path(__file__).parents[1] / "docs/calibration.md"
SEED = 20261121

#: Sampling variances of the simulated trials, as unequal as real ones.
V = np.array([0.03, 0.05, 0.08, 0.12, 0.2, 0.3])

#: Draws of each fit: four chains; every tenth counts, so that ranks are all but
#: those of independent draws.
SHORT = {"draws": 500, "tune": 500, "chains": 4, "unsound": "warn"}
THIN = 10

Truth = dict[str, float]


def random_effects(rng: np.random.Generator) -> tuple[Truth, Effects]:
    truth = {"mu": rng.normal(0, 1), "tau": abs(rng.normal(0, 0.5))}
    theta = truth["mu"] + truth["tau"] * rng.standard_normal(V.size)
    return truth, Effects.from_arrays(theta + rng.normal(0, np.sqrt(V)), V)


def robust(rng: np.random.Generator) -> tuple[Truth, Effects]:
    truth = {"mu": rng.normal(0, 1), "tau": abs(rng.normal(0, 0.5))}
    truth["nu"] = float(np.exp(rng.normal(2, 1)))
    theta = truth["mu"] + truth["tau"] * rng.standard_t(truth["nu"], V.size)
    return truth, Effects.from_arrays(theta + rng.normal(0, np.sqrt(V)), V)


def multilevel(rng: np.random.Generator) -> tuple[Truth, Effects]:
    study = np.array([0, 0, 1, 1, 1, 2, 3, 3, 4])
    v = np.resize(V, study.size)
    same = study[:, None] == study
    cov = np.where(same, 0.5 * np.sqrt(np.outer(v, v)), 0) + np.diag(0.5 * v)
    names = ("tau_between", "tau_within")
    truth = {"mu": rng.normal(0, 1)}
    truth |= {name: abs(rng.normal(0, 0.5)) for name in names}
    between, within = (truth[name] for name in names)
    theta = truth["mu"] + between * rng.standard_normal(5)[study]
    theta = theta + within * rng.standard_normal(study.size)
    y = rng.multivariate_normal(theta, cov)
    return truth, Effects.from_arrays(y, V=cov, study=[f"s{i}" for i in study])


def events(rng: np.random.Generator) -> tuple[Truth, Effects]:
    n = np.array([12, 20, 35, 50, 80, 120])
    truth = {"mu": rng.normal(0, 1), "tau": abs(rng.normal(0, 0.5))}
    level = rng.normal(0, 2, n.size)
    effect = truth["mu"] + truth["tau"] * rng.standard_normal(n.size)
    ai, ci = rng.binomial(n, expit(level + effect)), rng.binomial(n, expit(level))
    table = {"ai": ai, "n1i": n, "ci": ci, "n2i": n}
    zero, one = np.zeros(n.size), np.ones(n.size)
    return truth, Effects.from_arrays(zero, one, measure="OR", moderators=table)


World = Callable[[np.random.Generator], tuple[Truth, Effects]]
SAMPLED: dict[str, tuple[type, World]] = {
    "BayesianRobustEffects": (BayesianRobustEffects, robust),
    "BayesianMultilevel": (BayesianMultilevel, multilevel),
    "BayesianBinomialNormal": (BayesianBinomialNormal, events),
    "BayesianRandomEffects (nuts)": (
        partial(BayesianRandomEffects, engine="nuts"),
        random_effects,
    ),
}


def sampled(name: str, number: int) -> Mapping[str, float]:
    """Ranks of one replication; parameters alone, nothing recovered."""
    make, world = SAMPLED[name]
    rng = np.random.default_rng([SEED, number])
    truth, effects = world(rng)
    model = make(seed=number, **SHORT)
    task = model.task(effects)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        drawn = run(task.program, task.data, model.sampler)
    found = {
        name: rank(drawn.values[name][:, ::THIN], value, rng)
        for name, value in truth.items()
    }
    return {**found, "_divergences": float(drawn.diverging.sum())}


def exact(number: int) -> Mapping[str, float]:
    """Probabilities of the posterior by quadrature below the truth."""
    rng = np.random.default_rng([SEED, number])
    truth, effects = random_effects(rng)
    posterior = BayesianRandomEffects().fit(effects).exact
    return {name: float(getattr(posterior, name).cdf(truth[name])) for name in truth}


def bars(found: Calibration) -> str:
    counted = found.histogram(20)
    signs = "▁▂▃▄▅▆▇█"
    top = max(counted.max(), 1)
    return "".join(signs[int(7 * count / top)] for count in counted)


def rows(name: str, found: tuple[Calibration, ...], divergences: str) -> Iterator[str]:
    for one in found:
        row = one.to_frame().iloc[0]
        verdict = "inside" if row["passed"] else f"outside by {one.excess.max():.3f}"
        yield (
            f"| {name} | {one.name} | {row['replications']} | {row['mean']:.3f} | "
            f"{row['sd']:.3f} | {row['distance']:.3f} | {verdict} | {divergences} | "
            f"`{bars(one)}` |"
        )


HEAD = """# Simulation-based calibration

Written by `nox -s calibration` (`benchmarks/calibration.py`).
Parameters are drawn from the priors, data from the parameters, and a model is fitted
to the data: the rank of the true parameter in its posterior is uniform if, and only
if, the whole chain of prior, likelihood and sampler is right (Talts et al. 2018,
arXiv:1804.06788). Uniform ranks have mean 0.5 and SD 0.289. *Band* says whether the
whole ECDF of the ranks stays in its simultaneous 95 % band (Säilynoja, Bürkner and
Vehtari 2022, doi:10.1007/s11222-022-10090-6): of 20 right models one leaves it by
chance. *Distance* is the largest distance of the ECDF from the diagonal. Each model
has its default priors; ranks of sampled models are taken among 200 thinned draws of
four chains (500 kept, 500 thrown away). *Divergences* counts replications with any.

| model | parameter | replications | mean | SD | distance | band | divergences | ranks, 20 bins |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""  # noqa: E501


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=500)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--scheduler")
    parser.add_argument("--only", nargs="*", default=list(SAMPLED))
    asked = parser.parse_args()
    lines = list(rows("BayesianRandomEffects (exact)",
                      calibrations(exact(i) for i in range(1000)), "–"))  # fmt: skip
    with _client(asked.scheduler, asked.workers) as client:
        for name in asked.only:
            futures = client.map(partial(sampled, name), range(asked.replications))
            lines += _gathered(name, client.gather(futures))
            write(lines)


def _gathered(name: str, found: list[Mapping[str, float]]) -> list[str]:
    diverged = sum(one["_divergences"] > 0 for one in found)
    ranks = ({k: v for k, v in one.items() if k[0] != "_"} for one in found)
    return list(rows(name, calibrations(ranks), str(diverged)))


def _client(scheduler: str | None, workers: int) -> Client:
    if scheduler:
        return Client(scheduler)
    cluster = LocalCluster(
        n_workers=workers, threads_per_worker=1, dashboard_address=None
    )
    return Client(cluster)


def write(lines: list[str]) -> None:
    said = ", ".join(f"{name} {number}" for name, number in identity.versions().items())
    foot = f"\n\nSeed {SEED}; {said}.\n"
    PAGE.write_text(HEAD + "\n".join(lines) + foot, encoding="utf-8")


if __name__ == "__main__":
    main()
