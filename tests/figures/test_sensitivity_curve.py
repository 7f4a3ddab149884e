from dataclasses import replace

import numpy as np
import pytest

from mdmameta.errors import OptionError
from mdmameta.figures import alt_text, sensitivity_curve
from mdmameta.figures.marks import SLANT, published_marks
from mdmameta.sensitivity import SensitivityTable, TippingPoint

GRID = np.round(np.linspace(-1, 0, 11), 2)


def test_the_curve_is_the_estimate_in_the_order_of_the_parameter(table, drawn):
    figure = sensitivity_curve(table, "b")
    (line,) = drawn(figure, "estimate")
    assert line.get_xdata().tolist() == GRID.tolist()
    np.testing.assert_allclose(line.get_ydata(), -0.7 - 0.6 * GRID)
    assert len(drawn(figure, "declared plausible region")) == 1


def test_the_tipping_point_is_marked_where_the_interval_reaches_zero(
    table, drawn, words
):
    figure = sensitivity_curve(table, "b")
    (mark,) = drawn(figure, "_mm_tip")
    assert mark.get_xydata().tolist() == [[-2 / 3, 0]]
    assert "tipping point b = −0.67" in words(figure)


def test_published_estimates_of_the_first_assumption_are_ticks(table, drawn, words):
    figure = sensitivity_curve(table, "b")
    assert {"patients, all trials", "assessors"} <= set(words(figure))
    assert len(drawn(figure, "_mm_mark")) == 2


def boxes_of(figure, said: str):
    """Boxes, in pixels, of a title and of the labels of marks, once all is drawn."""
    figure.draw_without_rendering()
    (ax,) = figure.axes
    title = ax.get_title(loc="left") or ax.get_title()
    assert title == said
    texts = (ax.title, ax._left_title)
    (drawn,) = [text for text in texts if text.get_text()]
    slanted = [text for text in ax.texts if text.get_rotation() == SLANT]
    return drawn.get_window_extent(), [text.get_window_extent() for text in slanted]


@pytest.mark.parametrize(
    "said", ["Belief from counts of guesses, else assumed by type of control", "u"]
)
def test_a_title_is_clear_of_the_labels_of_marks(table, said):
    figure = sensitivity_curve(table, "b", where={"u_from": "counts"}, title=said)
    title, labels = boxes_of(figure, said)
    assert labels
    assert not any(title.overlaps(label) for label in labels)


def test_a_short_title_stays_at_the_axes(table):
    figure = sensitivity_curve(table, "b", where={"u_from": "counts"}, title="u")
    title, _ = boxes_of(figure, "u")
    assert title.y0 - figure.axes[0].bbox.y1 < title.height


def test_runs_have_a_line_each(table, drawn, unreadable):
    figure = sensitivity_curve(table, "b", group="u_from")
    assert len(drawn(figure, "estimate, counts")) == 1
    assert len(drawn(figure, "estimate, prior")) == 1
    assert len(drawn(figure, "_mm_end")) == 4
    assert unreadable(figure) == []


def test_the_value_at_which_another_parameter_is_held_is_said(table, words):
    assert "At u from = counts" in words(sensitivity_curve(table, "b"))
    held = sensitivity_curve(table, "b", where={"u_from": "prior"})
    assert "At u from = prior" in words(held)


def test_the_axis_says_which_side_is_better(table, words):
    texts = words(sensitivity_curve(table, "b", names=("drug", "placebo")))
    assert "Standardised mean difference\n(below 0 favours drug)" in texts


def test_an_unknown_parameter_or_value_is_refused(table):
    with pytest.raises(OptionError, match="'c' is no parameter of 'blinding'"):
        sensitivity_curve(table, "c")
    with pytest.raises(OptionError, match=r"no refit .* u_from = 'nowhere'"):
        sensitivity_curve(table, "b", where={"u_from": "nowhere"})


def test_a_tipping_point_that_does_not_exist_is_told_with_its_reason(table):
    none = TippingPoint(
        parameter="b", value=None, reason="none up to −3", deciding="m", unit=""
    )
    table = SensitivityTable(
        name="x", label="x", frame=table.frame, fits=table.fits,
        verdict=table.verdict, tipping=(none,),
    )  # fmt: skip
    text = alt_text(sensitivity_curve(table, "b"))
    assert "Tipping point: none (none up to −3)." in text


def test_the_alternative_text_of_a_curve_holds_its_ends_and_verdict(table):
    text = alt_text(sensitivity_curve(table, "b"))
    assert "at b = −1 −0.10 [−0.40, 0.20]" in text
    assert "at b = 0 −0.70 [−1.00, −0.40]" in text
    assert text.endswith("Verdict: fragile.")


def test_a_parameter_that_follows_the_axis_is_left_free(table, drawn):
    frame = table.frame[table.frame["u_from"] == "counts"]
    both = replace(table, frame=frame.assign(other=-frame["b"]))
    (line,) = drawn(sensitivity_curve(both, "b"), "estimate")
    assert line.get_xdata().tolist() == GRID.tolist()


def test_a_line_of_one_refit_is_refused(table):
    single = replace(table, frame=table.frame.iloc[:12])
    with pytest.raises(
        OptionError, match="b has 1 value in the refits chosen of prior"
    ):
        sensitivity_curve(single, "b", group="u_from")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-2.5, "← tipping point −2.50"),
        (1.5, "tipping point 1.50 →"),
        (None, "no tipping point"),
    ],
)
def test_a_tipping_point_off_the_axis_is_not_passed_over(table, words, value, text):
    (point,) = table.tipping
    away = replace(table, tipping=(replace(point, value=value),))
    assert text in words(sensitivity_curve(away, "b"))


def test_without_a_region_and_a_tipping_point_there_is_the_curve_alone(
    table, drawn, words
):
    bare = replace(table, tipping=(), verdict=replace(table.verdict, region={}))
    figure = sensitivity_curve(bare, "b")
    assert len(drawn(figure, "estimate")) == 1
    assert drawn(figure, "declared plausible region") == drawn(figure, "_mm_tip") == []
    assert not any("tipping" in text for text in words(figure))
    assert "Tipping point" not in alt_text(figure)
    assert "Tipping point" in alt_text(sensitivity_curve(table, "b"))


def test_published_estimates_of_one_assumption_all_count(table):
    anchors = table.parts["anchors"].iloc[:2].drop(columns="delta_u")
    one = replace(table, parts={**table.parts, "anchors": anchors})
    assert published_marks(one, "b") == published_marks(table, "b")
    assert list(published_marks(one, "b").values()) == anchors["b"].tolist()


def test_what_is_not_shown_is_held_at_zero_where_it_may_be(grid, drawn):
    (line,) = drawn(sensitivity_curve(grid, "delta"), "estimate")
    held = grid.frame[grid.frame["gamma"] == 0]
    assert line.get_xdata().tolist() == held["delta"].tolist()
    np.testing.assert_allclose(line.get_ydata(), held["value"])
