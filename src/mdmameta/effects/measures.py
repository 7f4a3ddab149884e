"""The measures by metafor's codes, and the one function that computes them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.effects import arguments, binary, continuous, single_group
from mdmameta.effects.arguments import Inputs
from mdmameta.effects.binary import AddTo
from mdmameta.effects.checks import FloatArray
from mdmameta.effects.continuous import YV
from mdmameta.errors import DataWarning, EffectsError, OptionError
from mdmameta.options import Correction, Measure, check_option

Arrays = Mapping[str, FloatArray]

TWO_MEANS = ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")
TWO_TIMES = ("m1i", "m2i", "sd1i", "sd2i", "ni", "ri")
TWO_TIMES_ONE_SD = ("m1i", "m2i", "sd1i", "ni", "ri")
SIZES = ("n1i", "n2i")
CELLS = (("ai", "bi", "ci", "di"), ("ai", "n1i", "ci", "n2i"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Options of `effect_size`, by name; see there."""

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

    def pick(self, names: Sequence[str]) -> dict[str, Any]:
        """Return the options that a kernel takes."""
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one measure is computed: a line here and a kernel make a measure.

    Parameters
    ----------
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
    """

    kernel: Callable[..., YV]
    ways: Sequence[Sequence[str]]
    prepare: Callable[[Inputs, Choices], Arrays]
    vtypes: Any
    takes: Sequence[str] = ("vtype", "correction")


def _two_means(inputs: Inputs, choices: Choices) -> Arrays:
    arguments.check_groups(inputs, arguments.FEWEST_IN_TWO_GROUPS)
    return inputs.pick(TWO_MEANS)


def _two_means_or_d(inputs: Inputs, choices: Choices) -> Arrays:
    columns = inputs.pick((*TWO_MEANS, "di", "ti", "pi"))
    arguments.check_groups(inputs, arguments.FEWEST_IN_TWO_GROUPS)
    return {"d": continuous.cohen_d(**columns), **inputs.pick(SIZES)}


def _two_times(inputs: Inputs, choices: Choices) -> Arrays:
    arguments.check_groups(inputs, arguments.FEWEST_IN_ONE_GROUP)
    return inputs.pick(TWO_TIMES)


def _two_times_one_sd(inputs: Inputs, choices: Choices) -> Arrays:
    arguments.check_groups(inputs, arguments.FEWEST_IN_ONE_GROUP)
    return inputs.pick(TWO_TIMES_ONE_SD)


def _cells(inputs: Inputs, choices: Choices) -> Arrays:
    cells = arguments.check_cells(inputs)
    adjusted = binary.adjusted_cells(
        *cells, add=choices.add, to=choices.to, drop00=choices.drop00
    )
    return dict(zip(("ai", "bi", "ci", "di"), adjusted, strict=True))


def _of_tables(kernel: Callable[..., YV]) -> Recipe:
    return Recipe(
        kernel=kernel,
        ways=CELLS,
        prepare=_cells,
        vtypes=binary.BinaryVType,
        takes=(),
    )


#: metafor's code -> how the measure is computed. A new measure is one kernel
#: in the module of its kind and one entry here.
MEASURES: Mapping[str, Recipe] = MappingProxyType(
    {
        "MD": Recipe(
            kernel=continuous.mean_difference,
            ways=(TWO_MEANS,),
            prepare=_two_means,
            vtypes=continuous.MDVType,
            takes=("vtype",),
        ),
        "SMD": Recipe(
            kernel=continuous.hedges_g,
            ways=(TWO_MEANS, ("di", *SIZES), ("ti", *SIZES), ("pi", *SIZES)),
            prepare=_two_means_or_d,
            vtypes=continuous.SMDVType,
        ),
        "SMDH": Recipe(
            kernel=continuous.heteroscedastic_smd,
            ways=(TWO_MEANS,),
            prepare=_two_means,
            vtypes=continuous.SMDHVType,
        ),
        "SMCC": Recipe(
            kernel=single_group.change_over_change_sd,
            ways=(TWO_TIMES,),
            prepare=_two_times,
            vtypes=single_group.SMCVType,
        ),
        "SMCR": Recipe(
            kernel=single_group.change_over_raw_sd,
            ways=(TWO_TIMES_ONE_SD,),
            prepare=_two_times_one_sd,
            vtypes=single_group.SMCVType,
        ),
        "RR": _of_tables(binary.log_risk_ratio),
        "OR": _of_tables(binary.log_odds_ratio),
        "RD": _of_tables(binary.risk_difference),
    }
)


def effect_size(
    measure: Measure,
    *,
    data: pd.DataFrame | None = None,
    vtype: str = "LS",
    correction: Correction = "exact",
    add: float = 0.5,
    to: AddTo = "only0",
    drop00: bool = False,
    append: bool = False,
    **inputs: Any,
) -> pd.DataFrame:
    """Effect sizes and their sampling variances, with metafor's codes and names.

    Parameters
    ----------
    measure
        "MD" mean difference; "SMD" standardised mean difference (Hedges' g);
        "SMDH" the same with SDs free to differ; "SMCC", "SMCR" standardised
        change within one group over the SD of changes or a raw SD; "RR", "OR"
        log risk ratio and log odds ratio; "RD" risk difference.
    data
        Table in which column names are looked up.
    vtype
        Formula of the variance; "LS" (large sample) is metafor's default for
        each. MD also has "HO"; SMD "LS2", "UB" and "uncorrected-d"; SMDH
        "LS2". The kernels give the formulas: `mdmameta.effects.continuous`,
        ``binary`` and ``single_group``.
    correction
        Factor J of standardised differences: "exact" (gamma functions, the
        default as in metafor), "approximate" 1 − 3/(4 df − 1), or "none".
        ``correction="approximate", vtype="uncorrected-d"`` is the convention
        of SYPRES's and Metapsy's data sets.
    add, to, drop00
        What is added to which 2 × 2 tables: one half, only where a cell is
        zero; see `mdmameta.effects.binary.adjusted_cells`.
    append
        Whether to return the columns of ``data`` too, before y and v.
    **inputs
        Arrays of shape (k,), single numbers, or column names of ``data``:
        ``m1i sd1i n1i m2i sd2i n2i`` (SMD also takes ``di``, ``ti`` or a
        signed ``pi`` with ``n1i n2i``, used where a mean or SD is missing);
        ``ai bi ci di`` or ``ai n1i ci n2i``; ``m1i m2i sd1i sd2i ni ri``.
        A name of metafor's that the measure does not use is ignored, so that
        one call serves several measures.

    Returns
    -------
    pandas.DataFrame
        Columns y and v in the order of the input, with the index of ``data``
        (or of the Series given); NaN where an input is missing.

    Raises
    ------
    OptionError
        For an unknown measure, option or argument.
    EffectsError
        For arguments that are missing, and for values that cannot be: SD ≤ 0,
        n < 2 (3 in one group), events > n, a negative count, |r| > 1. The
        message names the row.

    Warns
    -----
    DataWarning
        When a value is infinite, as the log of a zero cell with ``to="none"``;
        it becomes NaN.

    References
    ----------
    Viechtbauer 2010, doi:10.18637/jss.v036.i03.

    Examples
    --------
    >>> effect_size(
    ...     "SMD", m1i=[20], sd1i=[12], n1i=[42], m2i=[30], sd2i=[13], n2i=[37]
    ... ).round(4)
            y       v
    0 -0.7936  0.0548
    >>> effect_size("RR", ai=[4], n1i=[8], ci=[0], n2i=[4]).round(4)
            y       v
    0  1.6094  1.9111
    """
    check_option("measure", measure, Measure)
    recipe = MEASURES[measure]
    choices = Choices(vtype=vtype, correction=correction, add=add, to=to, drop00=drop00)
    choices.check(measure, recipe.vtypes)
    columns = arguments.read_inputs(inputs, data)
    arguments.require(measure, recipe.ways, inputs)
    with np.errstate(divide="ignore", invalid="ignore"):
        y, v = recipe.kernel(
            **recipe.prepare(columns, choices), **choices.pick(recipe.takes)
        )
    table = _table(measure, y, v, columns.index)
    return _appended(data, table) if append else table


def _table(measure: str, y: FloatArray, v: FloatArray, index: pd.Index) -> pd.DataFrame:
    infinite = np.isinf(y) | np.isinf(v)
    if infinite.any():
        rows = ", ".join(repr(label) for label in index[infinite])
        warnings.warn(
            f"{measure} is infinite and set to NaN in rows {rows}. "
            "A cell of zero needs add > 0.",
            DataWarning,
            stacklevel=3,
        )
    missing = infinite | np.isnan(y) | np.isnan(v)
    values = {"y": np.where(missing, np.nan, y), "v": np.where(missing, np.nan, v)}
    return pd.DataFrame(values, index=index)


def _appended(data: pd.DataFrame | None, table: pd.DataFrame) -> pd.DataFrame:
    if data is None:
        raise EffectsError("append=True needs data=, the table to append to.")
    taken = [name for name in ("y", "v") if name in data.columns]
    if taken:
        raise EffectsError(
            f"data already has the column {taken[0]!r}. Rename it, or leave append out."
        )
    return pd.concat([data, table], axis=1)
