import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.frequentist import Multilevel
from mdmameta.sensitivity.dose_response import dose_response

DOSE = [45.0, 95.0, 125.0, 60.0, 100.0, 120.0]
STUDY = ["A", "A", "B", "C", "D", "E"]


def effects(y=(-0.2, -0.5, -0.9, -0.4, -0.7, -0.8)) -> Effects:
    V = np.diag(np.full(6, 0.1))
    V[0, 1] = V[1, 0] = 0.05
    return Effects.from_arrays(y=y, V=V, study=STUDY, moderators={"dose": DOSE})


def test_the_slope_is_per_step_of_dose():
    one, steps = dose_response(effects()), dose_response(effects(), per=25)
    assert steps["slope"][0] == pytest.approx(25 * one["slope"][0], rel=1e-6)


def test_contrasts_on_a_line_give_its_slope():
    table = dose_response(effects([-0.01 * dose for dose in DOSE]))
    np.testing.assert_allclose(table["slope"], -0.01, atol=1e-6)


def test_the_shared_control_enters_by_its_covariance():
    alone = Effects.from_arrays(
        y=effects().y, v=np.full(6, 0.1), study=STUDY, moderators={"dose": DOSE}
    )
    assert dose_response(alone)["slope"][0] != dose_response(effects())["slope"][0]


def test_robust_errors_are_those_of_the_multilevel_model():
    made = Effects.from_arrays(
        y=effects().y, V=effects().V, study=STUDY, moderators={"x": DOSE}
    )
    fit = Multilevel(["study", "effect"], formula="~ x", interval="t", robust="CR2")
    one = fit.fit(made).coefficients.set_index("term").loc["x"]
    row = dose_response(effects()).set_index("errors").loc["CR2"]
    assert (row["se"], row["df"]) == pytest.approx((one["se"], one["df"]))


def test_too_few_degrees_of_freedom_are_flagged_and_no_test():
    row = dose_response(effects()).set_index("errors").loc["CR2"]
    assert row["df"] < 4
    assert np.isnan(row["p_value"])
    assert row["flag"] == "df below 4: not a test"


def test_a_printed_slope_stands_below_with_its_own_p():
    printed = pd.DataFrame(
        {"label": ["R"], "estimate": [-0.1], "ci_low": [-0.2], "ci_high": [0.0]}
    ).assign(p=0.04)
    row = dose_response(effects(), published=printed).iloc[-1]
    assert (row["errors"], row["p_value"]) == ("as printed: R", 0.04)


def test_an_absent_dose_is_refused():
    with pytest.raises(SensitivityError, match="no moderator 'mg'"):
        dose_response(effects(), "mg")


def test_one_dose_everywhere_has_no_slope():
    flat = Effects.from_arrays(y=[0, 1], v=[1, 1], moderators={"dose": [5, 5]})
    with pytest.raises(SensitivityError, match="fewer than two values"):
        dose_response(flat)
