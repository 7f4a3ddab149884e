import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from mdmameta.sensitivity.guess_synthesis import exact_share, guess_synthesis
from mdmameta.sensitivity.guesses import checked_guesses


def arms(counts: list[tuple[int, int]], role: str = "active") -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "study": [f"S{i}" for i in range(len(counts))],
            "arm": "t",
            "role": role,
            "n_asked": [n for _, n in counts],
            "n_guess_active": [x for x, _ in counts],
            "n_guess_control": [n - x for x, n in counts],
            "control_type": "inactive",
        }
    )
    return checked_guesses(frame)


@pytest.mark.parametrize(("x", "n"), [(0, 8), (3, 8), (8, 8)])
def test_one_arm_has_its_exact_interval(x, n):
    ours = exact_share(x, n)
    scipys = binomtest(x, n).proportion_ci(method="exact")
    assert ours == pytest.approx((scipys.low, scipys.high), abs=1e-10)


def test_arms_alike_are_pooled_to_their_share():
    row = guess_synthesis(arms([(40, 50), (40, 50), (40, 50)])).iloc[0]
    assert row["method"] == "binomial-normal"
    assert row["share"] == pytest.approx(0.8, abs=1e-3)
    assert row["tau"] == pytest.approx(0.0, abs=1e-3)


def test_arms_unlike_leave_more_doubt_than_their_counts_added():
    unlike = guess_synthesis(arms([(45, 50), (20, 50), (35, 50)])).iloc[0]
    low, high = exact_share(100, 150)
    assert unlike["tau"] > 0.5
    assert unlike["ci_high"] - unlike["ci_low"] > high - low


def test_all_arms_full_are_added_up_exactly():
    row = guess_synthesis(arms([(10, 10), (12, 12)])).iloc[0]
    assert (row["share"], row["method"]) == (1.0, "exact, arms added")


def test_nobody_asked_is_a_row_without_numbers():
    row = guess_synthesis(arms([(5, 10)]).assign(counted=False)).iloc[0]
    assert (row["arms"], row["method"]) == (0, "nobody asked")
    assert np.isnan(row["share"])
