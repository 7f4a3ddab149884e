import numpy as np
import pytest
from numpy.testing import assert_allclose

from mdmameta.effects.combine import combine_events, combine_means
from mdmameta.errors import EffectsError


def _summary(scores: np.ndarray) -> tuple[float, float, float]:
    return scores.size, scores.mean(), scores.std(ddof=1)


def test_combined_arms_have_the_mean_and_sd_of_all_their_people() -> None:
    rng = np.random.default_rng(1)
    arms = [rng.normal(m, s, n) for m, s, n in ((5, 2, 12), (8, 3, 7), (1, 1, 9))]
    n, mean, sd = zip(*map(_summary, arms), strict=True)
    assert_allclose(combine_means(n, mean, sd), _summary(np.concatenate(arms)))


def test_two_arms_follow_the_cochrane_formula() -> None:
    n1, m1, s1, n2, m2, s2 = 12, 45.3, 33.8, 7, 24.1, 17.2
    between = n1 * n2 / (n1 + n2) * (m1 - m2) ** 2
    within = (n1 - 1) * s1**2 + (n2 - 1) * s2**2
    expected = np.sqrt((within + between) / (n1 + n2 - 1))
    assert combine_means([n1, n2], [m1, m2], [s1, s2]).sd == pytest.approx(expected)


def test_one_arm_stays_what_it_is() -> None:
    assert_allclose(combine_means([9], [3.0], [1.5]), (9, 3.0, 1.5))


def test_events_and_people_are_added() -> None:
    assert combine_events([6, 5], [12, 9]) == (11, 21)


@pytest.mark.parametrize(
    "call",
    [
        lambda: combine_means([2, 3], [1, 1], [1]),
        lambda: combine_means([2, 0], [1, 1], [1, 1]),
        lambda: combine_means([2, 3], [1, 1], [1, 0]),
        lambda: combine_events([3], [2]),
        lambda: combine_events([1, 1], [2]),
    ],
)
def test_impossible_arms_are_not_combined(call: object) -> None:
    with pytest.raises(EffectsError):
        call()  # type: ignore[operator]
