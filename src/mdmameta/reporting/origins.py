"""Where numbers of finished pages come from: short traces that travel with a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import unescape
from pathlib import Path
from typing import Any

from mdmameta.errors import OptionError
from mdmameta.lineage import Trace, trace
from mdmameta.lineage.graph import Graph
from mdmameta.lineage.node import Step
from mdmameta.lineage.traced import graph_of
from mdmameta.lineage.up import Users
from mdmameta.records import load_evidence
from mdmameta.records.links import split
from mdmameta.reporting.page import tables_near
from mdmameta.reporting.scripts import bundle, embedded_json, style_of
from mdmameta.tables.numbers import percent

__all__ = ["finisher", "origins", "with_origins"]

#: Lines of formulas, of what lies below and of warnings in one popover: more is
#: what the command line shows.
FORMULAS, STEPS, MARKS = 3, 12, 4

#: Statements of the ledger that one popover names.
CLAIMS = 4

#: Longest line of a popover, in characters.
LONGEST = 320

_ID = re.compile(r'\bdata-id="([^"]+)"')


def finisher(
    project: Path, environment: Mapping[str, str]
) -> Callable[[str, str], str]:
    """Give a function that finishes pages of a report.

    Parameters
    ----------
    project
        Directory of the report.
    environment
        Variables of its cells; ``MDMAMETA_DATA`` names the tables, which are
        read when the first page with a traced number comes.

    Returns
    -------
    callable
        Takes the path of a page in the site and its HTML, and returns HTML.
    """
    graphs: list[Graph] = []
    folder = Path(environment.get("MDMAMETA_DATA") or tables_near(project))
    ledger = "reproduced.html" if (project / "reproduced.qmd").is_file() else ""

    def finish(name: str, html: str) -> str:
        if not _ID.search(html):
            return with_origins(html, {})
        if not graphs:
            graphs.append(graph_of(load_evidence(folder)))
        up = "../" * name.count("/")
        found = origins(graphs[0], _ids(html), ledger=ledger and up + ledger)
        return with_origins(html, found)

    return finish


def with_origins(html: str, found: Mapping[str, Any]) -> str:
    """Put traces, and the script that shows them, into a finished page.

    The script also makes tables sortable; it loads nothing. Without it the ids
    stay in the titles of the numbers.

    Examples
    --------
    >>> page = with_origins("<head></head><body></body>", {})
    >>> page.count("<style>"), page.count('type="module"'), "json" in page
    (1, 1, False)
    """
    if "</head>" not in html or "</body>" not in html:
        return html
    data = embedded_json(found)
    held = f'<script type="application/json" id="origins">{data}</script>\n'
    script = f'<script type="module">\n{bundle("site")}</script>\n'
    style = f"<style>\n{style_of('site')}</style>\n"
    head, _, rest = html.partition("</head>")
    body, _, end = rest.rpartition("</body>")
    return f"{head}{style}</head>{body}{held if found else ''}{script}</body>{end}"


def origins(
    graph: Graph, identities: Iterable[str], *, ledger: str = ""
) -> dict[str, dict[str, Any]]:
    """Describe in a few lines where each number comes from.

    Parameters
    ----------
    graph
        Of the tables behind the page.
    identities
        As `mdmameta trace` takes them.
    ledger
        Address of the page of statements, which has an anchor for each; empty
        when there is none.

    Returns
    -------
    dict
        Id -> ``title``, ``formulas``, ``marks``, ``steps`` (share, relation,
        title), ``documents`` (id, title, doi, marks), ``claims`` (id, href) and
        ``more``, how many claims are left out.
    """
    users = Users(graph) if ledger else None
    return {
        identity: _origin(graph, identity, users, ledger)
        for identity in dict.fromkeys(identities)
    }


def _ids(html: str) -> list[str]:
    return [unescape(text) for text in _ID.findall(html)]


def _walk(graph: Graph, identity: str) -> Trace:
    """Trace a number; one that only a derived file holds by what it is part of."""
    try:
        return trace(graph, identity)
    except OptionError:
        return trace(graph, identity.partition("#")[0])


def _origin(
    graph: Graph, identity: str, users: Users | None, ledger: str
) -> dict[str, Any]:
    walk = _walk(graph, identity)
    top = walk.top
    base = top.steps[0] if top.node.kind == "number" else top
    rows = {node.id.partition(":")[2] for node in walk.of_kind("row")}
    claims = _claims(graph, rows, users) if users else []
    return {
        "title": _short(top.node.title),
        "of": _short(base.node.title) if base is not top else "",
        "formulas": [_short(text) for text in base.node.formulas[:FORMULAS]],
        "marks": [_short(text) for text in base.node.marks[:MARKS]],
        "steps": [_line(step) for step in base.steps[:STEPS]],
        "documents": _documents(graph, walk),
        "claims": [{"id": one, "href": f"{ledger}#{one}"} for one in claims[:CLAIMS]],
        "more": max(0, len(claims) - CLAIMS),
    }


def _line(step: Step) -> dict[str, str]:
    share = "" if step.share is None else percent(step.share, 1)
    return {
        "share": share,
        "relation": step.relation,
        "title": _short(step.node.title),
    }


def _documents(graph: Graph, walk: Trace) -> list[dict[str, Any]]:
    found = []
    for node in walk.of_kind("document"):
        one = graph.library.find(node.id.removeprefix("document:"))
        doi = one.doi if one else ""
        marks = [_short(text) for text in node.marks]
        title = _short(node.title)
        found.append({"id": node.id, "title": title, "doi": doi, "marks": marks})
    return found


def _claims(graph: Graph, rows: set[str], users: Users) -> list[str]:
    """Statements computed from rows of this number and of no other."""
    named = dict.fromkeys(claim for row in rows for claim in users.claims.get(row, ()))
    table = graph.evidence.claims.set_index("claim_id")["rows"]
    inside = [name for name in named if _within(split(table[name]), rows)]
    return sorted(inside, key=lambda name: (-len(split(table[name])), name))


def _within(used: tuple[str, ...] | list[str], rows: set[str]) -> bool:
    return bool(used) and rows.issuperset(used)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()} …"
