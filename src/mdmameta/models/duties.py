"""What a model owes, and how it says which of it does not hold for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mdmameta.errors import ModelError

#: Code of a duty -> what holds for a model that does not waive it.
DUTIES: Mapping[str, str] = {
    "value": "is a value: a one-line repr, equal and hashed alike when made again, "
    "unharmed by pickling",
    "whole": "returns a Fit with an ordered interval, weights that sum to 100, and "
    "diagnostics without problems",
    "same": "gives the same fit for the same input (and seed)",
    "untouched": "modifies neither the effects nor itself",
    "order": "does not depend on the order of the rows",
    "shift": "moves by c when c is added to every effect",
    "scale": "scales by c when effects are multiplied by c and variances by c squared",
    "mirror": "changes its sign when every effect does",
    "weightless": "gives a row of infinite variance no weight, and one of ever larger "
    "variance ever less",
    "missing": "drops a row with a missing value, says so, and fits as without it",
    "one-study": "returns the study's own effect and interval for k = 1, with a "
    "warning, and no heterogeneity or prediction",
    "nothing": "raises an error of mdmameta for no usable row, and for effects of "
    "single arms",
}

_COUNTED = "It is fitted to counts; y and v are not used."

#: What models of counts waive.
OF_COUNTS: Mapping[str, str] = dict.fromkeys(
    ("shift", "scale", "mirror", "weightless", "missing"), _COUNTED
)

#: What models waive whose inference rests on differences between clusters.
OF_CLUSTERS: Mapping[str, str] = {
    "one-study": "One study is one cluster, without differences between clusters."
}

#: What models waive that have several coefficients.
OF_COEFFICIENTS: Mapping[str, str] = {
    "one-study": "As many studies as coefficients are needed."
}


def waived(model: Any) -> dict[str, str]:
    """Return the duties that a model says do not hold for it, with its reasons.

    A model waives a duty by an attribute ``waives``: a mapping of codes of
    `DUTIES` to a sentence. Without it a model owes everything.

    Raises
    ------
    ModelError
        For a code that does not exist, or one without a reason.

    Examples
    --------
    >>> class Sceptical:
    ...     waives = {"shift": "Its prior lies at zero."}
    >>> waived(Sceptical())
    {'shift': 'Its prior lies at zero.'}
    """
    said = dict(getattr(model, "waives", {}))
    for code, reason in said.items():
        if code not in DUTIES:
            raise ModelError(
                f"{model!r} waives {code!r}, which is no duty. Duties are: "
                f"{', '.join(DUTIES)}."
            )
        if not isinstance(reason, str) or not reason.strip():
            raise ModelError(
                f"{model!r} waives {code!r} without a reason; say in a sentence why "
                "it does not hold."
            )
    return said
