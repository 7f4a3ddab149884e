"""Sphinx builds the documentation from these pages and the docstrings."""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from name_links import link_names
from public_names import write_reference

import mdmameta as mm

project = "mdmameta"
author = "The mdmameta team"
copyright = "the mdmameta team"
version = release = version_of("mdmameta")

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
]
exclude_patterns = ["_build", "_templates", "schemas"]
templates_path = ["_templates"]
myst_enable_extensions = ["deflist", "dollarmath"]
myst_heading_anchors = 3

autosummary_generate = True
autosummary_context = {"top": set(mm._HOME)}  # names that `import mdmameta` offers
autodoc_typehints = "none"  # the docstrings say it in words
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
default_role = "code"

html_theme = "pydata_sphinx_theme"
html_theme_options = {"show_prev_next": False, "navigation_with_keys": False}
html_sidebars = {"index": [], "search": []}
html_title = "mdmameta"
html_show_sourcelink = False
html_static_path = ["_static"]
html_css_files = ["page.css"]

html_math_renderer = "mathml"


def inline(writer, node):
    """Write a formula as MathML, which browsers show without a script or a network."""
    writer.body.append(tex2mathml(node.astext()))
    raise nodes.SkipNode


def displayed(writer, node):
    """Write a formula on a line of its own."""
    formula = tex2mathml(node.astext(), as_block=True)
    writer.body.append(f'<div class="formula">{formula}</div>')
    raise nodes.SkipNode


def setup(app):
    """Let Sphinx use the formulas of docutils, and link names to the reference."""
    app.connect("doctree-read", link_names)
    app.add_html_math_renderer("mathml", (inline, None), (displayed, None))


write_reference(Path(__file__).parent / "reference")
