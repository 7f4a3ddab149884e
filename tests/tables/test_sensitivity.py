import math
from dataclasses import replace

import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.frequentist import CommonEffect
from mdmameta.sensitivity import SensitivityTable, TippingPoint, Verdict
from mdmameta.tables import (
    part_table,
    refits_table,
    tipping_table,
    verdicts_table,
)


def make_table(measure="SMD"):
    effects = Effects.from_arrays(y=[-0.5], v=[0.04], measure=measure)
    fit = CommonEffect().fit(effects)
    rows = pd.DataFrame(
        {
            "u_from": ["counts", "prior"],
            "b": [0.0, -0.5],
            "value": [-0.7, -0.3],
            "ci_low": [-0.9, math.nan],
            "ci_high": [-0.5, math.nan],
            "width": [0.4, math.nan],
            "k": [6, 6],
            "model": ["m", "m"],
            "excludes_zero": [True, False],
            "asked_low": [-0.9, -0.9],
            "asked_high": [-0.5, -0.5],
        }
    )
    points = (
        TippingPoint(parameter="b", value=-0.4, reason="r", deciding="m", unit="SMD"),
        TippingPoint(
            parameter="c", value=None, reason="none", deciding="m", unit="", label="C"
        ),
    )
    bang = pd.DataFrame(
        {"study": ["A"], "n_asked": [20.0], "value": [0.6], "ci_low": [0.3]}
    ).assign(ci_high=[0.9])
    return SensitivityTable(
        name="test",
        label="UNVERIFIED: test",
        frame=rows,
        fits=(fit, fit),
        verdict=Verdict(kind="fragile", text="it tips."),
        tipping=points,
        parts={"bang": bang},
        notes=("Assumed.",),
    )


def test_refits_show_the_scenario_and_the_deciding_interval():
    table = refits_table(make_table())
    assert table.frame.iloc[0].tolist() == [
        *("counts", "0.00", "−0.70 [−0.90, −0.50]", "yes", "6"),
    ]
    assert table.frame.iloc[1, 2] == "−0.30 (interval not estimable)"
    assert table.notes == ("UNVERIFIED: test.", "Assumed.")


def test_refits_of_a_ratio_are_printed_as_ratios():
    frame = refits_table(make_table("OR")).frame
    assert frame.iloc[0, 2] == "0.50 [0.41, 0.61]"


def test_refits_can_be_picked_by_a_column_that_is_there():
    assert len(refits_table(make_table(), where={"u_from": "prior"}).frame) == 1
    with pytest.raises(OptionError, match="'x' is no column"):
        refits_table(make_table(), where={"x": 1})


def test_a_tipping_point_that_does_not_exist_keeps_its_row_and_reason():
    table = tipping_table(make_table())
    assert table.frame.iloc[0].tolist() == ["b", "−0.40", "SMD", "r"]
    assert table.frame.iloc[1].tolist() == ["C", "none", "–", "none"]
    assert table.notes == ("Verdict: fragile: it tips.",)


def test_a_part_prints_its_ends_as_one_interval():
    frame = part_table(make_table(), "bang").frame
    assert list(frame) == ["study", "n asked", "value", "interval"]
    assert frame.iloc[0].tolist() == ["A", "20", "0.60", "[0.30, 0.90]"]


def test_an_unknown_part_is_refused_with_those_there_are():
    with pytest.raises(OptionError, match=r"'james' is no part.*'bang'"):
        part_table(make_table(), "james")


def test_verdicts_sum_up_each_analysis_in_a_row():
    frame = verdicts_table({"Lost blinding": make_table(), "2": make_table()}).frame
    assert frame["assumption"].tolist() == ["Lost blinding", "2"]
    table = make_table()
    share = 100 * table.frame["excludes_zero"].mean()
    assert frame.loc[0, "interval excludes zero"] == f"{share:.0f}%"
    assert frame.loc[0, "estimates"] == "−0.70 to −0.30"
    assert frame.loc[0, "where it tips"] == "b = −0.40"


def test_estimates_on_several_scales_have_no_range():
    one, other = make_table(), make_table("RR")
    mixed = replace(one, fits=(one.fits[0], other.fits[1]))
    assert verdicts_table({"x": mixed}).frame.loc[0, "estimates"] == "on several scales"
