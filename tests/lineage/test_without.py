"""Leaving rows out changes what rests on them, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.analyses import MODELS, SETS
from mdmameta.analyses.assumptions import ANALYSES
from mdmameta.lineage import Graph, impact, trace
from mdmameta.lineage.without import rows_resting_on, without
from mdmameta.records import Evidence
from mdmameta.schema import TABLES

#: Tables that an analysis may use, and those that each one does.
USED = {
    "blinding": {
        "arms",
        "bias_priors",
        "blinding",
        "continuous",
        "contrasts",
        "prior_use",
        "reviews",
        "thresholds",
    },
    "prior_use": {"benchmarks", "prior_use", "thresholds"},
    "dropout": {"arms", "bias_priors", "binary", "thresholds"},
    "dropout/ptsd-response": {"arms", "binary"},
    "robustness": {
        "arms",
        "binary",
        "continuous",
        "contrasts",
        "risk_of_bias",
        "studies",
        "timepoints",
    },
}


def unrelated(graph, rows, spared=()) -> set[str]:
    """Return all rows but those named and those of some tables."""
    known = graph.rows.status
    return {row for row in known if known[row]["table"] not in spared} - set(rows)


@pytest.mark.parametrize("name", SETS)
def test_a_set_stays_when_all_rows_that_it_does_not_name_go(graph, name) -> None:
    rows = {row for one in graph.origins(name) for row in one.rows}
    again = SETS[name].build(without(graph.evidence, unrelated(graph, rows)))
    assert np.array_equal(again.y, graph.effects(name).y)
    assert np.array_equal(again.v, graph.effects(name).v)


@pytest.mark.parametrize("name", ANALYSES)
def test_an_analysis_stays_when_all_rows_that_it_does_not_name_go(
    results, graph, name
) -> None:
    rows = {row for one in graph.origins("ptsd-primary") for row in one.rows}
    gone = unrelated(graph, rows | set(graph.analysis_rows(name)))
    left, effects = without(graph.evidence, gone), graph.effects("ptsd-primary")
    again, before = (
        ANALYSES[name](left, effects, MODELS["reml-kh"]),
        results.sensitivity,
    )
    assert again.verdict.kind == before[name].verdict.kind
    assert np.array_equal(again.frame["value"], before[name].frame["value"])


@pytest.mark.parametrize("name", USED)
def test_an_analysis_names_rows_of_the_tables_it_uses(graph, name) -> None:
    known = graph.rows.status
    assert {known[row]["table"] for row in graph.analysis_rows(name)} == USED[name]


def test_names_of_arms_and_trials_stay_without_their_counts(graph) -> None:
    left = without(graph.evidence, ["arm-MP1-125", "study-MP1"])
    arm = left.arms.set_index("row_id").loc["arm-MP1-125"]
    assert (arm["role"], arm["dose_mg"]) == ("active", 125)
    assert np.isnan(arm["n_primary_assessed"])
    assert np.isnan(left.studies.set_index("row_id").loc["study-MP1", "n_randomised"])


def test_the_evidence_itself_is_not_changed(graph) -> None:
    before = len(graph.evidence.continuous)
    without(graph.evidence, list(graph.rows.status))
    assert len(graph.evidence.continuous) == before


EFFECT = "con-MP9-125-caps4-m2s2-change"


def with_origins(graph: Graph, origins: dict[tuple[str, str], str]) -> Graph:
    """Give a graph whose rows were computed from the named rows and no others."""
    frames = {name: graph.evidence.to_frame(name) for name in TABLES}
    for table in ("continuous", "arms"):
        frames[table]["derived_from"] = ""
    for (table, row), origin in origins.items():
        at = frames[table]["row_id"] == row
        frames[table].loc[at, "derived_from"] = origin
    return Graph(Evidence.from_frames(frames, path=graph.evidence.path, digest=""))


@pytest.fixture
def chained(graph) -> Graph:
    """Give a graph in which one row was computed from a second, that from a third."""
    chain = {
        ("continuous", EFFECT): "arm-MP9-125",
        ("arms", "arm-MP9-125"): "arm-MP4-125",
    }
    return with_origins(graph, chain)


def test_what_was_computed_from_a_row_goes_with_it(graph, chained) -> None:
    loose = with_origins(graph, {})
    assert EFFECT not in rows_resting_on(loose, "document", "CRICK_MP4")
    assert EFFECT in rows_resting_on(chained, "document", "CRICK_MP4")
    assert impact(chained, "MP4").refits[0].id == "ptsd-change/reml-kh"


def test_a_walk_goes_through_derivations_both_ways(chained) -> None:
    down = trace(chained, "effect:ptsd-change/MP9")
    assert "arms:arm-MP4-125" in {node.id for node in down.of_kind("row")}
    up = trace(chained, "arm-MP4-125", up=True)
    assert "effect:ptsd-change/MP9" in {node.id for node in up.of_kind("effect")}
