"""Diagnostics: which fits may not be reported, and why."""

from __future__ import annotations

import pytest

from mdmameta.errors import ModelError
from mdmameta.models.diagnostics import Diagnostics


def test_a_sound_fit_has_no_problems() -> None:
    good = Diagnostics(r_hat=1.001, ess_bulk=2000, ess_tail=1500, divergences=0)
    assert good.problems() == ()
    good.raise_if_bad()


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (Diagnostics(converged=False, error=0.5), "not converged"),
        (Diagnostics(r_hat=1.02), "r-hat 1.020"),
        (Diagnostics(r_hat=float("nan")), "r-hat nan"),
        (Diagnostics(ess_bulk=100), "bulk effective sample size 100 < 400"),
        (Diagnostics(ess_tail=100), "tail effective sample size"),
        (Diagnostics(divergences=3), "3 divergent"),
    ],
)
def test_every_problem_stops_a_report(bad: Diagnostics, problem: str) -> None:
    with pytest.raises(ModelError, match=problem):
        bad.raise_if_bad()
