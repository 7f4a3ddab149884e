"""Whether the numbers of a fit may be believed as computed."""

from __future__ import annotations

from dataclasses import dataclass

from mdmameta.errors import ModelError

#: Largest r-hat of a chain that may be reported (Vehtari et al. 2021,
#: doi:10.1214/20-BA1221).
R_HAT_LIMIT = 1.01

#: Smallest effective sample size that may be reported: about 100 a chain of
#: four, from the same source.
ESS_LIMIT = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostics:
    """Whether the numbers may be believed as computed.

    Parameters
    ----------
    converged
        False when an iteration or a quadrature missed its tolerance.
    iterations, error
        Steps taken, and the numerical error estimated where there is one.
    r_hat, ess_bulk, ess_tail, divergences
        Of the worst parameter, for sampled fits; None otherwise.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.9], v=[0.02, 0.03, 0.05, 0.2])
    >>> found = mm.RandomEffects().fit(effects).diagnostics
    >>> found.problems()
    ()
    """

    converged: bool = True
    iterations: int = 0
    error: float = 0.0
    r_hat: float | None = None
    ess_bulk: float | None = None
    ess_tail: float | None = None
    divergences: int | None = None

    def problems(self) -> tuple[str, ...]:
        """Every reason not to report this fit, in words; empty when sound."""
        found = [] if self.converged else [f"not converged (error {self.error:.2g})"]
        if self.r_hat is not None and not self.r_hat <= R_HAT_LIMIT:
            found.append(f"r-hat {self.r_hat:.3f} above {R_HAT_LIMIT}")
        for name, size in (("bulk", self.ess_bulk), ("tail", self.ess_tail)):
            if size is not None and not size >= ESS_LIMIT:
                found.append(f"{name} effective sample size {size:.0f} < {ESS_LIMIT}")
        if self.divergences:
            found.append(f"{self.divergences} divergent transitions")
        return tuple(found)

    def raise_if_bad(self) -> None:
        """Refuse to let a doubtful fit reach a report.

        Raises
        ------
        ModelError
            With every problem found.
        """
        if found := self.problems():
            raise ModelError(
                f"this fit must not be reported: {'; '.join(found)}. "
                "Sample longer, raise target_accept, or use engine='exact'."
            )
