"""Risk of bias: traffic lights by study, and the share of each judgement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from mdmameta.errors import OptionError
from mdmameta.figures.described import describe
from mdmameta.figures.judgements import SCALE, Judgement, draw_light, judged
from mdmameta.figures.plain import broken, plain
from mdmameta.figures.rows import height_for, label_rows
from mdmameta.figures.style import FONT_SIZE, INK, MID, axes_for, styled
from mdmameta.sensitivity.frames import with_columns
from mdmameta.tables.numbers import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Columns of RoB 2 in the raw tables, and what they are called.
DOMAINS: Mapping[str, str] = {
    "randomisation": "Randomisation",
    "deviations": "Deviations from intended interventions",
    "missing_data": "Missing outcome data",
    "measurement": "Measurement of the outcome",
    "reporting": "Selection of the reported result",
    "overall": "Overall",
}

#: Letters on a line of a domain's name.
LETTERS = 13

#: Diameter of a light in points.
LIGHT = 13.0


def risk_of_bias(
    judgements: pd.DataFrame,
    *,
    domains: Mapping[str, str] | Sequence[str] = DOMAINS,
    ax: Axes | None = None,
) -> Figure:
    """Draw a traffic light for each study and domain.

    Parameters
    ----------
    judgements
        One row a study: ``study`` and a column a domain, with the words of RoB
        2, RoB 1 or ROBINS-I. A word that none of them has is no judgement.
    domains
        Columns to show, with or without names.
    ax
        Axes to draw in; a new figure by default.

    Returns
    -------
    Figure
        Lights differ in colour, in sign and in grey.

    Raises
    ------
    SensitivityError
        When a column is missing.

    References
    ----------
    Sterne et al. 2019, doi:10.1136/bmj.l4898; McGuinness and Higgins 2021,
    doi:10.1002/jrsm.1411.

    Examples
    --------
    >>> from mdmameta.figures import alt_text
    >>> table = pd.DataFrame({"study": ["A", "B"], "overall": ["Low", "High"]})
    >>> figure = risk_of_bias(table, domains=["overall"])
    >>> alt_text(figure).split(". ")[1]
    'A: overall low'
    """
    named = _named(domains)
    rows = with_columns("judgements", judgements, ("study", *named))
    labels = [plain(study) for study in rows["study"]]
    cells = {name: [judged(x) for x in rows[name]] for name in named}
    with styled():
        figure, ax = axes_for(ax, height_cm=height_for(len(rows)) + 0.6)
        label_rows(ax, labels, [False] * len(labels))
        for x, column in enumerate(cells.values()):
            for y, one in enumerate(column):
                draw_light(ax, x, y, one, LIGHT)
        _head(ax, list(named.values()))
        used = {one for column in cells.values() for one in column}
        _key(ax, [one for one in SCALE if one in used], len(rows))
        describe(ax, _alt(labels, cells, named))
    return figure


def risk_of_bias_summary(
    judgements: pd.DataFrame,
    *,
    weights: ArrayLike | None = None,
    domains: Mapping[str, str] | Sequence[str] = DOMAINS,
    ax: Axes | None = None,
) -> Figure:
    """Draw what share of the studies has each judgement, by domain.

    Parameters
    ----------
    judgements
        As for `risk_of_bias`.
    weights
        One a study, such as those of a fit; equal by default.
    domains
        Columns to show, with or without names.
    ax
        Axes to draw in; a new figure by default.

    Returns
    -------
    Figure

    Raises
    ------
    OptionError
        For weights that are not one a study, or sum to nothing.

    Examples
    --------
    >>> from mdmameta.figures import alt_text
    >>> table = pd.DataFrame({"study": ["A", "B"], "overall": ["Low", "High"]})
    >>> figure = risk_of_bias_summary(table, domains=["overall"], weights=[3, 1])
    >>> alt_text(figure)
    'Shares of 2 studies, weighted, by judgement. Overall: low 75%, high 25%.'
    """
    named = _named(domains)
    rows = with_columns("judgements", judgements, ("study", *named))
    w = _weights(weights, len(rows))
    shares = {
        name: {one: float(w @ [judged(x) == one for x in rows[name]]) for one in SCALE}
        for name in named
    }
    with styled():
        figure, ax = axes_for(ax, height_cm=height_for(len(named)))
        texts = [broken(text, 26) for text in named.values()]
        label_rows(ax, texts, [False] * len(texts))
        _bars(ax, list(shares.values()))
        ax.set_xlim(0, 100)
        weighted = "" if weights is None else ", weighted"
        ax.set_xlabel(f"Percent of {len(rows)} studies{weighted}")
        describe(ax, _summary_alt(len(rows), weighted, shares, named))
    return figure


def _named(domains: Mapping[str, str] | Sequence[str]) -> dict[str, str]:
    if isinstance(domains, Mapping):
        return {name: plain(text) for name, text in domains.items()}
    return {name: DOMAINS.get(name, plain(name)) for name in domains}


def _weights(weights: ArrayLike | None, n: int) -> np.ndarray:
    w = np.ones(n) if weights is None else np.asarray(weights, dtype=float)
    if w.shape != (n,) or not np.isfinite(w).all() or w.sum() <= 0 or w.min() < 0:
        raise OptionError(
            f"weights has shape {w.shape}; give one weight from 0 upwards for each of "
            f"the {n} studies, not all of them 0."
        )
    return np.asarray(100 * w / w.sum())


def _head(ax: Axes, names: Sequence[str]) -> None:
    ax.set_xlim(-0.6, len(names) - 0.4)
    texts = [broken(name, LETTERS, 4) for name in names]
    ax.set_xticks(range(len(names)), labels=texts, parse_math=False)
    ax.tick_params(axis="x", length=0, labeltop=True, labelbottom=False)
    ax.spines["bottom"].set_visible(False)


def _key(ax: Axes, used: Sequence[Judgement], n: int) -> None:
    words = "    ".join(f"{one.sign or '○'} {one.word}" for one in used)
    ax.annotate(
        words,
        xy=(0, 0),
        xycoords="axes fraction",
        xytext=(0, -10),
        textcoords="offset points",
        va="top",
        color=INK,
        size=FONT_SIZE,
        annotation_clip=False,
    )
    ax.hlines(np.arange(n - 1) + 0.5, -0.6, ax.get_xlim()[1], color="#E5E5E5", lw=0.6)


def _bars(ax: Axes, shares: Sequence[Mapping[Judgement, float]]) -> None:
    y = np.arange(len(shares))
    left = np.zeros(len(shares))
    for one in SCALE:
        part = np.array([share[one] for share in shares])
        if not part.any():
            continue
        hatch = "" if one.sign else "////"
        ax.barh(
            y, part, 0.62, left=left, color=one.colour, ec=MID, lw=0.5, hatch=hatch,
            label=one.word,
        )  # fmt: skip
        for at in map(int, np.flatnonzero(part >= 6)):
            x = left[at] + part[at] / 2
            ax.text(
                x, at, f"{one.sign} {percent(part[at])}".strip(), color=one.ink,
                ha="center", va="center", size=FONT_SIZE - 1,
                backgroundcolor="white" if hatch else "none",
            )  # fmt: skip
        left = left + part
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, borderaxespad=0.2)


def _alt(
    labels: Sequence[str],
    cells: Mapping[str, list[Judgement]],
    named: Mapping[str, str],
) -> str:
    told = [f"Judgements of the risk of bias of {len(labels)} studies."]
    for y, label in enumerate(labels):
        words = (f"{named[name].lower()} {cells[name][y].word}" for name in named)
        told.append(f"{label}: {', '.join(words)}.")
    return " ".join(told)


def _summary_alt(
    n: int,
    weighted: str,
    shares: Mapping[str, Mapping[Judgement, float]],
    named: Mapping[str, str],
) -> str:
    told = [f"Shares of {n} studies{weighted}, by judgement."]
    for name, share in shares.items():
        parts = (f"{one.word} {percent(x)}" for one, x in share.items() if x > 0)
        told.append(f"{named[name]}: {', '.join(parts)}.")
    return " ".join(told)
