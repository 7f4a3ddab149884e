"""A prior is said in words, the same wherever a note or a table speaks of it."""

from __future__ import annotations

import re

import pytest

from mdmameta.models import bayesian
from mdmameta.models.bayesian import Mixture, Normal, StudentT
from mdmameta.models.bayesian.prior_base import Prior
from mdmameta.models.bayesian.prior_words import prior_words
from mdmameta.models.bayesian.reference_priors import OfVariances
from mdmameta.models.bayesian.shrinkage_priors import DuMouchel

#: Numbers for the parameters, all different.
NUMBERS = (0.25, 3, 0.75)

PUBLIC = [getattr(bayesian, name) for name in bayesian.__all__]
PRIORS = [one for one in PUBLIC if isinstance(one, type) and issubclass(one, Prior)]
OF_NUMBERS = [
    one
    for one in PRIORS
    if {"float"} == set(vars(one).get("__annotations__", {}).values())
    and not issubclass(one, OfVariances)
]


def made(prior: type[Prior]) -> Prior:
    return prior(*NUMBERS[: len(prior.__annotations__)])


@pytest.mark.parametrize("prior", PRIORS, ids=lambda one: one.__name__)
def test_every_prior_of_this_package_has_words(prior: type[Prior]) -> None:
    one = made(prior) if prior in OF_NUMBERS else _other(prior)
    words = prior_words(one)
    assert words != repr(one)
    assert not re.search(r"[A-Za-z_]\(|_|=|~", words)


@pytest.mark.parametrize("prior", OF_NUMBERS, ids=lambda one: one.__name__)
def test_words_of_a_prior_hold_its_numbers(prior: type[Prior]) -> None:
    wanted = {f"{x:g}" for x in NUMBERS[: len(prior.__annotations__)]}
    assert set(re.findall(r"[\d.]+", prior_words(made(prior)))) == wanted


def test_no_two_priors_have_the_same_words() -> None:
    said = [prior_words(made(one)) for one in OF_NUMBERS]
    said += [prior_words(_other(one)) for one in PRIORS if one not in OF_NUMBERS]
    assert len(set(said)) == len(PRIORS)


def test_a_mixture_is_said_by_its_parts() -> None:
    robust = Mixture(((0.9, Normal(-0.5, 0.2)), (0.1, StudentT(3, 0, 1))))
    assert prior_words(robust) == (
        "a mixture, 90% normal with mean -0.5 and SD 0.2, 10% Student's t with 3 "
        "degrees of freedom, centre 0 and scale 1"
    )


def test_a_typical_error_that_was_given_is_said() -> None:
    assert prior_words(DuMouchel(0.4)) == "DuMouchel's with s₀ = 0.4"


def test_a_prior_of_ones_own_is_said_by_its_repr() -> None:
    class Own:
        def __repr__(self) -> str:
            return "Own()"

    assert prior_words(Own()) == "Own()"


def _other(prior: type[Prior]) -> Prior:
    if prior.__name__ == "MapPrior":
        return prior(((1.0, Normal(0, 1)),), "3 trials")
    return prior(((1.0, Normal(0, 1)),)) if prior is Mixture else prior()
