"""Any number is walked back to its rows, and any row forward to its use."""

from __future__ import annotations

import json

import numpy as np
import pytest

from mdmameta.analyses import SETS
from mdmameta.effects.provenance import Provenance
from mdmameta.errors import OptionError
from mdmameta.lineage import Graph, trace, without
from mdmameta.lineage.down import _arm, _unsound
from mdmameta.lineage.names import resolve, value_at
from mdmameta.lineage.rows import _plain
from mdmameta.lineage.stored import Stored
from mdmameta.lineage.traced import _finite, graph_of
from mdmameta.lineage.up import up_step
from mdmameta.records import Evidence
from mdmameta.schema import TABLES

ROW = "con-MP1-125-caps4-m2s2-endpoint"


def test_an_estimate_ends_in_the_rows_that_results_json_names(results, graph) -> None:
    for record in results.rows[:7]:
        found = trace(graph, record["id"])
        top = [step.node for step in found.top.steps]
        rows = {
            below.node.facts["row_id"]
            for step in found.top.steps
            for below in step.steps
            if below.node.kind == "row"
        }
        assert rows == set(record["rows"])
        assert len(top) == record["k"]


def test_shares_are_those_of_the_fit_heaviest_first(results, graph) -> None:
    shares = [step.share for step in trace(graph, "ptsd-primary/reml-kh").top.steps]
    weights = results.fits["ptsd-primary", "reml-kh"].weights
    assert shares == sorted(map(float, weights), reverse=True)


def test_a_row_has_file_line_column_locator_level_and_document(graph) -> None:
    step = trace(graph, ROW).top
    facts = step.node.facts
    lines = (graph.evidence.path / facts["file"]).read_text("utf-8").splitlines()
    assert ROW in lines[facts["line"] - 1]
    assert facts["cells"]["se"] == 7.7
    assert facts["verification"] == "secondary"
    assert facts["locator"] in step.steps[0].relation
    assert step.steps[0].node.facts["doi"] == "10.5281/zenodo.19233985"


def test_a_recovered_sd_is_shown_as_a_formula_with_its_numbers(graph) -> None:
    formulas = trace(graph, "effect:ptsd-primary/MP1").top.node.formulas
    assert "MP1-125: SD 26.6736 from SE 7.7 × √12" in formulas


def test_a_retracted_document_is_marked_with_its_date_at_every_step(graph) -> None:
    found = trace(graph, "ptsd-change/reml-kh")
    effect = next(n for n in found.of_kind("effect") if n.id.endswith("/MP9"))
    row = next(
        n for n in found.of_kind("row") if n.id.endswith("MP9-25-caps4-m2s2-change")
    )
    assert effect.marks == ("rests on a retracted document",)
    assert row.marks == ("TAPER2021: RETRACTED 2024-08",)
    assert any("retracted" in text.lower() for text in found.top.node.marks)


@pytest.mark.parametrize(
    ("identity", "value"),
    [
        ("ptsd-primary/reml-kh#k", 6),
        (f"continuous:{ROW}#se", 7.7),
        ("effect:ptsd-primary/MP1#n1", 12),
    ],
)
def test_a_number_of_a_record_has_an_id_of_its_own(graph, identity, value) -> None:
    top = trace(graph, identity).top
    assert (top.node.id, top.node.facts["value"]) == (identity, value)
    assert top.steps[0].node.id == identity.split("#")[0]


def test_every_number_in_results_json_has_an_id(graph) -> None:
    for identity, record in {**graph.stored.results, **graph.stored.analyses}.items():
        assert resolve(graph, identity).kind in {"estimate", "analysis"}
        for path, number in numbers_of(record):
            assert resolve(graph, f"{identity}#{path}").number == path
            assert value_at(record, path, identity) == number
    row = graph.stored.analyses["blinding"]["rows"][3]["value"]
    assert trace(graph, "blinding#rows/3/value").top.node.facts["value"] == row


