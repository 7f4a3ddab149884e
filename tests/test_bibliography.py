import re
from pathlib import Path

import pandas as pd
import pytest

from mdmameta.bibliography import bibtex
from mdmameta.schema import TABLES

ROOT = Path(__file__).parents[1]


def entry(**cells):
    row = dict.fromkeys(TABLES["sources"].names, "") | {
        "source_id": "A",
        "kind": "article",
        "citation": "One line",
        "status": "current",
        "year": float("nan"),
    }
    return bibtex(pd.DataFrame([row | cells]))


def test_names_are_split_into_family_and_initials():
    text = entry(author="Ot'alora G M; Jentoft van de Vooren I-T; Ng Y; et al.")
    names = "{Ot'alora G}, M. and {Jentoft van de Vooren}, I.-T. and Ng, Y. and others"
    assert f"author = {{{names}}}" in text


def test_bodies_keep_their_names():
    assert "author = {{SYPRES Collaboration}}" in entry(author="SYPRES Collaboration")
    assert "author = {{MAPS}}" in entry(author="MAPS")


def test_special_characters_are_escaped_in_text_and_kept_in_identifiers():
    text = entry(title="Cost & {care}: 50 %", doi="10.1/a_b")
    assert r"Cost \& \{care\}: 50 \%" in text
    assert "doi = {10.1/a_b}" in text


def test_a_document_without_a_title_is_cited_by_its_line():
    assert "title = {{One line}}" in entry()


def test_a_retraction_is_printed():
    assert "RETRACTED 2024-08" in entry(status="retracted", status_date="2024-08")


def test_keys_are_safe_for_pandoc():
    assert entry(source_id="A b/é").startswith("@misc{A-b--,")


@pytest.mark.parametrize("kind", ["article", "instrument", "method", "retraction"])
def test_articles_in_a_journal_are_articles(kind):
    text = entry(kind=kind, container="A journal", pages="1-9", year=2020.0)
    assert "journal = {A journal}" in text
    assert text.startswith("@article{A,")
    assert "pages = {1--9}" in text
    assert "year = {2020}" in text


def test_every_brace_closes():
    text = (ROOT / "data/raw/sources.bib").read_text(encoding="utf-8")
    bare = re.sub(r"\\[{}]", "", text)
    assert bare.count("{") == bare.count("}")
