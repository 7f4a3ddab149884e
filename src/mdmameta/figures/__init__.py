"""Figures of fits, sensitivity tables and evidence, with alternative text."""

from mdmameta.figures.forest import forest
from mdmameta.figures.saving import render
from mdmameta.figures.style import alt_text

__all__ = ["alt_text", "forest", "render"]