def numbers_of(record, path=""):
    """Yield the path and value of every number in a record."""
    pairs = record.items() if isinstance(record, dict) else enumerate(record)
    for key, value in pairs:
        if isinstance(value, dict | list):
            yield from numbers_of(value, f"{path}{key}/")
        elif isinstance(value, int | float):
            yield f"{path}{key}", value


def test_a_claim_ends_in_its_rows_with_printed_and_computed_numbers(graph) -> None:
    top = trace(graph, "claim:seed-phase3-significant").top
    assert top.node.facts["verdict"] == "reproduced"
    assert "p_1: printed < 0.05, computed 0.00086" in " ".join(top.node.formulas)
    assert [step.relation for step in top.steps] == ["typed in"] + 4 * ["computed from"]


@pytest.mark.parametrize(
    "kind", ["trial:MP4", "MP4", "document:MP4_X", "studies:study-MP4"]
)
def test_ids_may_be_short_or_say_their_kind(graph, kind) -> None:
    if kind.endswith("_X"):
        with pytest.raises(OptionError, match="nothing has the id"):
            trace(graph, kind)
    else:
        assert trace(graph, kind).top.node.kind in {"trial", "row"}


@pytest.mark.parametrize(
    ("wrong", "proposed"),
    [
        ("ptsd-primry/reml-kh", "'ptsd-primary/reml-kh'"),
        ("effect:ptsd-primary/MP9", "effect:ptsd-primary/MP8"),
        ("effect:ptsd/MP9", "there are: ptsd-primary"),
        ("POOL2918", "'POOL2019'"),
        ("ptsd-primary/reml-kh#ci_lo", "'ci_low'"),
        ("blinding#rows/999", "stopped at '999'"),
        ("x", "Ids are those of"),
    ],
)
def test_an_unknown_id_is_refused_with_those_most_alike(graph, wrong, proposed) -> None:
    with pytest.raises(OptionError, match=r".") as error:
        trace(graph, wrong)
    assert proposed in str(error.value)


def test_upwards_from_a_row_come_effects_sets_analyses_and_claims(graph) -> None:
    found = trace(graph, ROW, up=True)
    assert "effect:ptsd-primary/MP1" in {node.id for node in found.of_kind("effect")}
    assert "effect:ptsd-caps-5/MP1" not in {n.id for n in found.of_kind("effect")}
    assert {node.id for node in found.of_kind("analysis")} >= {"blinding", "dropout"}
    assert "claim:sypres-che" in {node.id for node in found.of_kind("claim")}


def test_upwards_from_a_document_its_people_appear_in_other_documents(graph) -> None:
    found = trace(graph, "POOL2019", up=True)
    documents = {node.id for node in found.of_kind("document")}
    assert {"LTFU2020", "MP1_2011", "CRICK_MP4"} <= documents
    assert "P3_MITCHELL2021" not in documents


def test_upwards_from_an_estimate_there_is_nothing(graph) -> None:
    assert trace(graph, "ptsd-primary/bayes", up=True).top.steps == ()


def test_stored_effects_and_computed_ones_make_the_same_graph(graph) -> None:
    assert graph.stored.effects is not None
    computed = Graph(graph.evidence)
    for name in SETS:
        one, other = graph.origins(name), computed.origins(name)
        assert [(o.id, o.trial, o.rows) for o in one] == [
            (o.id, o.trial, o.rows) for o in other
        ]
        assert [o.y for o in one] == pytest.approx([o.y for o in other])


def test_a_stored_estimate_that_is_out_of_date_is_said_to_be(graph) -> None:
    record = {**graph.stored.results["ptsd-primary/common"], "value": -0.5}
    old = Graph(graph.evidence, Stored(results={"ptsd-primary/common": record}))
    marks = trace(old, "ptsd-primary/common").top.node.marks
    assert marks[0] == "results.json has -0.5; run: mdmameta derive"
    assert not any(
        "derive" in m for m in trace(graph, "ptsd-primary/common").top.node.marks
    )


