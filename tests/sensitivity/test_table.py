import json

import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import CommonEffect
from mdmameta.sensitivity import SensitivityTable, TippingPoint, Verdict


def make_table() -> SensitivityTable:
    fit = CommonEffect().fit(Effects.from_arrays(y=[1.0], v=[0.04]))
    none = TippingPoint(
        parameter="b", value=None, reason="never", deciding="M()", unit="SMD"
    )
    return SensitivityTable(
        name="blinding",
        label="a label",
        frame=pd.DataFrame({"b": [0.0], "value": [np.nan], "k": [np.int64(1)]}),
        fits=(fit,),
        verdict=Verdict(
            kind="robust", text="fine", region={"b": (0, 1)}, numbers={"x": np.nan}
        ),
        tipping=(none,),
        parts={"bang": pd.DataFrame({"se": [np.inf]})},
        notes=("UNVERIFIED",),
    )


def test_everything_in_the_dictionary_is_strict_json():
    text = json.dumps(make_table().to_dict(), allow_nan=False)
    assert json.loads(text)["parts"]["bang"] == [{"se": None}]


def test_a_tipping_point_that_does_not_exist_is_null_with_its_reason():
    made = make_table().to_dict()
    assert made["tipping_b"] is None
    assert made["reason_b"] == "never"


def test_the_frame_is_handed_out_as_a_copy():
    table = make_table()
    copy = table.to_frame()
    copy.loc[0, "b"] = 9.0
    assert table.frame.loc[0, "b"] == 0.0


def test_an_unknown_tipping_point_names_those_there_are():
    with pytest.raises(KeyError, match=r"'c'.*\['b'\]"):
        make_table().tipping_point("c")


def test_a_table_shows_its_verdict_and_says_how_many_refits():
    table = make_table()
    assert repr(table) == "<SensitivityTable blinding: 1 refits, robust>"
    assert str(table.verdict) == "robust: fine"
