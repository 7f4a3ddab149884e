"""The climb to the highest point of the likelihood of selected results."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import SelectionModel
from mdmameta.models.frequentist.selection import maximum

EFFECTS = Effects.from_arrays(
    y=[0.6, 0.5, 0.8, 0.4, 0.7, 0.1, 0.3, 0.2, 0.45, 0.55],
    v=[0.04, 0.05, 0.09, 0.03, 0.08, 0.01, 0.02, 0.02, 0.04, 0.05],
)


def test_a_slope_against_a_bound_leads_nowhere() -> None:
    limits = [(0.0, None), (None, None)]
    at = np.array([0.0, 3.0])
    assert maximum._is_flat(at, np.array([5.0, 0.0]), limits)
    assert not maximum._is_flat(at, np.array([-5.0, 0.0]), limits)
    assert not maximum._is_flat(at, np.array([0.0, 1e-3]), limits)


@pytest.mark.parametrize("kind", ["stepfun", "beta", "halfnorm"])
def test_climbing_on_from_a_flat_place_changes_nothing(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = SelectionModel(kind, alternative="greater")
    soon = model.fit(EFFECTS)
    monkeypatch.setattr(maximum, "FLAT", 0.0)
    late = model.fit(EFFECTS)
    assert soon.selection.log_likelihood == pytest.approx(
        late.selection.log_likelihood, abs=1e-9
    )
    assert soon.estimate.value == pytest.approx(late.estimate.value, abs=1e-5)


def test_an_early_end_is_known_when_the_likelihood_rises_all_the_way() -> None:
    class Hill:
        def value(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
            x = float(theta[0])
            return -0.04 * (x - 1) ** 2 * (x + 1) ** 2, np.zeros(1)

    def end(x: float) -> maximum.Maximum:
        at = np.array([x])
        return maximum.Maximum(at, Hill().value(at)[0], True, np.zeros(1, bool))

    top, slope, other = end(1.0), end(0.4), end(-0.9)
    assert maximum._is_known(Hill(), slope, [top])
    assert not maximum._is_known(Hill(), other, [top])
    assert not maximum._is_known(Hill(), top, [slope])
