"""Effects: what every model is fitted to, with its provenance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from mdmameta.arrays import FloatArray
from mdmameta.effects.checks import (
    check_names,
    check_places,
    check_values,
    covariance_matrix,
    freeze,
    moderator_frame,
    study_labels,
    vector,
)
from mdmameta.effects.provenance import Provenance
from mdmameta.errors import EffectsError
from mdmameta.options import Direction


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Effects:
    """Effect sizes of k rows, their sampling (co)variances and their origin.

    Make one with `Effects.from_arrays`, or let an evidence function build it.

    Parameters
    ----------
    y, v
        Effect sizes and sampling variances, shape (k,). NaN marks a missing
        value and is dropped, with a notice, by the model; ``v = inf`` is a
        study without information, of weight zero.
    study
        Label of the study of each row, shape (k,).
    covariance
        Sampling covariance matrix, shape (k, k), or None for independent rows.
    frame
        Moderators, one row an effect; no columns when there are none.
    label
        Name of the contrast set, printed with every result.
    measure
        metafor's code of the effect measure, or "" when unknown.
    direction
        Which direction of the *outcome* is better, or None when unknown.
    provenance
        One entry an effect, or empty.
    shared_controls
        Groups of row positions that use one control group.
    caveats
        What every reader of a result must know about the set as a whole.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[-0.9, -0.5], v=[0.05, 0.06], study=["A", "B"], measure="SMD")
    >>> effects.k, effects.measure, effects.study.tolist()
    (2, 'SMD', ['A', 'B'])
    >>> effects.to_frame()[["y", "v"]].to_numpy().tolist()
    [[-0.9, 0.05], [-0.5, 0.06]]
    """

    y: FloatArray
    v: FloatArray
    study: NDArray[np.str_]
    covariance: FloatArray | None = None
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)
    label: str = ""
    measure: str = ""
    direction: Direction | None = None
    provenance: tuple[Provenance, ...] = ()
    shared_controls: tuple[tuple[int, ...], ...] = ()
    caveats: tuple[str, ...] = ()

    @classmethod
    def from_arrays(
        cls,
        y: ArrayLike,
        v: ArrayLike | None = None,
        *,
        V: ArrayLike | None = None,
        study: Sequence[str] | None = None,
        moderators: Mapping[str, Sequence[Any]] | pd.DataFrame | None = None,
        label: str = "",
        measure: str = "",
        direction: Direction | None = None,
        provenance: Sequence[Provenance] = (),
        shared_controls: Sequence[Sequence[int]] = (),
        caveats: Sequence[str] = (),
    ) -> Effects:
        """Check and freeze effect sizes given as arrays.

        Parameters
        ----------
        y
            Effect sizes, shape (k,); NaN where missing.
        v, V
            Sampling variances, shape (k,), or their covariance matrix, shape
            (k, k), by either name. Give exactly one of the two.
        study
            k labels; "1", "2", … when left out.
        moderators
            Columns of k values.
        label, measure, direction, provenance, shared_controls, caveats
            See `Effects`.

        Returns
        -------
        Effects

        Raises
        ------
        EffectsError
            For lengths that differ, no rows, a row without a label where others
            have one, an infinite y, a variance that is not positive, or a matrix
            that is not symmetric and positive definite. The message names the row.
        OptionError
            For an unknown direction.

        Examples
        --------
        >>> effects = Effects.from_arrays(y=[-0.5, -0.8], v=[0.1, 0.2])
        >>> effects.k
        2
        """
        y_ = vector("y", y)
        if V is None and isinstance(v, np.ndarray | pd.DataFrame) and v.ndim == 2:
            v, V = None, v
        if (v is None) == (V is None):
            raise EffectsError(
                "give either v (k variances) or V (k by k covariance matrix), "
                f"not {'both' if v is not None else 'neither'}."
            )
        cov = None if V is None else covariance_matrix(V, y_.size)
        v_ = vector("v", v) if cov is None else np.diag(cov).copy()
        names = study_labels(study, y_.size)
        check_values(y_, v_, names)
        check_names(measure, direction)
        check_places(provenance, shared_controls, y_.size)
        return cls(
            y=freeze(y_),
            v=freeze(v_),
            study=freeze(names),
            covariance=None if cov is None else freeze(cov),
            frame=moderator_frame(moderators, y_.size),
            label=label,
            measure=measure,
            direction=direction,
            provenance=tuple(provenance),
            shared_controls=tuple(tuple(group) for group in shared_controls),
            caveats=tuple(caveats),
        )

    def __repr__(self) -> str:
        named = f", measure={self.measure!r}" if self.measure else ""
        return f"Effects(k={self.k}{named}, label={self.label!r})"

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)  # copies and pickles forget what is read-only
        for value in state.values():
            if isinstance(value, np.ndarray):
                freeze(value)

    @property
    def k(self) -> int:
        """Number of rows, those with missing values included."""
        return int(self.y.size)

    @property
    def V(self) -> FloatArray:
        """Sampling covariance matrix, shape (k, k); diagonal if independent."""
        cov = self.covariance
        return cov if cov is not None else freeze(np.diag(self.v).copy())

    @property
    def moderators(self) -> pd.DataFrame:
        """Copy of the moderators, one row an effect."""
        return self.frame.copy()

    def take(self, rows: ArrayLike) -> Effects:
        """Return the effects at some positions or where a mask is true.

        Examples
        --------
        >>> Effects.from_arrays(y=[1, 2, 3], v=[1, 1, 1]).take([0, 2]).y
        array([1., 3.])
        """
        at = np.arange(self.k)[np.asarray(rows) if np.size(rows) else slice(0)]
        place = {int(old): new for new, old in enumerate(at)}
        groups = (
            tuple(place[row] for row in group if row in place)
            for group in self.shared_controls
        )
        cov, frame = self.covariance, self.frame.iloc[at]
        frame.index = pd.RangeIndex(at.size)
        return replace(
            self,
            y=freeze(vector("y", self.y[at])),
            v=freeze(self.v[at]),
            study=freeze(self.study[at]),
            covariance=None if cov is None else freeze(cov[np.ix_(at, at)]),
            frame=frame,
            provenance=tuple(self.provenance[i] for i in at if self.provenance),
            shared_controls=tuple(group for group in groups if len(group) > 1),
        )

    def with_y(self, y: ArrayLike) -> Effects:
        """Return the same rows with other effect sizes, such as shifted ones.

        Examples
        --------
        >>> effects = Effects.from_arrays(y=[1.0, 2.0], v=[1, 1])
        >>> effects.with_y(effects.y - 0.5).y
        array([0.5, 1.5])
        """
        changed = vector("y", y)
        check_values(changed, self.v, self.study)
        return replace(self, y=freeze(changed))

    def with_v(self, v: ArrayLike) -> Effects:
        """Return the same rows, taken as independent, with other variances."""
        changed = vector("v", v)
        check_values(self.y, changed, self.study)
        return replace(self, v=freeze(changed), covariance=None)

    def to_frame(self) -> pd.DataFrame:
        """One row an effect: study, y, v, moderators and provenance.

        A moderator of one of the first three names is called ``moderator_y``.

        Examples
        --------
        >>> list(Effects.from_arrays(y=[0.1], v=[0.2], study=["A"]).to_frame())
        ['study', 'y', 'v']
        """
        table = pd.DataFrame({"study": self.study, "y": self.y, "v": self.v})
        clashes = {name: f"moderator_{name}" for name in table}
        table = pd.concat([table, self.frame.rename(columns=clashes)], axis=1)
        if self.provenance:
            table["verification"] = [p.verification for p in self.provenance]
            table["source_status"] = [p.source_status for p in self.provenance]
            table["sources"] = ["; ".join(p.sources) for p in self.provenance]
            table["rows"] = ["; ".join(p.rows) for p in self.provenance]
            table["notes"] = ["; ".join(p.notes) for p in self.provenance]
        return table


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class SingleArmEffects:
    """Changes within single arms: a type of its own, never pooled with contrasts.

    Parameters
    ----------
    frame
        One row an arm and instrument, with y, v and the numbers behind them.
    label
        Name of the set.
    provenance
        One entry a row.
    caveats
        What every reader must know.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.depression_effects(mm.load_evidence("data/raw"))
    >>> effects
    SingleArmEffects(k=2, label='Depression, change within a single arm')
    """

    frame: pd.DataFrame
    label: str
    provenance: tuple[Provenance, ...] = ()
    caveats: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"SingleArmEffects(k={self.k}, label={self.label!r})"

    @property
    def k(self) -> int:
        """Number of rows."""
        return len(self.frame)

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.frame.copy()
