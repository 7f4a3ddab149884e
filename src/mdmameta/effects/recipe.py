"""How one measure is computed and shown, and the options it is computed with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.effects.arguments import Inputs, check_inputs
from mdmameta.errors import OptionError
from mdmameta.options import Correction, check_option

AddTo = Literal["all", "only0", "if0all", "none"]

#: Variances of most measures: large-sample only.
LargeSample = Literal["LS"]

#: Names of the functions that lead from y back to the scale people read.
BackTransform = Literal[
    "none",
    "exp",
    "tanh",
    "tanh squared",
    "square",
    "inverse logit",
    "inverse probit",
    "inverse arcsine",
    "inverse Freeman-Tukey proportion",
    "inverse Freeman-Tukey rate",
    "inverse Hakstian-Whalen",
    "inverse Bonett",
]

#: Effect sizes and their sampling variances, each of shape (k,).
YV = tuple[FloatArray, FloatArray]

Arrays = Mapping[str, FloatArray]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Options of `mdmameta.effect_size`, by name; see there."""

    vtype: str
    correction: Correction
    add: float
    to: AddTo
    drop00: bool

    def check(self, measure: str, vtypes: Any) -> None:
        """Refuse what the measure or the option does not allow."""
        check_option(f"{measure} vtype", self.vtype, vtypes)
        check_option("correction", self.correction, Correction)
        check_option("to", self.to, AddTo)
        if not (np.isfinite(self.add) and self.add >= 0):
            raise OptionError(
                f"add={self.add!r} is not an option here; allowed: a number of 0 or "
                "more, added to each cell. metafor's default is 0.5."
            )

    def with_vtype(self, vtype: str) -> Choices:
        """Return the same options with another variance."""
        return replace(self, vtype=vtype)

    def pick(self, names: Sequence[str]) -> dict[str, Any]:
        """Return the options that a kernel takes."""
        return {name: getattr(self, name) for name in names}


Prepare = Callable[[Inputs, Choices], Arrays]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one measure is computed: a line here and a kernel make a measure.

    Parameters
    ----------
    meaning
        The measure in words.
    source
        DOI of the paper that the variance is from.
    kernel
        Pure function of named arrays that returns y and v.
    ways
        Sets of arguments, any of which is enough.
    prepare
        Checks the inputs and returns the arrays that the kernel takes.
    vtypes
        The ``Literal`` of variance formulas, the default first.
    takes
        Options handed to the kernel.
    add
        What is added to counts of zero unless the caller says otherwise.
    back_transform
        Name of the function that leads from y back to the scale people read.
    null
        The value of y that means no difference or no association; None where
        there is no such value, as for a mean.
    undefined
        Why y or v may be infinite or undefined although nothing is missing.
    """

    meaning: str
    source: str
    kernel: Callable[..., YV]
    ways: Sequence[Sequence[str]]
    prepare: Prepare
    vtypes: Any = LargeSample
    takes: Sequence[str] = ()
    add: float = 0.5
    back_transform: BackTransform = "none"
    null: float | None = 0.0
    undefined: str = "A cell of zero needs add > 0."


def checked(names: Sequence[str], fewest: int) -> Prepare:
    """Make the preparation of a measure that takes its arguments as they are.

    Parameters
    ----------
    names
        Arguments of the kernel.
    fewest
        Fewest people in a group of which the measure can be computed.

    Returns
    -------
    callable
        For `Recipe.prepare`: sizes, SDs, correlations and p-values are
        checked, and the arrays handed on.
    """

    def prepare(inputs: Inputs, choices: Choices) -> Arrays:
        return check_inputs(inputs.only(names), fewest).pick(names)

    return prepare
