"""The example's extensions are found by name and keep what they owe."""

import numpy as np
import pytest
from mdmameta_example.ivhet import InverseVarianceHeterogeneity
from mdmameta_example.quartiles import log_quartile_ratio

import mdmameta as mm
from mdmameta.plugins import find_plugin, plugins
from mdmameta.testing import check_model


def test_every_extension_is_found_and_fits_its_group() -> None:
    ours = [one for one in plugins() if one.package.startswith("mdmameta-example")]
    assert {one.name for one in ours} == {"ivhet", "LNQR", "most-precise", "largest"}
    assert [one.problem for one in ours] == [""] * 4


def test_the_model_keeps_what_models_owe() -> None:
    report = check_model(InverseVarianceHeterogeneity())
    assert report.passed, str(report)


def test_the_model_is_found_by_its_name() -> None:
    assert find_plugin("models", "ivhet") is InverseVarianceHeterogeneity


def test_the_measure_has_the_variance_that_simulation_finds() -> None:
    rng = np.random.default_rng(5)
    scores = np.exp(rng.normal(1.0, 0.6, (20_000, 400)))
    q1, q3 = np.quantile(scores, [0.25, 0.75], axis=1)
    y, v = log_quartile_ratio(q1i=q1, q3i=q3, ni=np.full(20_000, 400.0))
    assert np.var(y) == pytest.approx(np.mean(v), rel=0.05)


def test_the_measure_is_computed_by_its_code() -> None:
    sizes = mm.effect_size("LNQR", q1i=[2.0], q3i=[8.0], ni=[50])
    assert sizes.loc[0, "y"] == pytest.approx(np.log(4))


def test_the_analysis_refits_down_to_three_studies() -> None:
    effects = mm.Effects.from_arrays(y=[0.5, 0.6, 0.7, 0.8], v=[0.1, 0.2, 0.3, 0.4])
    table = find_plugin("sensitivity", "most-precise")(effects, mm.CommonEffect())
    assert table.frame["k"].tolist() == [4, 3]
