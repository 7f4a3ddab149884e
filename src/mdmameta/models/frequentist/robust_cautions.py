"""Which guard rails cluster-robust results need."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.models.caution import Caution
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.coefficients import Coefficients
from mdmameta.models.frequentist.robust import Sandwich
from mdmameta.models.frequentist.working import Working
from mdmameta.models.guards import no_spread
from mdmameta.models.inputs import FEW_DF

#: Below this many clusters, errors without small-sample correction are too
#: small (Hedges, Tipton and Johnson 2010, doi:10.1002/jrsm.5).
FEW_CLUSTERS = 40

#: Correlations between clusters below this are rounding.
ROUNDING = 1e-8

#: Cautions on the interval of the model itself, which is replaced.
OF_THE_INTERVAL = ("few-df", "knapp-hartung-narrower", "no-spread", "prediction-df")

#: Cautions on rows that share people, which clusters answer.
OF_INDEPENDENCE = ("repeated-study", "shared-controls")


def robust_cautions(
    fit: Fit, working: Working, sandwich: Sandwich, df: str, found: Coefficients
) -> tuple[Caution, ...]:
    """Cautions of the fit that still hold, and those of robust inference.

    Parameters
    ----------
    fit
        By the model itself.
    working, sandwich, df, found
        What robust inference used and gave.
    """
    settled: tuple[str, ...] = OF_THE_INTERVAL
    if _clusters_join_studies(fit, sandwich):
        settled += OF_INDEPENDENCE
    kept = (caution for caution in fit.warnings if caution.code not in settled)
    error, wald = float(found.se[0]), float(np.sqrt(fit.vcov[0, 0]))
    return (
        *kept,
        *_few(sandwich, df, found),
        *_dependent(working, sandwich),
        *no_spread(error, wald, "clusters"),
    )


def _clusters_join_studies(fit: Fit, sandwich: Sandwich) -> bool:
    rows = fit.used[sandwich.clusters.order].tolist()
    member = dict(zip(rows, _members(sandwich).tolist(), strict=True))
    study = fit.effects.study.tolist()
    together = {(study[row], of) for row, of in member.items()}
    return len(together) == len({study[row] for row in rows}) and all(
        len({member[row] for row in group if row in member}) < 2
        for group in fit.effects.shared_controls
    )


def _members(sandwich: Sandwich) -> NDArray[np.intp]:
    of = sandwich.clusters
    return np.repeat(np.arange(of.m), of.sizes)


def _few(sandwich: Sandwich, df: str, found: Coefficients) -> Iterator[Caution]:
    m, p = sandwich.clusters.m, len(found.terms)
    named = ", ".join(
        f"{term} ({value:.2g})"
        for term, value in zip(found.terms, found.df, strict=True)
        if not value >= FEW_DF
    )
    if named:
        yield Caution(
            "few-df",
            f"Fewer than {FEW_DF} degrees of freedom for {named}, from {m} clusters: "
            "the t reference does not hold there; do not read p-values or "
            "intervals as if it did.",
        )
    corrected = sandwich.kind in ("CR2", "CR3") and df == "satterthwaite"
    if not corrected and m < FEW_CLUSTERS:
        yield Caution(
            "few-clusters",
            f"{m} clusters and {p} coefficient{'s' * (p > 1)}: with fewer than "
            f"{FEW_CLUSTERS} clusters, {sandwich.kind} with {df!r} degrees of freedom "
            "gives intervals that tend to be too narrow; use 'CR2' with "
            "'satterthwaite'.",
        )


def _dependent(working: Working, sandwich: Sandwich) -> Iterator[Caution]:
    if working.M.ndim == 1 or not _crosses(working.M, sandwich):
        return
    yield Caution(
        "dependent-clusters",
        "The model has covariances between rows of different clusters, which robust "
        "errors take as independent: cluster by the outermost level.",
    )


def _crosses(M: FloatArray, sandwich: Sandwich) -> bool:
    of = sandwich.clusters
    member = _members(sandwich)
    apart = member[:, None] != member
    sd = np.sqrt(np.diag(M))
    correlation = np.abs(M / np.outer(sd, sd))[np.ix_(of.order, of.order)]
    return bool((correlation[apart] > ROUNDING).any())
