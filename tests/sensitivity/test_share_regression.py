import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.models.bayesian import Normal
from mdmameta.sensitivity.share_regression import share_slope


def test_trials_without_a_share_are_no_part_of_the_line() -> None:
    effects = Effects.from_arrays(y=[-0.2, -0.4, -0.6, 5.0], v=[0.01] * 4)
    shares = pd.DataFrame({"share_active": [0.0, 0.5, 1.0, np.nan]})
    rows, why = share_slope(effects, shares, Normal(0, 100))
    assert why == ""
    assert rows["k"].tolist() == [3, 3]
    assert rows["slope"].tolist() == pytest.approx([-0.4, -0.4], abs=0.02)


def test_equal_shares_give_no_line_and_the_reason() -> None:
    effects = Effects.from_arrays(y=[-0.2, -0.4, -0.6], v=[0.01] * 3)
    rows, why = share_slope(
        effects, pd.DataFrame({"share_active": [0.3] * 3}), Normal(0, 1)
    )
    assert rows.empty
    assert "3 trials report one, 1 different" in why


def test_without_a_prior_there_is_one_line() -> None:
    effects = Effects.from_arrays(y=[-0.2, -0.4, -0.6], v=[0.01] * 3)
    shares = pd.DataFrame({"share_active": [0.0, 0.5, 1.0]})
    rows, why = share_slope(effects, shares, None)
    assert why == ""
    assert rows["slope"].tolist() == pytest.approx([-0.4])
    assert np.isnan(rows["prior_sd"]).all()
