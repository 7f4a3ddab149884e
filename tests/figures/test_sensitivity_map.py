from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mdmameta.errors import OptionError
from mdmameta.figures import alt_text, sensitivity_map
from mdmameta.sensitivity import SensitivityTable


def test_cells_whose_interval_holds_zero_are_hatched(grid, drawn, words, unreadable):
    figure = sensitivity_map(grid, "delta", "gamma")
    holds = (grid.frame["ci_high"] >= 0).sum()
    assert len(drawn(figure, "_mm_holds_zero")) == holds > 0
    assert {"−0.70", "−1.60"} <= set(words(figure))
    assert len(drawn(figure, "_mm_region")) == 2
    assert unreadable(figure) == []


def test_the_contour_runs_where_the_interval_reaches_zero(grid):
    figure = sensitivity_map(grid, "delta", "gamma")
    contours = [c for c in figure.axes[0].collections if hasattr(c, "levels")]
    points = contours[0].get_paths()[0].vertices
    np.testing.assert_allclose(
        -0.4 - 0.4 * points[:, 0] - 0.1 * points[:, 1], 0, atol=1e-9
    )


def test_a_map_without_any_crossing_has_neither_hatch_nor_contour(grid, drawn):
    far = SensitivityTable(
        name="far",
        label="far",
        frame=grid.frame.assign(ci_high=-0.1),
        fits=grid.fits,
        verdict=grid.verdict,
    )
    figure = sensitivity_map(far, "delta", "gamma")
    assert drawn(figure, "_mm_holds_zero") == []
    assert not [c for c in figure.axes[0].collections if hasattr(c, "levels")]
    assert "holds zero in 0 of them" in alt_text(figure)


def test_a_map_needs_two_values_of_each_parameter(grid):
    line = grid.frame[grid.frame["gamma"] == 0]
    table = SensitivityTable(
        name="line", label="", frame=line, fits=grid.fits, verdict=grid.verdict
    )
    with pytest.raises(OptionError, match="5 by 1"):
        sensitivity_map(table, "delta", "gamma")


def test_a_grid_with_missing_cells_is_refused(grid):
    table = replace(grid, frame=grid.frame.iloc[1:])
    with pytest.raises(OptionError, match="5 by 3, for which there are 14 refits"):
        sensitivity_map(table, "delta", "gamma")


def lines_at(figure, size):
    """Points of the line of ink at a threshold."""
    drawn = [c for c in figure.axes[0].collections if hasattr(c, "levels")]
    at = [c for c in drawn if c.levels.tolist() == [size]]
    return at[-1].get_paths()[0].vertices if at else None


def test_the_line_of_a_threshold_runs_where_the_interval_reaches_it(grid):
    figure = sensitivity_map(grid, "delta", "gamma", levels={"0.3": 0.3, "9": 9})
    points = lines_at(figure, 0.3)
    np.testing.assert_allclose(
        -0.4 - 0.4 * points[:, 0] - 0.1 * points[:, 1], -0.3, atol=1e-9
    )
    assert lines_at(figure, 9) is None
    legend = figure.axes[0].get_legend() or figure.legends[0]
    told = [text.get_text() for text in legend.get_texts()]
    assert "where it reaches 0.3" in told
    assert "where it reaches 9" not in told


def test_lines_of_a_map_without_numbers_bear_their_names(grid, words):
    steps = np.linspace(-2, 2, 25)
    rows = [
        {"delta": d, "gamma": g, "value": v, "ci_low": v - 0.3, "ci_high": v + 0.3}
        for d in steps
        for g in steps
        for v in [-0.7 - 0.4 * d - 0.1 * g]
    ]
    frame = pd.DataFrame(rows).assign(k=6, excludes_zero=True, model="m")
    fine = replace(grid, frame=frame)
    texts = words(sensitivity_map(fine, "delta", "gamma", levels={"SID 0.2": 0.2}))
    assert "SID 0.2" in texts
    assert not [text for text in texts if text.startswith("−0.7")]


def test_without_a_declared_region_no_frame_is_drawn(grid, drawn):
    some = replace(grid, verdict=replace(grid.verdict, region={"delta": (-0.5, 0.0)}))
    assert drawn(sensitivity_map(some, "delta", "gamma"), "_mm_region") == []
