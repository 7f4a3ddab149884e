"""Short traces that travel with a page."""

from __future__ import annotations

import json
import re
from pathlib import Path

from mdmameta.reporting.origins import finisher, origins, with_origins

PAGE = "<html><head></head><body><p>{}</p></body></html>"


def test_a_pooled_estimate_names_effects_documents_and_statements(results) -> None:
    name = "ptsd-primary/reml-kh"
    found = origins(results.lineage, [name], ledger="reproduced.html")[name]
    fit = results.fits["ptsd-primary", "reml-kh"]
    assert len(found["steps"]) == fit.k
    assert found["title"].startswith(f"{fit.estimate.value:.4g}"[:5])
    assert any(one["doi"].startswith("10.") for one in found["documents"])
    known = set(results.evidence.claims["claim_id"])
    assert {one["id"] for one in found["claims"]} <= known
    assert all(one["href"] == f"reproduced.html#{one['id']}" for one in found["claims"])


def test_a_number_that_only_a_derived_file_holds_is_told_by_what_it_is_part_of(
    results,
) -> None:
    name = "blinding#parts/of_nothing"
    assert origins(results.lineage, [name])[name]["title"].startswith("Lost blinding")


def test_statements_that_use_as_many_rows_stand_in_the_order_of_their_names(
    results,
) -> None:
    found = origins(results.lineage, ["audit"], ledger="reproduced.html")["audit"]
    table = results.evidence.claims.set_index("claim_id")["rows"]
    named = [one["id"] for one in found["claims"]]
    assert named == sorted(named, key=lambda one: (-len(table[one].split(";")), one))


def test_the_data_of_a_page_cannot_end_their_element() -> None:
    html = with_origins(PAGE, {"a": {"title": "</script><script>alert(1)</script>"}})
    held = re.search(r'id="origins">(.*?)</script>', html)[1]
    assert json.loads(held)["a"]["title"].startswith("</script>")


def test_a_page_without_traced_numbers_reads_no_tables(tmp_path: Path) -> None:
    finish = finisher(tmp_path, {"MDMAMETA_DATA": str(tmp_path / "nowhere")})
    assert "origins" not in finish("index.html", PAGE).split("</style>")[0]


def test_a_finished_page_points_from_its_folder_to_the_ledger(
    results, tmp_path
) -> None:
    (tmp_path / "reproduced.qmd").touch()
    where = {"MDMAMETA_DATA": str(results.evidence.path)}
    span = '<span data-id="ptsd-primary/reml-kh">1</span>'
    html = finisher(tmp_path, where)("deep/page.html", PAGE.format(span))
    assert '"../reproduced.html#' in html
