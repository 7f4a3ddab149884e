"""The posterior of a meta-regression by quadrature over τ, exact to rounding."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mdmameta.arrays import FloatArray
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.bayesian.convergence import Likelihood, bound
from mdmameta.models.bayesian.exact import check_mass
from mdmameta.models.bayesian.kernel import Data, MeanLikelihood
from mdmameta.models.bayesian.marginals import NormalMixture
from mdmameta.models.bayesian.mean_priors import Flat, Normal
from mdmameta.models.bayesian.prior_base import Components, TauPrior
from mdmameta.models.bayesian.prior_checks import check_proper, check_tau_density
from mdmameta.models.bayesian.regression_kernel import (
    CoefficientPriors,
    RegressionConditional,
    RegressionData,
    RegressionLikelihood,
    best_log_likelihood,
    independent,
    mean_weights,
    shrinkage,
)
from mdmameta.models.bayesian.tau_posterior import (
    SMALL_RATIO,
    TauPosterior,
    integrate,
    ratio,
)


@dataclass(frozen=True, eq=False)
class ExactRegression(TauPosterior):
    """Posterior of y ~ N(θ, V), θᵢ ~ N(xᵢ'β, τ²) by quadrature over τ.

    Given τ the coefficients are jointly normal, so that each of them, each x'β and
    each true effect is a mixture of normals over the nodes of τ. Made by
    `exact_regression`.

    Parameters
    ----------
    likelihood, tau_prior, panels, error, doublings
        See `TauPosterior`.
    terms
        Names of the p coefficients.
    priors
        Prior of each of them.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.7], v=[0.02] * 4, moderators={"dose": [0, 1, 2, 3]})
    >>> model = mm.BayesianMetaRegression("~ dose", mm.Normal(0, 1))
    >>> found = model.fit(effects).exact
    >>> round(found.coefficient("dose").mean, 2)
    0.19
    """

    terms: tuple[str, ...]
    priors: tuple[Normal | Flat, ...] = field(repr=False)

    @property
    def data(self) -> RegressionData:
        """The k effects and their design, along independent axes."""
        data: RegressionData = self.likelihood.data
        return data

    @property
    def _proper_means(self) -> bool:
        return all(prior.proper for prior in self.priors)

    @cached_property
    def _given(self) -> RegressionConditional:
        given = self.given
        assert isinstance(given, RegressionConditional)
        return given

    def at(self, x: ArrayLike) -> NormalMixture:
        """Posterior of the mean effect x'β at a row of the design.

        Parameters
        ----------
        x
            Shape (p,).
        """
        mean, sd = self._given.combined(self._row(x))
        return self._mixture(mean, sd, self._infinite)

    def predictive(self, x: ArrayLike) -> NormalMixture:
        """Posterior predictive of the true effect of a new study at a row.

        Parameters
        ----------
        x
            Shape (p,).
        """
        mean, sd = self._given.combined(self._row(x))
        wide = np.hypot(sd, self.nodes[0])
        return self._mixture(mean, wide, bool(self.panels.infinite_moments[1]))

    @cached_property
    def coefficients(self) -> tuple[NormalMixture, ...]:
        """Posteriors of the p coefficients."""
        return tuple(self.at(row) for row in np.eye(len(self.terms)))

    @property
    def beta(self) -> tuple[NormalMixture, ...]:
        """Posteriors of the p coefficients, under the name that draws have."""
        return self.coefficients

    def coefficient(self, term: str) -> NormalMixture:
        """Posterior of one coefficient by its name."""
        return self.coefficients[self._place(term)]

    @cached_property
    def covariance(self) -> FloatArray:
        """Posterior covariance of the coefficients, shape (p, p)."""
        weight, given = self.nodes[1], self._given
        if self._infinite:
            return np.full((len(self.terms),) * 2, np.inf)
        centred = given.means[:, 0, :] - (given.means[:, 0, :] @ weight)[:, None]
        within = np.einsum("n,nij,nkj->ik", weight, given.root, given.root)
        return np.asarray(within + (weight * centred) @ centred.T)

    @cached_property
    def theta(self) -> tuple[NormalMixture, ...]:
        """Posteriors of the k studies' true effects (shrinkage)."""
        shrunk = shrinkage(self.data, self.nodes[0], self._given)
        rows = zip(shrunk.mean, shrunk.sd, strict=True)
        return tuple(self._mixture(mean, sd, infinite=False) for mean, sd in rows)

    @cached_property
    def weights(self) -> FloatArray:
        """Posterior mean of each effect's weight 1 / (v + τ²), percent, shape (k,)."""
        return np.asarray(100 * mean_weights(self.data, self.nodes[0]) @ self.nodes[1])

    def bayes_factor(self, term: str, at: float = 0.0) -> float:
        """Bayes factor in favour of a coefficient = ``at``, by Savage and Dickey.

        NaN when the prior of a coefficient or of τ is improper.

        References
        ----------
        Dickey (1971), doi:10.1214/aoms/1177693507.
        """
        if np.isnan(self.log_marginal_likelihood):
            return float("nan")
        i = self._place(term)
        log_prior = float(self.priors[i].log_density(at))
        found = ratio(float(self.coefficients[i].log_density(at)) - log_prior)
        return found if found > SMALL_RATIO else self._evidence_ratio([i], at)

    def evidence_ratio(self, *terms: str) -> float:
        """Bayes factor in favour of all these coefficients being 0.

        The ratio of two marginal likelihoods: with one term it checks
        `bayes_factor`, with all moderators it tests them together.
        """
        return self._evidence_ratio([self._place(term) for term in terms], 0.0)

    def _evidence_ratio(self, fixed: list[int], at: float) -> float:
        """Ratio of evidences with some coefficients known to be ``at``."""
        _, _, panels, _, _ = integrate(self._with(fixed, at), self.tau_prior)
        return ratio(float(panels.log_evidence) - self.log_marginal_likelihood)

    def _with(self, fixed: list[int], at: float) -> Likelihood:
        data = self.data
        data = replace(data, z=data.z - at * data.X[:, fixed].sum(axis=1))
        kept = [i for i in range(len(self.terms)) if i not in fixed]
        if not kept:
            nothing = Data(data.z, np.ones_like(data.z), data.lam)
            return MeanLikelihood(nothing, Components.single(0.0, 0.0))
        fewer = replace(data, X=data.X[:, kept])
        return RegressionLikelihood(fewer, _stacked([self.priors[i] for i in kept]))

    @property
    def _infinite(self) -> bool:
        return not self._proper_means and bool(self.panels.infinite_moments[1])

    def _place(self, term: str) -> int:
        if term not in self.terms:
            raise OptionError(
                f"term={term!r} is not a coefficient; there are: "
                f"{', '.join(map(repr, self.terms))}."
            )
        return self.terms.index(term)

    def _row(self, x: ArrayLike) -> FloatArray:
        row = np.asarray(x, dtype=float)
        if row.shape != (len(self.terms),) or not np.isfinite(row).all():
            raise ModelError(
                f"x={x!r} is not a row of {len(self.terms)} finite numbers, for "
                f"{', '.join(map(repr, self.terms))}."
            )
        return row


