"""The checklist of PRISMA 2020, filled from marks in the manuscript itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from mdmameta.errors import ReportError
from mdmameta.tables import Table, as_table

__all__ = ["ITEMS", "checklist"]

#: Item of the PRISMA 2020 statement -> section and topic, in our words.
ITEMS: Mapping[str, str] = MappingProxyType(
    {
        "1": "Title: a systematic review is called one",
        "2": "Abstract",
        "3": "Introduction: rationale",
        "4": "Introduction: objectives",
        "5": "Methods: eligibility criteria",
        "6": "Methods: information sources, with dates",
        "7": "Methods: search strategy",
        "8": "Methods: selection process",
        "9": "Methods: data collection process",
        "10a": "Methods: outcomes sought",
        "10b": "Methods: other data sought",
        "11": "Methods: risk of bias in studies",
        "12": "Methods: effect measures",
        "13a": "Synthesis: which studies enter which synthesis",
        "13b": "Synthesis: preparation of data",
        "13c": "Synthesis: tables and figures",
        "13d": "Synthesis: models, heterogeneity, software",
        "13e": "Synthesis: causes of heterogeneity",
        "13f": "Synthesis: sensitivity analyses",
        "14": "Methods: missing results",
        "15": "Methods: certainty of the evidence",
        "16a": "Results: study selection, flow",
        "16b": "Results: studies that nearly met the criteria",
        "17": "Results: characteristics of studies",
        "18": "Results: risk of bias in studies",
        "19": "Results: individual studies",
        "20a": "Syntheses: characteristics and bias of contributing studies",
        "20b": "Syntheses: results",
        "20c": "Syntheses: causes of heterogeneity",
        "20d": "Syntheses: sensitivity analyses",
        "21": "Results: missing results",
        "22": "Results: certainty of the evidence",
        "23a": "Discussion: interpretation",
        "23b": "Discussion: limits of the evidence",
        "23c": "Discussion: limits of the review",
        "23d": "Discussion: implications",
        "24a": "Registration",
        "24b": "Protocol",
        "24c": "Amendments",
        "25": "Support",
        "26": "Competing interests",
        "27": "Data, code and materials",
    }
)

_MARK = re.compile(
    r"<!--\s*PRISMA (?P<items>[\w, ]+?)(?:\s+absent: (?P<why>.*?))?\s*-->"
)
_HEADING = re.compile(r"^#{2,}\s+(?P<text>.*?)\s*(?:\{.*\})?$")


def checklist(page: str | Path) -> Table:
    """Say of every item where the manuscript reports it, or why it does not.

    A mark ``<!-- PRISMA 13d -->`` stands where an item is reported;
    ``<!-- PRISMA 24a absent: reason -->`` says that and why it is not.

    Parameters
    ----------
    page
        Source of the manuscript.

    Returns
    -------
    Table
        A row an item: number, topic, and section or reason.

    Raises
    ------
    ReportError
        When a mark names no item, or an item has no mark: a checklist with
        gaps is none.
    """
    path = Path(page)
    places: dict[str, list[str]] = {}
    for item, place, line in _marks(path.read_text(encoding="utf-8")):
        if item not in ITEMS:
            known = ", ".join(ITEMS)
            raise ReportError(f"{path.name}:{line}: no PRISMA item {item!r}: {known}.")
        places.setdefault(item, []).append(place)
    missing = [item for item in ITEMS if item not in places]
    if missing:
        raise ReportError(
            f"{path.name} has no mark of PRISMA {', '.join(missing)}. Write "
            "'<!-- PRISMA item -->' where it is reported, or with 'absent: reason'."
        )
    rows = [
        {"item": item, "topic": topic, "reported in": "; ".join(_once(places[item]))}
        for item, topic in ITEMS.items()
    ]
    return as_table(pd.DataFrame(rows), align="lll")


def _marks(text: str) -> Iterator[tuple[str, str, int]]:
    section = "Title"
    for number, line in enumerate(text.splitlines(), 1):
        if heading := _HEADING.match(line):
            section = heading["text"]
        for mark in _MARK.finditer(line):
            place = f"not reported: {mark['why']}" if mark["why"] else section
            for item in mark["items"].replace(",", " ").split():
                yield item, place, number


def _once(places: list[str]) -> list[str]:
    return list(dict.fromkeys(places))
