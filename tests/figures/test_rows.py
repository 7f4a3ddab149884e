import pandas as pd
import pytest

from mdmameta.errors import SensitivityError
from mdmameta.figures import alt_text, blinding_indices, flow, prior_use_shares

DRAWN = {"bang": blinding_indices, "counts": flow, "shares": prior_use_shares}


@pytest.fixture(params=DRAWN)
def draw_and_frame(request):
    return DRAWN[request.param], request.getfixturevalue(request.param)


def test_a_figure_without_rows_says_so(draw_and_frame, words):
    draw, frame = draw_and_frame
    figure = draw(frame.iloc[:0])
    assert "No rows." in words(figure)
    assert "no rows" in alt_text(figure)


def test_a_missing_column_is_named(draw_and_frame):
    draw, frame = draw_and_frame
    with pytest.raises(SensitivityError, match="lacks the column role"):
        draw(frame.drop(columns="role"))


def test_rows_are_drawn_on_given_axes_and_the_frame_is_not_changed(draw_and_frame):
    draw, frame = draw_and_frame
    before = frame.copy()
    first = draw(frame)
    assert draw(frame, ax=first.axes[0]) is first
    pd.testing.assert_frame_equal(frame, before)


def test_alternative_texts_hold_the_counts(bang, shares, counts):
    assert "A: drug 1/53 (2%) missing" in alt_text(flow(counts))
    assert "A: drug 18/46 (39%)" in alt_text(prior_use_shares(shares))
    assert "A: placebo (n = 44) 0.55 [0.31, 0.78]" in alt_text(blinding_indices(bang))
