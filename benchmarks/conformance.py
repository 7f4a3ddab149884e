"""Check every built-in model with the conformance kit; writes docs/conformance.md.

Run from the root of the project: ``python benchmarks/conformance.py [--html FILE]``.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import version
from pathlib import Path

import mdmameta as mm
from mdmameta.models.fit import Model
from mdmameta.testing import Conformance, check_model

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/conformance.md"
SEED = 1

#: Built-in models with the settings that a reader is likely to meet. Of models that
#: sample a check has time for few sets: docs/calibration.md has 500 of each.
MODELS: list[Model] = [
    mm.CommonEffect(),
    mm.RandomEffects(),
    mm.RandomEffects(interval="wald"),
    mm.RandomEffects(interval="knapp-hartung-adhoc"),
    mm.RandomEffects(tau2="DL", interval="t", prediction="V"),
    mm.RandomEffects(tau2="PM"),
    mm.RandomEffects(weights="equal"),
    mm.MetaRegression("~ dose + group"),
    mm.LocationScale("~ group"),
    mm.Multilevel(),
    mm.Multivariate(),
    mm.ClusterRobust(mm.RandomEffects()),
    mm.RobustCorrelated(),
    mm.RobustHierarchical(),
    mm.SelectionModel(alternative="greater"),
    *(mm.MantelHaenszel(measure) for measure in ("OR", "RR", "RD", "IRR", "IRD")),
    mm.Peto(),
    mm.BinomialNormal(),
    mm.BinomialNormal(measure="IRR"),
    mm.BinomialNormal(measure="PLO"),
    mm.BayesianRandomEffects(mu=mm.Normal(0, 1), tau=mm.HalfNormal(0.5)),
    mm.BayesianMetaRegression("~ dose", priors=mm.Normal(0, 1), tau=mm.HalfNormal(0.5)),
    mm.BayesianRandomEffects(engine="nuts", seed=SEED),
    mm.BayesianMetaRegression(
        "~ dose", priors=mm.Normal(0, 1), engine="nuts", seed=SEED
    ),
    mm.BayesianMultilevel(seed=SEED),
    mm.BayesianRobustEffects(seed=SEED),
    mm.BayesianBinomialNormal(seed=SEED),
]


def page(reports: list[Conformance]) -> str:
    """Return the table of verdicts, and the waived duties with their reasons."""
    passed = sum(report.passed for report in reports)
    lines = [
        "# Conformance of the built-in models",
        "",
        "Made by `nox -s conformance` (`benchmarks/conformance.py`) with mdmameta "
        f"{version('mdmameta')}, seed {SEED}: `mdmameta.testing.check_model` with its "
        f"defaults. **{passed} of {len(reports)} models pass.** A duty that a model "
        "waives is counted, and its reason stands below. Coverage is of 95 % "
        "intervals over simulated sets, ± its Monte Carlo standard error; with 5 and "
        "10 studies it is reported, with 100 it is judged, if the time allowed for at "
        "least 100 sets: the column after it says whether it was. *Calibration* is of "
        "Bayesian models on data of their own priors: sets, share of truths in 95 % "
        "intervals, and the least p of ranks and intervals, corrected for how many "
        "there are; below 0.001 a model fails.",
        "",
        "| model | verdict | kept | waived | 5 studies | 10 | 100 | sets of 100 "
        "| calibration |",
        "| --- | --- | --: | --: | --- | --- | --- | --- | --- |",
    ]
    lines += [_row(report) for report in reports]
    lines += ["", "## What is waived, and why", ""]
    reasons: dict[str, list[str]] = {}
    for report in reports:
        for check in report.checks:
            if check.outcome == "waived":
                reasons.setdefault(f"*{check.name}*: {check.detail}", []).append(
                    f"`{report.model.partition('(')[0]}`"
                )
    lines += [
        f"- {why} ({', '.join(dict.fromkeys(of))})" for why, of in reasons.items()
    ]
    return "\n".join(lines) + "\n"


def _row(report: Conformance) -> str:
    found = {check.name: check for check in report.checks}
    others = ("coverage", "calibration", "speed")
    duties = [c for c in report.checks if not c.name.startswith(others)]
    kept = sum(check.outcome == "passed" for check in duties)
    waived = sum(check.outcome == "waived" for check in duties)
    shown = [_coverage(found[f"coverage-{k}"].detail) for k in (5, 10, 100)]
    verdict = "passed" if report.passed else "FAILED"
    last = found["coverage-100"]
    judged = "judged" if last.outcome != "reported" else "not judged"
    sets = last.detail.split(", ")[-1].removesuffix(" sets")
    shown.append(f"{sets}, {judged}")
    made = found.get("calibration")
    shown.append("–" if made is None else _calibration(made.detail))
    cells = [f"`{report.model}`", verdict, str(kept), str(waived), *shown]
    return f"| {' | '.join(cells)} |"


def _calibration(detail: str) -> str:
    """Keep sets, share and p-value from the sentence of the kit."""
    found = re.match(r"(\d+) sets.*?: ([\d.]+) of truths.*least p (\S+) \(", detail)
    return f"{found[1]} sets, {found[2]}, p {found[3]}" if found else "not judged"


def _coverage(detail: str) -> str:
    """Keep the figure and its error from the sentence of the kit."""
    return detail.split("coverage ")[1].split(" (")[0]


def main(words: list[str]) -> None:
    reports = []
    for model in MODELS:
        reports.append(check_model(model, seed=SEED))
        sys.stderr.write(f"{reports[-1]!r}\n")
    PAGE.write_text(page(reports), "utf-8")
    if words[:1] == ["--html"]:
        Path(words[1]).write_text("\n".join(r.to_html() for r in reports), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
