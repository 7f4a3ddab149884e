"""Times metafor of R and mdmameta on the same data; writes docs/benchmarks.md."""

from __future__ import annotations

import os

# One thread each, since R's own BLAS has one.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import data
import numpy as np
import page
import pandas as pd
from timing import limits, operations, peak_memory, seconds

import mdmameta as mm
from mdmameta.models.frequentist import (
    likelihood_ratio_test,
    predict,
    robust,
    wald_test,
)
from mdmameta.sensitivity import begg, rstandard, rstudent

NO_R = (
    "Rscript, or R's package metafor, is not there, so only mdmameta is timed. On "
    "Debian or Ubuntu: apt-get install r-cran-metafor r-cran-lme4; elsewhere: install "
    "R, then install.packages(c('metafor', 'lme4'))."
)

Job = tuple[Callable[[], Any], Callable[[Any], float]]


def of_r(folder: Path) -> tuple[pd.DataFrame, str]:
    """Run R, or say how to get it."""
    script = Path(__file__).with_name("side_by_side.R")
    there = (
        shutil.which("Rscript")
        and not subprocess.run(
            ["Rscript", "-e", "library(metafor)"], capture_output=True, check=False
        ).returncode
    )
    if not there:
        sys.stderr.write(NO_R + "\n")
        return pd.DataFrame(columns=["seconds", "value"]), ""
    if not (folder / "versions.txt").exists():
        folder.mkdir(parents=True, exist_ok=True)
        data.write(folder)
        subprocess.run(["Rscript", str(script), str(folder)], check=True)
    versions = (folder / "versions.txt").read_text().split("\n")
    when = datetime.fromtimestamp((folder / "R.csv").stat().st_mtime, UTC)
    return pd.read_csv(folder / "R.csv", index_col="name"), (
        f"{versions[0]}, metafor {versions[1]}, done at {when:%H:%M} UTC"
    )


def jobs() -> dict[str, Job]:
    """What is timed, by the names that the R script has, with a number to compare."""
    trials, growth, schools = data.trials(), data.growth(), data.schools()
    y, v = data.simulated(data.SETS_OF_R)
    effects = made(trials)
    reml, dl = mm.RandomEffects(), mm.RandomEffects("DL", interval="wald")
    nested = mm.Effects.from_arrays(
        y=schools["yi"], v=schools["vi"], moderators=schools[["district", "school"]]
    )
    counts = pd.DataFrame({"ai": trials["tpos"], "ci": trials["cpos"]})
    counts["n1i"] = trials["tpos"] + trials["tneg"]
    counts["n2i"] = trials["cpos"] + trials["cneg"]
    tables = mm.Effects.from_arrays(
        np.zeros(len(trials)), np.ones(len(trials)), measure="OR", moderators=counts
    )
    multilevel = mm.Multilevel(levels=["district", "school"])
    profile = mm.RandomEffects(interval="wald", tau2_interval="profile")
    random = {"exact": False, "iterations": 1_000, "seed": 1}

    def value(fit: Any) -> float:
        return float(fit.estimate.value)

    return {
        "fit_13": (lambda: reml.fit(effects), value),
        **{
            f"fit_{k}": (partial(reml.fit, made(growth.head(k))), value)
            for k in (10, 100, 1_000, 10_000)
        },
        "gosh_DL": (lambda: mm.gosh(effects, dl), mean_tau2),
        "gosh_REML": (lambda: mm.gosh(effects, mm.RandomEffects()), mean_tau2),
        "simulated": (
            lambda: mm.fit_many(y, v),
            lambda fits: np.isnan(fits.ci_low).sum(),
        ),
        "permutations": (
            lambda: mm.permutation_test(effects, reml, **random),
            lambda test: np.nan,
        ),
        "flips": (
            lambda: mm.permutation_test(
                made(trials.head(10)), mm.RandomEffects(interval="wald"), exact=True
            ),
            lambda test: test.p_values[0],
        ),
        "profile": (
            lambda: profile.fit(effects).heterogeneity.tau2_ci,
            lambda ends: ends[1],
        ),
        "leave_one_out": (
            lambda: mm.leave_one_out(effects, reml),
            lambda table: table.to_frame()["value"].iloc[-13],
        ),
        "trim_and_fill": (
            lambda: mm.trim_and_fill(effects, mm.RandomEffects()),
            lambda found: found.fit.estimate.value,
        ),
        "beta": (
            lambda: mm.SelectionModel("beta", alternative="greater").fit(effects),
            lambda fit: fit.selection.log_likelihood,
        ),
        "multilevel": (lambda: multilevel.fit(nested), value),
        "multilevel_rstudent": (
            lambda: rstudent(nested, multilevel),
            lambda table: table["z"].iloc[0],
        ),
        "multilevel_cooks": (
            lambda: mm.influence(nested, multilevel, cluster="district"),
            lambda found: found.frame["cook_d"].iloc[0],
        ),
        **once_slower(trials, nested, tables),
        "glmm": (lambda: mm.BinomialNormal("UM.FS").fit(tables), value),
    }


