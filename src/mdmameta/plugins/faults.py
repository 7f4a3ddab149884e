"""What code of extensions raises, named and located."""

from __future__ import annotations

import sys
from collections.abc import Callable
from traceback import walk_tb
from typing import Any

from mdmameta.errors import MetaError, PluginError

#: What code of others may raise: also what ends the program, as sys.exit does.
FAULTS = (Exception, SystemExit)

#: Packages whose lines in a traceback are no place in somebody's code.
_NOT_OF_OTHERS = ("mdmameta", "importlib", "importlib_metadata")


def guarded(what: str, call: Callable[[], Any], of: Any = None) -> Any:
    """Run code of an extension; what it raises is named and located.

    Parameters
    ----------
    what
        The extension in words, for the message.
    call
        What to run.
    of
        The extension: the message then names the last line of its own package
        that ran, not one of a library that it calls.

    Raises
    ------
    PluginError
        For any exception that is no error of this package.

    Examples
    --------
    >>> guarded("model 'half'", lambda: 1 / 2)
    0.5
    """
    try:
        return call()
    except MetaError:
        raise
    except FAULTS as error:  # it is somebody else's code
        raise PluginError(
            f"{what} failed with {type(error).__name__}: {error} "
            f"({place(error, _module(of)) or _stand(of)}). This is code of a plug-in: "
            "report it to its authors."
        ) from error


def place(error: BaseException, module: str = "builtins") -> str:
    """Say which line of the package of a module ran last.

    Where none of it ran, the last line that is neither ours nor of the machinery
    of imports; empty if there is none.

    Examples
    --------
    >>> place(ValueError("never raised"))
    ''
    """
    home = module.partition(".")[0]
    ran = [(_package(f.f_globals), f, n) for f, n in walk_tb(error.__traceback__)]
    own = [one for one in ran if one[0] == home]
    others = [one for one in ran if one[0] not in _NOT_OF_OTHERS]
    if not own and not others:
        return ""
    _, frame, line = (own or others)[-1]
    return f"{frame.f_code.co_filename}, line {line}, in {frame.f_code.co_name}"


def _package(names: dict[str, Any]) -> str:
    return str(names.get("__name__")).partition(".")[0]


def _stand(of: Any) -> str:
    """Say where an extension stands that failed before a line of it ran."""
    name = _module(of)
    file = getattr(sys.modules.get(name), "__file__", name)
    return f"when called; it stands in {file}"


def _module(of: Any) -> str:
    return str(getattr(of, "__module__", None) or type(of).__module__)
