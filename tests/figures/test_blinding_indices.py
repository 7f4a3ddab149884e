from mdmameta.figures import blinding_indices


def test_each_counted_arm_has_its_index_and_gaps_are_shown(
    bang, counts, drawn, words, unreadable
):
    figure = blinding_indices(bang)
    texts = words(figure)
    assert len(drawn(figure, "_mm_interval")) == 2
    assert {"A: drug (n = 52) †", "A: placebo (n = 44)", "no counts"} <= set(texts)
    assert unreadable(figure) == []


def test_unverified_indices_say_so_in_the_title(bang, words):
    assert "Bang's blinding index by arm († UNVERIFIED)" in words(
        blinding_indices(bang)
    )
    alone = words(blinding_indices(bang.iloc[:1]))
    assert "UNVERIFIED: Bang's blinding index by arm" in alone
    assert "Bang's blinding index by arm" in words(blinding_indices(bang.iloc[1:]))


def test_assumed_indices_are_as_doubtful_as_unverified_ones(bang, words):
    assumed = bang.iloc[1:2].assign(basis="assumed")
    assert any(
        text.startswith("UNVERIFIED: ") for text in words(blinding_indices(assumed))
    )