def once_slower(
    trials: pd.DataFrame, nested: mm.Effects, tables: mm.Effects
) -> dict[str, Job]:
    """What metafor did faster once, or nearly; timed so that it stays seen."""
    cells = dict(zip(("ai", "bi", "ci", "di"), data.CELLS, strict=True))
    of = mm.Effects.from_arrays(
        trials["yi"], trials["vi"], moderators=trials[["ablat", "year"]]
    )
    mean, reduced = mm.RandomEffects(interval="wald"), mm.RandomEffects("ML").fit(of)
    line = mm.MetaRegression("~ ablat + year", interval="wald")
    fit, full = line.fit(of), mm.MetaRegression("~ ablat", tau2="ML").fit(of)
    at, pooled = {"ablat": [10, 30], "year": [1950, 1970]}, mm.MantelHaenszel("OR")
    levels = mm.Multilevel(levels=["district", "school"]).fit(nested)

    def first(column: str) -> Callable[[pd.DataFrame], float]:
        return lambda table: float(table[column].iloc[0])

    return {
        "escalc": (
            lambda: mm.effect_size("RR", data=trials, **cells),
            first("y"),
        ),
        "regression": (lambda: line.fit(of), lambda fit: fit.params.iloc[0]),
        "scale": (
            lambda: mm.LocationScale("~ ablat", "~ ablat", method="ML").fit(of),
            lambda fit: fit.scale.coefficients["value"].iloc[1],
        ),
        "at_moderators": (lambda: predict(fit, at), first("value")),
        "robust": (
            lambda: robust(levels, "district", "CR1p", "clusters"),
            lambda fit: fit.estimate.se,
        ),
        "robust_CR2": (lambda: robust(levels, "district"), lambda fit: fit.estimate.se),
        "rstandard": (lambda: rstandard(of, mean), first("z")),
        "rstudent": (lambda: rstudent(of, line), first("z")),
        "influence": (
            lambda: mm.influence(of, line),
            lambda found: found.frame["cook_d"].iloc[0],
        ),
        "contrast": (lambda: wald_test(fit, "ablat"), lambda test: test.statistic),
        "models": (
            lambda: likelihood_ratio_test(full, reduced),
            lambda test: test.statistic,
        ),
        "ranks": (lambda: begg(of), lambda test: test.p_value),
        "mantel_haenszel": (
            lambda: pooled.fit(tables),
            lambda fit: fit.estimate.value,
        ),
        "mantel_haenszel_loo": (
            lambda: mm.leave_one_out(tables, pooled).to_frame(),
            first("value"),
        ),
    }


def made(table: pd.DataFrame) -> mm.Effects:
    """Effects of a table with columns yi and vi."""
    return mm.Effects.from_arrays(y=table["yi"], v=table["vi"])


def mean_tau2(found: Any) -> float:
    """Mean τ² of all subsets, that of a single row being 0 as in metafor."""
    return float(found.to_frame()["tau2"].fillna(0.0).mean())


def growth_with_n() -> pd.DataFrame:
    """Seconds and fits a second by the number of data sets."""
    rows = []
    for n in (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000):
        y, v = data.simulated(n)
        took, _ = seconds(lambda y=y, v=v: mm.fit_many(y, v))
        rows.append({"n": n, "seconds": took, "fits": n / took})
    return pd.DataFrame(rows)


def memory() -> pd.DataFrame:
    """Most bytes at once by the number of subsets and of flips of signs."""
    rows = []
    table = data.growth().head(21)
    for power in (13, 16, 20):
        n, effects = 2**power, made(table.head(20))
        model = mm.RandomEffects("DL", interval="wald")
        flips = made(table.head(power + 1))
        rows.append(
            {
                "n": n,
                "gosh": peak_memory(
                    lambda e=effects, n=n, m=model: mm.gosh(e, m, subsets=n, seed=1)
                ),
                "flips": peak_memory(
                    lambda e=flips, m=model: mm.permutation_test(e, m, exact=True)
                ),
            }
        )
    return pd.DataFrame(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks.md"))
    parser.add_argument("--folder", type=Path, help="keeps R's times, or has them")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as temporary:
        theirs, versions = of_r(asked.folder or Path(temporary))
    ours = {}
    for name, (call, value) in jobs().items():
        took, result = seconds(call)
        ours[name] = {"seconds": took, "value": float(value(result))}
        sys.stderr.write(f"{name}: {took:.4g} s\n")
    y, v = data.simulated(10_000)
    many, _ = seconds(lambda: mm.fit_many(y, v))
    found = page.Measured(
        theirs=theirs,
        ours=pd.DataFrame(ours).T,
        versions=versions,
        by_n=growth_with_n(),
        memory=memory(),
        limits=limits(),
        speed=operations(lambda: mm.fit_many(y, v)) / many,
    )
    asked.out.write_text(page.text(found), encoding="utf-8")


if __name__ == "__main__":
    main()
