"""Reports: rendering by Quarto, or without it by the embedded renderer."""

from mdmameta.reporting.render import RenderResult, render_report, watch_report

__all__ = ["RenderResult", "render_report", "watch_report"]
