from mdmameta.figures import flow


def test_bars_end_at_the_randomised_and_gaps_are_words(counts, words, unreadable):
    figure = flow(counts)
    widths = [round(bar.get_width()) for bar in figure.axes[0].patches]
    assert sorted(widths) == [0, 1, 9, 42, 52]
    texts = [text.strip() for text in words(figure)]
    assert {"1/53 (2%) missing", "9/51 (18%) missing"} <= set(texts)
    assert "12 assessed, randomised by arm not reported" in texts
    assert unreadable(figure) == []
