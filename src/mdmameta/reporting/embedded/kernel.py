"""One kernel of Python for all pages: started, readied for a page, and asked."""

from __future__ import annotations

import json
import os
import sys
from ast import literal_eval
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mdmameta.errors import MissingExtraError

__all__ = ["Kernel", "open_kernel", "reached", "setup_code"]

#: Figures as Quarto sets them, also those made without pyplot; no date and a
#: fixed salt, so that the same input gives the same bytes.
_SETUP = """
from mdmameta.reporting.embedded.reached import record
record()
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

_ASK = {
    "said": "__import__('json').dumps(__import__('sys').modules"
    "['mdmameta.reporting.embedded.reached'].record().said())"
}


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
        yield Kernel(client, setup_code(options))


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


def setup_code(options: Mapping[str, Any]) -> str:
    """Code that readies a kernel for a page: a record, and the looks of figures.

    Parameters
    ----------
    options
        As for `open_kernel`.
    """
    kind = options.get("fig-format", "svg")
    kinds = list(dict.fromkeys([kind, *(["png"] if options.get("png") else [])]))
    return _SETUP.format(
        width=float(options.get("fig-width", 7)),
        height=float(options.get("fig-height", 5)),
        dpi=int(options.get("fig-dpi", 96)) * (1 if kinds == ["svg"] else 2),
        kinds=kinds,
        metadata="{'Date': None}" if kind == "svg" else "{}",
    )


def reached(kernel: Kernel) -> dict[str, list[str]]:
    """Ask a kernel what it has reached for since its first page.

    Returns
    -------
    dict
        As `mdmameta.reporting.embedded.reached.Reached.said` gives it.
    """
    client = kernel.client
    message = client.kc.execute("", user_expressions=_ASK, store_history=False)
    reply = client.wait_for_reply(message)["content"]["user_expressions"]["said"]
    said: dict[str, list[str]] = json.loads(literal_eval(reply["data"]["text/plain"]))
    return said
