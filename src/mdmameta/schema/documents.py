"""The table of documents."""

from __future__ import annotations

from mdmameta.schema.column import STATUS, Column, Table
from mdmameta.schema.shared import DATE, DATE_FORM, NOTE, concern

__all__ = ["SOURCES"]

_KINDS = (
    "article", "preprint", "dataset", "registry", "web", "news", "regulator",
    "report", "retraction", "thesis", "instrument", "method", "software",
)  # fmt: skip

SOURCES = Table(
    name="sources",
    meaning="A document, with its standing.",
    identity=("source_id",),
    columns=(
        Column(
            name="source_id",
            meaning="Name of the document in all tables, and citation key.",
            required=True,
            unique=True,
            pattern=r"[A-Za-z0-9_\-]+",
            form="letters, digits, '_' and '-'",
        ),
        Column(
            name="document_id",
            meaning="Equal for several source ids that are one document.",
        ),
        Column(name="kind", meaning="Kind of document.", required=True, allowed=_KINDS),
        Column(name="citation", meaning="Citation in one line.", required=True),
        Column(
            name="author",
            meaning=(
                "Authors, separated by ';', each as family name and initials; a "
                "body by its name; 'et al.' for the rest."
            ),
            many=True,
        ),
        Column(name="title", meaning="Title."),
        Column(name="container", meaning="Journal, repository or site."),
        Column(name="volume", meaning="Volume."),
        Column(name="pages", meaning="Pages or article number."),
        Column(
            name="year",
            meaning="Year of publication.",
            type="integer",
            minimum=1900,
            maximum=2100,
        ),
        Column(
            name="doi",
            meaning="DOI, without address.",
            pattern=r"10\.\d{4,9}/\S+",
            form="a DOI such as 10.1000/182",
        ),
        Column(name="pmid", meaning="PubMed id.", pattern=r"\d+", form="digits"),
        Column(
            name="pmcid",
            meaning="PubMed Central id.",
            pattern=r"PMC\d+",
            form="PMC and digits",
        ),
        Column(
            name="nct",
            meaning="ClinicalTrials.gov id.",
            pattern=r"NCT\d{8}",
            form="NCT and eight digits",
        ),
        Column(
            name="url",
            meaning="Address of an official place, where no identifier serves.",
            pattern=r"https?://\S+",
            form="an address beginning with https://",
        ),
        Column(
            name="status",
            meaning="Standing; it travels to every row that rests on the document.",
            required=True,
            allowed=STATUS,
        ),
        Column(
            name="status_date",
            meaning="Date of the correction or retraction.",
            pattern=DATE,
            form=DATE_FORM,
        ),
        Column(name="status_reason", meaning="Why the standing is what it is."),
        *concern("the work reported"),
        NOTE,
    ),
)
