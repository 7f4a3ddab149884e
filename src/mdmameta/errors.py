"""Every error and warning that mdmameta raises, one branch per stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = [
    "ClaimError",
    "DataWarning",
    "DerivedDataError",
    "DoubtfulResultWarning",
    "EffectsError",
    "Fault",
    "MetaError",
    "MissingExtraError",
    "ModelError",
    "NoEventsWarning",
    "OptionError",
    "PluginError",
    "PluginWarning",
    "RecordError",
    "ReportError",
    "SensitivityError",
]


class MetaError(Exception):
    """Root of every error that mdmameta raises on purpose.

    Examples
    --------
    >>> import mdmameta as mm
    >>> from mdmameta.errors import MetaError
    >>> try:
    ...     mm.RandomEffects(tau2="NONE")
    ... except MetaError as error:
    ...     print(type(error).__name__)
    ...
    OptionError
    """


class OptionError(MetaError, ValueError):
    """An option has a value that is not among the allowed ones."""


class EffectsError(MetaError, ValueError):
    """Effect sizes cannot be computed from, or made of, what was given."""


class ModelError(MetaError, ValueError):
    """A model cannot be fitted to these effects."""


class SensitivityError(MetaError, ValueError):
    """A sensitivity analysis cannot use the frame or assumption it was given."""


class ClaimError(MetaError, ValueError):
    """A statement cannot be computed again the way its row says."""


class DerivedDataError(MetaError):
    """Files in ``data/derived`` are missing or are not what the code gives."""


class PluginError(MetaError):
    """An extension of another package failed; it is named and located."""


class ReportError(MetaError):
    """A report cannot be rendered completely; nothing is left half written."""


class MissingExtraError(MetaError, ImportError):
    """An optional library is needed that is not installed.

    Parameters
    ----------
    library
        What is not installed.
    extra
        The extra of this package that brings it.

    Examples
    --------
    >>> from mdmameta.errors import MissingExtraError
    >>> MissingExtraError("pymc", "bayes").args[0][:40]
    'pymc is needed here and is not installed'
    """

    def __init__(self, library: str, extra: str) -> None:
        super().__init__(
            f"{library} is needed here and is not installed. "
            f"Install it with: python -m pip install 'mdmameta[{extra}]'"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong in a table of evidence, with its place and its cure.

    Parameters
    ----------
    file
        File name, as the reader knows it.
    found, allowed, cure
        What stands there, what may stand there, and what to do.
    row
        Line in the file, counted from 1 with the header as line 1; None when
        the fault concerns the whole file.
    column
        Column name, or None when the fault concerns the whole row or file.

    Examples
    --------
    >>> from mdmameta.errors import Fault
    >>> print(Fault(file="arms.csv", row=3, column="n", found="0", allowed="1 or more"))
    arms.csv, row 3, column n: found 0; allowed: 1 or more.
    """

    file: str
    found: str
    allowed: str
    cure: str = ""
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", column {self.column}"
        text = f"{place}: found {self.found}; allowed: {self.allowed}."
        return f"{text} {self.cure}".rstrip()


class RecordError(MetaError, ValueError):
    """Tables of evidence hold faults; the message lists every one of them.

    Parameters
    ----------
    faults
        All faults found, in the order of files and rows.

    Examples
    --------
    >>> from mdmameta.errors import Fault, RecordError
    >>> fault = Fault(file="arms.csv", row=3, column="n", found="0", allowed="over 0")
    >>> print(RecordError([fault]))
    1 fault in the tables:
      arms.csv, row 3, column n: found 0; allowed: over 0.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        noun = "fault" if len(self.faults) == 1 else "faults"
        lines = [f"{len(self.faults)} {noun} in the tables:"]
        super().__init__("\n  ".join([*lines, *map(str, self.faults)]))


class DoubtfulResultWarning(UserWarning):
    """A result was computed, and the reader should doubt it."""


class PluginWarning(UserWarning):
    """An extension of another package cannot be used and was skipped."""


class DataWarning(UserWarning):
    """Data were used that a careful reader should know about."""


class NoEventsWarning(DataWarning):
    """Effects were made of trials in which no group, or everybody, had the event."""
