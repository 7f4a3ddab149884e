"""Simulation-based calibration of every sampled model, and of the exact one.

Run from the root of the project: ``python benchmarks/calibration.py``. It goes on where
benchmarks/calibration.json ends, and writes docs/calibration.md from it. Options:
``--replications N``, ``--only NAME ...``, ``--workers N``, ``--scheduler ADDRESS`` of a
running Dask scheduler, ``--page`` to write the page alone, ``--again`` to begin anew.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from calibration_page import write_page
from calibration_sums import multilevel_sum, robust_sum
from distributed import Client, LocalCluster
from scipy.special import expit, ndtr

from mdmameta import (
    BayesianBinomialNormal,
    BayesianMetaRegression,
    BayesianMultilevel,
    BayesianRandomEffects,
    BayesianRobustEffects,
    Effects,
    Normal,
)
from mdmameta.models.bayesian.sampled import identity
from mdmameta.models.bayesian.sampled.program import run
from mdmameta.testing.calibration import rank

RESULTS = Path(__file__).with_suffix(".json")
SEED = 20261121

#: Sampling variances of the simulated trials, as unequal as real ones.
V = np.array([0.03, 0.05, 0.08, 0.12, 0.2, 0.3])

#: Two chains, of which every tenth draw counts: 100 all but independent draws.
SHORT = {"draws": 500, "tune": 500, "chains": 2, "unsound": "warn"}
THIN = 10

#: Replications between two writes of the results.
BATCH = 20

Truth = dict[str, Any]
World = Callable[[np.random.Generator], tuple[Truth, Effects]]


def random_effects(rng: np.random.Generator) -> tuple[Truth, Effects]:
    truth = {"mu": rng.normal(0, 1), "tau": abs(rng.normal(0, 0.5))}
    theta = truth["mu"] + truth["tau"] * rng.standard_normal(V.size)
    y = theta + rng.normal(0, np.sqrt(V))
    return {**truth, "theta": theta}, Effects.from_arrays(y, V)


def regression(rng: np.random.Generator) -> tuple[Truth, Effects]:
    dose = np.array([0.0, 0, 1, 1, 1, 2])
    truth = {"beta": rng.normal(0, [1, 0.5]), "tau": abs(rng.normal(0, 0.5))}
    mean = truth["beta"][0] + truth["beta"][1] * dose
    theta = mean + truth["tau"] * rng.standard_normal(V.size)
    y = theta + rng.normal(0, np.sqrt(V))
    effects = Effects.from_arrays(y, V, moderators={"dose": dose})
    return {**truth, "theta": theta}, effects


def robust(rng: np.random.Generator) -> tuple[Truth, Effects]:
    truth = {"mu": rng.normal(0, 1), "tau": abs(rng.normal(0, 0.5))}
    truth["nu"] = float(np.exp(rng.normal(2, 1)))
    theta = truth["mu"] + truth["tau"] * rng.standard_t(truth["nu"], V.size)
    y = theta + rng.normal(0, np.sqrt(V))
    return {**truth, "theta": theta}, Effects.from_arrays(y, V)


def multilevel(rng: np.random.Generator) -> tuple[Truth, Effects]:
    study = np.array([0, 0, 1, 1, 1, 2, 3, 3, 4])
    v = np.resize(V, study.size)
    same = study[:, None] == study
    cov = np.where(same, 0.5 * np.sqrt(np.outer(v, v)), 0) + np.diag(0.5 * v)
    truth = {"mu": rng.normal(0, 1)}
    names = ("tau_between", "tau_within")
    truth |= {name: abs(rng.normal(0, 0.5)) for name in names}
    groups = truth["mu"] + truth["tau_between"] * rng.standard_normal(5)
    theta = groups[study] + truth["tau_within"] * rng.standard_normal(study.size)
    y = rng.multivariate_normal(theta, cov)
    effects = Effects.from_arrays(y, V=cov, study=[f"s{i}" for i in study])
    return {**truth, "theta": theta, "theta_study": groups}, effects


def events(rng: np.random.Generator) -> tuple[Truth, Effects]:
    n = np.array([12, 20, 35, 50, 80, 120])
    truth = {"mu": rng.normal(0, 1), "tau": abs(rng.normal(0, 0.5))}
    level = rng.normal(0, 2, n.size)
    theta = truth["mu"] + truth["tau"] * rng.standard_normal(n.size)
    ai, ci = rng.binomial(n, expit(level + theta)), rng.binomial(n, expit(level))
    table = {"ai": ai, "n1i": n, "ci": ci, "n2i": n}
    zero, one = np.zeros(n.size), np.ones(n.size)
    effects = Effects.from_arrays(zero, one, measure="OR", moderators=table)
    log_odds = np.column_stack([level + theta, level])
    return {**truth, "theta": theta, "log_odds": log_odds}, effects


SLOPE = {"Intercept": Normal(0, 1), "dose": Normal(0, 0.5)}
SAMPLED: dict[str, tuple[Callable[..., Any], World]] = {
    "BayesianRandomEffects(engine='nuts')": (
        partial(BayesianRandomEffects, engine="nuts"),
        random_effects,
    ),
    "BayesianMetaRegression(engine='nuts')": (
        partial(BayesianMetaRegression, "~ dose", SLOPE, engine="nuts"),
        regression,
    ),
    "BayesianMultilevel": (BayesianMultilevel, multilevel),
    "BayesianBinomialNormal": (BayesianBinomialNormal, events),
    "BayesianRobustEffects": (BayesianRobustEffects, robust),
}


def sampled(name: str, number: int) -> dict[str, float]:
    """Ranks of one replication, and whether a transition diverged.

    The truth is put through the model's own recovery beside the draws, so that its log
    likelihood can be ranked among theirs.
    """
    make, world = SAMPLED[name]
    rng = np.random.default_rng([SEED, number])
    truth, effects = world(rng)
    model = make(seed=number, **SHORT)
    task = model.task(effects)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        drawn = run(task.program, task.data, model.sampler)
    values = {
        n: x[:, THIN - 1 :: THIN].reshape(-1, *x.shape[2:])
        for n, x in drawn.values.items()
    }
    found = _ranks(task, values, truth, rng)
    return {**found, "divergent": float(drawn.diverging.any())}


def _ranks(
    task: Any, values: dict[str, Any], truth: Truth, rng: np.random.Generator
) -> dict[str, float]:
    recovered = task.recover(values, rng)
    hidden = {n: x for n, (_, x) in recovered.posterior.items()}
    found = {}
    for name, true in truth.items():
        draws = np.asarray({**values, **hidden}[name])
        first = (slice(None), *(0,) * (draws.ndim - 1))
        if name == "beta":
            for j in range(draws.shape[1]):
                found[f"beta[{j}]"] = rank(draws[:, j], true[j], rng)
        else:
            label = name if draws.ndim == 1 else f"{name}[0]"
            found[label] = rank(draws[first], float(np.ravel(true)[0]), rng)
    if set(values) <= set(truth):
        at = {n: np.array([truth[n]]) for n in values}
        given, true = (_log_likelihood(task, each, rng) for each in (values, at))
        found["log likelihood"] = rank(given, float(true[0]), rng)
    return found


def _log_likelihood(task: Any, at: Mapping[str, Any], rng: Any) -> np.ndarray:
    ((_, each),) = task.recover(at, rng).log_likelihood.values()
    return np.asarray(each).reshape(len(each), -1).sum(axis=1)


def exact(number: int) -> dict[str, float]:
    """Probabilities of the posterior by quadrature below the truth."""
    rng = np.random.default_rng([SEED, number])
    truth, effects = random_effects(rng)
    posterior = BayesianRandomEffects().fit(effects).exact
    return {
        "mu": float(posterior.mu.cdf(truth["mu"])),
        "tau": float(posterior.tau.cdf(truth["tau"])),
        "theta[0]": float(posterior.theta[0].cdf(truth["theta"][0])),
    }


def summed(
    world: World, total: Callable[[Truth, Effects], dict[str, float]], number: int
) -> dict[str, float]:
    """Probabilities below the truth by a sum over a grid."""
    return total(*world(np.random.default_rng([SEED, number])))


#: Posteriors without a sampler, on the sets of the sampled ones.
EXACT: dict[str, Callable[[int], dict[str, float]]] = {
    "BayesianRandomEffects(engine='exact')": exact,
    "BayesianMultilevel, as a sum": partial(summed, multilevel, multilevel_sum),
    "BayesianRobustEffects, as a sum": partial(summed, robust, robust_sum),
}


def luck(name: str, results: dict) -> dict[str, float]:
    """What the first trial's sampling errors alone make of the ranks of its effect.

    They are drawn by this study and know nothing of the model.
    """
    ranks = np.array([one["theta[0]"] for one in results[name]["ranks"]])
    z = np.empty(ranks.size)
    for number in range(z.size):
        truth, effects = SAMPLED[name][1](np.random.default_rng([SEED, number]))
        z[number] = (effects.y[0] - truth["theta"][0]) / np.sqrt(effects.v[0])
    alone = ndtr(-z)
    return {
        "n": z.size,
        "z_sd": z.std(ddof=1),
        "z_mean": z.mean(),
        "alone": alone.std(ddof=1),
        "sd": ranks.std(ddof=1),
        "alone_mean": alone.mean(),
        "mean": ranks.mean(),
        "r": np.corrcoef(alone, ranks)[0, 1],
    }


def study(client: Client, name: str, replications: int, results: dict) -> None:
    """Run what is missing, and keep it every few replications."""
    one = EXACT.get(name) or partial(sampled, name)
    kept = results.setdefault(name, {"ranks": [], "divergent": 0, "seconds": 0.0})
    while (done := len(kept["ranks"])) < replications:
        start = time.perf_counter()
        numbers = range(done, min(done + BATCH, replications))
        found = client.gather(client.map(one, numbers, pure=False))
        kept["divergent"] += int(sum(each.pop("divergent", 0) for each in found))
        kept["ranks"] += [{k: round(v, 5) for k, v in each.items()} for each in found]
        kept["seconds"] = round(kept["seconds"] + time.perf_counter() - start, 1)
        kept["versions"] = {"python": platform.python_version(), **identity.versions()}
        text = json.dumps({"seed": SEED, "models": results}, separators=(",", ":"))
        RESULTS.write_text(text.replace("},{", "},\n{") + "\n", encoding="utf-8")


def _client(scheduler: str | None, workers: int) -> Client:
    if scheduler:
        return Client(scheduler)
    cluster = LocalCluster(
        n_workers=workers, threads_per_worker=1, dashboard_address=None
    )
    return Client(cluster)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=500)
    parser.add_argument("--only", nargs="*", default=[EXACT, *SAMPLED])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--scheduler")
    parser.add_argument("--page", action="store_true")
    parser.add_argument("--again", action="store_true")
    asked = parser.parse_args()
    stored = RESULTS.is_file() and not asked.again
    results = json.loads(RESULTS.read_text())["models"] if stored else {}
    if not asked.page:
        with _client(asked.scheduler, asked.workers) as client:
            for name in asked.only:
                study(client, name, asked.replications, results)
    normal = [n for n in SAMPLED if n in results and n != "BayesianBinomialNormal"]
    write_page(
        results, SEED, tuple(SAMPLED), {name: luck(name, results) for name in normal}
    )


if __name__ == "__main__":
    main()
