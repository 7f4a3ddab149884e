"""Cells run in one kernel for the whole site, a fresh namespace for each page."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

from mdmameta.errors import MissingExtraError, ReportError
from mdmameta.reporting.embedded.inline import inline_values
from mdmameta.reporting.embedded.page import Cell, Page, Prose

__all__ = ["Kernel", "Results", "open_kernel", "run_page"]

#: For each block of a page: outputs of a cell, values of inline code, or nothing.
Results: TypeAlias = tuple[tuple[Any, ...], ...]

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
#: Lines of a Python traceback that are quoted in the error.
TRACEBACK_LINES = 8

#: Figures as Quarto sets them, also those made without pyplot; no date and a
#: fixed salt, so that the same input gives the same bytes.
_SETUP = """
try:
    import matplotlib
    matplotlib.rcParams["svg.hashsalt"] = "mdmameta"
    matplotlib.rcParams["figure.figsize"] = ({width}, {height})
    matplotlib.rcParams["figure.dpi"] = {dpi}
    get_ipython().run_line_magic("matplotlib", "inline")
    get_ipython().run_line_magic(
        "config", "InlineBackend.figure_formats = {kinds}"
    )
    get_ipython().run_line_magic(
        "config",
        "InlineBackend.print_figure_kwargs = "
        "{{'bbox_inches': 'tight', 'metadata': {metadata}}}",
    )
except ImportError:
    pass
get_ipython().reset(new_session=True)
"""


@dataclass(frozen=True, slots=True)
class Kernel:
    """A running Python: its nbclient, and the code that readies it for a page."""

    client: Any
    setup: str


@contextmanager
def open_kernel(
    root: Path,
    *,
    scratch: Path,
    environment: Mapping[str, str],
    options: Mapping[str, Any],
) -> Iterator[Kernel]:
    """Start one Python kernel for all pages, and stop it afterwards.

    Parameters
    ----------
    root
        Working directory of the cells: the project directory.
    scratch
        Temporary directory for the kernel's own files, so that nobody's
        IPython profile or start-up file takes part.
    environment
        Variables that cells see besides those of this process.
    options
        ``fig-width``, ``fig-height`` (inches), ``fig-dpi``, ``fig-format``, and
        ``png``: whether figures are made as PNG as well, which Word needs.

    Yields
    ------
    Kernel
        It runs this very Python.
    """
    client = _client(root, scratch)
    variables = {
        **os.environ,
        "IPYTHONDIR": str(scratch / "ipython"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        **environment,
    }
    with client.setup_kernel(env=variables, cleanup_kc=True):
        yield Kernel(client, _setup_code(options))


def _client(root: Path, scratch: Path) -> Any:
    try:
        from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
        from jupyter_client.manager import AsyncKernelManager
        from nbclient import NotebookClient

        notebook: Any = import_module("nbformat.v4").new_notebook
    except ImportError as error:
        raise MissingExtraError(error.name or "nbclient", "report") from error
    if find_spec("ipykernel") is None:
        raise MissingExtraError("ipykernel", "report")

    class ThisPython(KernelSpecManager):
        """Finds the running interpreter, whatever kernels are installed."""

        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
            launcher = [sys.executable, "-m", "ipykernel_launcher"]
            argv = [*launcher, "-f", "{connection_file}", "--log-level=ERROR"]
            return KernelSpec(argv=argv, display_name=kernel_name, language="python")

    manager = AsyncKernelManager(kernel_spec_manager=ThisPython())
    manager.connection_file = str(scratch / "kernel.json")
    where = {"metadata": {"path": str(root)}}
    return NotebookClient(notebook(), km=manager, timeout=None, resources=where)


def _setup_code(options: Mapping[str, Any]) -> str:
    kind = options.get("fig-format", "svg")
    kinds = list(dict.fromkeys([kind, *(["png"] if options.get("png") else [])]))
    return _SETUP.format(
        width=float(options.get("fig-width", 7)),
        height=float(options.get("fig-height", 5)),
        dpi=int(options.get("fig-dpi", 96)) * (1 if kinds == ["svg"] else 2),
        kinds=kinds,
        metadata="{'Date': None}" if kind == "svg" else "{}",
    )


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
    lines = [line for line in _ANSI.sub("", text).splitlines() if line.strip()]
    inside = re.findall(r"Cell In\[\d+\], line (\d+)", "\n".join(lines))
    line = cell.line + int(inside[-1]) if inside else cell.line
    name = f" {cell.label!r}" if cell.label else ""
    tail = "\n  ".join(lines[-TRACEBACK_LINES:])
    head = f"{page.name}:{line}: the cell{name} that begins in line {cell.line} failed"
    return f"{head}:\n  {tail}"
