import numpy as np
import pandas as pd
import pytest

from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.verdicts import (
    check_region,
    check_sids,
    kind_of,
    sid_words,
)

CLEAR = pd.DataFrame({"ci_low": [-1.0, -0.9], "ci_high": [-0.2, -0.1]})
CROSSED = pd.DataFrame({"ci_low": [-1.0, -0.9], "ci_high": [-0.2, 0.1]})
FLIPPED = pd.DataFrame({"ci_low": [-1.0, 0.1], "ci_high": [-0.2, 0.9]})


@pytest.mark.parametrize(
    ("region", "crossings", "ratio", "kind"),
    [
        (CLEAR, [], 0.0, "robust"),
        (CROSSED, [], 0.0, "fragile"),
        (FLIPPED, [], 0.0, "fragile"),
        (CLEAR, [-0.4], 0.0, "fragile"),
        (CLEAR, [], 0.9, "not identified"),
        (CROSSED, [], 0.89, "fragile"),
    ],
)
def test_the_three_verdicts(region, crossings, ratio, kind):
    assert kind_of(region, crossings, ratio) == kind


@pytest.mark.parametrize("ends", [(1, 0), (0,), (0, np.inf), "ab"])
def test_a_region_is_two_finite_numbers_in_order(ends):
    with pytest.raises((SensitivityError, ValueError)):
        check_region("plausible", ends)


def test_a_difference_of_zero_is_refused():
    with pytest.raises(SensitivityError, match="other than 0"):
        check_sids({"x": (0.0, "a source")})


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("0.5, low", 0.5, "0.5, low (A)"),
        ("low", -0.5, "low, 0.5 (A)"),
        ("10.5 points", 0.5, "10.5 points, 0.5 (A)"),
        ("as in 2014", 2.0, "as in 2014, 2 (A)"),
    ],
)
def test_the_size_of_a_difference_is_said_once(name, size, said):
    assert sid_words(name, size, "A") == said
