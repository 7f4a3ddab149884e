"""Effects from tables of the Metapsy data standard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from mdmameta.effects.measures import effect_size
from mdmameta.effects.provenance import Provenance
from mdmameta.effects.table import Effects
from mdmameta.effects.text_table import TextTable, read_text_table
from mdmameta.errors import EffectsError
from mdmameta.options import check_option

MetapsyEffect = Literal["g", "log_rr"]

#: Column of effects and of their standard errors, computed or printed.
_COMPUTED = {"g": (".g", ".g_se"), "log_rr": (".log_rr", ".log_rr_se")}
_PRINTED = {
    "g": ("precalc_g", "precalc_g_se"),
    "log_rr": ("precalc_log_rr", "precalc_log_rr_se"),
}
_MEASURE = {"g": "SMD", "log_rr": "RR"}


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to an effect: its name, and a function of the table to y and v."""

    name: str
    compute: Callable[[TextTable], tuple[np.ndarray, np.ndarray]]


def read_metapsy(
    path: str | Path, *, effect: MetapsyEffect = "g", recompute: bool = False
) -> Effects:
    r"""Read effects from a table of the Metapsy data standard.

    One row is one comparison of two arms. Effects that the table has (``.g``,
    ``.g_se``) are taken; where it has none they are computed from means and
    SDs at the end, else from changes, else taken from ``precalc_`` columns, with
    Metapsy's convention (J = 1 − 3/(4 df − 1), variance of the uncorrected d).
    How each was made stands in the provenance and in the moderator ``origin``.

    Parameters
    ----------
    path
        CSV, semicolon-separated with decimal commas too.
    effect
        "g" (default) or "log_rr".
    recompute
        Whether to leave out the table's own effects and compute them again.

    Returns
    -------
    Effects
        Arm 1 minus arm 2, in the file's order; NaN where there is no way to an
        effect. Rows of one study are correlated, which a model must allow for:
        see `mdmameta.Multilevel` and `mdmameta.with_covariance`.

    Raises
    ------
    EffectsError
        When the table has no column ``study``, or no way to an effect at all.

    References
    ----------
    docs.metapsy.org/data-preparation/format.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp(), "metapsy.csv")
    >>> _ = path.write_text("study;.g;.g_se\nAmes 2019;-0,5;0,2\nBell 2020;-0,8;0,3\n")
    >>> read_metapsy(path).y
    array([-0.5, -0.8])
    """
    check_option("effect", effect, MetapsyEffect)
    table = read_text_table(path)
    table.require(["study"])
    ways = [way for way in _ways(effect, recompute) if _has(table, way)]
    if not ways:
        wanted = " or ".join(way.name for way in _ways(effect, recompute))
        raise EffectsError(
            f"{table.path}: no way to {effect}: it needs {wanted}. It has "
            f"{', '.join(map(str, table.cells.columns))}."
        )
    rows = len(table.cells)
    y, v, origin = (
        np.full(rows, np.nan),
        np.full(rows, np.nan),
        np.full(rows, "", object),
    )
    for way in ways:
        found_y, found_v = way.compute(table)
        new = np.isnan(y) & np.isfinite(found_y) & np.isfinite(found_v) & (found_v > 0)
        y[new], v[new], origin[new] = found_y[new], found_v[new], way.name
    return _effects(table, effect, y, v, origin)


def _effects(
    table: TextTable, effect: str, y: np.ndarray, v: np.ndarray, origin: np.ndarray
) -> Effects:
    others = {
        str(name): table.column(str(name)) for name in table.cells if name != "study"
    }
    moderators = pd.DataFrame(others, index=table.cells.index)
    notes = [(f"{effect} from {way}",) if way else () for way in origin]
    return Effects.from_arrays(
        y=y,
        v=v,
        study=table.labels("study"),
        moderators=moderators.assign(origin=origin),
        label=table.path.name,
        measure=_MEASURE[effect],
        provenance=[
            Provenance(rows=(f"{table.path.name}:{row}",), notes=note)
            for row, note in zip(table.rows, notes, strict=True)
        ],
    )


def _ways(effect: str, recompute: bool) -> list[_Way]:
    own = [] if recompute else [_taken(*_COMPUTED[effect])]
    if effect == "g":
        made = [_means("", "mean_arm{}"), _means("change", "mean_change_arm{}")]
    else:
        made = [_Way("event_arm1, event_arm2", _ratio)]
    return [*own, *made, _taken(*_PRINTED[effect])]


def _has(table: TextTable, way: _Way) -> bool:
    return all(name in table.cells for name in way.name.split(", "))


def _taken(value: str, error: str) -> _Way:
    def compute(table: TextTable) -> tuple[np.ndarray, np.ndarray]:
        return table.numbers(value), table.numbers(error) ** 2

    return _Way(f"{value}, {error}", compute)


def _means(kind: str, mean: str) -> _Way:
    part = f"{kind}_" if kind else ""
    names = [
        name.format(arm)
        for arm in (1, 2)
        for name in (mean, f"sd_{part}arm{{}}", f"n_{part}arm{{}}")
    ]

    def compute(table: TextTable) -> tuple[np.ndarray, np.ndarray]:
        m1, s1, n1, m2, s2, n2 = (table.numbers(name) for name in names)
        sizes = effect_size(
            "SMD",
            m1i=m1,
            sd1i=np.where(s1 > 0, s1, np.nan),
            n1i=np.where(n1 > 1, n1, np.nan),
            m2i=m2,
            sd2i=np.where(s2 > 0, s2, np.nan),
            n2i=np.where(n2 > 1, n2, np.nan),
            correction="approximate",
            vtype="uncorrected-d",
        )
        return sizes["y"].to_numpy(), sizes["v"].to_numpy()

    return _Way(", ".join(names), compute)


def _ratio(table: TextTable) -> tuple[np.ndarray, np.ndarray]:
    table.require(["totaln_arm1", "totaln_arm2"])
    a, n1, c, n2 = (
        table.numbers(name)
        for name in ("event_arm1", "totaln_arm1", "event_arm2", "totaln_arm2")
    )
    sizes = effect_size("RR", ai=a, n1i=n1, ci=c, n2i=n2)
    return sizes["y"].to_numpy(), sizes["v"].to_numpy()
