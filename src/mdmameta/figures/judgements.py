"""Judgements of the risk of bias: one colour, one sign and one word each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from mdmameta.figures.plain import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """How a judgement is shown.

    Parameters
    ----------
    word
        In legends and alternative text.
    sign
        Tells judgements apart in grey and for every colour vision.
    colour, ink
        Of the light and of its sign.
    """

    word: str
    sign: str
    colour: str
    ink: str


#: Green, yellow and red of risk-of-bias tools, in shades that differ in lightness,
#: so that colour, sign and grey tell the same.
LOW = Judgement(word="low", sign="+", colour="#1B9E77", ink="white")
SOME = Judgement(word="some concerns", sign="?", colour="#F0D24B", ink="black")
HIGH = Judgement(word="high", sign="–", colour="#A5311F", ink="white")
NONE = Judgement(word="no judgement", sign="", colour="#FFFFFF", ink="black")

#: Judgements from best to worst.
SCALE = (LOW, SOME, HIGH, NONE)

#: Words of RoB 1, RoB 2, ROBINS-I and RevMan -> what they are shown as.
_WORDS: Mapping[str, Judgement] = MappingProxyType(
    {
        "low": LOW,
        "low risk": LOW,
        "+": LOW,
        "some concerns": SOME,
        "moderate": SOME,
        "unclear": SOME,
        "unclear risk": SOME,
        "?": SOME,
        "high": HIGH,
        "high risk": HIGH,
        "serious": HIGH,
        "critical": HIGH,
        "-": HIGH,
        "–": HIGH,
        "−": HIGH,
    }
)


def judged(text: object) -> Judgement:
    """Return how a judgement is shown; an unknown word is no judgement.

    Examples
    --------
    >>> judged("Some concerns").sign, judged("Low").word, judged(None).word
    ('?', 'low', 'no judgement')
    """
    return _WORDS.get(plain(text).casefold(), NONE)


def judgement_words() -> str:
    """Return the key of the signs.

    Examples
    --------
    >>> judgement_words()
    '+ low, ? some concerns, – high, empty: no judgement'
    """
    named = ", ".join(f"{one.sign} {one.word}" for one in SCALE if one.sign)
    return f"{named}, empty: {NONE.word}"


def draw_light(
    ax: Axes, x: float, y: float, judgement: Judgement, size: float, **place: object
) -> None:
    """Draw a light of a size in points, with its sign.

    Parameters
    ----------
    ax
        Axes to draw on.
    x, y
        Of its centre.
    judgement
        What it shows.
    size
        Diameter in points.
    place
        ``transform`` where x and y are no data.
    """
    ax.plot(
        [x],
        [y],
        "o",
        ms=size,
        mfc=judgement.colour,
        mec="#767676",
        mew=0.5,
        clip_on=False,
        label="_mm_light",
        **place,  # type: ignore[arg-type]
    )
    if judgement.sign:
        ax.text(
            x,
            y,
            judgement.sign,
            ha="center",
            va="center_baseline",
            size=0.85 * size,
            weight="bold",
            color=judgement.ink,
            parse_math=False,
            **place,  # type: ignore[arg-type]
        )
