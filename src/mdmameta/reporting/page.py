"""What the pages of the report call: results, figures, tables and sentences."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from mdmameta import figures
from mdmameta.analyses.catalogue import ARM_NAMES, MAIN_MODEL, MODEL_TITLES
from mdmameta.lineage.names import resolve
from mdmameta.records import Evidence
from mdmameta.reporting import sentences
from mdmameta.reporting.ahead import load_ahead
from mdmameta.reporting.beside import VARIABLE
from mdmameta.reporting.named import all_names, doses, in_names, named
from mdmameta.reporting.results import Results, load_results
from mdmameta.sensitivity import Multiverse, SensitivityTable
from mdmameta.tables import Table
from mdmameta.tables.numbers import typeset
from mdmameta.tables.printable import markdown

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Where the raw tables are, seen from the folder of the pages or of a paper in it.
_DEFAULT_DATA = ("../data/raw", "../../data/raw")

#: Sets of each table of the page on PTSD.
SMD_SETS = (
    "ptsd-primary",
    "ptsd-pooled-active",
    "ptsd-medium-dose",
    "ptsd-change",
    "ptsd-sypres",
)
MD_SETS = ("ptsd-caps-5", "ptsd-caps-iv")
BINARY_SETS = ("ptsd-response", "ptsd-remission", "ptsd-loss-of-diagnosis")


@dataclass(frozen=True, slots=True)
class Markdown:
    """Text that both renderers read as Markdown, for inline code and cells."""

    text: str

    def _repr_markdown_(self) -> str:
        return self.text


def open_report() -> Results:
    """Return the results of the tables that the report was asked to use.

    The command line names the tables in ``MDMAMETA_DATA``; without it they are
    those beside the folder of the pages. Pages that share a process share the
    results.
    """
    return _results(os.environ.get("MDMAMETA_DATA") or str(tables_near(Path())))


def tables_near(folder: Path) -> Path:
    """Return the directory of the raw tables that belong to a folder of pages."""
    places = [folder / name for name in _DEFAULT_DATA]
    return next((one for one in places if one.is_dir()), places[0])


@cache
def _results(data: str) -> Results:
    return load_ahead(data) if os.environ.get(VARIABLE) else load_results(data)


def show_forest(results: Results, name: str) -> Figure:
    """Draw a contrast set with the result that is shown and those that decide."""
    fit = results.fits[name, MAIN_MODEL]
    companions = {
        MODEL_TITLES[model]: results.fits[name, model]
        for model in ("reml-adhoc", "bayes")
        if (name, model) in results.fits
    }
    return figures.forest(
        fit,
        companions=companions,
        label=MODEL_TITLES[MAIN_MODEL],
        names=ARM_NAMES,
    )


def cases(evidence: Evidence, results: Results) -> list[str]:
    """Ids of the trials of the primary set, in its order."""
    known = set(evidence.studies["study_id"])
    ids = results.effects["ptsd-primary"].moderators["study_id"]
    return [str(study) for study in ids if study in known]


def naive_map(prior_use: SensitivityTable) -> Figure:
    """Draw the bound for people without earlier use, unknown shares at their worst."""
    return figures.sensitivity_map(
        prior_use,
        "delta",
        "gamma",
        where={"share_scenario": "high"},
        xlabel="Δ: contrast in experienced people less that in others, SMD",
        ylabel="γ: outcome of experienced people, SMD",
        title="Shares that no text gives are taken as all experienced",
    )


def shift_curve(dropout: SensitivityTable) -> Figure:
    """Draw the contrast when the missing of the two arms differ in opposite ways."""
    return figures.sensitivity_curve(
        dropout,
        "shift_active",
        where={"scenario": "opposite"},
        tipping="shift_opposite",
        xlabel="shift of the missing, SD: treated arms +, control arms −",
        names=ARM_NAMES,
        title=" ",
    )


def multiverse_curve(result: Multiverse) -> Figure:
    """Draw every specification, with the choices behind it."""
    return figures.specification_curve(result, names=ARM_NAMES)


def primary_rows(results: Results, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows of trials in the primary set, named as in its figures.

    Arms have their doses for names.
    """
    effects = results.effects["ptsd-primary"]
    labels = dict(zip(effects.moderators["study_id"], effects.study, strict=True))
    kept = frame[frame["study"].isin(labels)]
    shown = kept.assign(study=kept["study"].map(labels)).reset_index(drop=True)
    if "arm" not in shown:
        return shown
    return shown.assign(arm=shown["arm"].replace(doses(results.evidence)))


def thresholds(results: Results, name: str) -> Markdown:
    """Say where the deciding interval lies against differences called important.

    Parameters
    ----------
    results
        Analyses of the report.
    name
        Name of a contrast set.
    """
    table = results.evidence.thresholds
    table = table[(table["measure"] == "SMD") & (table["kind"] != "comparator")]
    cited = [
        (f"[{row['label'].partition(', ')[2]}, @{row['source_id']}]", row["size"])
        for row in table.to_dict("records")
    ]
    return Markdown(sentences.threshold_sentence(results.deciding(name), cited))


def verdict(table: SensitivityTable) -> Markdown:
    """Return the verdict of a sensitivity analysis as a paragraph."""
    text = typeset(table.verdict.text)
    return Markdown(f"**{table.verdict.kind.capitalize()}.** {text}")


def told(results: Results, table: Table) -> Table:
    """Give a table the names of trials, arms and sources in place of their ids.

    Parameters
    ----------
    results
        Analyses of the report.
    table
        Its cells and notes may hold ids.
    """
    return in_names(table, all_names(results.evidence))


def notes(
    table: SensitivityTable | Multiverse, results: Results | None = None
) -> Markdown:
    """Return the assumptions of a sensitivity analysis as a list.

    Parameters
    ----------
    table
        The analysis.
    results
        Analyses of the report; with them trials have their names.
    """
    names = all_names(results.evidence) if results else {}
    texts = [named(typeset(note), names) for note in table.notes]
    return Markdown("\n".join(f"- {text}" for text in texts))


def traced(results: Results, identity: str, shown: str | Markdown) -> Markdown:
    """Give a number of the prose the id by which it can be traced.

    HTML shows the command on hover and keeps the id as ``data-id``; other
    formats show the number alone.

    Parameters
    ----------
    results
        Analyses of the report.
    identity
        Id of the number, as `mdmameta trace` takes it.
    shown
        What a reader sees; a text is protected from being read as Markdown.

    Raises
    ------
    OptionError
        When nothing has the id.
    """
    resolve(results.lineage, identity)
    text = shown.text if isinstance(shown, Markdown) else _literal(shown)
    title = f"mdmameta trace {identity}"
    return Markdown(f'[{text}]{{.traced data-id="{identity}" title="{title}"}}')


def _literal(text: str) -> str:
    return re.sub(r"[\[\]]", r"\\\g<0>", markdown(text))


def retractions(results: Results) -> Markdown:
    """Say which sources were retracted."""
    return Markdown(sentences.retraction_sentence(results.evidence))


def footer(results: Results) -> Markdown:
    """Return the provenance of a page as a line."""
    return Markdown(sentences.footer(results.evidence))
