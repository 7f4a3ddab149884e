import pandas as pd
import pytest

from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.raters import rater_differences

BOTH = pd.DataFrame(
    {
        "study": ["A", "A", "B", "B", "C"],
        "rater": ["clinician", "self", "clinician", "self", "clinician"],
        "y": [-0.8, -0.6, -0.5, -0.4, -0.9],
        "v": [0.05, 0.05, 0.08, 0.02, 0.1],
    }
)


def test_only_trials_with_both_are_compared():
    trials, pooled = rater_differences(BOTH, correlations=[0.5])
    assert trials["study"].tolist() == ["A", "B"]
    assert pooled["k"].tolist() == [2]


def test_the_variance_is_that_of_a_difference_of_correlated_estimates():
    trials, _ = rater_differences(BOTH, correlations=[0.5])
    assert trials["difference"].tolist() == pytest.approx([-0.2, -0.1])
    assert trials["se"][1] ** 2 == pytest.approx(0.1 - 2 * 0.5 * 0.04)


def test_a_stronger_correlation_sees_smaller_differences():
    same = BOTH.assign(y=[-0.8, -0.6, -0.7, -0.5, -0.9])
    _, pooled = rater_differences(same)
    assert pooled["detectable"].is_monotonic_decreasing


def test_one_trial_alone_is_not_pooled():
    trials, pooled = rater_differences(BOTH[:2])
    assert len(trials) > 0
    assert pooled.empty


def test_no_trial_with_both_gives_no_rows():
    trials, pooled = rater_differences(BOTH[BOTH["rater"] == "clinician"])
    assert trials.empty
    assert pooled.empty


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (BOTH.drop(columns="v"), "lacks the column v"),
        (BOTH.assign(rater="nurse"), "found 'nurse'"),
        (pd.concat([BOTH, BOTH[:1]]), "study A has two rows"),
    ],
)
def test_frames_that_cannot_be_compared_are_refused(frame, words):
    with pytest.raises(SensitivityError, match=words):
        rater_differences(frame)


def test_a_correlation_of_one_is_refused():
    with pytest.raises(SensitivityError, match="below 1"):
        rater_differences(BOTH, correlations=[1.0])