def _stacked(priors: list[Normal | Flat]) -> CoefficientPriors:
    mean, sd = (np.array([getattr(p, n) for p in priors]) for n in ("mean", "sd"))
    return CoefficientPriors(mean.astype(float), sd.astype(float))


def _check_flat(
    data: RegressionData, terms: tuple[str, ...], flat: NDArray[np.bool_]
) -> None:
    if flat.any() and not independent(data.X[:, flat]):
        names = ", ".join(repr(t) for t, one in zip(terms, flat, strict=True) if one)
        raise ModelError(
            f"the posterior of {names} is improper: their columns are not independent, "
            f"or more than the {data.lam.size} studies, and their priors are flat. "
            "Leave a term out, or give Normal(mean, sd) priors."
        )


def exact_regression(
    data: RegressionData,
    terms: tuple[str, ...],
    priors: tuple[Normal | Flat, ...],
    tau: TauPrior,
) -> ExactRegression:
    """Posterior of coefficients and τ, accurate to about 1e-9.

    Parameters
    ----------
    data
        k effects and their design with p columns.
    terms, priors
        Names and priors of the p coefficients.
    tau
        Any prior with ``log_density``.

    Raises
    ------
    OptionError
        When a prior cannot be used.
    ModelError
        When the posterior is improper, as with flat priors of columns that follow
        from each other, or the priors put no mass where the data are.

    References
    ----------
    Röver and Friede (2023), doi:10.1016/j.cmpb.2022.107303.

    Examples
    --------
    >>> from mdmameta.models.bayesian import HalfNormal
    >>> dose = np.column_stack([np.ones(4), [0, 1, 2, 3]])
    >>> data = RegressionData.of(np.array([0.1, 0.3, 0.4, 0.7]), np.full(4, 0.02), dose)
    >>> found = exact_regression(
    ...     data, ("Intercept", "dose"), (Normal(0, 1), Normal(0, 1)), HalfNormal(0.5))
    >>> round(found.coefficient("dose").mean, 3)
    0.189
    """
    check_tau_density(tau)
    for term, prior in zip(terms, priors, strict=True):
        if not isinstance(prior, (Normal, Flat)):
            raise OptionError(
                f"priors[{term!r}]={prior!r}: the exact engine integrates coefficients "
                "over normal priors. Use Normal(mean, sd), or Flat()."
            )
    likelihood = RegressionLikelihood(data, _stacked(list(priors)))
    check_proper(tau, data.lam.size, likelihood.priors.flat)
    _check_flat(data, terms, np.isinf(likelihood.priors.sd))
    found = ExactRegression(*integrate(likelihood, bound(tau, data)), terms, priors)
    said = ", ".join(f"{t}: {p!r}" for t, p in zip(terms, priors, strict=True))
    check_mass(found, best_log_likelihood(data), f"priors={{{said}}}")
    return found
