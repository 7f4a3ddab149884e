from dataclasses import replace

import numpy as np
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
