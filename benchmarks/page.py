"""The page of measured speed."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from data import SEED, SETS_OF_R

#: Name -> what it is, how often R's time counts, and the ratio that is wanted.
ROWS = {
    "fit_13": ("REML and Knapp–Hartung, k = 13, one fit", 1, 0),
    "fit_1000": ("the same, k = 1,000", 1, 0),
    "gosh_DL": ("GOSH, DL, 8,191 subsets", 1, 50),
    "gosh_REML": ("GOSH, REML, 8,191 subsets", 1, 200),
    "simulated": ("1,000 simulated fits of REML and Knapp–Hartung, k = 10", 1, 300),
    "permutations": ("1,000 random permutations, REML, k = 13", 1, 300),
    "flips": ("all 1,024 flips of signs, REML, k = 10", 1, 300),
    "profile": ("profile likelihood interval of τ², k = 13", 1, 0),
    "leave_one_out": ("leave-one-out, REML, k = 13", 1, 0),
    "trim_and_fill": ("trim and fill, REML, k = 13", 1, 0),
    "beta": ("beta selection model, k = 13", 1, 30),
    "multilevel": ("two nested random effects (rma.mv), k = 56", 1, 0),
    "multilevel_rstudent": ("its residuals, each row left out (rstudent)", 1, 0),
    "multilevel_cooks": ("its Cook's distances, each of 11 districts left out", 1, 0),
    "scale": ("location and scale, a moderator of each (rma with scale)", 1, 0),
    "escalc": ("log risk ratios (escalc), k = 13", 1, 0),
    "regression": ("meta-regression on two moderators, REML, k = 13", 1, 0),
    "at_moderators": ("its predictions at new values", 1, 0),
    "contrast": ("test of one of its coefficients (anova)", 1, 0),
    "rstudent": ("its externally standardised residuals", 1, 0),
    "influence": ("its influence set", 1, 0),
    "models": ("likelihood ratio of two models (anova), k = 13", 1, 0),
    "rstandard": ("standardised residuals with their fit, REML, k = 13", 1, 0),
    "robust": ("cluster-robust errors of a fit (robust), k = 56", 1, 0),
    "robust_CR2": ("the same, CR2 with Satterthwaite's df", 1, 0),
    "ranks": ("rank test of asymmetry (ranktest), k = 13", 1, 0),
    "mantel_haenszel": ("Mantel–Haenszel odds ratio (rma.mh), k = 13", 1, 0),
    "mantel_haenszel_loo": ("its leave-one-out", 1, 0),
    "glmm": ("UM.FS for odds ratios (rma.glmm), k = 13", 1, 0),
}

HEAD = """# Speed, side by side with R

Written by `nox -s side-by-side`, which runs metafor and mdmameta on the same data, one
after the other (R's times may be kept, and are then as old as said);
`benchmarks/side_by_side.R` and `.py` have every call. Times are processor time of one
core, the least of several rounds (of one, for what takes R longer
than a second), so that other work on the machine counts little.

"""


@dataclass(frozen=True, eq=False, kw_only=True)
class Measured:
    """Times of both sides, growth, memory and the limits of the machine."""

    theirs: pd.DataFrame
    ours: pd.DataFrame
    versions: str
    by_n: pd.DataFrame
    memory: pd.DataFrame
    limits: dict[str, float]
    speed: float

    @property
    def failed(self) -> tuple[float, float]:
        """How many of the simulated data sets each side could not fit."""
        known = self.theirs["value"].get("simulated", np.nan)
        return float(known), float(self.ours.loc["simulated", "value"])


def text(of: Measured) -> str:
    """Put everything on one page."""
    parts = [HEAD + circumstances(of), side_by_side(of), growth(of), memory(of)]
    return "\n".join([*parts, against_the_machine(of), NOTES])


def circumstances(of: Measured) -> str:
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    packages = [f"{p} {version(p)}" for p in ("numpy", "scipy", "pandas", "mdmameta")]
    rows = {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": f"{processor()}, {os.cpu_count()} cores, load {load}",
        "R": of.versions or "not there",
        "Python": ", ".join([platform.python_version(), *packages]),
        "seed": str(SEED),
    }
    return table(["what", "which"], [[k, v] for k, v in rows.items()])


def processor() -> str:
    """Name the processor where the system tells."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if "model name" in line]
    return names[0] if names else platform.machine()


def side_by_side(of: Measured) -> str:
    rows = []
    for name, (label, _, target) in ROWS.items():
        ours = of.ours.loc[name]
        row = [label, "n/a", duration(ours["seconds"]), "n/a", str(target or ""), "n/a"]
        if name in of.theirs.index:
            theirs = of.theirs.loc[name]
            row[1] = duration(theirs["seconds"])
            ratio = theirs["seconds"] / ours["seconds"]
            row[3] = f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}"
            row[5] = apart(theirs["value"], ours["value"])
        if name == "simulated":
            row[5] = f"{of.failed[0]:.0f} and {of.failed[1]:.0f} failed"
        rows.append(row)
    head = [
        "what",
        "metafor",
        "mdmameta",
        "times faster",
        "wanted",
        "results differ by",
    ]
    return f"## The same work\n\n{table(head, rows)}"


