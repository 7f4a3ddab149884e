import numpy as np
from numpy.testing import assert_allclose

from mdmameta.effects.single_group import (
    change_over_change_sd,
    change_over_raw_sd,
    change_sd,
)

TIMES = {name: np.array([x]) for name, x in (("m1i", 5.0), ("m2i", 3.0), ("ni", 12.0))}


def test_perfectly_correlated_equal_sds_leave_no_spread_of_change() -> None:
    three, one = np.array([0.3]), np.array([1.0])
    assert_allclose(change_sd(three, three, one), 0, atol=1e-12)


def test_a_correlation_of_one_half_makes_both_standardisers_equal() -> None:
    sd, r = np.array([2.0]), np.array([0.5])
    d = (TIMES["m1i"] - TIMES["m2i"]) / change_sd(sd, sd, r)
    smcc = change_over_change_sd(d=d, ni=TIMES["ni"])
    smcr = change_over_raw_sd(**TIMES, sd1i=sd, ri=r)
    assert_allclose(smcc, smcr)


def test_a_stronger_correlation_makes_a_raw_change_more_precise() -> None:
    sd = np.array([2.0])
    weak, strong = (
        change_over_raw_sd(**TIMES, sd1i=sd, ri=np.array([r]))[1] for r in (0.2, 0.9)
    )
    assert strong < weak
