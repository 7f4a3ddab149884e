"""What a multiverse returns: its rows, and what they say together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.models.plain import plain
from mdmameta.options import Direction
from mdmameta.sensitivity.multiverse.block import NUMBERS, Block
from mdmameta.sensitivity.multiverse.graph import Graph
from mdmameta.sensitivity.multiverse.joint import JointTest
from mdmameta.sensitivity.multiverse.store import Store
from mdmameta.sensitivity.verdicts import unit_of


@dataclass(frozen=True, eq=False, kw_only=True)
class Multiverse:
    """Every specification of a graph of choices, and summaries of them.

    Parameters
    ----------
    label
        Name of the main set of effects.
    graph
        Choices with their options and defences, and rules.
    specifications
        How many there are.
    main
        The main analysis: its options, spec_id and results.
    quantiles
        Of the estimates: minimum, 2.5 %, 25 %, median, 75 %, 97.5 %, maximum.
    parts
        Tables: ``beyond`` (share of intervals beyond zero and each threshold),
        ``decomposition`` (of the variance by choice), ``options`` (each with
        its defence, mean estimate and share of intervals that exclude zero)
        and ``rules``.
    joint
        Flips of signs over all specifications; None where none can be flipped.
    measure, direction
        Of the effects, see `mdmameta.effects.table.Effects`.
    seed
        As given, or None.
    digest
        SHA-256 of data, choices, methods and seed.
    notes
        What every reader must know.
    store
        Holds the rows.
    name
        As in files of results.

    Examples
    --------
    >>> from mdmameta import Effects
    >>> from mdmameta.sensitivity.multiverse import multiverse
    >>> effects = Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> result = multiverse(None, {"endpoint": effects})
    >>> result
    <Multiverse of 72 specifications: median -0.703, main -0.702 [-1.281, -0.1231]>
    >>> result.decomposition["title"].tolist()
    ['Trials', 'Heterogeneity', 'Interval', 'Priors', 'Interactions']
    >>> result.beyond[["threshold", "count"]].values.tolist()[0]
    ['zero, either side', 33]
    """

    label: str
    graph: Graph
    specifications: int
    main: Mapping[str, Any]
    quantiles: Mapping[str, float]
    parts: Mapping[str, pd.DataFrame]
    joint: JointTest | None
    measure: str
    direction: Direction | None
    seed: int | None
    digest: str
    notes: tuple[str, ...]
    store: Store = field(repr=False)
    name: str = "multiverse"

    def __repr__(self) -> str:
        e = self.main
        main = f"{e['value']:.4g} [{e['ci_low']:.4g}, {e['ci_high']:.4g}]"
        return (
            f"<Multiverse of {self.specifications:,} specifications: "
            f"median {self.quantiles['median']:.4g}, main {main}>"
        )

    @property
    def decomposition(self) -> pd.DataFrame:
        """Sums of squares and shares by choice; see `decomposition`."""
        return self.parts["decomposition"].copy()

    @property
    def beyond(self) -> pd.DataFrame:
        """Shares of specifications with the interval beyond thresholds."""
        return self.parts["beyond"].copy()

    @property
    def options(self) -> pd.DataFrame:
        """One row an option: defence, specifications, mean estimate, share."""
        return self.parts["options"].copy()

    @property
    def frame(self) -> pd.DataFrame:
        """All rows; see `to_frame`."""
        return self.to_frame()

    def batches(self) -> Iterator[pd.DataFrame]:
        """Yield the rows some thousands at a time, in the order of spec_id."""
        return (self._rows(block) for block in self.store.blocks())

    def to_frame(self) -> pd.DataFrame:
        """Return all rows: spec_id, a column a choice, results, and ``main``.

        For millions of specifications use `batches`.
        """
        return pd.concat(self.batches(), ignore_index=True)

    def curve(self, at_most: int = 2000) -> pd.DataFrame:
        """Return the specification curve: rows by rising estimate, with their rank.

        Parameters
        ----------
        at_most
            Rows to thin to, evenly by rank; the main analysis is kept.
        """
        rows = self.to_frame().sort_values(["value", "spec_id"], kind="stable")
        rows = rows.assign(rank=np.arange(1, len(rows) + 1)).reset_index(drop=True)
        wanted = np.unique(np.linspace(0, len(rows) - 1, at_most).round().astype(int))
        kept = np.zeros(len(rows), dtype=bool)
        kept[wanted] = True
        thinned: pd.DataFrame = rows[kept | rows["main"]].reset_index(drop=True)
        return thinned

    def to_dict(self) -> dict[str, Any]:
        """Everything but the rows, ready for JSON; NaN becomes None."""
        shares = self.parts["beyond"].set_index("threshold")["share"]
        told: dict[str, Any] = plain(
            {
                "name": self.name,
                "label": self.label,
                "specifications": self.specifications,
                "digest": self.digest,
                "seed": self.seed,
                "main": dict(self.main),
                "estimate": dict(self.quantiles),
                "share_excludes_zero": shares["zero, either side"],
                "share_beyond": shares.to_dict(),
                "joint": None if self.joint is None else self.joint.to_dict(),
                **{n: f.to_dict(orient="records") for n, f in self.parts.items()},
                "notes": list(self.notes),
            }
        )
        return told

    def summary(self) -> str:
        """Say in a few lines what the specifications say together."""
        q, e = self.quantiles, self.main
        unit = unit_of(self.measure)
        logs = f", in {unit}" if unit.startswith("log") else ""
        lines = [
            f"{self.label}: {self.specifications:,} specifications{logs}",
            f"main analysis   {e['value']:.3f} [{e['ci_low']:.3f}, {e['ci_high']:.3f}]",
            f"estimates       median {q['median']:.3f}, middle 95% from "
            f"{q['q2.5']:.3f} to {q['q97.5']:.3f}, all "
            f"from {q['minimum']:.3f} to {q['maximum']:.3f}",
        ]
        for row in self.parts["beyond"].to_dict("records"):
            words = f"interval beyond {row['threshold']}"
            lines.append(f"{words}: {row['share']:.1%} of specifications")
        if self.joint is not None:
            lines.append(str(self.joint))
        return "\n".join(lines)

    def _rows(self, block: Block) -> pd.DataFrame:
        columns: dict[str, Any] = {"spec_id": block.spec_id}
        for i, choice in enumerate(self.graph.choices):
            columns[choice.name] = pd.Categorical.from_codes(
                block.codes[:, i], categories=pd.Index(choice.names)
            )
        for number in ("k", *NUMBERS):
            columns[number] = getattr(block, number)
        columns["excludes_zero"] = (block.ci_low > 0) | (block.ci_high < 0)
        columns["converged"] = block.converged
        columns["main"] = block.spec_id == self.main["spec_id"]
        return pd.DataFrame(columns)
