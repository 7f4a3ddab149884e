"""Evidence: checked tables that nobody can change by accident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from mdmameta.errors import OptionError
from mdmameta.records import views
from mdmameta.records.named import NamedTables
from mdmameta.records.status import row_status, source_status, standing
from mdmameta.schema import TABLES

__all__ = ["Evidence"]


@dataclass(frozen=True, slots=True, repr=False)
class Evidence(NamedTables):
    """Tables of evidence, linked and checked; the first of the three nouns.

    Made by :func:`mdmameta.load_evidence`. Every frame handed out is a copy:
    text columns hold ``""`` where a cell is empty, numeric columns are floats
    with NaN, and rows are numbered from 0 in the order of the file.

    Parameters
    ----------
    path
        Directory that the tables were read from.
    digest
        SHA-256 over the tables.

    Examples
    --------
    >>> from mdmameta.records import load_evidence
    >>> evidence = load_evidence("data/raw")
    >>> evidence.arms.query("study_id == 'MP8'")["arm_id"].tolist()
    ['MP8-125', 'MP8-75', 'MP8-30']
    """

    path: Path
    digest: str
    _frames: Mapping[str, pd.DataFrame] = field(compare=False)
    _status: pd.DataFrame = field(compare=False)
    _lines: Mapping[str, Sequence[int]] = field(compare=False)

    @classmethod
    def from_frames(
        cls,
        frames: Mapping[str, pd.DataFrame],
        *,
        path: Path,
        digest: str,
        lines: Mapping[str, Sequence[int]] | None = None,
    ) -> Evidence:
        """Build from frames that have been checked.

        Rows without a name get one from their table and line, such as
        ``arms-2``.

        Parameters
        ----------
        frames
            Every table by its name.
        path, digest
            See the class.
        lines
            Of the rows of each table in its file. By default the lines after
            the header, one a row.
        """
        if lines is None:
            lines = {name: range(2, 2 + len(one)) for name, one in frames.items()}
        named = {
            name: _named(name, frame, lines[name]) for name, frame in frames.items()
        }
        status = row_status(named)
        return cls(path, digest, MappingProxyType(named), status, lines)

    def __repr__(self) -> str:
        """Return path, size and the first letters of the digest."""
        sizes = ", ".join(f"{len(f)} {name}" for name, f in self._frames.items())
        return f"Evidence({str(self.path)!r}: {sizes}; sha256 {self.digest[:12]})"

    def to_frame(self, table: str = "continuous") -> pd.DataFrame:
        """Return a copy of one table.

        Parameters
        ----------
        table
            Name of the table; ``continuous`` holds what most analyses start
            from.

        Raises
        ------
        OptionError
            There is no such table.
        """
        if table not in self._frames:
            raise OptionError(
                f"table {table!r} is unknown; allowed: {', '.join(TABLES)}. "
                "Name one of them."
            )
        return self._frames[table].copy()

    def lines(self, table: str) -> Sequence[int]:
        """Return the line of each row of a table in its file; the header is line 1.

        A row that spans several lines has the first of them.

        Parameters
        ----------
        table
            Name of the table.

        Examples
        --------
        >>> from mdmameta.records import load_evidence
        >>> load_evidence("data/raw").lines("arms")[0]
        2
        """
        return self._lines[table]

    @property
    def source_status(self) -> dict[str, str]:
        """Standing of each source id, joined over ids that are one document."""
        return source_status(self._frames["sources"])

    def status_of(self, row_ids: Iterable[str] | None = None) -> pd.DataFrame:
        """Say of rows how far they can be trusted.

        Parameters
        ----------
        row_ids
            Rows asked about; None asks about all.

        Returns
        -------
        DataFrame
            ``row_id``, ``table``, ``status`` (worst of its sources),
            ``verification`` (at best "derived" where a column was computed),
            ``source_id``, and ``flagged``: the sources that are not current.

        Raises
        ------
        OptionError
            No table has such a row.

        Examples
        --------
        >>> from mdmameta.records import load_evidence
        >>> evidence = load_evidence("data/raw")
        >>> evidence.status_of(["arm-MP9-125"])[["status", "flagged"]].values.tolist()
        [['retracted', 'TAPER2021']]
        """
        if row_ids is None:
            return self._status.copy()
        asked = list(row_ids)
        places = pd.Index(self._status["row_id"]).get_indexer(asked)
        if unknown := [name for name, i in zip(asked, places, strict=True) if i < 0]:
            raise OptionError(
                f"no table has a row called {', '.join(map(repr, unknown))}; allowed: "
                "values of the column row_id. Look them up with to_frame()."
            )
        found: pd.DataFrame = self._status.iloc[places].reset_index(drop=True)
        return found

    def guesses(self, *, unverified: bool = False) -> pd.DataFrame:
        """Return what participants guessed, one row an arm.

        Parameters
        ----------
        unverified
            Whether counts that are only leads are shown; off, because they
            must not enter an analysis that does not say so.

        Returns
        -------
        DataFrame
            ``study``, ``arm``, ``role``, ``control_type``, ``n_asked``,
            ``n_guess_active``, ``n_guess_control``, ``n_unsure``,
            ``pct_correct``, ``verification``, ``row_id``, ``status`` (worst of
            the sources of the row), for every arm of a trial with a control.
            NaN where nothing is known.
        """
        return self._judged(views.guesses(self._frames, unverified=unverified))

    def shares(self, *, unverified: bool = False) -> pd.DataFrame:
        """Return the share of earlier users, one row an arm.

        Parameters
        ----------
        unverified
            Whether shares that are only leads are shown.

        Returns
        -------
        DataFrame
            ``study``, ``arm``, ``role``, ``n``, ``n_prior``, ``share`` (0 to
            1), ``verification``, ``row_id``, ``status`` (worst of the sources of
            the row). Where only the share of the whole trial is known, its arms
            have NaN, and a row with an empty ``arm`` holds the share of the trial.
        """
        return self._judged(views.shares(self._frames, unverified=unverified))

    def flow(self, *, outcome: str = "primary") -> pd.DataFrame:
        """Return who was randomised, assessed and lost, one row an arm.

        Missing an assessment, stopping treatment and leaving the study are
        three things; each is NaN where it was not reported by arm.

        Parameters
        ----------
        outcome
            ``primary`` counts those assessed as the arms table has them; the
            name of an instrument or event counts those behind that result at
            the primary time.

        Returns
        -------
        DataFrame
            ``study``, ``arm``, ``role``, ``randomised``, ``assessed``,
            ``missing`` (randomised less assessed), ``stopped_treatment``,
            ``left_study``, ``verification``, ``row_id`` (several separated by
            ``;``), ``status`` (worst of the sources of those rows).

        Raises
        ------
        OptionError
            No table has such an outcome.
        """
        return self._judged(views.flow(self._frames, outcome=outcome))

    def _judged(self, view: pd.DataFrame) -> pd.DataFrame:
        return view.assign(status=standing(view["row_id"], self._status))


def _named(table: str, frame: pd.DataFrame, lines: Sequence[int]) -> pd.DataFrame:
    frame = frame.reset_index(drop=True)
    if "row_id" in frame and (frame["row_id"] == "").any():
        given = zip(frame["row_id"], lines, strict=True)
        names = [name or f"{table}-{line}" for name, line in given]
        frame = frame.assign(row_id=pd.Series(names, dtype=object))
    return frame
