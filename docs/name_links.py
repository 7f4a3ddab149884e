"""Names of the package in prose lead to their page of the reference."""

from __future__ import annotations

import re

from docutils import nodes
from public_names import public_names
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx

import mdmameta as mm

#: ``mm.forest``, also with what it is called with, or a name alone.
NAME = re.compile(r"(mm\.[\w.]+|\w+)(\(.*)?$", re.S)


def targets() -> dict[str, str]:
    """Return what a reader writes -> the full name that has a page."""
    found = {}
    for full, _ in public_names():
        name = full.rpartition(".")[2]
        top = name in mm._HOME
        found[f"mm.{name}" if top else full.replace("mdmameta.", "mm.", 1)] = full
        if "_" in name or name[0].isupper():  # other words may mean themselves
            found[name] = full
    return found


#: What a link may stand in.
PROSE = (nodes.paragraph, nodes.entry, nodes.emphasis, nodes.strong, nodes.term)

TARGETS = targets()


def link_names(app: Sphinx, page: nodes.document) -> None:
    """Make a link of each name that has a page of its own, but not of titles."""
    for literal in list(page.findall(nodes.literal)):
        match = NAME.match(literal.astext())
        full = TARGETS.get(match[1]) if match else None
        if full is None or not isinstance(literal.parent, PROSE):
            continue
        link = pending_xref(
            "",
            refdomain="py",
            reftype="obj",
            reftarget=full,
            refdoc=app.env.docname,
            refexplicit=True,
        )
        literal.replace_self(link)
        link += literal
