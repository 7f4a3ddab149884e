"""Every bayesmeta fit of the reference, with the priors of ours and of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

import numpy as np
import pytest

from mdmameta.models.bayesian import (
    BergerDeely,
    Conventional,
    DuMouchel,
    ExactPosterior,
    Exponential,
    Flat,
    HalfCauchy,
    HalfLogistic,
    HalfNormal,
    HalfStudentT,
    Jeffreys,
    LogNormal,
    Lomax,
    Normal,
    SquareRoot,
    Uniform,
    UniformI2,
    UniformShrinkage,
    least_bayes_factor_mu,
    least_bayes_factor_tau,
    peaks,
)
from mdmameta.models.bayesian.exact import exact_posterior
from mdmameta.models.bayesian.kernel import profile_log_likelihood
from reference_cases import checks, load, names, numbers

#: Fits and numbers compared when this was written; they must not get fewer.
FITS, NUMBERS = 70, 14688

#: What bayesmeta computes from the posterior of tau alone agrees to its own
#: quadrature's accuracy.
EXACT = 1e-9

#: The rest it computes from a mixture on a few bins of tau (Röver and Friede
#: 2017, doi:10.1080/10618600.2016.1276840). That approximation, not rounding,
#: is what these bounds allow, in posterior SDs: (moments, quantiles). It
#: shrinks with the bins, which a test below shows; the grid in
#: test_against_grid.py confirms our digits.
BINNED = {"optim": (5e-4, 1.2e-3), "loose": (2e-3, 1.2e-2)}

#: Its bins cover a posterior that contradicts its priors less well.
CONFLICT = {"edge_a#522": 5.0}

#: optimize() stops at 2^-13 of a unit or so: absolute, for modes and the
#: shortest intervals, which lie where their criterion is flat.
OPTIMISER = 3e-5

THETA_ROWS = ["y", "sigma", "mode", "median", "mean", "sd", "95% lower", "95% upper"]


TAU_PRIORS = {
    "halfnormal": lambda a: HalfNormal(a["scale"]),
    "halfcauchy": lambda a: HalfCauchy(a["scale"]),
    "halft": lambda a: HalfStudentT(a["df"], a["scale"]),
    "halflogistic": lambda a: HalfLogistic(a["scale"]),
    "exponential": lambda a: Exponential(1 / a["rate"]),
    "uniform": lambda a: Uniform(a["lower"], a["upper"]),
    "lognormal_tau": lambda a: LogNormal(a["meanlog"], a["sdlog"]),
    "lomax": lambda a: Lomax(a["shape"], a["scale"]),
    "uniform_improper": lambda a: Flat(),
    "sqrt": lambda a: SquareRoot(),
    "Jeffreys_improper": lambda a: Jeffreys(),
    "BergerDeely": lambda a: BergerDeely(),
    "conventional": lambda a: Conventional(),
    "DuMouchel": lambda a: DuMouchel(),
    "shrinkage": lambda a: UniformShrinkage(),
    "I2": lambda a: UniformI2(),
}


def tau_prior(args):
    return TAU_PRIORS[args["dist"]](args)


def mu_prior(args):
    return Normal(args["mean"], args["sd"]) if args["dist"] == "normal" else Flat()


def posterior(name, check) -> ExactPosterior:
    """Posterior of a check, one for all accuracies that it was run with."""
    asked = {k: check["args"].get(k) for k in ("mu_prior", "tau_prior", "drop")}
    return _posterior(name, check["on"], json.dumps(asked))


@cache
def _posterior(name, on, asked) -> ExactPosterior:
    effects, args = load(name)["effects"][on], json.loads(asked)
    y, v = np.array(effects["yi"], float), np.array(effects["vi"], float)
    kept = np.isfinite(y) & np.isfinite(v)
    kept[[] if args["drop"] is None else args["drop"] - 1] = False
    y, v = y[kept], v[kept]
    return exact_posterior(
        y, v, mu_prior(args["mu_prior"]), tau_prior(args["tau_prior"])
    )


@dataclass
class Comparison:
    """Numbers compared with one fit of bayesmeta."""

    check: dict[str, Any]
    compared: int = 0
    faults: list[str] = field(default_factory=list)
    binned: dict[str, float] = field(default_factory=dict)

    def exact(self, key, ours, theirs, scale=1.0):
        want = numbers(theirs)
        self._within(key, ours, want, EXACT * np.maximum(scale, np.abs(want)))

    def mixed(self, key, ours, theirs, sd, quantile=False):
        bound = BINNED[self.check["tol"]["class"]][quantile]
        allowed = CONFLICT.get(self.check["id"], 1.0) * bound * sd
        want = numbers(theirs)
        self._within(key, ours, want, allowed)
        self.binned[key] = float(np.abs(np.ravel(ours) - want).max() / sd)

    def shortest(self, key, marginal, theirs):
        ours, want = shortest95(marginal), numbers(theirs)
        bound = BINNED[self.check["tol"]["class"]][1]
        allowed = CONFLICT.get(self.check["id"], 1.0) * bound * marginal.sd
        self._within(key, ours, want, allowed + OPTIMISER)

    def least(self, key, ours, theirs):
        """Ours may be less: bayesmeta ends its search at twice the joint maximum."""
        want = numbers(theirs)
        self.compared += int((~np.isnan(want)).sum())
        if (ours > want * (1 + 1e-5) + 1e-300).any():
            self.faults.append(f"{self.check['id']} {key}: {ours} for {want}")

    def peak(self, key, ours, theirs, height):
        self.compared += 1
        highest = height(np.array([ours, theirs], dtype=float))
        if highest[0] < highest[1] - 1e-12 * abs(highest[1]):
            self.faults.append(f"{self.check['id']} {key}: {theirs} is higher")

    def mode(self, key, marginal, theirs):
        self.compared += 1
        if marginal.density(marginal.mode) < marginal.density(theirs):
            self.faults.append(f"{self.check['id']} {key}: {theirs} has more density")

    def _within(self, key, ours, want, allowed):
        got, asked = np.ravel(ours), ~np.isnan(want)
        self.compared += int(asked.sum())
        for i in np.flatnonzero(asked & ~(np.abs(got - want) <= allowed)):
            self.faults.append(f"{self.check['id']} {key}: {got[i]!r} for {want[i]!r}")


@cache
def shortest95(marginal):
    return marginal.interval(0.95, "shortest")


def compare_tau(to, r, tau):
    for key in ("median", "mean", "sd"):
        to.exact(key, getattr(tau, key), r[key]["tau"])
    to.mode("mode tau", tau, r["mode"]["tau"])
    to.shortest("shortest tau", tau, r["shortest95"]["tau"])
    to.exact("central95 tau", tau.interval(0.95), r["central95"]["tau"])
    to.exact("central90 tau", tau.interval(0.90), r["central90"]["tau"])
    to.exact("quantiles tau", tau.quantile(r["quantiles"]["p"]), r["quantiles"]["tau"])
    to.exact("p tau", tau.cdf(r["p_tau_le"]["tau"]), r["p_tau_le"]["p"])


def compare_mixture(to, r, which, interval, marginal):
    """Compare mu, or the predictive: "theta" here and "predict" there in R."""
    for key in ("mean", "sd"):
        to.mixed(f"{key} {which}", getattr(marginal, key), r[key][which], marginal.sd)
    to.mixed(f"median {which}", marginal.median, r["median"][which], marginal.sd)
    to.mode(f"mode {which}", marginal, r["mode"][which])
    to.shortest(f"shortest {which}", marginal, r["shortest95"][interval])
    quantiles = r["quantiles"]
    pairs = {
        "central95": (marginal.interval(0.95), r["central95"][interval]),
        "central90": (marginal.interval(0.90), r["central90"][interval]),
        "quantiles": (marginal.quantile(quantiles["p"]), quantiles[interval]),
    }
    for key, (ours, theirs) in pairs.items():
        to.mixed(f"{key} {which}", ours, theirs, marginal.sd, quantile=True)
    below = r["p_mu_le_0" if which == "mu" else "p_predict_le_0"]
    to.mixed(f"p {which}", marginal.cdf(0), below, 1.0)


def compare_shrinkage(to, r, p):
    assert r["theta"]["rows"] == THETA_ROWS
    for i, theta in enumerate(p.theta):
        mode, median, mean, sd, *shortest = r["theta"][f"study{i + 1}"][2:]
        to.mode(f"theta {i} mode", theta, mode)
        to.mixed(f"theta {i} median", theta.median, median, theta.sd, quantile=True)
        to.mixed(f"theta {i} mean", theta.mean, mean, theta.sd, quantile=True)
        to.mixed(f"theta {i} sd", theta.sd, sd, theta.sd, quantile=True)
        to.shortest(f"theta {i} shortest", theta, shortest)
        central, theirs = theta.interval(0.95), r["theta_central95"][i]
        to.mixed(f"theta {i} central", central, theirs, theta.sd, quantile=True)
    prior = [100 - p.weights.sum()] if np.isfinite(p.mu_prior.sd) else []
    to.exact("weights", [*p.weights, *prior], r["weights_mean_pct"])


def compare_density(to, d, p):
    given = p.conditional(d["tau"])
    to.exact("f tau", p.tau.density(d["tau"]), d["f_tau"])
    to.exact("conditional mean", given.mean, d["cond_mean"])
    to.exact("conditional sd", given.sd, d["cond_sd"])
    for key, marginal in (("mu", p.mu), ("predict", p.predictive)):
        ours = marginal.density(d["mu"])
        to.mixed(f"f {key}", ours, d[f"f_{key}"], 1 / marginal.sd, quantile=True)


def compare_evidence(to, r, p):
    """Compare what is in R; null where a prior is improper."""
    to.exact("log p(y)", p.log_marginal_likelihood, r["log_marginal_likelihood"])
    to.exact("p(y)", np.exp(p.log_marginal_likelihood), r["marginal_likelihood"])
    least = least_bayes_factor_tau(p), least_bayes_factor_mu(p)
    for key, *ours in (
        ("tau0", p.bayes_factor_tau(), least[0]),
        ("mu0", p.bayes_factor_mu(), least[1]),
    ):
        to.exact(key, ours[0], r["bayesfactor"][key][:1], scale=0.0)
        to.least(key, ours[1], r["bayesfactor"][key][1:])


def compare_peaks(to, r, p):
    found = peaks(p)
    ml, most = r["ML"], r["MAP"]
    assert ml["rows"] == most["rows"] == ["joint", "marginal"]
    heights = {
        ("joint likelihood", ml["tau"][0]): partial(profile_log_likelihood, p.data),
        ("marginal likelihood", ml["tau"][1]): lambda t: (
            p.conditional(t).log_likelihood
        ),
        ("joint posterior", most["tau"][0]): lambda t: (
            p.panels.log_density(t) - np.log(p.conditional(t).sd)
        ),
    }
    for i, ((key, theirs), height) in enumerate(heights.items()):
        to.peak(key, found["tau"][i], theirs, height)
    given = p.conditional(most["tau"][0])
    to.mixed("joint posterior mu", given.mean, most["mu"][0], p.mu.sd)


@cache
def compare(name) -> list[Comparison]:
    done = []
    for check in checks(name, "bayesmeta"):
        p, r, to = posterior(name, check), check["result"], Comparison(check)
        compare_tau(to, r, p.tau)
        compare_mixture(to, r, "mu", "mu", p.mu)
        compare_mixture(to, r, "theta", "predict", p.predictive)
        compare_shrinkage(to, r, p)
        compare_evidence(to, r, p)
        compare_peaks(to, r, p)
        if "density" in r:
            compare_density(to, r["density"], p)
        done.append(to)
    for check in checks(name, "bayesmeta_loo"):
        p, r, to = posterior(name, check), check["result"], Comparison(check)
        for key in ("mean", "sd", "median"):
            to.exact(f"{key} tau", getattr(p.tau, key), r[key]["tau"])
            for which, marginal in (("mu", p.mu), ("theta", p.predictive)):
                ours, theirs = getattr(marginal, key), r[key][which]
                to.mixed(f"{key} {which}", ours, theirs, marginal.sd)
        to.exact("mu0", p.bayes_factor_mu(), r["bf_mu0"], scale=0.0)
        done.append(to)
    return done


@pytest.mark.parametrize("name", names())
def test_every_number_is_bayesmetas(name):
    assert not [fault for to in compare(name) for fault in to.faults]


def test_the_comparison_with_bayesmeta_is_complete():
    done = [to for name in names() for to in compare(name)]
    assert len(done) >= FITS
    assert sum(to.compared for to in done) >= NUMBERS


def test_bayesmeta_comes_closer_the_finer_its_bins_are():
    def about(to):
        args = to.check["args"]
        return to.check["on"], repr(args["mu_prior"]), repr(args["tau_prior"])

    for name in names():
        fits = {(about(to), to.check["tol"]["class"]): to for to in compare(name)}
        for at, coarse in (
            (at, to) for (at, kind), to in fits.items() if kind == "loose"
        ):
            fine, coarse = fits[at, "optim"].binned, coarse.binned
            shared = coarse.keys() & fine.keys()
            worst = [sum(side[k] for k in shared) for side in (fine, coarse)]
            assert worst[0] < 0.3 * worst[1]
