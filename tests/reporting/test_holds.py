"""Sentences that cannot go stale."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mdmameta import Effects, RandomEffects
from mdmameta.errors import ReportError
from mdmameta.reporting import holds, render_report

CLEAR = RandomEffects().fit(Effects.from_arrays(y=[-1.0, -1.1, -0.9], v=[0.01] * 3))
VAGUE = RandomEffects().fit(Effects.from_arrays(y=[-1.0, 0.0, 1.1], v=[0.2] * 3))

PAGE = """\
---
title: T
---

```{python}
#| include: false
import csv
from mdmameta import Effects, RandomEffects
from mdmameta.reporting import holds
rows = list(csv.DictReader(open("effects.csv")))
y, v = ([float(row[c]) for row in rows] for c in "yv")
fit = RandomEffects().fit(Effects.from_arrays(y=y, v=v))
```

First line.
The contrast `{python} holds.says("excludes zero", holds.excludes(fit))`.
"""


@pytest.mark.parametrize(
    ("true", "false"),
    [
        (holds.excludes(CLEAR), holds.excludes(VAGUE)),
        (holds.includes(VAGUE), holds.includes(CLEAR)),
        (holds.narrower(CLEAR, VAGUE), holds.narrower(VAGUE, CLEAR)),
        (holds.similar(0.71, 0.73, within=0.03), holds.similar(1, 2, within=0.9)),
        (holds.largest({"A": 1, "B": 3}, "B"), holds.largest({"A": 3, "B": 3}, "B")),
        (holds.more(2, 1), holds.more(1, 1)),
        (holds.none_of([]), holds.none_of(["MP4"])),
    ],
)
def test_an_assertion_holds_or_tells_the_numbers(true, false) -> None:
    assert holds.says("words", true).text == "words"
    with pytest.raises(holds.StaleSentenceError, match="'words', but") as caught:
        holds.says("words", true, false)
    assert false.told in str(caught.value)
    assert false.told


def test_the_largest_of_those_that_are_not_there_is_no_claim() -> None:
    assert not holds.largest({"A": 1}, "Z").holds


def test_the_verdict_of_an_analysis_can_be_claimed(results) -> None:
    blinding = results.sensitivity["blinding"]
    assert holds.verdict_is(blinding, blinding.verdict.kind).holds
    assert not holds.verdict_is(blinding, "unheard of").holds


@pytest.fixture
def review(tmp_path: Path) -> Callable[[str], Path]:
    def make(y: str) -> Path:
        rows = "\n".join(f"{one},0.01" for one in y.split())
        (tmp_path / "effects.csv").write_text(f"y,v\n{rows}\n")
        (tmp_path / "_quarto.yml").write_text("project:\n  type: website\n")
        (tmp_path / "index.qmd").write_text(PAGE)
        return tmp_path

    return make


def test_a_sentence_that_new_data_make_false_stops_the_build_with_its_line(
    review: Callable[[str], Path],
) -> None:
    done = render_report(review("-1.0 -1.1 -0.9"), renderer="embedded")
    assert "excludes zero" in done.index.read_text("utf-8")
    with pytest.raises(ReportError, match=r"index\.qmd:16: inline code") as caught:
        render_report(review("-1.0 0.1 0.9"), renderer="embedded")
    assert "the page says 'excludes zero', but the interval" in str(caught.value)
    assert "excludes zero" in done.index.read_text("utf-8")
