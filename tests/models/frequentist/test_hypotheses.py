"""Linear hypotheses and variance inflation."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.frequentist import MetaRegression, RandomEffects
from mdmameta.models.frequentist.hypotheses import variance_inflation, wald_test

EFFECTS = Effects.from_arrays(
    y=[0.1, 0.5, 0.4, 0.9, 0.2, 0.7],
    v=[0.02, 0.03, 0.02, 0.04, 0.02, 0.05],
    moderators={"dose": [0, 1, 2, 3, 4, 5], "arm": ["a", "b", "a", "c", "b", "c"]},
)


@pytest.mark.parametrize("interval", ["wald", "knapp-hartung"])
def test_all_moderators_together_give_the_omnibus_test(interval: str) -> None:
    fit = MetaRegression("~ arm", interval=interval).fit(EFFECTS)  # type: ignore[arg-type]
    test, whole = wald_test(fit, [[0, 1, 0], [0, 0, 1]]), fit.omnibus
    assert whole is not None
    assert (test.statistic, test.p_value) == pytest.approx(
        (whole.statistic, whole.p_value)
    )


def test_one_combination_is_its_own_z_squared() -> None:
    fit = MetaRegression("~ arm", interval="wald").fit(EFFECTS)
    L = np.array([0, 1, -1])
    z = L @ fit.params / np.sqrt(L @ fit.vcov @ L)
    assert wald_test(fit, L).statistic == pytest.approx(z**2)


@pytest.mark.parametrize(
    ("contrasts", "words"),
    [
        ([1, 0, 0], "shape \\(1, 3\\)"),
        ([0, float("nan")], "finite"),
        ([[0, 1], [0, 2]], "follow from the others"),
    ],
)
def test_contrasts_that_do_not_fit_are_refused(contrasts: list, words: str) -> None:
    fit = MetaRegression("~ dose").fit(EFFECTS)
    with pytest.raises(OptionError, match=words):
        wald_test(fit, contrasts)


def test_a_mean_has_no_moderators_to_overlap() -> None:
    with pytest.raises(ModelError, match="no moderators"):
        variance_inflation(RandomEffects().fit(EFFECTS))
