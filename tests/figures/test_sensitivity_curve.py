from dataclasses import replace

import numpy as np
import pytest

from mdmameta.errors import OptionError
from mdmameta.figures import alt_text, sensitivity_curve
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
    assert {"patient all", "assessor"} <= set(words(figure))
    assert len(drawn(figure, "_mm_mark")) == 2


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
