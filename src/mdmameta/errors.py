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
    >>> from mdmameta.errors import MetaError, OptionError
    >>> issubclass(OptionError, MetaError) and issubclass(OptionError, ValueError)
    True
    """


class OptionError(MetaError, ValueError):
    """An option has a value that is not among the allowed ones.

    Examples
    --------
    >>> import mdmameta as mm
    >>> mm.CommonEffect(interval="wide")
    Traceback (most recent call last):
    mdmameta.errors.OptionError: interval='wide' is not an option here; allowed: ...
    """


class EffectsError(MetaError, ValueError):
    """Effect sizes cannot be computed from, or made of, what was given.

    Examples
    --------
    >>> import mdmameta as mm
    >>> mm.Effects.from_arrays(y=[0.1], v=[-1.0])
    Traceback (most recent call last):
    mdmameta.errors.EffectsError: v is not positive in row 0 (1): y = 0.1, v = -1...
    """


class ModelError(MetaError, ValueError):
    """A model cannot be fitted to these effects.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[float("nan")], v=[0.1])
    >>> mm.RandomEffects().fit(effects)
    Traceback (most recent call last):
    mdmameta.errors.ModelError: k = 0: no row has an effect, a finite variance and ...
    """


class SensitivityError(MetaError, ValueError):
    """A sensitivity analysis cannot use the frame or assumption it was given.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[0.1], v=[0.1])
    >>> mm.influence(effects, mm.RandomEffects())
    Traceback (most recent call last):
    mdmameta.errors.SensitivityError: only one row is used (1): there is nothing ...
    """


class ClaimError(MetaError, ValueError):
    """A statement cannot be computed again the way its row says.

    Examples
    --------
    >>> import mdmameta as mm
    >>> from mdmameta.claims.recipes import Material
    >>> evidence = mm.load_evidence("data/raw")
    >>> try:
    ...     Material(claim_id="mine", evidence=evidence, rows=()).number("events")
    ... except mm.errors.ClaimError as error:
    ...     print(str(error).partition(". ")[2])
    ...
    Add it to claim_numbers.csv with relation 'given'.
    """


class DerivedDataError(MetaError):
    """Files in ``data/derived`` are missing or are not what the code gives.

    Examples
    --------
    >>> from pathlib import Path
    >>> from mdmameta.claims.stored import read_document
    >>> from mdmameta.errors import DerivedDataError
    >>> try:
    ...     read_document(Path("nowhere/results.json"), "estimates")
    ... except DerivedDataError as error:
    ...     print(error)
    ...
    nowhere/results.json is missing; run: mdmameta derive
    """


class PluginError(MetaError):
    """An extension of another package failed; it is named and located.

    Examples
    --------
    >>> from mdmameta.errors import PluginError
    >>> from mdmameta.plugins import guarded
    >>> try:
    ...     guarded("model plug-in 'shaky'", lambda: 1 / 0, None)
    ... except PluginError as error:
    ...     print(str(error)[:64])
    ...
    model plug-in 'shaky' failed with ZeroDivisionError: division by
    """


class ReportError(MetaError):
    """A report cannot be rendered completely; nothing is left half written.

    Examples
    --------
    >>> import mdmameta as mm
    >>> try:
    ...     mm.reporting.render_report("no-such-folder")
    ... except mm.errors.ReportError as error:  # doctest: +ELLIPSIS
    ...     print(error)
    ...
    no-such-folder has no _quarto.yml. Name the directory of a report...
    """


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
    """A result was computed, and the reader should doubt it.

    Examples
    --------
    >>> import warnings
    >>> import mdmameta as mm
    >>> from mdmameta.errors import DoubtfulResultWarning
    >>> with warnings.catch_warnings(action="error", category=DoubtfulResultWarning):
    ...     fit = mm.CommonEffect().fit(mm.Effects.from_arrays(y=[0.1], v=[0.1]))
    ...
    """


class PluginWarning(UserWarning):
    """An extension of another package cannot be used and was skipped.

    Examples
    --------
    >>> import warnings
    >>> from mdmameta.errors import PluginWarning
    >>> from mdmameta.plugins import plugins
    >>> with warnings.catch_warnings(action="error", category=PluginWarning):
    ...     found = plugins()
    ...
    """


class DataWarning(UserWarning):
    """Data were used that a careful reader should know about.

    Examples
    --------
    >>> import warnings
    >>> import mdmameta as mm
    >>> with warnings.catch_warnings(record=True, action="always") as said:
    ...     row = mm.effect_size("MD", m1i=3, sd1i=0, n1i=9, m2i=2, sd2i=1, n2i=9)
    ...
    >>> [one.category.__name__ for one in said]
    ['DataWarning']
    """


class NoEventsWarning(DataWarning):
    """Effects were made of trials in which no group, or everybody, had the event.

    Examples
    --------
    >>> import warnings
    >>> import mdmameta as mm
    >>> with warnings.catch_warnings(record=True, action="always") as said:
    ...     row = mm.effect_size("RD", ai=0, n1i=9, ci=0, n2i=9)
    ...
    >>> [one.category.__name__ for one in said]
    ['NoEventsWarning']
    """
