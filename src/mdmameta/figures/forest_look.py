"""How a forest plot looks: its own look and those of RevMan and two journals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from mdmameta.figures.style import BLUE, INK, SKY, VERMILION
from mdmameta.options import check_option

Style = Literal["default", "revman", "jama", "bmj"]

#: Columns that every forest plot can show, beside the moderators.
EFFECT, WEIGHT = "effect", "weight"

#: Columns of sums: in a row of a total the sum over the studies used stands there.
SUMMED = frozenset({"n", "n1", "n2", "ai", "ci"})

_GROUPS = ("mean1", "sd1", "ai", "n1", "mean2", "sd2", "ci", "n2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Colours, columns and signs of a forest plot.

    Parameters
    ----------
    square, diamond, predicted
        Colours of studies, of pooled effects, of prediction.
    left, right
        Columns beside the plot, of which those that are known are shown.
    around
        What stands before, between and after the ends of an interval.
    sides_on_top
        Whether who is favoured stands above the plot instead of below it.
    totals
        Whether the rows of pooled effects give sums of people and events.
    label
        Of the filled diamond; the model in words when empty.
    """

    square: str = BLUE
    diamond: str = VERMILION
    predicted: str = SKY
    left: tuple[str, ...] = ("n1", "n2")
    right: tuple[str, ...] = (EFFECT, WEIGHT)
    around: tuple[str, str, str] = ("[", ", ", "]")
    sides_on_top: bool = False
    totals: bool = False
    label: str = ""

    def interval(self, text: str) -> str:
        """Rewrite a printed interval with this look's signs.

        Examples
        --------
        >>> LOOKS["bmj"].interval("−0.7 [−0.9, −0.5]")
        '−0.7 (−0.9 to −0.5)'
        """
        before, between, after = self.around
        return (
            text.replace("[", before).replace(", ", between).replace("]", after)
            if "[" in text
            else text
        )


#: RevMan puts everything left of the plot, JAMA the effect; both journals write
#: “to” between the ends, for a hyphen beside minus signs cannot be read.
LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "default": Look(),
        "revman": Look(
            square="#2E7D32",
            diamond=INK,
            predicted="#7A7A7A",
            left=(*_GROUPS, WEIGHT, EFFECT),
            right=(),
            totals=True,
            label="Total",
        ),
        "jama": Look(
            square="#1F4E79",
            diamond="#1F4E79",
            predicted="#8DB3D6",
            left=("n1", "n2", EFFECT),
            right=(WEIGHT,),
            around=("(", " to ", ")"),
            sides_on_top=True,
            label="Overall",
        ),
        "bmj": Look(
            square=INK,
            diamond="#5B5B5B",
            predicted="#9A9A9A",
            left=("ai", "n1", "ci", "n2"),
            right=(WEIGHT, EFFECT),
            around=("(", " to ", ")"),
            sides_on_top=True,
            totals=True,
            label="Total",
        ),
    }
)


def look_of(style: Style) -> Look:
    """Return the look of a style.

    Raises
    ------
    OptionError
        With the styles there are.
    """
    check_option("style", style, Style)
    return LOOKS[style]
