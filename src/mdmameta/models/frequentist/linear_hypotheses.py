"""Linear hypotheses on coefficients: numbers, names, or equations as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from mdmameta.arrays import FloatArray
from mdmameta.errors import OptionError

NUMBER = re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")

#: A name that is written without quotes ends before one of these.
OPERATORS = "+-*/=,;()"


@dataclass(frozen=True, eq=False, slots=True)
class Hypotheses:
    """That L β = r.

    Parameters
    ----------
    L, r
        Shapes (m, p) and (m,).
    names
        Each of the m equations as text.
    """

    L: FloatArray
    r: FloatArray
    names: tuple[str, ...]


def linear_hypotheses(
    asked: str | Sequence[str] | ArrayLike, terms: Sequence[str]
) -> Hypotheses:
    """Read hypotheses on named coefficients.

    Parameters
    ----------
    asked
        Numbers, one combination a row, shape (m, p) or (p,), each tested to be
        0; the name of a coefficient; that of a factor, for all its
        coefficients; an equation such as ``"a - b = 0"``, ``"a = b = c"`` or
        ``"2 * (a + b) = 1"``; several of these separated by commas, or in a
        list. A name with signs in it may stand between backticks.
    terms
        Names of the p coefficients.

    Raises
    ------
    OptionError
        For a name that is not there, what cannot be read or does not fit, and
        equations that follow from the others.

    Examples
    --------
    >>> found = linear_hypotheses("a - b = 1, c", ["a", "b", "c"])
    >>> found.L.tolist(), found.r.tolist()
    ([[1.0, -1.0, 0.0], [0.0, 0.0, 1.0]], [1.0, 0.0])
    >>> found.names
    ('a - b = 1', 'c = 0')
    """
    texts = [asked] if isinstance(asked, str) else asked
    if isinstance(texts, Sequence) and texts and all(isinstance(t, str) for t in texts):
        rows = [row for text in texts for row in _Reader(str(text), terms).equations()]
        found = np.array(rows)
        L, r = found[:, :-1], 0.0 - found[:, -1]
    else:
        L = _numbers(asked, terms)
        r = np.zeros(len(L))
    if np.linalg.matrix_rank(L) < len(L):
        raise OptionError(
            f"there are {len(L)} hypotheses, but some follow from the others; "
            "leave those out."
        )
    names = tuple(_name(row, value, terms) for row, value in zip(L, r, strict=True))
    return Hypotheses(L, r, names)


def _numbers(asked: object, terms: Sequence[str]) -> FloatArray:
    try:
        L = np.atleast_2d(np.asarray(asked, dtype=float))
    except (TypeError, ValueError) as error:
        raise OptionError(
            f"hypotheses {asked!r} are neither numbers nor text; name coefficients "
            f"({_listed(terms)}), or give one number for each."
        ) from error
    if (
        L.ndim != 2
        or not L.size
        or L.shape[1] != len(terms)
        or not np.isfinite(L).all()
    ):
        raise OptionError(
            f"contrasts of shape {L.shape} do not fit: give finite numbers, one column "
            f"for each of {_listed(terms)}; or name them, as in '{terms[-1]} = 0'."
        )
    return L


def _listed(terms: Sequence[str]) -> str:
    return ", ".join(map(repr, terms))


def _name(row: FloatArray, value: float, terms: Sequence[str]) -> str:
    parts = [
        ("- " if share < 0 else "+ ")
        + ("" if abs(share) == 1 else f"{abs(share):g} ")
        + term
        for share, term in zip(row, terms, strict=True)
        if share
    ]
    left = " ".join(parts).removeprefix("+ ")
    return f"{'-' + left[2:] if left.startswith('- ') else left} = {value:g}"


def _plain(name: str) -> str:
    """Return a name without the levels, which stand in brackets."""
    return re.sub(r"\[[^\[\]]*\]$|\[[^\[\]]*\](?=:)", "", name)


class _Reader:
    """Reads the equations of one text into rows of p coefficients and a constant."""

    def __init__(self, text: str, terms: Sequence[str]) -> None:
        self.text, self.terms = text, list(terms)
        self.groups: dict[str, list[int]] = {}
        for i, term in enumerate(self.terms):
            self.groups.setdefault(_plain(term), []).append(i)
        self.names = sorted({*self.terms, *self.groups}, key=len, reverse=True)
        self.tokens = [*self._tokens(), ("end", "")]
        self.at = 0

    def equations(self) -> Iterator[FloatArray]:
        """Give one row an equation."""
        while True:
            yield from self._equation()
            if not self._take(",", ";"):
                break
        if self.tokens[self.at][0] != "end":
            raise self._unreadable(f"at {self.tokens[self.at][1]!r}")

    def _equation(self) -> Iterator[FloatArray]:
        kind, name = self.tokens[self.at]
        group = self.groups.get(name, []) if name not in self.terms else []
        if kind == "name" and group and self.tokens[self.at + 1][1] in ("", ",", ";"):
            self.at += 1
            yield from np.eye(len(self.terms) + 1)[group]
            return
        sides = [self._sum()]
        while self._take("="):
            sides.append(self._sum())
        if len(sides) == 1:
            sides.append(0.0 * sides[0])
        for left, right in pairwise(sides):
            row: FloatArray = left - right
            if not row[:-1].any():
                raise self._unreadable("as no coefficient is left in an equation")
            yield row

    def _sum(self) -> FloatArray:
        total = self._product()
        while sign := self._take("+", "-"):
            total = total + (1 if sign == "+" else -1) * self._product()
        return total

    def _product(self) -> FloatArray:
        if sign := self._take("+", "-"):
            return (1 if sign == "+" else -1) * self._product()
        left = self._factor()
        while sign := self._take("*", "/"):
            right = self._factor()
            if sign == "*" and not left[:-1].any():
                left, right = right, left
            if right[:-1].any() or (sign == "/" and right[-1] == 0):
                raise self._unreadable("as it is not linear")
            left = left * right[-1] if sign == "*" else left / right[-1]
        return left

    def _factor(self) -> FloatArray:
        kind, text = self.tokens[self.at]
        row = np.zeros(len(self.terms) + 1)
        self.at += kind != "end"
        if kind == "number":
            row[-1] = float(text)
        elif kind == "name":
            row[self._place(text)] = 1.0
        elif text == "(":
            row = self._sum()
            if not self._take(")"):
                raise self._unreadable("as a bracket is not closed")
        else:
            raise self._unreadable(f"at {text!r}" if text else "as it ends too early")
        return row

    def _place(self, name: str) -> int:
        if name in self.terms:
            return self.terms.index(name)
        inside = [self.terms[i] for i in self.groups[name]]
        raise OptionError(
            f"hypothesis {self.text!r}: {name!r} stands for {len(inside)} coefficients "
            f"({_listed(inside)}); name one of them."
        )

    def _take(self, *signs: str) -> str:
        kind, text = self.tokens[self.at]
        if kind != "sign" or text not in signs:
            return ""
        self.at += 1
        return text

    def _tokens(self) -> Iterator[tuple[str, str]]:
        at = 0
        while at < len(self.text):
            kind, text, used = self._next(self.text[at:])
            at += used
            if kind:
                yield kind, text

    def _next(self, rest: str) -> tuple[str, str, int]:
        if rest[0].isspace():
            return "", "", 1
        if rest[0] == "`" and "`" in rest[1:]:
            name = rest[1 : rest.index("`", 1)]
            self._check(name)
            return "name", name, len(name) + 2
        for name in self.names:
            after = rest[len(name) : len(name) + 1]
            if rest.startswith(name) and not (
                after.isalnum() or after in tuple("_[:.")
            ):
                return "name", name, len(name)
        if number := NUMBER.match(rest):
            return "number", number[0], number.end()
        if rest[0] in OPERATORS:
            return "sign", rest[0], 1
        if rest[0].isalpha() or rest[0] == "_":
            self._check(re.split(rf"[{re.escape(OPERATORS)}]", rest)[0].strip())
        raise self._unreadable(f"at {rest!r}")

    def _check(self, name: str) -> None:
        if name in self.names:
            return
        near = get_close_matches(name, self.names, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise OptionError(
            f"hypothesis {self.text!r} names {name!r}, which is not among the "
            f"coefficients: {_listed(self.terms)}.{hint}"
        )

    def _unreadable(self, why: str) -> OptionError:
        return OptionError(
            f"hypothesis {self.text!r} cannot be read {why}; write sums of the "
            f"coefficients {_listed(self.terms)}, as in "
            f"'{self.terms[0]} - 2 * {self.terms[-1]} = 0'."
        )
