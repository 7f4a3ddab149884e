"""Have SlipCover see branches: pytest would rewrite the assertions of the package.

pytest rewrites every module of a package that has a plugin of pytest, as this one has,
and SlipCover finds no branches in modules that are rewritten. The session ``tests``
loads this with ``-p``, before anything of the package is imported.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder


class Unrewritten:
    """Find the package's modules as Python does without pytest."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: object = None
    ) -> ModuleSpec | None:
        """Find a module of the package, and leave others to others."""
        ours = name.partition(".")[0] == "mdmameta"
        return PathFinder.find_spec(name, path) if ours else None


if __name__ == "unrewritten":  # and not where pytest looks for examples
    sys.meta_path.insert(0, Unrewritten)
