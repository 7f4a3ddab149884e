import numpy as np
import pytest
from scipy import stats

from mdmameta.effects.recovery import (
    sd_from_ci,
    sd_from_p,
    sd_from_se,
    sd_from_t,
    se_from_ci,
)
from mdmameta.errors import EffectsError, OptionError

SD, N = 12.5, 20
SE = SD / np.sqrt(N)


def test_an_sd_survives_the_way_over_its_standard_error() -> None:
    assert sd_from_se(SE, N).value == pytest.approx(SD)


@pytest.mark.parametrize(
    ("reference", "quantile"),
    [("t", stats.t.ppf(0.975, N - 1)), ("z", stats.norm.ppf(0.975))],
)
def test_an_sd_survives_the_way_over_an_interval(
    reference: str, quantile: float
) -> None:
    low, high = -3 - quantile * SE, -3 + quantile * SE
    found = sd_from_ci(low, high, N, reference=reference)  # type: ignore[arg-type]
    assert found.value == pytest.approx(SD)


def test_a_ninety_per_cent_interval_is_narrower() -> None:
    half = stats.norm.ppf(0.95) * SE
    assert se_from_ci(-half, half, level=0.9).value == pytest.approx(SE)


def test_a_pooled_sd_survives_the_way_over_t_and_p() -> None:
    difference = -4.0
    t = difference / (SD * np.sqrt(1 / 12 + 1 / 8))
    p = 2 * stats.t.sf(abs(t), 18)
    assert sd_from_t(difference, t, 12, 8).value == pytest.approx(SD)
    assert sd_from_p(difference, p, 12, 8).value == pytest.approx(SD)


def test_every_step_is_said_in_words() -> None:
    assert sd_from_se(7.7, 12).note == "SD 26.6736 from SE 7.7 × √12"
    note = sd_from_ci(-26.94, -20.44, 52, reference="z").note
    assert "from SE 1.65819 × √52" in note
    assert "95% CI -26.94 to -20.44 (normal)" in note
    assert "t from p = 0.03" in sd_from_p(-4, 0.03, 12, 8).note


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sd_from_se(0, 12), "se = 0"),
        (lambda: sd_from_se(1, -2), "n = -2"),
        (lambda: se_from_ci(3, 1), r"interval \[3, 1\] is empty"),
        (lambda: se_from_ci(1, 3, df=0), "df = 0"),
        (lambda: se_from_ci(1, 3, level=95), "level = 95"),
        (lambda: sd_from_t(-4, 0, 12, 8), r"\|t\| = 0"),
        (lambda: sd_from_p(-4, 0, 12, 8), "p = 0"),
    ],
)
def test_impossible_numbers_are_refused(call: object, message: str) -> None:
    with pytest.raises(EffectsError, match=message):
        call()  # type: ignore[operator]


def test_an_unknown_reference_distribution_is_refused() -> None:
    with pytest.raises(OptionError, match="reference='T'"):
        sd_from_ci(1, 3, 12, reference="T")  # type: ignore[arg-type]
