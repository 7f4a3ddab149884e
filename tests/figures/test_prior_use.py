import pytest

from mdmameta.figures import prior_use_shares
from mdmameta.figures.prior_use import wilson


def test_shares_have_counts_and_intervals_and_empty_arms_share_a_row(
    shares, drawn, words
):
    figure = prior_use_shares(shares)
    texts = words(figure)
    assert {"18/46 (39%)", "11/44 (25%)", "9/21 (43%)", "not reported"} <= set(texts)
    assert {"A: drug", "B: whole trial", "C: whole trial"} <= set(texts)
    assert "B-1" not in texts
    assert len(drawn(figure, "_mm_interval")) == 3


def test_a_share_of_unknown_size_has_no_interval(shares, drawn):
    rows = shares.iloc[:1].assign(n=float("nan"), n_prior=float("nan"))
    figure = prior_use_shares(rows)
    assert len(drawn(figure, "_mm_point")) == 1
    assert drawn(figure, "_mm_interval") == []


def test_wilson_agrees_with_a_published_example():
    # Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3.
    assert wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(1 / 29, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)
