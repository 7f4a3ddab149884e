"""Tables of guesses, raters and dose: what is doubtful is shown as such."""

from __future__ import annotations

import pandas as pd
import pytest

from mdmameta.reporting import blinding_data as seen
from mdmameta.tables.numbers import interval, number


@pytest.fixture(scope="module")
def blind(results):
    return results.sensitivity["blinding"]


def test_unverified_counts_are_shown_as_such(blind) -> None:
    assert "unverified" in set(seen.indices_table(blind).to_frame()["verification"])


def test_every_index_is_printed_with_its_exact_or_bootstrap_interval(blind) -> None:
    frame = seen.indices_table(blind).to_frame()
    every = pd.concat([blind.parts["bang"], blind.parts["james"]])
    assert list(frame["value"]) == [number(x) for x in every["value"]]
    assert list(frame["95% interval"]) == [
        interval(low, high)
        for low, high in zip(every["own_low"], every["own_high"], strict=True)
    ]


def test_few_degrees_of_freedom_are_flagged_and_give_no_p(blind) -> None:
    frame = seen.dose_table(blind).to_frame().set_index("errors")
    assert "not a test" in frame.loc["CR2", "caution"]
    assert "estimable" in frame.loc["CR2", "p"]


def test_kinds_of_arms_that_nobody_asked_keep_their_row(blind) -> None:
    assert "nobody asked" in set(seen.synthesis_table(blind).to_frame()["method"])


def test_raters_are_compared_under_each_correlation(blind) -> None:
    pooled = blind.parts["raters_pooled"]
    assert len(seen.rater_table(blind).to_frame()) == len(pooled)