def test_a_walk_is_json_a_table_and_a_tree(graph) -> None:
    found = trace(graph, "ptsd-primary/reml-kh")
    nested = json.loads(found.to_json())["trace"]
    frame, steps = found.to_frame(), sum(1 for _ in found.top.walk())
    assert len(frame) == steps
    assert nested["steps"][0]["id"] == "effect:ptsd-primary/MAPP2"
    assert frame["depth"].iloc[1] == 1
    assert str(found).splitlines()[0].startswith("ptsd-primary/reml-kh: -0.71")
    assert str(found.down_to(0)).count("\n") < 10
    assert repr(found) == f"<Trace down from ptsd-primary/reml-kh: {steps} steps>"


def test_what_was_shown_in_full_is_not_shown_in_full_again(graph) -> None:
    text = str(trace(graph, "TAPER2021", up=True))
    assert text.count("effect:ptsd-change/MP9") == 2
    assert text.count("pooled in ptsd-change") == 1


def test_tables_changed_in_memory_are_not_read_from_stored_effects(graph) -> None:
    frames = {name: graph.evidence.to_frame(name) for name in TABLES}
    at = frames["continuous"]["row_id"] == ROW
    frames["continuous"].loc[at, "mean"] += 1
    changed = Evidence.from_frames(frames, path=graph.evidence.path, digest="other")
    assert graph_of(changed).stored.effects is None
    assert (
        graph_of(changed).origins("ptsd-primary")[0].y
        > graph.origins("ptsd-primary")[0].y
    )
    assert graph_of(without(graph.evidence, [ROW])).stored.effects is None


def test_a_table_can_be_named_for_the_number_of_its_rows(graph) -> None:
    node = trace(graph, "table:studies").top.node
    assert node.facts["rows"] == len(graph.evidence.studies)
    assert trace(graph, "table:studies#rows").top.node.facts["value"] == len(
        graph.evidence.studies
    )


def test_a_document_is_found_by_any_of_its_ids_with_its_number(graph) -> None:
    known = next(s for s in graph.library.by_id if graph.library[s].doi)
    doi = graph.library[known].doi
    found = resolve(graph, f"https://doi.org/{doi}#status")
    assert (found.kind, found.number) == ("document", "status")
    assert known in graph.library[found.key].ids


def test_what_json_lacks_is_null_in_a_walk() -> None:
    nan, inf = float("nan"), float("inf")
    assert _finite({"a": (nan, 1.0), "b": [inf]}) == {"a": [None, 1.0], "b": [None]}


def test_upwards_from_an_effect_and_a_set_come_their_users(graph) -> None:
    effect = up_step(graph, "effect", "effect:ptsd-primary/MAPP2")
    assert effect.node.kind == "effect"
    assert "ptsd-primary" in " ".join(step.node.id for step in effect.steps)
    top = up_step(graph, "set", "ptsd-primary")
    assert top.node.kind == "set"
    assert "ptsd-primary/reml-kh" in top.node.facts["estimates"]
    assert {step.node.kind for step in top.steps} == {"analysis"}


def test_what_an_effect_rests_on_is_marked() -> None:
    assert _unsound(Provenance(verification="text", source_status="current")) == ()
    doubted = Provenance(verification="unverified", source_status="retracted")
    assert _unsound(doubted) == (
        "rests on a retracted document",
        "rests on rows that nobody has read in a text",
    )


def test_a_row_is_that_of_an_arm_only_where_the_contrast_names_it(graph) -> None:
    arm = graph.rows.cells(ROW)["arm_id"]
    assert (
        _arm(graph, ROW, {"active_arm": f"{arm} + X", "control_arm": ""})
        == "active arm"
    )
    assert _arm(graph, ROW, {"active_arm": "X", "control_arm": arm}) == "control arm"
    assert _arm(graph, ROW, {}) == "row"


def test_cells_are_plain_numbers() -> None:
    found = [_plain(x) for x in (np.float64(3.0), np.int64(2), 2.5, "a")]
    assert found == [3, 2, 2.5, "a"]
    assert [type(x) for x in found[:2]] == [int, int]
