"""The GOSH plot: estimates and heterogeneity of every subset of the studies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mdmameta.errors import SensitivityError
from mdmameta.figures.described import describe
from mdmameta.figures.scales import label_ticks
from mdmameta.figures.style import BLUE, VERMILION, axes_for, styled
from mdmameta.sensitivity.gosh import Gosh
from mdmameta.tables.labels import is_ratio, measure_label
from mdmameta.tables.numbers import number, percent, printed_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def gosh(subsets: Gosh, *, study: str | None = None, ax: Axes | None = None) -> Figure:
    """Draw the estimate of each subset against its I².

    Two clouds tell that two groups of studies disagree, or that one study
    makes the result: name it to see the subsets that hold it.

    Parameters
    ----------
    subsets
        As `mdmameta.gosh` returns.
    study
        Subsets with this study get the other colour.
    ax
        Axes to draw in; a new figure by default.

    Returns
    -------
    Figure

    Raises
    ------
    SensitivityError
        When there is no such study.

    References
    ----------
    Olkin, Dahabreh and Trikalinos 2012, doi:10.1002/jrsm.1053.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[0.1, 0.3, 0.2, 0.9], v=[0.02] * 4)
    >>> gosh(mm.gosh(effects, mm.RandomEffects(tau2="DL"))).axes[0].get_ylabel()
    'I², percent'
    """
    frame = subsets.frame
    several = (frame["k"] > 1).to_numpy() & np.isfinite(frame["value"].to_numpy())
    x, y = frame["value"].to_numpy()[several], frame["i2"].to_numpy()[several]
    with_it = _holding(subsets, study)[several]
    with styled():
        figure, ax = axes_for(ax, height_cm=10.0, width_cm=12.0)
        size = float(np.clip(1200 / max(x.size, 1), 3, 22))
        alpha = float(np.clip(60 / max(x.size, 1), 0.25, 0.75))
        for rows, mark, colour in ((~with_it, "o", BLUE), (with_it, "D", VERMILION)):
            ax.scatter(
                x[rows], y[rows], s=size, c=colour, marker=mark, alpha=alpha, lw=0,
                label="_mm_subset", rasterized=True,
            )  # fmt: skip
        measure = subsets.whole.effects.measure
        label_ticks(ax, measure, room=270)
        ax.set_xlabel(measure_label(measure, on_log_axis=is_ratio(measure)))
        ax.set_ylabel("I², percent")
        if study is not None:
            title = f"Diamonds: subsets with {study}"
            ax.set_title(title, parse_math=False)
        describe(ax, _alt(subsets, x, y))
    return figure


def _holding(subsets: Gosh, study: str | None) -> np.ndarray:
    if study is None:
        return np.zeros(len(subsets.frame), dtype=bool)
    if study not in subsets.study:
        raise SensitivityError(
            f"no study {study!r} in these subsets; there are "
            f"{', '.join(subsets.study)}."
        )
    held: np.ndarray = subsets.inside()[:, subsets.study.index(study)]
    return held


def _alt(subsets: Gosh, x: np.ndarray, y: np.ndarray) -> str:
    measure = subsets.whole.effects.measure
    low, mid, high = (
        number(printed_scale(q, measure)) for q in np.quantile(x, [0, 0.5, 1])
    )
    return (
        f"Estimates of {x.size} subsets of {len(subsets.study)} studies from {low} to "
        f"{high}, median {mid}; I² up to {percent(np.nanmax(y))}."
    )
