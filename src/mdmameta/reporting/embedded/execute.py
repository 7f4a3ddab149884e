"""Cells run in one kernel for the whole site, a fresh namespace for each page."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeAlias

from mdmameta.errors import ReportError
from mdmameta.reporting.embedded.inline import inline_values
from mdmameta.reporting.embedded.kernel import Kernel
from mdmameta.reporting.embedded.outputs import uncoloured
from mdmameta.reporting.embedded.page import Cell, Page, Prose

__all__ = ["Results", "run_page"]

#: For each block of a page: outputs of a cell, values of inline code, or nothing.
Results: TypeAlias = tuple[tuple[Any, ...], ...]

#: Lines of a Python traceback that are quoted in the error.
TRACEBACK_LINES = 8


def run_page(kernel: Kernel, page: Page, step: Callable[[], None]) -> Results:
    """Run the cells and inline code of a page, in the order of the page.

    Parameters
    ----------
    kernel
        From `open_kernel`.
    page
        The page.
    step
        Called before each cell.

    Returns
    -------
    tuple
        Aligned with ``page.blocks``.

    Raises
    ------
    ReportError
        When a cell or an inline expression fails, with page, line and the end
        of the Python traceback; or when an inline value has no form that both
        renderers print alike.
    """
    client = kernel.client
    client.nb = _notebook(kernel, page)
    client.reset_execution_trackers()
    client.execute_cell(client.nb.cells[0], 0, store_history=False)
    results: list[tuple[Any, ...]] = []
    index = 0
    for block in page.blocks:
        if isinstance(block, Cell):
            index, outputs = index + 1, ()
            step()
            if block.options.get("eval", True):
                outputs = _run_cell(client, page, block, index)
            results.append(outputs)
        elif isinstance(block, Prose):
            results.append(inline_values(client, page, block))
        else:
            results.append(())
    return tuple(results)


def _notebook(kernel: Kernel, page: Page) -> Any:
    v4 = import_module("nbformat.v4")
    cells = [b.source for b in page.blocks if isinstance(b, Cell)]
    return v4.new_notebook(cells=[v4.new_code_cell(s) for s in (kernel.setup, *cells)])


def _run_cell(client: Any, page: Page, cell: Cell, index: int) -> tuple[Any, ...]:
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    node = client.nb.cells[index]
    try:
        client.execute_cell(node, index)
    except CellExecutionError as error:
        raise ReportError(_failure(page, cell, node, str(error))) from None
    except DeadKernelError as error:
        what = f"{page.name}:{cell.line}: Python itself ended in this cell: {error}"
        raise ReportError(what) from error
    return tuple(node.outputs)


def _failure(page: Page, cell: Cell, node: Any, otherwise: str) -> str:
    errors = [o for o in node.outputs if o.output_type == "error"]
    text = "\n".join(errors[-1].traceback) if errors else otherwise
    lines = [line for line in uncoloured(text).splitlines() if line.strip()]
    inside = re.findall(r"Cell In\[\d+\], line (\d+)", "\n".join(lines))
    line = cell.line + int(inside[-1]) if inside else cell.line
    name = f" {cell.label!r}" if cell.label else ""
    tail = "\n  ".join(lines[-TRACEBACK_LINES:])
    head = f"{page.name}:{line}: the cell{name} that begins in line {cell.line} failed"
    return f"{head}:\n  {tail}"
