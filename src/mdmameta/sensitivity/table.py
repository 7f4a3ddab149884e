"""What every sensitivity analysis returns: refits, a verdict, tipping points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from mdmameta.models.fit import Fit
from mdmameta.models.plain import plain

VerdictKind = Literal["robust", "fragile", "not identified"]

#: Columns that end every table of refits, after those of the scenario.
RESULT_COLUMNS = (
    "value",
    "ci_low",
    "ci_high",
    "width",
    "k",
    "model",
    "excludes_zero",
    "asked_low",
    "asked_high",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the refits say about one assumption, in words made from numbers.

    Parameters
    ----------
    kind
        *robust*: the deciding interval excludes zero over the whole declared
        plausible region; *fragile*: it reaches zero inside that region (or
        holds it already); *not identified*: the answer follows the prior.
    text
        Plain words with the numbers in them.
    region
        Declared plausible region: parameter -> (low, high).
    numbers
        The numbers behind the words, by name; None where one does not exist.

    Examples
    --------
    >>> import mdmameta as mm
    >>> verdict = mm.sensitivity.Verdict(
    ...     kind="fragile", text="the interval reaches zero at delta = 0.3.",
    ...     region={"delta": (-0.5, 0.5)}, numbers={"tipping_delta": 0.3})
    >>> print(verdict)
    fragile: the interval reaches zero at delta = 0.3.
    """

    kind: VerdictKind
    text: str
    region: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    numbers: Mapping[str, float | str | None] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"

    def to_dict(self) -> dict[str, Any]:
        """Return kind, text, region and numbers, ready for JSON."""
        return {
            "kind": self.kind,
            "text": self.text,
            "region": {name: list(ends) for name, ends in self.region.items()},
            "numbers": dict(self.numbers),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TippingPoint:
    """The smallest departure at which the deciding interval reaches a threshold.

    Parameters
    ----------
    parameter
        Name of the parameter, unique in its table: ``b``, ``delta``, ….
    value
        The departure, or None where there is none.
    reason
        Why there is none, or how the value was found.
    deciding
        ``repr`` of the model whose interval was followed.
    unit
        Unit of the value.
    label
        The parameter in words.
    earliest
        Where the first of the intervals that may decide reaches the threshold:
        a narrower one can do so before the widest. None where not searched for,
        or where none does.

    Examples
    --------
    >>> point = TippingPoint(parameter="b", value=None, reason="none up to -2",
    ...                      deciding="CommonEffect()", unit="SMD at u = 1")
    >>> point.exists, point.key
    (False, 'tipping_b')
    """

    parameter: str
    value: float | None
    reason: str
    deciding: str
    unit: str
    label: str = ""
    earliest: float | None = None

    @property
    def exists(self) -> bool:
        """Whether there is such a departure."""
        return self.value is not None

    @property
    def key(self) -> str:
        """Name of the value in JSON; the reason's is ``reason_…``."""
        return f"tipping_{self.parameter}"

    def to_dict(self) -> dict[str, Any]:
        """Return every field by its name, ready for JSON."""
        return {
            "parameter": self.parameter,
            "value": self.value,
            "earliest": self.earliest,
            "reason": self.reason,
            "deciding": self.deciding,
            "unit": self.unit,
            "label": self.label,
        }


@dataclass(frozen=True, eq=False, kw_only=True)
class SensitivityTable:
    """One sensitivity analysis: a row a refit, and what follows from them.

    Parameters
    ----------
    name, label
        Name of the analysis and its title, with words such as UNVERIFIED.
    frame
        One row a refit: the parameters of the scenario, then ``value``,
        ``ci_low``, ``ci_high``, ``width`` (of the interval that decides), ``k``,
        ``model`` (repr of the model that decides), ``excludes_zero``, and
        ``asked_low``, ``asked_high`` (interval of the model as asked for, which
        does not decide when it is Knapp–Hartung's).
    fits
        The deciding `Fit` of each row, in the order of the rows.
    verdict
        By the definitions of `Verdict`.
    tipping
        Tipping points, those that do not exist included.
    parts
        Further tables by name, such as blinding indices.
    notes
        Assumptions and labels that a reader must see with the numbers.

    Examples
    --------
    >>> import pandas as pd
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[-0.8], v=[0.04], study=["A"])
    >>> shares = pd.DataFrame({"study": ["A"], "arm": [""], "role": [""],
    ...                        "n": [100], "n_prior": [40], "share": [0.4]})
    >>> table = mm.sensitivity.prior_use(effects, mm.CommonEffect(), shares)
    >>> table
    <SensitivityTable prior_use: 25 refits, robust>
    >>> point = table.tipping_point("delta")
    >>> round(point.value, 2), point.reason
    (-1.02, 'first value at which the deciding interval reaches zero')
    >>> first = table.to_frame().loc[0]
    >>> [round(float(first[name]), 2) for name in ("delta", "gamma", "value")]
    [-0.5, -0.5, -0.6]
    """

    name: str
    label: str
    frame: pd.DataFrame
    fits: tuple[Fit, ...]
    verdict: Verdict
    tipping: tuple[TippingPoint, ...] = ()
    parts: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        rows = len(self.frame)
        return f"<SensitivityTable {self.name}: {rows} refits, {self.verdict.kind}>"

    def tipping_point(self, parameter: str) -> TippingPoint:
        """Return the tipping point of a parameter.

        Raises
        ------
        KeyError
            With the names there are.
        """
        named = {point.parameter: point for point in self.tipping}
        if parameter not in named:
            raise KeyError(f"no tipping point {parameter!r}; there are {list(named)}")
        return named[parameter]

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table of refits."""
        return self.frame.copy()

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the fits, ready for JSON; NaN becomes None.

        Each tipping point has the keys ``tipping_<parameter>`` (None where it
        does not exist) and ``reason_<parameter>``.
        """
        points = {p.key: p.value for p in self.tipping}
        reasons = {f"reason_{p.parameter}": p.reason for p in self.tipping}
        parts = {n: f.to_dict(orient="records") for n, f in self.parts.items()}
        table: dict[str, Any] = plain(
            {
                "name": self.name,
                "label": self.label,
                "verdict": self.verdict.to_dict(),
                **points,
                **reasons,
                "tipping": [point.to_dict() for point in self.tipping],
                "rows": self.frame.to_dict(orient="records"),
                "parts": parts,
                "notes": list(self.notes),
            }
        )
        return table
