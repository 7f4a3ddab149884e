"""The choices behind a set of contrasts, checked, in one frozen record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mdmameta.effects.arm_scores import Basis
from mdmameta.effects.roles import ContrastArms
from mdmameta.effects.selection import Timepoint
from mdmameta.errors import OptionError
from mdmameta.options import Correction, StatChoice, check_option

ContrastMeasure = Literal["MD", "SMD", "SMDH"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContrastChoices:
    """What `mdmameta.effects.contrasts.contrasts` was asked for; see there."""

    measure: ContrastMeasure
    arms: ContrastArms
    stat: StatChoice
    timepoint: Timepoint
    correction: Correction
    vtype: str
    levels: tuple[str, ...]
    lsmeans: bool
    r: float | None

    def __post_init__(self) -> None:
        """Refuse values that an option does not allow."""
        check_option("measure", self.measure, ContrastMeasure)
        check_option("arms", self.arms, ContrastArms)
        check_option("stat", self.stat, StatChoice)
        if self.r is not None and not -1 <= self.r <= 1:
            raise OptionError(
                f"r={self.r!r} is not an option here; allowed: a correlation from -1 "
                "to 1, or None to leave out trials that would need one."
            )
        if self.measure == "SMDH" and self.arms == "every-active":
            raise OptionError(
                "measure='SMDH' with arms='every-active' is not an option: the "
                "covariance of such contrasts is not implemented. Choose 'SMD' or "
                "'MD', or one contrast a trial."
            )

    def bases(self) -> list[Basis]:
        """Return ways to come by the stat, the best first."""
        if self.stat == "endpoint":
            return ["endpoint"]
        bases: list[Basis] = ["change"]
        if self.lsmeans:
            bases.append("LS-mean change")
        if self.r is not None:
            bases.append("baseline and endpoint")
        return bases