def apart(theirs: float, ours: float) -> str:
    """Say by how much two results differ."""
    if not (np.isfinite(theirs) and np.isfinite(ours)):
        return "random" if np.isnan(ours) else "n/a"
    return f"{abs(theirs - ours):.1g}"


def growth(of: Measured) -> str:
    rows = []
    for k in (10, 100, 1_000, 10_000):
        name = f"fit_{k}"
        r = duration(of.theirs.loc[name, "seconds"]) if name in of.theirs.index else "–"
        rows.append([f"{k:,}", r, duration(of.ours.loc[name, "seconds"])])
    single = table(["k", "metafor", "mdmameta"], rows)
    many = table(
        ["data sets", "time", "fits a second"],
        [
            [f"{row.n:,.0f}", duration(row.seconds), f"{row.fits:,.0f}"]
            for row in of.by_n.itertuples()
        ],
    )
    note = ""
    if "simulated" in of.theirs.index:
        r = of.theirs.loc["simulated", "seconds"] / SETS_OF_R
        at = of.by_n.set_index("n").loc[100_000, "seconds"]
        note = (
            f"\n100,000 such fits take R {duration(100_000 * r)} (from its "
            f"{SETS_OF_R:,}), and {duration(at)} here: {100_000 * r / at:,.0f} times "
            "faster.\n"
        )
    return (
        "## How cost grows\n\nOne fit of REML and Knapp–Hartung, with the number of "
        f"effects:\n\n{single}\n`fit_many`, the same of k = 10, with the number of "
        f"data sets:\n\n{many}{note}"
    )


def memory(of: Measured) -> str:
    rows = [
        [f"{row.n:,}", size(row.gosh), f"{row.gosh / row.n:,.0f}", size(row.flips)]
        for row in of.memory.itertuples()
    ]
    head = ["how many", "GOSH (DL, k = 20)", "bytes a subset", "flips of signs"]
    return (
        "## Memory\n\nThe most that is held at once (`tracemalloc`). A permutation "
        "test keeps counts alone. GOSH keeps its results, about 60 bytes a "
        "subset; the work space is that of one chunk.\n\n" + table(head, rows)
    )


def against_the_machine(of: Measured) -> str:
    limit = of.limits
    rows = [
        ["product of 1,500 × 1,500 matrices", f"{limit['dgemm'] / 1e9:.2f}", ""],
        ["numpy product of 8,192 numbers in cache", f"{limit['cached'] / 1e9:.2f}", ""],
        [
            "search for τ² of 10,000 data sets by `fit_many`",
            f"{of.speed / 1e9:.2f}",
            f"{100 * of.speed / limit['dgemm']:.1f} % and "
            f"{100 * of.speed / limit['cached']:.0f} %",
        ],
    ]
    return (
        "## Against what the machine can do\n\n"
        + table(["what", "10⁹ operations a second", "of the limits"], rows)
        + f"\nFrom memory, numpy reads and writes {limit['stream'] / 1e9:.1f} GB a "
        "second. Operations of the search are counted: nine a row and point of the "
        "search, of which one is a logarithm and one a division, and twenty a row and "
        "step of Newton's; they take the time of the whole fit.\n"
    )


NOTES = """## Notes

- metafor's gosh is its own loop: for DL it computes without `rma`, for REML it calls
  the same fit for each subset. Ours also has a standard error for each subset.
- metafor stops REML when τ² changes by less than 1e-5, and its search by bisection at
  1.2e-4; here both are exact to rounding, so results differ by about that much.
- Of the simulated data sets metafor's Fisher scoring stops with an error at some, which
  need options by hand; the search here ends always, at the highest mode.
- In GOSH the mean of τ² is compared. metafor warns that its scoring may be stuck at a
  local maximum in some subsets, and leaves out those where it fails.
- The 30 times that are wanted of the beta selection model were set when metafor 5.0-1
  took 3.1 s for it on another machine; 3.8.1 needs half of that here.
- Nothing of k = 10,000 builds a matrix of k × k: the generalised-Q interval of τ²
  (`tau2_interval="genq"`) takes its k eigenvalues as a determinant, in linear time.
- The 1,000 permutations are drawn by each side's own generator.
- Exact flips: metafor fits all 1,024, here the half of them whose mirror images have
  the same statistic but for its sign.
- Residuals and influence take effects and a model here, so a fit is timed with them;
  metafor's `rstudent` and `influence` have theirs already.
- Leave-one-out and influence refit each model on its own, with a table of everything.
- A fit of Python pays about a third of a millisecond for its checks, its warnings and
  its records, whatever the number of effects; its table of coefficients, another sixth,
  is made when it is first read.
- GOSH by an estimator in closed form needs no loop over subsets: sums over all of them
  are one product of the weights with the zeros and ones that say who is in.
"""


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def duration(took: float) -> str:
    """Seconds in a unit that suits them."""
    for unit, part in (("s", 1.0), ("ms", 1e-3)):
        if took >= part:
            return f"{took / part:.3g} {unit}"
    return f"{took / 1e-6:.3g} µs"


def size(count: float) -> str:
    """Bytes in megabytes."""
    return f"{count / 1e6:.1f} MB"
