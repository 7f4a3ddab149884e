import pandas as pd

from mdmameta.figures import flow


def test_bars_end_at_the_randomised_and_gaps_are_words(counts, words, unreadable):
    figure = flow(counts)
    widths = [round(bar.get_width()) for bar in figure.axes[0].patches]
    assert sorted(widths) == [0, 1, 9, 42, 52]
    texts = [text.strip() for text in words(figure)]
    assert {"1/53 (2%) missing", "9/51 (18%) missing"} <= set(texts)
    assert "12 assessed, randomised by arm not reported" in texts
    assert unreadable(figure) == []


def test_a_gap_says_which_of_the_two_numbers_is_missing(counts, words):
    one = counts.iloc[[0]].assign(randomised=42.0, assessed=float("nan"))
    none = one.assign(randomised=float("nan"))
    texts = [text.strip() for text in words(flow(pd.concat([one, none])))]
    assert "42 randomised, assessed not reported" in texts
    assert "not reported" in texts
