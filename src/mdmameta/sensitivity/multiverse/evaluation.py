"""One chunk of specifications, evaluated in batches that share work."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.sensitivity.multiverse.bayesian import posteriors
from mdmameta.sensitivity.multiverse.block import NUMBERS, Block
from mdmameta.sensitivity.multiverse.enumeration import Rows, full_codes
from mdmameta.sensitivity.multiverse.frequentist import limits, pooled
from mdmameta.sensitivity.multiverse.universe import Universe, altered


def evaluate(universe: Universe, rows: Rows) -> Block:
    """Compute the specifications of one chunk.

    Specifications that differ in the interval alone share one fit, and those
    that differ in the method alone share their effects.

    Parameters
    ----------
    universe
        The numbers.
    rows
        From `chunks`, shape (n, 1 + later choices).
    """
    codes = full_codes(universe, rows)
    data, which = data_sets(universe, rows)
    y, v = altered(universe, data)
    results = np.full((len(NUMBERS), len(rows)), np.nan)
    converged = np.ones(len(rows), dtype=bool)
    tau2, interval, prior = codes[:, -3], codes[:, -2], codes[:, -1]
    for code, estimator in enumerate(universe.methods.tau2):
        at = np.flatnonzero((prior == 0) & (tau2 == code))
        if at.size:
            results[:, at], converged[at] = _frequentist(
                universe, y, v, which[at], estimator, interval[at]
            )
    at = np.flatnonzero(prior > 0)
    if at.size:
        sets, back = np.unique(which[at], return_inverse=True)
        methods = universe.methods
        found = posteriors(y[sets], v[sets], methods.priors, methods.level)
        results[:, at] = found[back, :, prior[at] - 1].T
    return Block(
        spec_id=universe.graph.spec_ids(codes),
        codes=codes,
        k=np.isfinite(y + v).sum(axis=1)[which],
        converged=converged,
        **dict(zip(NUMBERS, results, strict=True)),
    )


def data_sets(universe: Universe, rows: Rows) -> tuple[Rows, NDArray[np.intp]]:
    """Find the different data sets of a chunk, and which one each row is on.

    Rows with the same data are neighbours, because methods are chosen last.

    Returns
    -------
    tuple of numpy.ndarray
        Set and layers of each data set, shape (d, 1 + layers), and its
        position for each row, shape (n,).
    """
    columns = rows[:, : 1 + len(universe.layers)]
    new = np.ones(len(rows), dtype=bool)
    new[1:] = (columns[1:] != columns[:-1]).any(axis=1)
    return columns[new], np.cumsum(new) - 1


def _frequentist(
    universe: Universe,
    y: FloatArray,
    v: FloatArray,
    which: NDArray[np.intp],
    estimator: str | None,
    interval: NDArray[np.int16],
) -> tuple[FloatArray, NDArray[np.bool_]]:
    sets, back = np.unique(which, return_inverse=True)
    fits = pooled(y[sets], v[sets], estimator).take(back)
    found = np.empty((len(NUMBERS), which.size))
    found[0], found[4] = fits.value, fits.tau2
    for code, name in enumerate(universe.methods.interval):
        at = np.flatnonzero(interval == code)
        if at.size:
            found[1:4, at] = limits(fits.take(at), name, universe.methods.level)
    return found, fits.converged
