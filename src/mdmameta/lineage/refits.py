"""An estimate before and after something was left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from mdmameta.models.fit import Fit
from mdmameta.tables.numbers import RATIO_MEASURES

__all__ = ["Analysis", "Refit", "Touched"]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Refit:
    """One estimate, as it is and as it would be.

    Parameters
    ----------
    id
        Id of the estimate.
    before, after
        Fits with and without; ``after`` is None when nothing is left.
    reason
        Why nothing is left, or empty.
    """

    id: str
    before: Fit
    after: Fit | None
    reason: str = ""

    #: Columns of a table of refits.
    COLUMNS: ClassVar = (
        "id", "model", "k_before", "before", "before_low", "before_high", "k_after",
        "after", "after_low", "after_high", "shift", "verdict_before",
        "verdict_after", "verdict_changes", "reason",
    )  # fmt: skip

    @property
    def shift(self) -> float | None:
        """After less before, on the scale of the analysis."""
        if self.after is None:
            return None
        return float(self.after.estimate.value - self.before.estimate.value)

    def to_dict(self) -> dict[str, Any]:
        """Return one row of the table."""
        was, now = self.before.estimate, self.after and self.after.estimate
        verdicts = verdict(self.before), verdict(self.after)
        return {
            "id": self.id,
            "model": repr((self.after or self.before).model),
            "k_before": self.before.k,
            "before": was.value,
            "before_low": was.ci_low,
            "before_high": was.ci_high,
            "k_after": self.after.k if self.after else 0,
            "after": now.value if now else None,
            "after_low": now.ci_low if now else None,
            "after_high": now.ci_high if now else None,
            "shift": self.shift,
            "verdict_before": verdicts[0],
            "verdict_after": verdicts[1],
            "verdict_changes": verdicts[0] != verdicts[1],
            "reason": self.reason,
        }

    def __str__(self) -> str:
        if self.after is None:
            return f"{self.id}: {_printed(self.before)} -> {self.reason}"
        mark = (
            "" if verdict(self.before) == verdict(self.after) else "  VERDICT CHANGES"
        )
        return (
            f"{self.id}: {_printed(self.before)} -> {_printed(self.after)}, "
            f"shift {self.shift:+.3f}{mark}"
        )


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Touched:
    """A contrast set that uses rows of a document.

    Parameters
    ----------
    name
        Name of the set.
    effects
        Id of an effect that is not the same -> what became of it.
    decided
        The fit that decides in words, with and without.
    refits
        Every estimate of the set.
    """

    name: str
    effects: Mapping[str, str]
    decided: Refit
    refits: tuple[Refit, ...]

    def lines(self) -> Iterator[str]:
        """Yield the set as lines of text."""
        after = self.decided.after.k if self.decided.after else 0
        words = f"{verdict(self.decided.before)} -> {verdict(self.decided.after)}"
        measure = self.decided.before.effects.measure
        scale = f"log {measure}" if measure in RATIO_MEASURES else measure
        yield f"{self.name} ({scale}): k {self.decided.before.k} -> {after}; {words}"
        yield from (f"  {name}: {text}" for name, text in self.effects.items())
        yield from (f"  {refit}" for refit in self.refits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """A sensitivity analysis that uses rows of a document.

    Parameters
    ----------
    name
        Its id.
    before, after
        Verdicts with and without; empty when not known.
    reason
        Why there is none after, or empty.
    """

    name: str
    before: str
    after: str
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the analysis, ready for JSON."""
        return {
            "id": self.name,
            "verdict_before": self.before or None,
            "verdict_after": self.after or None,
            "reason": self.reason,
        }

    def __str__(self) -> str:
        was = self.before or "verdict not stored"
        return f"{self.name}: {was} -> {self.after or self.reason}"


def verdict(fit: Fit | None) -> str:
    """Say whether an interval excludes no difference.

    Examples
    --------
    >>> verdict(None)
    'no estimate'
    """
    if fit is None:
        return "no estimate"
    return "excludes zero" if fit.estimate.excludes() else "includes zero"


def _printed(fit: Fit) -> str:
    e = fit.estimate
    return f"{e.value:.3f} [{e.ci_low:.3f}, {e.ci_high:.3f}] (k {fit.k})"
