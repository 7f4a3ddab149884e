"""Tables of guesses, raters and dose: what is doubtful is shown as such."""

from __future__ import annotations

import pytest

from mdmameta.reporting import blinding_data as seen


@pytest.fixture(scope="module")
def blind(results):
    return results.sensitivity["blinding"]


def test_unverified_counts_are_shown_as_such(blind) -> None:
    assert "unverified" in set(seen.indices_table(blind).to_frame()["verification"])


def test_few_degrees_of_freedom_are_flagged_and_give_no_p(blind) -> None:
    frame = seen.dose_table(blind).to_frame().set_index("errors")
    assert "not a test" in frame.loc["CR2", "caution"]
    assert "estimable" in frame.loc["CR2", "p"]


def test_kinds_of_arms_that_nobody_asked_keep_their_row(blind) -> None:
    assert "nobody asked" in set(seen.synthesis_table(blind).to_frame()["method"])


def test_raters_are_compared_under_each_correlation(blind) -> None:
    pooled = blind.parts["raters_pooled"]
    assert len(seen.rater_table(blind).to_frame()) == len(pooled)
