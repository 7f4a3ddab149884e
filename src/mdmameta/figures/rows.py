"""Axes whose rows are arms: their labels and gaps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from mdmameta.figures.plain import broken
from mdmameta.figures.style import FONT_SIZE, MID

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Height of a row and of everything else, in cm.
ROW_CM, REST_CM = 0.62, 2.6

#: Height of each line of a label, in cm, and of what keeps two labels apart.
LINE_CM, GAP_CM = 0.36, 0.1


def height_for(n_rows: int, labels: Sequence[str] = ()) -> float:
    """Height in cm of a figure with some rows, their labels of one or more lines."""
    lines = max((broken(text).count("\n") + 1 for text in labels), default=1)
    row = max(ROW_CM, LINE_CM * lines + GAP_CM) if lines > 1 else ROW_CM
    return REST_CM + row * max(n_rows, 2)


def arm_label(study: object, arm: object) -> str:
    """Name an arm by its trial; an empty arm is the whole trial.

    Examples
    --------
    >>> arm_label("MP8", "MP8-125"), arm_label("A", "drug"), arm_label("A", "")
    ('MP8-125', 'A: drug', 'A: whole trial')
    """
    trial, part = str(study), "" if pd.isna(arm) else str(arm)  # type: ignore[call-overload]
    if not part:
        return f"{trial}: whole trial"
    return part if part.startswith(trial) else f"{trial}: {part}"


def label_rows(ax: Axes, labels: Sequence[str], doubtful: Sequence[bool]) -> None:
    """Write one label a row, first on top; doubtful ones bear a dagger."""
    marked = [
        f"{broken(text)} †" if doubt else broken(text)
        for text, doubt in zip(labels, doubtful, strict=True)
    ]
    ax.set_yticks(range(len(marked)), labels=marked, parse_math=False)
    ax.set_ylim(max(len(marked), 1) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    if not marked:
        ax.text(
            0.5,
            0.5,
            "No rows.",
            transform=ax.transAxes,
            ha="center",
            size=FONT_SIZE,
            backgroundcolor="white",
        )


def write_gaps(
    ax: Axes, x: float, gaps: Sequence[bool], text: str | Callable[[int], str]
) -> None:
    """Say in its row that something is not known."""
    for y, gap in enumerate(gaps):
        if gap:
            said = text if isinstance(text, str) else text(y)
            ax.text(x, y, said, va="center", color=MID, size=FONT_SIZE, style="italic")


def is_doubtful(frame: pd.DataFrame) -> list[bool]:
    """Tell of each row whether it is unverified or assumed."""
    doubtful = pd.Series(False, index=frame.index)
    if "verification" in frame:
        doubtful |= frame["verification"].astype(str).str.contains("unverified")
    if "basis" in frame:
        doubtful |= frame["basis"] == "assumed"
    return [bool(x) for x in doubtful]


def warned(title: str, doubtful: Sequence[bool], word: str = "UNVERIFIED") -> str:
    """Put a warning into a title where rows are doubtful.

    Examples
    --------
    >>> warned("Guesses", [True, True]), warned("Guesses", [True, False])
    ('UNVERIFIED: Guesses', 'Guesses († UNVERIFIED)')
    """
    if doubtful and all(doubtful):
        return f"{word}: {title}"
    return f"{title} († {word})" if any(doubtful) else title
