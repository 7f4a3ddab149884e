"""The page and the figure of the calibration study, from its results."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mdmameta.testing.calibration import Calibration, calibrations, ecdf_band
from mdmameta.testing.uniformity import uniformity

DOCS = Path(__file__).parents[1] / "docs"

#: Bars of a histogram.
BINS = 10

#: Draws that a rank is among.
DRAWS = 100

#: A row that compares a sampler with a sum.
BESIDE = "| `{}` | {} | {} | {:+.4f} ± {:.4f} | {:.4f} | {:.4f} |"

#: Plots in a row of the figure.
ACROSS = 6


def write_page(
    results: dict[str, Any],
    seed: int,
    models: tuple[str, ...],
    luck: dict[str, dict[str, float]],
) -> None:
    """Write docs/calibration.md and its figure; name the models that are missing."""
    missing = ", ".join(f"`{name}`" for name in models if name not in results)
    found = {
        name: calibrations(kept["ranks"], seed=seed) for name, kept in results.items()
    }
    draw(found).savefig(DOCS / "images" / "calibration.png", dpi=110)
    every = [one for group in found.values() for one in group]
    p_values = {id(one): uniformity(one.ranks) for one in every}
    lines = [row for name in found for row in rows(name, found[name], p_values)]
    outside = [one for one in every if not one.passed]
    least = min(every, key=lambda one: p_values[id(one)])
    of = next(name for name, group in found.items() if least in group)
    text = TEXT.format(
        table="\n".join(lines),
        runs="\n".join(runs(results)),
        seed=seed,
        missing=MISSING.format(models=missing) if missing else "",
        inside=len(every) - len(outside),
        all=len(every),
        expected=f"{len(every) / 20:.1f}",
        least=f"{p_values[id(least)]:.4f}",
        corrected=f"{min(1.0, len(every) * p_values[id(least)]):.3f}",
        worst=f"{least.name} of `{of}`",
        luck="\n".join(LUCK.format(name=name, **one) for name, one in luck.items()),
        beside="\n".join(beside_sums(results)),
        draws=DRAWS,
    )
    (DOCS / "calibration.md").write_text(text, encoding="utf-8")


def rows(
    name: str, found: tuple[Calibration, ...], p_values: dict[int, float]
) -> Iterator[str]:
    """One row of the table a quantity."""
    for one in found:
        row = one.to_frame().iloc[0]
        inside = "inside" if row["passed"] else f"outside by {one.excess.max():.3f}"
        yield (
            f"| `{name}` | {one.name} | {row['replications']} | {row['mean']:.3f} | "
            f"{row['sd']:.3f} | {row['distance']:.3f} | {p_values[id(one)]:.3f} | "
            f"{inside} |"
        )


def runs(results: dict[str, Any]) -> Iterator[str]:
    """One row of the table of runs a model."""
    for name, kept in results.items():
        versions = ", ".join(f"{n} {v}" for n, v in kept["versions"].items())
        n = len(kept["ranks"])
        exact = "exact" in name or "sum" in name
        each = "–" if exact else f"{kept['divergent']} of {n}"
        yield f"| `{name}` | {n} | {each} | {versions}{kept.get('note', '')} |"


def beside_sums(results: dict[str, Any]) -> Iterator[str]:
    """One row a quantity that a sampler and a sum have of the same sets of data."""
    for name, kept in results.items():
        total = results.get(f"{name}, as a sum", {"ranks": []})["ranks"]
        n = min(len(kept["ranks"]), len(total))
        for quantity in total[0] if total else ():
            pairs = zip(kept["ranks"][:n], total[:n], strict=True)
            rank, p = np.array([(a[quantity], b[quantity]) for a, b in pairs]).T
            off = rank - p
            se = off.std(ddof=1) / np.sqrt(n)
            due = np.sqrt((p * (1 - p)).mean() / DRAWS)
            yield BESIDE.format(name, quantity, n, off.mean(), se, off.std(ddof=1), due)


def draw(found: dict[str, tuple[Calibration, ...]]) -> Figure:
    """Draw histograms of ranks, and under each the ECDF less the diagonal."""
    tall = len(found)
    figure = Figure(figsize=(2.1 * ACROSS, 3.1 * tall), layout="constrained")
    parts = figure.subfigures(tall, 1)
    for part, (name, group) in zip(np.ravel(parts), found.items(), strict=True):
        part.suptitle(name, fontsize=10, x=0.01, ha="left")
        axes = part.subplots(2, ACROSS, sharex=True, sharey="row", squeeze=False)
        for i in range(ACROSS):
            if i < len(group):
                _histogram(axes[0, i], group[i])
                _difference(axes[1, i], group[i])
            else:
                for each in axes[:, i]:
                    each.set_axis_off()
        axes[0, 0].set_ylabel("replications", fontsize=8)
        axes[1, 0].set_ylabel("ECDF − diagonal", fontsize=8)
    return figure


def _histogram(ax: Axes, one: Calibration) -> None:
    edges = np.linspace(0, 1, BINS + 1)
    n = one.ranks.size
    spread = 1.96 * np.sqrt(n / BINS * (1 - 1 / BINS))
    low, high = n / BINS - spread, n / BINS + spread
    ax.axhspan(low, high, color="0.85", lw=0)
    ax.stairs(one.histogram(BINS), edges, fill=True, color="#3b6fa0", alpha=0.8)
    ax.set_title(one.name, fontsize=9)
    ax.tick_params(labelsize=7)


def _difference(ax: Axes, one: Calibration) -> None:
    z, low, high = ecdf_band(one.ranks.size, level=one.level, seed=one.seed)
    ax.fill_between(z, low - z, high - z, color="0.85", lw=0)
    ecdf = (one.ranks[:, None] <= z).mean(axis=0)
    ax.plot(z, ecdf - z, color="#3b6fa0" if one.passed else "#b03a2e", lw=1.2)
    ax.axhline(0, color="0.4", lw=0.6)
    ax.set_xlabel("rank", fontsize=8)
    ax.tick_params(labelsize=7)


LUCK = (
    "| `{name}` | {n} | {z_sd:.3f} | {alone:.3f} | {sd:.3f} | {alone_mean:.3f} | "
    "{mean:.3f} | {r:.2f} |"
)

MISSING = """
**Not yet run**: {models}.
They are compared with integrals (`tests/models/bayesian/sampled`), but not calibrated;
`nox -s calibration` does it, and brings the others to 500.
"""

TEXT = """# Simulation-based calibration

