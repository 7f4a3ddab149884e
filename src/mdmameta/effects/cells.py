"""2 × 2 tables: completed, checked, and with something added to their zeros."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.effects.arguments import Inputs
from mdmameta.effects.recipe import YV, AddTo, Arrays, Choices, Recipe
from mdmameta.effects.zero_counts import warn_of_silent, with_added

#: Cells of k tables: events and non-events of group 1, then of group 2.
Cells = tuple[FloatArray, FloatArray, FloatArray, FloatArray]

CELL_WAYS = (("ai", "bi", "ci", "di"), ("ai", "n1i", "ci", "n2i"))


def adjusted_cells(
    ai: FloatArray,
    bi: FloatArray,
    ci: FloatArray,
    di: FloatArray,
    *,
    add: float = 0.5,
    to: AddTo = "only0",
    drop00: bool = False,
) -> Cells:
    """Cells of 2 × 2 tables with a constant added to those that need it.

    Parameters
    ----------
    ai, bi, ci, di
        Events and non-events of group 1, then of group 2, shape (k,).
    add
        What to add to each of the four cells; one half by default, as metafor
        does (Sweeting 2004).
    to
        "only0": to tables that have a cell of zero (the default, for every
        measure, the risk difference included); "all": to every table;
        "if0all": to every table if any one has a cell of zero; "none".
    drop00
        Whether tables without events, or with events only, in both groups
        become missing (default: no, as in metafor).

    Returns
    -------
    tuple of numpy.ndarray
        The four cells, each of shape (k,).

    References
    ----------
    Sweeting, Sutton and Lambert 2004, doi:10.1002/sim.1761.

    Examples
    --------
    >>> import numpy as np
    >>> a, b, c, d = (np.array(x, float) for x in ([4, 8], [4, 4], [0, 2], [4, 5]))
    >>> adjusted_cells(a, b, c, d)[2]
    array([0.5, 2. ])
    """
    cells = np.array([ai, bi, ci, di], dtype=float)
    if drop00:
        without = (cells[0] == 0) & (cells[2] == 0)
        throughout = (cells[1] == 0) & (cells[3] == 0)
        cells[:, without | throughout] = np.nan
    a, b, c, d = with_added(cells, add=add, to=to)
    return a, b, c, d


def check_cells(inputs: Inputs) -> Cells:
    """Complete 2 × 2 tables from totals and refuse impossible counts.

    Parameters
    ----------
    inputs
        Arrays ai, bi, ci, di, n1i, n2i, as far as they were given.

    Returns
    -------
    tuple of numpy.ndarray
        The cells ai, bi, ci, di, each of shape (k,).

    Raises
    ------
    EffectsError
        For a negative count, more events than people, an empty group, or
        cells that do not add up to their total.
    """
    for name in ("ai", "bi", "ci", "di", "n1i", "n2i"):
        inputs.refuse(name, inputs.get(name) < 0, "a count of 0 or more")
    cells = inputs.pick(("ai", "bi", "ci", "di"))
    for events, others, total in (("ai", "bi", "n1i"), ("ci", "di", "n2i")):
        x, n = cells[events], inputs.get(total)
        whole = x + cells[others]
        inputs.refuse(events, x > n, f"at most {total}: events cannot exceed people")
        inputs.refuse(total, n == 0, "1 or more")
        inputs.refuse(total, np.abs(n - whole) > 0, f"{events} + {others}")
        cells[others] = np.where(np.isnan(cells[others]), n - x, cells[others])
    return cells["ai"], cells["bi"], cells["ci"], cells["di"]


def prepare_cells(inputs: Inputs, choices: Choices) -> Arrays:
    """Prepare checked and adjusted cells for a kernel of 2 × 2 tables."""
    cells = check_cells(inputs)
    if choices.add > 0 and choices.to != "none" and not choices.drop00:
        a, b, c, d = cells
        silent = ((a == 0) & (c == 0)) | ((b == 0) & (d == 0))
        warn_of_silent(inputs.index[silent], "events (or no non-events)")
    adjusted = adjusted_cells(
        *cells, add=choices.add, to=choices.to, drop00=choices.drop00
    )
    return dict(zip(("ai", "bi", "ci", "di"), adjusted, strict=True))


def of_tables(
    meaning: str, kernel: Callable[..., YV], source: str, **options: Any
) -> Recipe:
    """Recipe of a measure of 2 × 2 tables, its kernel a function of four cells."""
    return Recipe(
        meaning=meaning,
        kernel=kernel,
        source=source,
        ways=CELL_WAYS,
        prepare=prepare_cells,
        **options,
    )
