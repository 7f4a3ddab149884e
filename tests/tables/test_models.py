import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects, Provenance
from mdmameta.errors import OptionError
from mdmameta.models.fit import Caution, Estimate, Fit, Heterogeneity
from mdmameta.tables import (
    cautions_table,
    coefficients_table,
    effects_table,
    model_comparison,
)


@dataclass(frozen=True)
class Stub:
    name: str = "stub"

    def fit(self, effects):
        raise NotImplementedError


TERMS = pd.DataFrame(
    {
        "term": ["Intercept"],
        "value": [-0.7],
        "se": [0.1],
        "statistic": [-7.0],
        "df": [5.0],
        "p_value": [0.0009],
        "ci_low": [-0.957],
        "ci_high": [-0.443],
    }
)


def make_fit(measure="SMD", value=-0.7, p_value=0.0009, pi=math.nan, warnings=()):
    effects = Effects.from_arrays(y=[-0.5, -0.9], v=[0.1, 0.1], measure=measure)
    return Fit(
        model=Stub(),
        effects=effects,
        used=np.arange(2),
        estimate=Estimate(
            value=value,
            se=0.1,
            ci_low=value - 0.2,
            ci_high=value + 0.2,
            pi_low=-pi,
            pi_high=pi,
            p_value=p_value,
        ),
        heterogeneity=Heterogeneity(
            tau2=0.0124, i2=12.3, h2=1.1, q=3.0, q_df=1, q_p=0.1
        ),
        coefficients=TERMS,
        vcov=np.eye(1),
        weights=np.array([50.0, 50.0]),
        warnings=warnings,
    )


def test_models_stand_side_by_side_with_their_intervals():
    row = model_comparison([make_fit(pi=0.5)], ["Ours"]).frame.iloc[0]
    assert row["model"] == "Ours"
    assert row["estimate"] == "−0.70 [−0.90, −0.50]"
    assert row["prediction interval"] == "[−0.50, 0.50]"
    assert (row["τ²"], row["I²"], row["p"], row["k"]) == (
        "0.012",
        "12%",
        "< 0.001",
        "2",
    )


def test_a_risk_ratio_is_printed_as_a_ratio_and_a_missing_prediction_as_a_gap():
    row = model_comparison([make_fit("RR", value=0.0)]).frame.iloc[0]
    assert row["model"] == "Stub(name='stub')"
    assert row["estimate"] == "1.00 [0.82, 1.22]"
    assert row["prediction interval"] == "–"


def test_labels_that_do_not_fit_the_fits_are_refused():
    with pytest.raises(OptionError, match="1 names for 2 fits"):
        model_comparison([make_fit(), make_fit()], ["one"])


def test_no_fits_give_a_table_that_says_so():
    assert "No rows." in model_comparison([]).notes


def test_effects_show_sizes_verification_and_sources():
    effects = Effects.from_arrays(
        y=[-0.5, np.nan],
        v=[0.04, np.inf],
        study=["A", "B"],
        moderators={"n1": [12, 7], "n2": [8.0, np.nan]},
        provenance=[
            Provenance(verification="secondary", sources=("S1", "S2")),
            Provenance(verification="unverified", source_status="retracted"),
        ],
        caveats=("Six trials.",),
    )
    table = effects_table(effects)
    assert table.frame.iloc[0].tolist() == [
        *("A", "12", "8", "−0.50 [−0.89, −0.11]", "0.200"),
        *("from another team's extraction", "–", "S1; S2"),
    ]
    assert table.frame.iloc[1].tolist() == [
        *("B", "7", "–", "not estimable", "∞", "unverified", "retracted", "–"),
    ]
    assert table.align == "lrrrrlll"
    assert table.notes == ("Six trials.",)


def test_effects_of_a_ratio_say_that_their_error_is_of_the_logarithm():
    effects = Effects.from_arrays(y=[0.0], v=[1.0], measure="OR")
    assert list(effects_table(effects).frame) == ["study", "effect", "SE (log)"]


def test_coefficients_keep_the_scale_of_the_analysis():
    table = coefficients_table(make_fit("RR"))
    assert table.frame.iloc[0].tolist() == [
        *("Intercept", "−0.70 [−0.96, −0.44]", "0.100", "5", "< 0.001"),
    ]
    assert table.notes == ("Coefficients are differences of logarithms.",)


def test_a_caution_of_several_models_is_printed_once():
    few, flat = Caution("few-df", "Few."), Caution("tau2-zero", "Flat.")
    fits = [make_fit(warnings=(few, flat)), make_fit(warnings=(few,))]
    frame = cautions_table(fits, ["one", "two"]).frame
    assert frame.to_numpy().tolist() == [["Few.", "all models"], ["Flat.", "one"]]
