"""Texts of others as a figure may show them: text and nothing else."""

from __future__ import annotations

import unicodedata
from textwrap import wrap

#: Categories of Unicode that draw nothing of their own and change what is around
#: them (control, format with the marks of direction, surrogates, line breaks).
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

#: Letters of a label beyond which it is broken into lines.
LONGEST = 44

#: Lines of a label beyond which it is cut.
MOST_LINES = 3


def visible(text: str) -> str:
    r"""Return a text without marks that reorder or hide others.

    Examples
    --------
    >>> visible("  A\u202eB  $x$")
    '  AB  $x$'
    """
    return "".join(x for x in text if unicodedata.category(x) not in _INVISIBLE)


def plain(text: object) -> str:
    r"""Return a text on one line, without marks that reorder or hide others.

    Examples
    --------
    >>> plain("A\u202eB\n  <b>$x$</b>")
    'AB <b>$x$</b>'
    """
    return visible(" ".join(str(text).split()))


#: An equals sign at which no line breaks.
JOINED = "\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"


def broken(text: object, longest: int = LONGEST, lines: int = MOST_LINES) -> str:
    r"""Break a long text into lines, and cut what is beyond the last with an ellipsis.

    What stands on both sides of an equals sign stays on one line.

    Parameters
    ----------
    text
        Of anybody; made plain first.
    longest
        Letters a line.
    lines
        Most lines.

    Examples
    --------
    >>> broken("a label of some words", 9)
    'a label\nof some\nwords'
    """
    whole = plain(text).replace(" = ", JOINED)
    parts = wrap(whole, longest, max_lines=lines, placeholder=" …")
    return "\n".join(parts).replace(JOINED, " = ")
