"""Anybody's tables, one outcome, one page."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from mdmameta import load_evidence
from mdmameta.errors import OptionError
from mdmameta.reporting import page, sentences
from mdmameta.reporting.outcome import Outcome, instruments_of


def test_an_outcome_is_found_by_its_beginning_and_an_instrument_by_its_name(
    results,
) -> None:
    assert instruments_of(results.evidence, "Depression") == ("MADRS", "BDI-II")
    assert instruments_of(results.evidence, "bdi-ii") == ("BDI-II",)


@pytest.mark.parametrize("name", ["tinnitus", "", "response"])
def test_what_no_scale_of_the_tables_measures_is_refused_with_what_there_is(
    results, name: str
) -> None:
    with pytest.raises(OptionError, match=r"there are: .*PTSD severity"):
        instruments_of(results.evidence, name)


def test_the_primary_outcome_gives_the_primary_set(results) -> None:
    found = Outcome(results.evidence, "ptsd", ("CAPS-5", "CAPS-IV"))
    primary = results.fits["ptsd-primary", "reml-kh"].estimate
    assert found.fits["reml-kh"].estimate.value == pytest.approx(primary.value)
    assert found.deciding.estimate.ci_low == pytest.approx(
        results.deciding("ptsd-primary").estimate.ci_low
    )


ROOT = Path(__file__).parents[2]

#: A made-up review of walking after a stroke: trial, people and means of both arms.
WALKING = {
    "ABEL": ("Abel 2012", (21, 31.0), (22, 25.5)),
    "BRIO": ("Brio 2015", (40, 33.2), (38, 30.1)),
    "CHEN": ("Chen 2018", (60, 35.1), (61, 31.0)),
}
ARMS = ("active", "control")


@pytest.fixture(scope="module")
def walking(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Read tables of another field, without doses, events or guesses."""
    folder = tmp_path_factory.mktemp("tables")
    for name, rows in _tables().items():
        pd.DataFrame(rows).to_csv(folder / f"{name}.csv", index=False)
    return Outcome(load_evidence(folder), "physical", ("SIS",))


def _tables() -> dict[str, list[dict[str, object]]]:
    read = {"locator": "Table 2", "verification": "text"}
    scale = {"instrument": "SIS", "kind": "scale", "direction": "higher"}
    tables: dict[str, list[dict[str, object]]] = {
        "instruments": [{**scale, "label": "Impact", "outcome": "physical function"}],
        **{name: [] for name in ("sources", "studies", "arms", "continuous")},
        "timepoints": [],
    }
    for trial, (label, *groups) in WALKING.items():
        of = {"study_id": trial, "source_id": f"{trial}-PAPER", **read}
        author, year = label.split()
        document = {"source_id": f"{trial}-PAPER", "kind": "article"}
        document |= {"citation": label, "status": "current"}
        tables["sources"].append({**document, "author": f"{author} A", "year": year})
        primary = {"primary_instrument": "SIS", "primary_timepoint": "end"}
        tables["studies"].append(
            {**of, **primary, "label": label, "condition": "stroke"}
            | {"design": "randomised", "row_id": f"{trial}-study"}
        )
        when = {"timepoint": "end", "blinded": "no", "crossover": "before"}
        tables["timepoints"].append({**of, **when, "row_id": f"{trial}-end"})
        for role, (n, mean) in zip(ARMS, groups, strict=True):
            arm = {**of, "arm_id": f"{trial}-{role}"}
            tables["arms"].append({**arm, "role": role, "row_id": f"{trial}-{role}"})
            score = {"instrument": "SIS", "timepoint": "end", "stat": "endpoint"}
            score |= {"n": n, "mean": mean, "sd": 10.0, "preferred": "yes"}
            row = {"row_id": f"{trial}-{role}-score"}
            tables["continuous"].append({**arm, **score, **row})
    return tables


def test_an_outcome_is_told_by_its_whole_name_and_its_direction(walking) -> None:
    assert walking.measured == "physical function (higher is better)"


def test_tables_of_another_field_show_names_and_no_ids_and_no_doses(walking) -> None:
    arms, rows = walking.arms().to_frame(), walking.rows().to_frame()
    assert list(arms["arm"])[:2] == ["Abel 2012, active", "Abel 2012, control"]
    assert list(rows["sources"]) == [label for label, *_ in WALKING.values()]
    assert "dose, mg" not in arms
    assert not arms.map(lambda cell: "PAPER" in cell).to_numpy().any()


def test_the_page_of_one_outcome_speaks_of_no_field_of_its_own() -> None:
    for name in ("_quarto.yml", "index.qmd"):
        text = (ROOT / "reports/outcome" / name).read_text("utf-8")
        said = text.replace("mdmameta", "").casefold()
        assert [word for word in ("mdma", "ptsd", "drug") if word in said] == []


def test_the_page_of_one_outcome_says_what_it_was_made_from(walking, results) -> None:
    assert walking.evidence.digest[:16] in sentences.footer(walking.evidence)
    assert page.footer(results).text == sentences.footer(results.evidence)
