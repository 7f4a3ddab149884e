"""How long and how carefully to sample."""

from __future__ import annotations

from dataclasses import dataclass, fields
from numbers import Integral
from typing import Literal

from mdmameta.errors import OptionError
from mdmameta.models.diagnostics import Diagnostics
from mdmameta.options import check_option

#: Effective sample sizes cannot be computed from fewer draws of a chain.
FEWEST_DRAWS = 4

#: What to do with draws that miss the limits of `mdmameta.models.diagnostics`.
Unsound = Literal["raise", "warn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampler:
    """How long and how carefully to sample.

    Parameters
    ----------
    seed
        Required: the same seed gives the same draws.
    draws, tune, chains
        Draws kept and thrown away for each of the chains.
    target_accept
        Acceptance rate aimed at while tuning.
    unsound
        ``"raise"`` refuses draws with r-hat above 1.01, an effective sample size
        below 400 or a divergence; ``"warn"`` returns them with a caution.
    """

    seed: int | None
    draws: int
    tune: int
    chains: int
    target_accept: float
    unsound: Unsound = "raise"

    def __post_init__(self) -> None:
        if self.seed is None:
            raise OptionError(
                "a sampled model (engine='nuts') draws at random and needs seed=: give "
                "any integer, such as seed=1, or use engine='exact' where there is one."
            )
        least = {"seed": 0, "draws": FEWEST_DRAWS, "tune": 0, "chains": 1}
        for name, floor in least.items():
            value = getattr(self, name)
            if not isinstance(value, Integral) or value < floor:
                raise OptionError(
                    f"{name}={value!r} is not a whole number of at least {floor}."
                )
        if not 0 < self.target_accept < 1:
            raise OptionError(
                f"target_accept={self.target_accept!r} is not a rate between 0 and 1; "
                "0.95 is careful, 0.99 more so."
            )
        check_option("unsound", self.unsound, Unsound)

    @classmethod
    def of(cls, model: object) -> Sampler:
        """Read the settings of a model, which has them under the same names.

        Raises
        ------
        OptionError
            When one of them is not allowed, or there is no seed.
        """
        return cls(**{one.name: getattr(model, one.name) for one in fields(cls)})

    def judge(self, diagnostics: Diagnostics) -> None:
        """Refuse draws that are not sound, unless told to keep them.

        Raises
        ------
        ModelError
            With every problem found.
        """
        if self.unsound == "raise":
            diagnostics.raise_if_bad()