Parameters are drawn from the priors, data from the parameters, and the model is fitted
to the data. The rank of the truth in its posterior is uniform over replications if, and
only if, the whole chain of prior, likelihood, sampler and recovery is right (Talts et
al. 2018, arXiv:1804.06788). This is the check that sampled models get beside their
comparison with integrals (`tests/models/bayesian/sampled`).

![Rank histograms and ECDF differences](images/calibration.png)

*Above*: histogram of the ranks, with the 95 % range of a bar alone in grey. *Below*:
their ECDF less the diagonal, in the band that holds the whole curve of a right model in
95 % of studies (Säilynoja, Bürkner and Vehtari 2022, doi:10.1007/s11222-022-10090-6).
A ∪ is a posterior that is too narrow, a ∩ one too wide, a slope one that is shifted.

The band and *p* are of a whole curve, at all its points together, and not of one point;
they are not corrected for the number of curves. Of {all} curves {inside} stay inside,
where {expected} are expected to leave by chance if all models are right (curves of one
model are not independent). The least p is {least} ({worst}): times the number of
curves, {corrected}. Uniform ranks have mean 0.5 and SD 0.289; *distance* is the largest
one of the ECDF from the diagonal. p is exact: the counts of ranks form a Markov chain
along the points of the curve, and its probabilities are summed.
{missing}
| model | quantity | replications | mean | SD | distance | p | band |
| --- | --- | --: | --: | --: | --: | --: | --- |
{table}

`theta[0]` is the true effect of the first trial, `theta_study[0]` that of the first
study, `log_odds[0]` the log odds in its active arm: they are integrated out while
sampling and drawn afterwards, so that their ranks check the recovery. *log likelihood*
is that of all data at the truth among those at the draws, which sees faults that hide
in the parameters (Modrák et al. 2023, doi:10.1214/23-BA1404).

## Chance or fault?

The first trial's effect wanders furthest, in every model. It is known mostly from its
own result, so that its ranks are all but those of the sampling error that the study
gave to it, and these can be looked at alone: they are drawn before a model is fitted.
*SD of the error* should be 1, in standard errors; *SD* and *mean* are those of ranks,
of the error *alone* and of `theta[0]` in the posterior, and *r* is the correlation of
the two.

| model | replications | SD of the error | SD, alone | SD | mean, alone | mean | r |
| --- | --: | --: | --: | --: | --: | --: | --: |
{luck}

For t-distributed effects the ranks crowd in the middle because the errors do: in these
sets they happen to have a small SD. That is the luck of the sets, and not of the model,
if a computation without a sampler gives the same ranks on the same sets. Sums over
grids (`benchmarks/calibration_sums.py`), which share no code with the package, do.
*Difference* is the mean of rank less probability, ± its standard error, and *SD* that
of one difference, beside the SD that {draws} independent draws would make:

| model | quantity | sets | difference | SD | SD due to draws |
| --- | --- | --: | --: | --: | --: |
{beside}

A fault in the recovery of effects would show here in one set of data, and not only over
hundreds. Rows of the exact and of the sampled standard model have the same sets as
well, and wander alike.

## How it was run

Each model has its default priors (meta-regression: N(0, 1) and N(0, 0.5²)), and six
trials with sampling variances from 0.03 to 0.3, or nine effects of five studies, or six
trials of 24 to 240 people. Ranks are among 100 draws: two chains of 500 after 500 of
tuning, every tenth counted; those of the exact engine and of the sum are their
probabilities below the truth. *Divergences* counts replications with any, in these
short chains: such a fit is an error for a user, and was not left out here, as leaving
it out would hide what it is about.

| model | replications | divergences | versions |
| --- | --: | --: | --- |
{runs}

Seed {seed}. Made by `nox -s calibration` (`benchmarks/calibration.py`), which goes on
where `benchmarks/calibration.json` ends; `--scheduler ADDRESS` uses a running Dask
scheduler, `--again` begins anew.
"""
