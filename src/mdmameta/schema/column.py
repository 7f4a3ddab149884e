"""What a column and a table are, and the vocabularies that tables share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["STATUS", "VERIFICATION", "Column", "Table"]

#: From the strongest to the weakest; a row is as good as its weakest part.
VERIFICATION = ("two_texts", "text", "secondary", "derived", "unverified")

#: From the best to the worst standing that a document can have.
STATUS = ("current", "corrected", "retracted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: what it holds and what it may hold.

    Parameters
    ----------
    name, meaning
        Heading in the file, and what a reader should know about it.
    type
        ``text``, ``integer`` or ``number``. Both numeric types become floats,
        so that an empty cell can be NaN.
    unit
        Unit of a numeric column, empty for counts and scores without one.
    required
        Whether every row needs a value; a column that is not required may be
        absent from the file.
    unique
        Whether no value may occur twice.
    allowed
        The vocabulary of a text column; empty means free text.
    minimum, maximum, above
        Inclusive bounds, and an exclusive lower bound.
    pattern, form
        Regular expression that the whole value must match, and its meaning in
        words.
    refers
        ``table.column`` whose values this column may take.
    many
        Whether a cell may hold several values, separated by ``;``.
    default
        What an empty cell means, where it means something.

    Examples
    --------
    >>> Column(name="sd", meaning="Standard deviation.", type="number", above=0).above
    0
    """

    name: str
    meaning: str
    type: Literal["text", "integer", "number"] = "text"
    unit: str = ""
    required: bool = False
    unique: bool = False
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    pattern: str = ""
    form: str = ""
    refers: str = ""
    many: bool = False
    default: str = ""

    @property
    def is_numeric(self) -> bool:
        """Whether cells are numbers."""
        return self.type != "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: one CSV file of evidence.

    Parameters
    ----------
    name
        File name without ``.csv``.
    meaning
        What one row is.
    columns
        Its columns, in the order in which they are best read.
    identity
        Columns that tell rows apart: two rows that agree in all of them, and
        of which neither is set aside by ``preferred = no``, are duplicates.

    Examples
    --------
    >>> n = Column(name="n", meaning="People assessed.", type="integer", above=0)
    >>> table = Table(name="mine", meaning="An arm.", columns=(n,), identity=("n",))
    >>> table.column("n").meaning
    'People assessed.'
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    identity: tuple[str, ...]

    @property
    def file(self) -> str:
        """Name of the file that holds the table."""
        return f"{self.name}.csv"

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns.

        Examples
        --------
        >>> from mdmameta.schema import TABLES
        >>> TABLES["arms"].names[:3]
        ('study_id', 'arm_id', 'role')
        """
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Return the column called `name`.

        Raises
        ------
        KeyError
            The table has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
