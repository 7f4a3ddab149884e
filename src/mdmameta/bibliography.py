"""The typed table of documents as a bibliography."""

from __future__ import annotations

import re

import pandas as pd

__all__ = ["bibtex"]

#: Kinds that stand in journals, where they have one.
_IN_JOURNALS = ("article", "instrument", "method", "retraction")
#: Kinds that have an entry type of their own; pandoc reads the rest as @misc.
_ENTRY = {**dict.fromkeys(_IN_JOURNALS, "article"), "thesis": "phdthesis"}

#: Initials such as "MC", "I-T" or "Y" at the end of a name.
_INITIALS = re.compile(r"[A-ZÅÄÖØÆÉ](-?[A-ZÅÄÖØÆÉ]){0,3}")

_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
    }
)


def _escape(text: str) -> str:
    return text.translate(_ESCAPES)


def _name(author: str) -> str:
    if author == "et al.":
        return "others"
    family, _, initials = author.rpartition(" ")
    if not family or not _INITIALS.fullmatch(initials):
        return "{" + _escape(author) + "}"
    given = re.sub(r"([^-])", r"\1. ", initials).replace(" -", "-").strip()
    family = _escape(family)
    return ("{" + family + "}" if " " in family else family) + f", {given}"


def _authors(cell: str) -> str:
    return " and ".join(_name(part.strip()) for part in cell.split(";") if part.strip())


def _year(cell: float) -> str:
    return f"{cell:.0f}" if cell > 0 else ""


def _notes(row: dict[str, str]) -> str:
    parts = [f"PMID {row['pmid']}" if row["pmid"] else "", row["pmcid"]]
    if row["status"] != "current":
        parts.append(f"{row['status'].upper()} {row['status_date']}")
    return ". ".join(part for part in parts if part)


def _fields(row: dict[str, str], entry: str) -> dict[str, str]:
    fields = {
        "author": _authors(row["author"]),
        "title": "{" + _escape(row["title"]) + "}" if row["title"] else "",
        "journal" if entry == "article" else "howpublished": _escape(row["container"]),
        "volume": row["volume"],
        "pages": row["pages"].replace("-", "--"),
        "year": row["year"],
        "doi": row["doi"],
        "url": row["url"],
        "note": _escape(_notes(row)),
    }
    if not row["title"]:
        fields["title"] = "{" + _escape(row["citation"]) + "}"
    return {name: text for name, text in fields.items() if text}


def _entry(row: dict[str, str]) -> str:
    entry = _ENTRY.get(row["kind"], "misc") if row["container"] else "misc"
    lines = [f"  {name} = {{{text}}}," for name, text in _fields(row, entry).items()]
    key = re.sub(r"[^A-Za-z0-9_-]", "-", row["source_id"])
    return "\n".join([f"@{entry}{{{key},", *lines, "}"])


def bibtex(sources: pd.DataFrame) -> str:
    r"""Write documents as BibTeX.

    Keys are the source ids, with anything but letters, digits, ``_`` and ``-``
    replaced by ``-``. Names of bodies are kept whole, titles keep their
    capitals, and a standing other than current is printed as a note.

    Parameters
    ----------
    sources
        The table ``sources``, as :class:`~mdmameta.records.Evidence` has it.

    Returns
    -------
    str
        One entry for each document, in the order of the table.

    Examples
    --------
    >>> columns = ["kind", "citation", "container", "volume", "pages", "doi", "pmid",
    ...     "pmcid", "url", "status", "status_date"]
    >>> row = dict.fromkeys(columns, "") | {"source_id": "A_1", "year": 2021.0,
    ...     "author": "van der Kolk BA; et al.", "title": "Cost & care"}
    >>> print(bibtex(pd.DataFrame([row | {"status": "current"}])).strip())
    @misc{A_1,
      author = {{van der Kolk}, B. A. and others},
      title = {{Cost \& care}},
      year = {2021},
    }
    """
    rows = sources.assign(year=[_year(cell) for cell in sources["year"]])
    entries = [
        _entry({str(key): str(cell) for key, cell in row.items()})
        for row in rows.to_dict("records")
    ]
    return "\n\n".join(entries) + "\n"
