"""The Baujat plot: which studies make the heterogeneity, and which the estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mdmameta.figures.described import describe
from mdmameta.figures.points import MOST_NAMED, place
from mdmameta.figures.style import axes_for, styled
from mdmameta.sensitivity.frames import with_columns
from mdmameta.tables.numbers import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def baujat(table: pd.DataFrame, *, ax: Axes | None = None) -> Figure:
    """Draw each study's contribution to heterogeneity against its influence.

    The contribution is the squared Pearson residual of the study.

    Studies at the top right both disagree with the others and move the
    estimate: they are the ones to look at first.

    Parameters
    ----------
    table
        As `mdmameta.baujat` returns: study, heterogeneity, influence.
    ax
        Axes to draw in; a new figure by default.

    Returns
    -------
    Figure

    Raises
    ------
    SensitivityError
        When a column is missing.

    References
    ----------
    Baujat et al. 2002, doi:10.1002/sim.1221.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[0.0, 0.3, 3.0], v=[1.0, 1.0, 1.0])
    >>> figure = baujat(mm.baujat(effects, mm.CommonEffect()))
    >>> figure.axes[0].get_ylabel()
    'Influence on the estimate'
    """
    rows = with_columns("table", table, ("study", "heterogeneity", "influence"))
    rows = rows[np.isfinite(rows["heterogeneity"]) & np.isfinite(rows["influence"])]
    x, y = rows["heterogeneity"].to_numpy(), rows["influence"].to_numpy()
    reach = np.hypot(x / max(x.max(), 1e-300), y / max(y.max(), 1e-300))
    named = reach >= np.sort(reach)[-min(MOST_NAMED, reach.size)]
    with styled():
        figure, ax = axes_for(ax, height_cm=9.0, width_cm=12.0)
        place(ax, x, y, rows["study"].tolist(), named=named.tolist())
        ax.set_xlabel("Contribution to heterogeneity")
        ax.set_ylabel("Influence on the estimate")
        describe(ax, _alt(rows, reach))
    return figure


def _alt(rows: pd.DataFrame, reach: np.ndarray) -> str:
    top = rows.iloc[int(reach.argmax())]
    return (
        f"Baujat plot of {len(rows)} studies. Farthest from the origin is "
        f"{top['study']}: contribution to heterogeneity "
        f"{number(top['heterogeneity'])}, influence {number(top['influence'])}."
    )
