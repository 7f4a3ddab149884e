"""The page of the coverage study, from its results."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "coverage.md"

#: Coverage below this, in percent, is set in bold.
LEAST = 93.0


def write_page(found: dict[str, Any]) -> None:
    """Write docs/coverage.md."""
    plain = [s for s in found["scenarios"] if s["law"] == "normal"]
    others = [s for s in found["scenarios"] if s["law"] != "normal"]
    first = plain[0]["methods"].values()
    counts = {m["n"] for m in first}
    text = TEXT.format(
        summary="\n".join(summary(plain)),
        sections="\n\n".join(sections(plain)),
        laws="\n".join(laws(others)),
        mu=found["mu"],
        seed=found["seed"],
        most=f"{max(counts):,}",
        least=f"{min(counts):,}",
        mcse=100 * max(_worst(plain, n) for n in (max(counts),)),
        mcse_bayes=100 * _worst(plain, min(counts)),
        versions=", ".join(f"{n} {v}" for n, v in found["versions"].items()),
    )
    PAGE.write_text(text, encoding="utf-8")


def _worst(scenarios: list[dict[str, Any]], n: int) -> float:
    """Largest Monte Carlo error of a coverage of at least 90 %."""
    return max(
        m["coverage_mcse"]
        for s in scenarios
        for m in s["methods"].values()
        if m["n"] == n and m["coverage"] >= 0.9
    )


def summary(scenarios: list[dict[str, Any]]) -> Iterator[str]:
    """One row a method: least and greatest coverage by k, over all tau and v."""
    sizes = sorted({s["k"] for s in scenarios})
    heads = " | ".join(f"k = {k}" for k in sizes)
    yield f"| method | {heads} | mean width, k = 6 | narrower than Wald, k = 6, % |"
    yield "| --- | " + " | ".join("--:" for _ in range(len(sizes) + 2)) + " |"
    for name in scenarios[0]["methods"]:
        cells = []
        for k in sizes:
            every = [
                100 * s["methods"][name]["coverage"] for s in scenarios if s["k"] == k
            ]
            cells.append(f"{_bold(min(every))} to {max(every):.1f}")
        six = [s["methods"][name] for s in scenarios if s["k"] == 6]
        width = sum(m["width"] for m in six) / len(six)
        narrow = 100 * sum(m["narrower"] for m in six) / len(six)
        yield f"| {name} | {' | '.join(cells)} | {width:.2f} | {narrow:.0f} |"


def sections(scenarios: list[dict[str, Any]]) -> Iterator[str]:
    """One table for each number of studies and spread of variances."""
    for k in sorted({s["k"] for s in scenarios}):
        for spread in ("equal", "unequal"):
            group = [s for s in scenarios if (s["k"], s["spread"]) == (k, spread)]
            if group:
                yield f"### k = {k}, {spread} variances\n\n" + "\n".join(_table(group))


def _table(group: list[dict[str, Any]]) -> Iterator[str]:
    heads = " | ".join(f"τ = {s['tau']:g} | width" for s in group)
    yield f"| method | {heads} |"
    yield "| --- | " + " | ".join("--:" for _ in range(2 * len(group))) + " |"
    for name in group[0]["methods"]:
        cells = (_cell(s["methods"][name]) for s in group)
        yield f"| {name} | {' | '.join(cells)} |"


def laws(group: list[dict[str, Any]]) -> Iterator[str]:
    """One table for distributions of true effects that are not normal."""
    words = {"t3": "long tails (t, 3 df)", "skewed": "skewed (exponential)"}
    heads = " | ".join(f"k = {s['k']}, {words[s['law']]} | width" for s in group)
    yield f"| method | {heads} |"
    yield "| --- | " + " | ".join("--:" for _ in range(2 * len(group))) + " |"
    for name in group[0]["methods"]:
        cells = (_cell(s["methods"][name]) for s in group)
        yield f"| {name} | {' | '.join(cells)} |"


def _cell(m: dict[str, Any]) -> str:
    share, error = 100 * m["coverage"], 100 * m["coverage_mcse"]
    return f"{_bold(share)} ({error:.1f}) | {m['width']:.2f} ({m['width_mcse']:.3f})"


def _bold(share: float) -> str:
    return f"**{share:.1f}**" if share < LEAST else f"{share:.1f}"


TEXT = """# Which interval? Coverage and width with few studies

How often a nominal 95 % interval of the mean effect holds the truth, and what it costs
in width, where the truth is known. **Bold**: below 93 %.

## To choose by

Least and greatest coverage over four values of τ and equal and unequal variances, in
percent; mean width of the interval over the same with six studies; and how often it is
narrower than the Wald interval of REML on the same data, which is too narrow already.

{summary}

How to read it:

- *Wald* intervals, with DerSimonian and Laird's or with REML's τ², are too narrow with
  few studies as soon as there is heterogeneity, and no estimator of τ² mends that.
- *Knapp–Hartung* keeps its claim when variances are equal, whatever τ, and loses up to
  three points when they are not. But in one set of six it is narrower than Wald, which
  nobody should report. *Ad hoc* takes the wider of both: it loses nothing, covers more
  than it says when studies agree, and with three studies is very wide.
- *Bayes* with a half-normal(0.5) prior is, with up to eight studies, the narrowest that
  stays within two points of its claim under normal effects, up to τ = 0.5; beyond what
  its prior expects it would lose more. Half-normal(1) never fell below 94.5 then, at
  about the width of ad hoc from six studies on, and much less with three.
- Skewed true effects cost every method coverage, and more studies mend it slowly.
- A credible interval owes 95 % on average over its priors, not at each τ:
  {{doc}}`calibration` shows that it keeps that promise.

For verdicts this package uses the wider of the ad hoc and the Bayesian interval.

## All numbers

Coverage in percent and mean width, Monte Carlo standard errors in brackets. With
τ = 0.1, 0.25 and 0.5 and equal variances of 0.1, I² is 9, 38 and 71 percent.

{sections}

### True effects that are not normal

SD of true effects 0.5, unequal variances.

{laws}

## How it was run

Estimated effects are normal around true ones with known variances: 0.1 each, or spread
evenly in the logarithm from 0.03 to 0.3. True effects have mean {mu}, off the centre of
the Bayesian prior of the mean, N(0, 1), and SD τ. Every method sees the same data:
{most} meta-analyses a scenario for the frequentist methods,
the first {least} of them for the Bayesian ones. Coverages of 90 % and more have Monte
Carlo errors of at most {mcse:.1f} and {mcse_bayes:.1f} points. What is left out:
sampling variances that are themselves estimated, and trials that are not published.

Seed {seed}; {versions}.
Made by `nox -s coverage` (`benchmarks/interval_coverage.py`), from
`benchmarks/interval_coverage.json`.
"""
