import pytest
from scipy import stats

from mdmameta.effects.printed_tests import (
    difference_from_test,
    smd_from_test,
    t_from_f,
    t_from_p,
)
from mdmameta.errors import EffectsError


@pytest.mark.parametrize("sign", [-1, 1])
def test_t_f_and_both_p_values_give_one_g(sign):
    t = 2.1 * sign
    p = 2 * stats.t.sf(2.1, 50)
    whole = smd_from_test(25, 27, t=t)
    for given in ({"f": 2.1**2}, {"p": p}, {"p": p / 2, "one_sided": True}):
        found = smd_from_test(25, 27, sign=sign, **given)
        assert (found.y, found.v) == pytest.approx((whole.y, whole.v))


def test_a_one_sided_p_above_a_half_turns_the_sign():
    assert t_from_p(0.9, 20, sign=1, one_sided=True).value < 0


def test_a_difference_gets_the_error_of_its_test():
    p = 2 * stats.t.sf(2.0, 18)
    assert difference_from_test(-5, p=p, df=18).v == pytest.approx(6.25)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: t_from_f(-1, sign=1), "F = -1"),
        (lambda: t_from_f(1, sign=0), "sign = 0"),
        (lambda: t_from_p(0, 18, sign=1), "p = 0"),
        (lambda: t_from_p(0.1, 0, sign=1), "df = 0"),
        (lambda: smd_from_test(9, 9, f=2), "have no sign"),
        (lambda: smd_from_test(9, 9, t=2, p=0.1), "exactly one"),
        (lambda: difference_from_test(-5, t=2, df=18), "differ in sign"),
    ],
)
def test_impossible_tests_are_refused(call, message):
    with pytest.raises(EffectsError, match=message):
        call()


@pytest.mark.parametrize("given", [{}, {"t": 2.0, "p": 0.05}])
def test_a_difference_has_one_test(given):
    with pytest.raises(EffectsError, match="allowed: one of them, not both or none"):
        difference_from_test(5, df=18, **given)
