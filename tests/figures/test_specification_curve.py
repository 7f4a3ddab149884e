import numpy as np
import pytest
from matplotlib.figure import Figure

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.figures import alt_text, specification_curve
from mdmameta.figures.specification_curve import _shares
from mdmameta.sensitivity import multiverse


@pytest.fixture(scope="module")
def result():
    effects = Effects.from_arrays(
        y=[-0.9, -0.5, -0.6, -0.8],
        v=[0.05, 0.06, 0.2, 0.1],
        study=["A", "B", "C $x$_y", "D"],
        measure="SMD",
        direction="lower",
    )
    sets = {"endpoint": effects, "change": effects.with_y(effects.y + 0.3)}
    return multiverse(None, sets, sids={"0.5, small": (0.5, "Cohen 1988")})


def parts(figure):
    (ax,) = figure.axes
    return ax.child_axes


def test_the_curve_is_the_estimates_in_rising_order(result):
    curve, _ = parts(specification_curve(result))
    (line,) = [x for x in curve.get_lines() if x.get_label() == "estimate"]
    expected = np.sort(result.to_frame()["value"])
    np.testing.assert_array_equal(line.get_ydata(), expected)
    assert line.get_xdata().tolist() == list(range(1, result.specifications + 1))


def test_the_main_analysis_is_marked_on_both_parts(result):
    curve, board = parts(specification_curve(result))
    (mark,) = [x for x in curve.get_lines() if x.get_label() == "main analysis"]
    rows = result.curve()
    (main,) = rows[rows["main"]].to_dict("records")
    assert mark.get_xydata().tolist() == [[main["rank"], main["value"]]]
    assert [main["rank"]] * 2 in [list(x.get_xdata()) for x in board.get_lines()]


def test_intervals_are_told_apart_by_whether_they_exclude_zero(result):
    curve, _ = parts(specification_curve(result))
    lines = {c.get_label(): len(c.get_segments()) for c in curve.collections}
    rows = result.to_frame()
    assert lines["interval excludes zero"] == rows["excludes_zero"].sum()
    assert lines["interval holds zero"] == (~rows["excludes_zero"]).sum()


def test_the_dashboard_has_a_row_an_option_and_counts_every_specification(result):
    _, board = parts(specification_curve(result))
    labels = [text.get_text() for text in board.get_yticklabels()]
    assert labels[:3] == ["endpoint", "change", "all"]
    assert "without C $x$_y" in labels
    shown = result.options.query("choice == 'set'")
    np.testing.assert_allclose(_shares(result.curve(), shown).sum(axis=0), 1.0)


def test_choices_are_picked_by_name(result):
    _, board = parts(specification_curve(result, choices=["set"]))
    assert [t.get_text() for t in board.get_yticklabels()] == ["endpoint", "change"]
    with pytest.raises(OptionError, match="'dose' is no choice of this multiverse"):
        specification_curve(result, choices=["dose"])


def test_axes_of_a_caller_are_used(result):
    figure = Figure()
    ax = figure.subplots()
    assert specification_curve(result, ax=ax, title="Mine") is figure
    assert ax.get_title(loc="left") == "Mine"


def test_the_alternative_text_tells_range_main_analysis_and_shares(result):
    text = alt_text(specification_curve(result))
    assert text.startswith(f"Specification curve of {result.specifications} spec")
    assert "the main analysis is −0.72 [" in text
    assert "The interval excludes zero in" in text
