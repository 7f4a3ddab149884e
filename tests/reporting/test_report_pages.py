"""The finished report: what a reader finds on each page, not whether it ended well."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import html5lib
import pytest
import yaml
from matplotlib.image import imread

from mdmameta import __version__, tables
from mdmameta.audit import audit
from mdmameta.reporting import (
    audited,
    blinding_data,
    claimed,
    conflicts,
    displays,
    harms_page,
    overview,
    page,
    robust_page,
    sentences,
    strength,
    what_if,
)
from mdmameta.reporting.named import all_sources
from mdmameta.reporting.results import Results
from mdmameta.tables import Table
from mdmameta.tables.numbers import count, estimate, interval, number, typeset

ROOT = Path(__file__).parents[2]
SOURCES = {path.stem: path.read_text("utf-8") for path in ROOT.glob("reports/*.qmd")}

_LABEL = re.compile(r"^#\| label: ((?:tbl|fig)-\S+)$", re.M)
LABELS = [(name, label) for name in SOURCES for label in _LABEL.findall(SOURCES[name])]
TABLES = [(name, label) for name, label in LABELS if label.startswith("tbl-")]
FIGURES = [(name, label) for name, label in LABELS if label.startswith("fig-")]
_CAPTION = re.compile(r'^#\| label: (\S+)(?:\n#\|.*)*?\n#\| \w+-cap: "(.*)"$', re.M)
CAPTIONS = [
    (name, *found) for name in SOURCES for found in _CAPTION.findall(SOURCES[name])
]

#: Tables of the pages and the calls that must have made them.
MADE: dict[tuple[str, str], Callable[[Results], Table]] = {
    ("index", "tbl-verdicts"): overview.plain_table,
    ("evidence", "tbl-trials"): lambda r: tables.trials_table(r.evidence),
    ("evidence", "tbl-levels"): strength.levels_table,
    ("evidence", "tbl-retractions"): lambda r: page.told(
        r, strength.retractions_table(r)
    ),
    ("ptsd", "tbl-effects"): lambda r: page.told(
        r, tables.effects_table(r.effects["ptsd-primary"])
    ),
    ("ptsd", "tbl-primary"): lambda r: displays.model_table(r, "ptsd-primary"),
    ("ptsd", "tbl-sets"): lambda r: displays.sets_table(r, page.SMD_SETS),
    ("ptsd", "tbl-points"): lambda r: displays.sets_table(r, page.MD_SETS),
    ("ptsd", "tbl-binary"): lambda r: displays.sets_table(r, page.BINARY_SETS),
    ("depression", "tbl-depression"): lambda r: displays.single_arm_table(r.depression),
    ("blinding", "tbl-indices"): lambda r: blinding_data.indices_table(
        r.sensitivity["blinding"]
    ),
    ("prior-use", "tbl-tipping-prior-use"): lambda r: page.told(
        r, what_if.naive_tipping_table(r.sensitivity["prior_use"])
    ),
    ("dropout", "tbl-flow"): lambda r: page.told(
        r, what_if.flow_table(r.sensitivity["dropout"])
    ),
    ("dropout", "tbl-binary-dropout"): lambda r: what_if.binary_scenarios_table(
        r.binary_dropout["ptsd-response"]
    ),
    ("robustness", "tbl-refits"): lambda r: page.told(
        r, robust_page.refits_table(r.sensitivity["robustness"])
    ),
    ("robustness", "tbl-harms"): lambda r: page.told(
        r, harms_page.harms_table(r.sensitivity["robustness"], r.evidence)
    ),
    ("audit", "tbl-findings"): lambda r: audited.findings_table(audit(r.evidence)),
    ("audit", "tbl-choices"): lambda r: audited.choices_table(conflicts.choices(r)),
}

ANALYSES = ["blinding", "prior use", "dropout", "missing events", "robustness"]
VERDICTS = [
    ("blinding", lambda r: r.sensitivity["blinding"]),
    ("prior-use", lambda r: r.sensitivity["prior_use"]),
    ("dropout", lambda r: r.sensitivity["dropout"]),
    ("dropout", lambda r: r.binary_dropout["ptsd-response"]),
    (
        "robustness",
        lambda r: robust_page.with_names(r.sensitivity["robustness"], r.evidence),
    ),
]


@pytest.fixture(scope="session")
def pages(project: Path) -> dict[str, str]:
    """Give the HTML of every page by name."""
    site = project / "reports/_site"
    return {path.stem: path.read_text("utf-8") for path in site.glob("*.html")}


def plain(text: str) -> str:
    """Make quotation marks, dashes and blanks alike on both sides of a comparison."""
    text = text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')
    return " ".join(text.replace("\u00a0", " ").split())


def shown(html: str) -> str:
    """Give the words that a reader sees, without markup, styles and scripts."""
    html = re.sub(r"<(head|script|style|annotation)\b.*?</\1>", " ", html, flags=re.S)
    return plain(unescape(re.sub(r"<[^>]+>", "", html)))


def element(html: str, label: str) -> str:
    """Cut out a numbered table or figure; Quarto lays a div around it."""
    (found,) = re.findall(rf'<(?:figure|div) id="{label}".*?</figure>', html, re.S)
    return found


def cells(html: str) -> list[list[str]]:
    """Give the cells of the body of a table."""
    body = html.split("<tbody>")[1].split("</tbody>")[0]
    rows = re.findall(r"<tr.*?</tr>", body, re.S)
    return [
        [shown(cell) for cell in re.findall(r"<t[hd]\b.*?</t[hd]>", row, re.S)]
        for row in rows
    ]


def test_every_page_of_the_project_is_written_and_named(project, pages) -> None:
    listed = yaml.safe_load((ROOT / "reports/_quarto.yml").read_text("utf-8"))
    names = [name.removesuffix(".qmd") for name in listed["project"]["render"]]
    assert set(names) == set(pages) == set(SOURCES)
    lines = (project / "said.txt").read_text("utf-8").splitlines()
    assert re.match(r"Rendered by (?:embedded|quarto) in \d+ s:", lines[0])
    written = [Path(line).stem for line in lines[1:]]
    assert written[0] == "index"
    assert set(written) == set(names)


@pytest.mark.parametrize("name", SOURCES)
def test_a_page_loads_nothing_from_the_network(pages, name: str) -> None:
    html = pages[name]
    loads = r'<(?!a\b)[^>]*\b(?:src|srcset|href|data|poster)="(?:[a-z]+:)?//'
    assert re.findall(loads, html, re.I) == []
    assert re.findall(r"(?:url\(|@import\s*)['\"]?(?:https?:)?//", html, re.I) == []
    # This script of Quarto's shows a page of the site where a link to it is hovered.
    own = r'<script id="quarto-html-after-body".*?</script>'
    scripts = re.sub(own, "", html, flags=re.S)
    assert re.findall(r"\b(?:fetch|XMLHttpRequest|import)\(", scripts) == []


@pytest.mark.parametrize("name", SOURCES)
def test_a_page_is_valid_html(pages, name: str) -> None:
    html5lib.HTMLParser(strict=True).parse(pages[name])


@pytest.mark.parametrize("name", SOURCES)
def test_no_reference_citation_or_code_is_left_unresolved(pages, name: str) -> None:
    words = shown(pages[name])
    left = ("??", "?@", "@fig-", "@tbl-", "@sec-", "[@", "{python}", "#|", ":::", "$\\")
    assert [one for one in left if one in words] == []


@pytest.mark.parametrize("name", SOURCES)
def test_no_gap_is_shown_as_nan_or_none(pages, name: str) -> None:
    gap = r".{20}\b(?:nan|NaN|None(?! of\b)|NaT|<NA>|inf)\b.{10}"
    assert re.findall(gap, shown(pages[name])) == []


def test_every_table_and_figure_has_a_caption() -> None:
    assert [(name, label) for name, label, _ in CAPTIONS] == LABELS


@pytest.mark.parametrize(("name", "label", "caption"), CAPTIONS)
def test_a_caption_stands_once(pages, name: str, label: str, caption: str) -> None:
    html = element(pages[name], label)
    (own,) = re.findall(r"<figcaption\b[^>]*>(.*?)</figcaption>", html, re.S)
    assert shown(own).split(". ", 1)[1] == plain(caption)
    numbered = rf"(?:Table|Figure) \d+\. {re.escape(plain(caption))}"
    assert len(re.findall(numbered, shown(pages[name]))) == 1


@pytest.mark.parametrize("name", SOURCES)
def test_tables_and_figures_are_numbered_once_in_their_order(pages, name) -> None:
    for kind, prefix in (("Table", "tbl"), ("Figure", "fig")):
        labels = re.findall(rf'<(?:figure|div) id="({prefix}-[^"]+)"', pages[name])
        assert labels == [x for n, x in LABELS if n == name and x.startswith(prefix)]
        for at, label in enumerate(labels, start=1):
            words = shown(element(pages[name], label))
            assert words.count(f"{kind} {at}.") == 1


@pytest.mark.parametrize(("name", "label"), TABLES)
def test_a_table_has_a_body_in_which_no_cell_is_empty(pages, name, label) -> None:
    rows = cells(element(pages[name], label))
    assert rows
    assert len({len(row) for row in rows}) == 1
    assert all(cell for row in rows for cell in row)


@pytest.mark.parametrize(("name", "label"), MADE)
def test_a_table_shows_every_cell_of_what_was_computed(
    pages, results, name: str, label: str
) -> None:
    table = MADE[name, label](results)
    html = element(pages[name], label)
    expected = [[plain(cell) for cell in row] for row in table.to_frame().to_numpy()]
    assert cells(html) == expected
    assert [note for note in table.notes if plain(note) not in shown(html)] == []


@pytest.mark.parametrize(("name", "label"), FIGURES)
def test_a_figure_has_a_drawing_and_words_for_those_who_do_not_see_it(
    project, pages, name, label
) -> None:
    html = element(pages[name], label)
    (source,) = re.findall(r'<img[^>]* src="([^"]+)"', html)
    (words,) = re.findall(r'<img[^>]* alt="([^"]+)"', html)
    file = project / "reports/_site" / source
    assert len(words) > 40
    if file.suffix == ".png":  # what a Quarto that knows an older IPython is given
        drawn = imread(file)
        assert drawn.shape[1] > 600
        assert (drawn[..., :3] < 0.9).any(axis=2).mean() > 0.001
        return
    drawing = file.read_text("utf-8")
    assert drawing.count("<path") > 10
    assert 'href="http' not in drawing


@pytest.mark.parametrize("name", SOURCES)
def test_the_foot_of_a_page_has_the_version_and_the_fingerprint(
    pages, results, name: str
) -> None:
    foot = r'<(section|div) class="provenance".*?</\1>'
    (foot,) = [found[0] for found in re.finditer(foot, pages[name], re.S)]
    assert f"mdmameta {__version__} · data sha256" in shown(foot)
    assert results.evidence.digest[:16] in foot
    assert "seed: none" in foot
    assert re.search(r"\d{4}-\d\d-\d\d", foot)


@pytest.mark.parametrize("name", SOURCES)
def test_every_other_page_is_reached_from_a_page(pages, name: str) -> None:
    linked = set(re.findall(r'<a [^>]*href="(?:\./)?([\w-]+)\.html"', pages[name]))
    assert linked >= set(pages) - {name}


def test_the_lead_of_the_overview_has_the_numbers_of_the_results(
    pages, results
) -> None:
    (lead,) = re.findall(r'<div class="lead">.*?</div>', pages["index"], re.S)
    words = shown(lead)
    fit = results.fits["ptsd-primary", "reml-kh"]
    deciding = results.deciding("ptsd-primary").estimate
    assert words.startswith(f"In {count(fit.k)} randomised trials, people given")
    assert f"The pooled contrast is {estimate(fit)} standard deviations" in words
    ends = interval(deciding.ci_low, deciding.ci_high)
    assert f"is {ends} and excludes zero" in words


def test_the_overview_has_the_bayesian_prediction_and_both_widths(
    pages, results
) -> None:
    words = shown(pages["index"])
    e = results.fits["ptsd-primary", "bayes"].estimate
    assert f"in a new trial is {interval(e.pi_low, e.pi_high)}" in words
    for model in ("reml-kh", "reml-wald"):
        e = results.fits["ptsd-primary", model].estimate
        assert number(e.ci_high - e.ci_low, 3) in words


def test_differences_called_important_are_cited_beside_their_sizes(
    pages, results
) -> None:
    words = re.sub(r" \([^()]*\d{4}\)", "", shown(pages["index"]))
    sized = results.evidence.thresholds.query("measure == 'SMD' & kind != 'comparator'")
    cited = [("", size) for size in sized["size"]]
    said = sentences.threshold_sentence(results.deciding("ptsd-primary"), cited)
    assert plain(said.replace(" ,", ",")) in words
    for source in sized["source_id"]:
        assert f'data-cites="{source}"' in pages["index"]


def test_the_page_on_ptsd_has_the_heterogeneity_of_the_results(pages, results) -> None:
    kh, bayes = (results.fits["ptsd-primary", m] for m in ("reml-kh", "bayes"))
    words = shown(pages["ptsd"])
    assert f"τ² = {number(kh.heterogeneity.tau2, 3)} with" in words
    assert f"of {interval(*kh.heterogeneity.tau2_ci)}, and the median" in words
    assert f"of τ is {number(bayes.exact.tau.median, 3)}:" in words


@pytest.mark.parametrize(("name", "analysis"), VERDICTS, ids=ANALYSES)
def test_a_verdict_stands_on_its_page_with_every_number(
    pages, results, name: str, analysis
) -> None:
    table = analysis(results)
    expected = plain(page.verdict(table).text.replace("**", ""))
    assert len(re.findall(r"\d", expected)) > 10
    assert expected in shown(pages[name])


@pytest.mark.parametrize(("name", "analysis"), VERDICTS[:3], ids=ANALYSES[:3])
def test_every_assumption_of_an_analysis_is_told(
    pages, results, name, analysis
) -> None:
    words = shown(pages[name])
    lines = page.notes(analysis(results), results).text.splitlines()
    assert [one for one in lines if plain(one.removeprefix("- ")) not in words] == []


def test_every_claim_stands_in_the_section_of_its_verdict(pages, results) -> None:
    words = shown(pages["reproduced"])
    assert claimed.ledger_sentence(results) in words
    for entry in results.ledger:
        anchor = f' id="{claimed.anchor(entry.verdict)}"'
        html = pages["reproduced"].partition(anchor)[2]
        section = html.partition("</h2>")[2].split("<h2")[0]
        assert plain(typeset(entry.claim["statement"])) in shown(section)


def test_unverified_counts_are_called_so_in_the_captions_on_blinding(pages) -> None:
    for label in ("fig-indices", "tbl-indices"):
        html = element(pages["blinding"], label)
        assert "UNVERIFIED" in shown(html.split("</figcaption>")[0])
    rows = cells(element(pages["blinding"], "tbl-indices"))
    assert "unverified" in {row[-1] for row in rows}


def test_retracted_documents_are_shown_as_such(pages, results) -> None:
    flagged = results.evidence.sources.query("status == 'retracted'")
    rows = {row[0]: row for row in cells(element(pages["evidence"], "tbl-status"))}
    assert len(flagged) > 0
    names = all_sources(results.evidence)
    for source in flagged["source_id"]:
        assert "retracted" in rows[names[source]]
    assert "retracted" in shown(pages["index"])


def test_the_single_arm_is_said_to_be_no_contrast(pages) -> None:
    words = shown(pages["depression"])
    assert "No control group" in words
    assert "It is not a contrast" in words
    assert "MADRS" not in shown(pages["ptsd"])


def test_no_page_speaks_of_cure_or_advises(pages) -> None:
    for html in pages.values():
        words = shown(html.split('<div id="refs"')[0]).lower()
        assert not re.findall(
            r"\b(?:cures?d?|is effective|should take|we recommend)\b", words
        )
    assert "nothing on these pages is medical advice" in shown(pages["index"]).lower()
