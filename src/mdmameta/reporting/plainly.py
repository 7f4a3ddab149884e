"""Words in place of code in what analyses say of themselves, for those who read pages.

Notes and verdicts are written for a terminal, where a name that can be typed helps.
"""

from __future__ import annotations

import re

from mdmameta.tables.labels import BIASES
from mdmameta.tables.numbers import typeset

__all__ = ["plainly"]

#: What analyses call the rows that they are given -> what a reader calls them.
_ROWS = {"guesses": "Guesses", "shares": "Shares", "flow": "Numbers by arm"}

_NUMBER = r"([^,()]+)"

#: A pattern -> the words for what it finds, in the order in which they are tried.
_WORDS: tuple[tuple[str, str], ...] = (
    (
        r"\bBayesianRandomEffects\(mu=(\w+\(.*?\)), tau=(\w+\(.*?\)), engine='\w+'\)",
        r"the Bayesian model (mean ~ \1; tau ~ \2)",
    ),
    (rf"\bN(?:ormal)?\({_NUMBER}, {_NUMBER}\)", r"normal with mean \1 and SD \2"),
    (rf"\b(?:HalfNormal|half-normal)\({_NUMBER}\)", r"half-normal with scale \1"),
    (rf"\b(?:HalfCauchy|half-Cauchy)\({_NUMBER}\)", r"half-Cauchy with scale \1"),
    (r"\bBeta\(1, 1\)", "uniform"),
    (r" ~ ", " is "),
    (r"\bmu\b", "μ"),
    (r"\btau\b", "τ"),
    (r"\blow_dose\b", "low dose"),
    (r"\bIn naive participants\b", "In participants without earlier use"),
    (r"\begger\(effects, predictor='sqrtninv'\)", "Egger's test by size"),
    (r"; coefficients holds every term\b", ""),
    (r"\bother effects: vary r\.", "other effects."),
    (r"\bthe SID: ", "the difference called important: "),
    (r"\b(\d[\d.]*), ([^:;]+): \1 (?=\()", r"\1, \2 "),
)

_UNUSED = re.compile(r"^(\w+): not among the effects, not used: (.*)$")
_CODED = re.compile(rf"\b(?:{'|'.join(name for name in BIASES if '_' in name)})\b")


def plainly(text: str) -> str:
    """Write a note or a verdict as a reader of a page would say it.

    Parameters
    ----------
    text
        As the analysis gives it.

    Examples
    --------
    >>> plainly("mu ~ N(0, 1), tau ~ half-normal(0.5); low_dose 3")
    'μ is normal with mean 0 and SD 1, τ is half-normal with scale 0.5; low dose 3'
    >>> plainly("flow: not among the effects, not used: A, B.")
    'Numbers by arm of trials that are not in the analysis are not used: A; B.'
    """
    text = _UNUSED.sub(_unused, text)
    for pattern, words in _WORDS:
        text = re.sub(pattern, words, text)
    return typeset(_CODED.sub(lambda at: BIASES[at[0]], text))


def _unused(found: re.Match[str]) -> str:
    """Say which trials have rows that no effect has; their names may hold commas."""
    rows, trials = _ROWS.get(found[1], found[1]), found[2].replace(", ", "; ")
    return f"{rows} of trials that are not in the analysis are not used: {trials}"
