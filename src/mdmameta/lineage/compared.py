"""Two versions of the tables: what changed, and what it did to the estimates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, groupby
from pathlib import Path
from typing import Any

from mdmameta.analyses import MODELS, SETS
from mdmameta.errors import MetaError
from mdmameta.lineage.attribution import Parts, parts_of_shift
from mdmameta.lineage.changes import Change, applied, changes
from mdmameta.lineage.versions import Version, version_at, version_in
from mdmameta.models.fit import Estimate
from mdmameta.records import Evidence

__all__ = ["Difference", "Shift", "difference"]

#: Parts of a shift, and rows of a table, that are printed; JSON has all.
SHOWN = 12

#: Tables that contrast sets are built from. A change elsewhere has no part.
USED = frozenset({"sources", "studies", "arms", "instruments", "continuous", "binary"})

#: With more changed cells than this, all changes of a row are one.
CELLS = 12

#: Label, and the changes that are made together.
Unit = tuple[str, tuple[Change, ...]]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Shift:
    """One pooled estimate under both versions.

    Parameters
    ----------
    id
        Set and model.
    old, new
        Estimates, or None where the version has none.
    reason
        Why one is missing, or why the shift is not divided.
    parts
        What each of the units explains of the shift, or None.
    units
        Labels: a changed cell or row, or all changes of a row.

    Examples
    --------
    >>> from mdmameta.models.fit import Estimate
    >>> old = Estimate(value=-0.7, se=0.2, ci_low=-1.1, ci_high=-0.3)
    >>> new = Estimate(value=-0.5, se=0.2, ci_low=-0.9, ci_high=-0.1)
    >>> shift = Shift(id="ptsd-primary/reml-kh", old=old, new=new)
    >>> round(shift.size, 3)
    0.2
    """

    id: str
    old: Estimate | None
    new: Estimate | None
    reason: str = ""
    parts: Parts | None = None
    units: tuple[str, ...] = ()

    @property
    def size(self) -> float | None:
        """New less old, on the scale of the analysis."""
        if self.old is None or self.new is None:
            return None
        return self.new.value - self.old.value


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Difference:
    """What differs between two versions of the tables.

    Parameters
    ----------
    old, new
        Names of the versions.
    changes
        Cells and rows.
    shifts
        Estimates that are not the same.
    compared
        Number of estimates compared.

    Examples
    --------
    >>> print(Difference(old="v1", new="v2", changes=(), shifts=(), compared=11))
    v1 -> v2: 0 cells changed, 0 rows added, 0 removed; 0 of 11 estimates moved.
    """

    old: str
    new: str
    changes: tuple[Change, ...]
    shifts: tuple[Shift, ...]
    compared: int

    def to_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {
            "old": self.old,
            "new": self.new,
            "changes": [change.to_dict() for change in self.changes],
            "estimates_compared": self.compared,
            "shifts": [_record(shift) for shift in self.shifts],
        }

    def __str__(self) -> str:
        counts = dict.fromkeys(("cell", "added", "removed"), 0)
        for change in self.changes:
            counts[change.kind] += 1
        head = (
            f"{self.old} -> {self.new}: {counts['cell']} cells changed, "
            f"{counts['added']} rows added, {counts['removed']} removed; "
            f"{len(self.shifts)} of {self.compared} estimates moved."
        )
        shifted = (line for one in self.shifts for line in _lines(one))
        return "\n".join([head, *_listed(self.changes), *shifted])


def _listed(made: Sequence[Change]) -> Iterator[str]:
    for (table, kind), group in groupby(made, key=lambda one: (one.table, one.kind)):
        some = list(group)
        if kind != "cell" and len(some) > SHOWN:
            yield f"  {table}: {len(some)} rows {kind}"
        else:
            yield from (f"  {one}" for one in some)


def _record(shift: Shift) -> dict[str, Any]:
    ends = {}
    for name, one in (("old", shift.old), ("new", shift.new)):
        numbers = None if one is None else (one.value, one.ci_low, one.ci_high)
        keys = ("value", "ci_low", "ci_high")
        ends[name] = None if numbers is None else dict(zip(keys, numbers, strict=True))
    parts = shift.parts
    return {
        "id": shift.id,
        **ends,
        "shift": shift.size,
        "reason": shift.reason,
        "method": parts.method if parts else None,
        "parts": [{"change": name, "part": part} for name, part in _moving(shift)],
        "remainder": parts.remainder if parts else None,
    }


def _moving(shift: Shift) -> list[tuple[str, float]]:
    """Return the units that have a part, the largest first."""
    if shift.parts is None:
        return []
    pairs = zip(shift.units, shift.parts.values, strict=True)
    return sorted((pair for pair in pairs if pair[1]), key=lambda pair: -abs(pair[1]))


def _lines(shift: Shift) -> Iterator[str]:
    was, now = (_printed(one) for one in (shift.old, shift.new))
    size = "" if shift.size is None else f", shift {shift.size:+.4f}"
    yield f"{shift.id}: {was} -> {now}{size}"
    if shift.reason:
        yield f"  {shift.reason}"
    moving = _moving(shift)
    for name, part in moving[:SHOWN]:
        yield f"  {part:+.4f}  {name}"
    if rest := moving[SHOWN:]:
        yield f"  {sum(part for _, part in rest):+.4f}  {len(rest)} other changes"
    if shift.parts is not None:
        yield f"  remainder {abs(shift.parts.remainder):.4f}; {shift.parts.method}"


def _printed(estimate: Estimate | None) -> str:
    if estimate is None:
        return "no estimate"
    return f"{estimate.value:.4f} [{estimate.ci_low:.4f}, {estimate.ci_high:.4f}]"


def difference(revision: str, data: str | Path = "data/raw") -> Difference:
    """Compare the tables now with an older version, and their main estimates.

    Parameters
    ----------
    revision
        Revision of git, or a directory of tables.
    data
        Directory of the tables now.

    Returns
    -------
    Difference
        The pooled estimate of every contrast set by its first model, where it
        moved, with the part of the shift that each change explains.

    Raises
    ------
    RecordError
        When a version cannot be read at all.

    Examples
    --------
    >>> print(difference("data/raw", "data/raw"))
    data/raw -> data/raw: 0 cells changed, 0 rows added, 0 removed; 0 of 11 estimates moved.
    """  # noqa: E501
    new = version_in(data)
    old = version_at(revision, data)
    made = changes(old, new)
    between = _Between(old, new)
    shifts = [_shift(name, between, made) for name in SETS] if made else []
    moved = tuple(one for one in shifts if one.size or one.reason)
    return Difference(
        old=old.name, new=new.name, changes=made, shifts=moved, compared=len(SETS)
    )


@dataclass(frozen=True, eq=False)
class _Between:
    """Versions between two, each made once."""

    old: Version
    new: Version
    _made: dict[tuple[Change, ...], Evidence] = field(default_factory=dict)

    def evidence(self, some: tuple[Change, ...]) -> Evidence:
        """Return the old version with some changes made, judged by nothing."""
        if some not in self._made:
            frames = applied(self.old, self.new, some)
            path = Path(self.new.name)
            self._made[some] = Evidence.from_frames(frames, path=path, digest="")
        return self._made[some]

    def estimate(self, name: str, some: tuple[Change, ...]) -> Estimate:
        """Fit the first model of a set to such a version."""
        one = SETS[name]
        return MODELS[one.models[0]].fit(one.build(self.evidence(some))).estimate


def _shift(name: str, between: _Between, made: tuple[Change, ...]) -> Shift:
    identity = f"{name}/{SETS[name].models[0]}"
    ends: list[Estimate | None] = []
    reasons = []
    for some in ((), made):
        try:
            ends.append(between.estimate(name, some))
        except MetaError as error:
            ends.append(None)
            reasons.append(str(error).splitlines()[0])
    was, now = ends
    if was is None or now is None:
        same = was is None and now is None
        return Shift(id=identity, old=was, new=now, reason="" if same else reasons[0])
    if was.value == now.value:
        return Shift(id=identity, old=was, new=now)
    units = _units([change for change in made if change.table in USED])
    try:
        parts = _parts(name, between, units)
    except MetaError as error:
        reason = f"not divided: {str(error).splitlines()[0]}"
        return Shift(id=identity, old=was, new=now, reason=reason)
    labels = tuple(label for label, _ in units)
    rest = replace(parts, remainder=now.value - was.value - sum(parts.values))
    return Shift(id=identity, old=was, new=now, parts=rest, units=labels)


def _units(made: Sequence[Change]) -> list[Unit]:
    if len(made) <= CELLS:
        return [(str(change), (change,)) for change in made]
    rows = groupby(made, key=lambda one: (one.table, one.key))
    grouped = [(f"{table}:{key}", tuple(some)) for (table, key), some in rows]
    return [
        (f"{label}: row {some[0].kind}" if some[0].kind != "cell" else label, some)
        for label, some in grouped
    ]


def _parts(name: str, between: _Between, units: Sequence[Unit]) -> Parts:
    def value(some: frozenset[int]) -> float:
        chosen = [unit[1] for i, unit in enumerate(units) if i in some]
        return between.estimate(name, tuple(chain.from_iterable(chosen))).value

    return parts_of_shift(value, len(units))
