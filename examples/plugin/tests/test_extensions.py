"""The example's extensions are found by name and keep what they owe."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from mdmameta_example.gamma import GammaTwo
from mdmameta_example.ivhet import InverseVarianceHeterogeneity
from mdmameta_example.optimism import without_optimism
from mdmameta_example.quartiles import log_quartile_ratio
from scipy.integrate import quad

import mdmameta as mm
from mdmameta.cli import main
from mdmameta.plugins import find_plugin, plugins
from mdmameta.reporting.plugin_sections import sections
from mdmameta.reporting.results import load_results
from mdmameta.testing import check_model

#: What it brings to each group.
BROUGHT = {
    ("measures", "LNQR"),
    ("models", "ivhet"),
    ("priors", "gamma-two"),
    ("bias", "optimism"),
    ("sensitivity", "most-precise"),
    ("figures", "weights"),
    ("sections", "largest"),
}

DATA = Path(__file__).parents[3] / "data/raw"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Write a file of effects that are all below zero."""
    path = tmp_path / "effects.csv"
    path.write_text("yi,vi\n-0.9,0.2\n-0.5,0.04\n-0.2,0.1\n-0.7,0.3\n")
    return path


def fits(*words: object) -> list[dict]:
    """Run ``mdmameta fit`` with JSON, and return what it fitted."""
    done = CliRunner().invoke(main, ["fit", "--json", "-", *map(str, words)])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)["fits"]


def test_every_extension_is_found_and_fits_its_group() -> None:
    ours = [one for one in plugins() if one.package.startswith("mdmameta-example")]
    assert {(one.group, one.name) for one in ours} == BROUGHT
    assert [one.problem for one in ours] == [""] * len(BROUGHT)


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


def test_the_model_stands_beside_the_others_on_the_command_line(table: Path) -> None:
    effects = mm.effects.read_effects_csv(table)
    ours = InverseVarianceHeterogeneity().fit(effects).estimate
    found = fits("--from-csv", table, "--model", "ivhet")[-1]
    assert found["value"] == pytest.approx(ours.value)
    assert found["ci_high"] == pytest.approx(ours.ci_high)


def test_the_prior_is_a_density() -> None:
    total, _ = quad(lambda x: float(np.exp(GammaTwo(0.3).log_density(x))), 0, np.inf)
    assert total == pytest.approx(1)


def test_the_prior_is_used_by_its_name(table: Path) -> None:
    usual = mm.BayesianRandomEffects().fit(mm.effects.read_effects_csv(table))
    found = fits("--from-csv", table, "--prior", "gamma-two")[-1]
    assert found["value"] == pytest.approx(usual.estimate.value, abs=0.1)
    assert found["tau2"] != pytest.approx(usual.heterogeneity.tau2, rel=0.01)


def test_the_bias_model_shrinks_and_widens_what_is_pooled(table: Path) -> None:
    effects = mm.effects.read_effects_csv(table)
    wanted = mm.RandomEffects().fit(without_optimism(effects)).estimate
    plain, less = (
        fits("--from-csv", table, *more)[0] for more in ((), ("--bias", "optimism"))
    )
    assert less["value"] == pytest.approx(wanted.value)
    assert plain["value"] < less["value"] < 0


def test_the_figure_is_drawn_into_a_file(table: Path, tmp_path: Path) -> None:
    fits("--from-csv", table, "--figure", "weights", tmp_path / "weights.png")
    assert (tmp_path / "weights.png").read_bytes().startswith(b"\x89PNG")


def test_the_analysis_is_run_by_its_name() -> None:
    words = ["sensitivity", "most-precise", "--data", str(DATA)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    assert "intervals exclude zero" in done.stdout


def test_the_section_stands_in_the_report() -> None:
    text = sections(load_results(DATA)).text
    assert text.startswith("## The largest study")
    assert "% of the weight" in text
