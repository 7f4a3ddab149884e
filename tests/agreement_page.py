"""Writes docs/agreement.md: what agrees with R, what differs and what is left out.

Run from the root of the project: ``python tests/agreement_page.py``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from math import ceil, log10
from pathlib import Path

from reference_cases import load, names
from reference_keys import NOT_COMPARED
from reference_loop import (
    ELSEWHERE,
    HERE,
    LATER,
    Agreement,
    pairs,
    total,
)

PAGE = Path(__file__).parents[1] / "docs/agreement.md"

INTRODUCTION = """# Agreement with R

Every check of the reference files in `tests/reference/` is run by
`tests/test_reference_checks.py`, at the tolerance that the file states for it.
A check is one call of a function of R on one data set; its numbers are the
parts of the result that this package states too. This page is written by
`python tests/agreement_page.py`, and a test fails when it is out of date.

Reference values were computed with {software}.
"""


def checks_of(function: str) -> int:
    """Count the checks of a function in all files."""
    return sum(c["fn"] == function for n in names() for c in load(n)["checks"])


def software() -> str:
    """Versions of R and its packages that the files state, each once."""
    stated: Counter[str] = Counter()
    for name in names():
        of = load(name)["software"]
        items = of.items() if isinstance(of, dict) else [(str(of), "")]
        stated.update(f"{package} {version}".strip() for package, version in items)
    return ", ".join(sorted(stated))


def table(totals: dict[str, Agreement]) -> Iterator[str]:
    """Rows of the table of functions."""
    yield "| Function of R | Checks | Agree | Differ | Left out | R failed | Numbers |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for function in sorted(totals, key=lambda f: (-checks_of(f), f)):
        of = totals[function]
        counts = (checks_of(function), of.agree, of.diverge, of.left_out.total())
        counts += (of.failed_in_r, of.numbers)
        yield f"| `{function}` | " + " | ".join(f"{n:,}" for n in counts) + " |"


def errors(totals: dict[str, Agreement]) -> Iterator[str]:
    """Order of magnitude of the largest relative error by class of tolerance."""
    worst: dict[str, float] = {}
    for of in totals.values():
        for kind, (error, _) in of.worst.items():
            worst[kind] = max(worst.get(kind, 0.0), error)
    for kind in sorted(worst):
        yield f"- *{kind}*: below 1e{ceil(log10(worst[kind]))}"


def differences() -> Iterator[str]:
    """Every committed divergence with its reason."""
    rows = json.loads((HERE / "divergences.json").read_text(encoding="utf-8"))
    for reason in dict.fromkeys(row["reason"] for row in rows):
        where = [r for r in rows if r["reason"] == reason]
        places = ", ".join(f"`{r['check']}` ({', '.join(r['keys'])})" for r in where)
        yield f"- {reason} In {places}."
    if not rows:
        yield "None."


def parts_aside(totals: dict[str, Agreement]) -> Iterator[str]:
    """Parts of R's results that no comparison reads, by reason and function."""
    for reason, functions in NOT_COMPARED.items():
        places = "; ".join(
            f"`{function}`: {', '.join(part for part in parts if part in of.there)}"
            for function, parts in functions.items()
            if (of := totals.get(function, Agreement())).there & set(parts)
        )
        yield f"- {reason[0].upper()}{reason[1:]}. {places}."


def left_out(totals: dict[str, Agreement]) -> Iterator[str]:
    """Checks without counterpart by function and reason."""
    for function in sorted(totals):
        for reason, n in sorted(totals[function].left_out.items()):
            yield f"- `{function}`: {n}, {reason}"


def page() -> str:
    """Compose the page."""
    totals = {f: total(f) for f in dict.fromkeys(function for _, function in pairs())}
    later = [f"- `{f}`: {checks_of(f)}, {what}" for f, what in LATER.items()]
    beside = [
        f"- `{f}`: {checks_of(f)}, in `{where}`" for f, where in ELSEWHERE.items()
    ]
    parts = [
        INTRODUCTION.format(software=software()),
        "## By function\n",
        *table(totals),
        "\n## Largest relative errors\n",
        "By class of tolerance, to the next power of ten.\n",
        *errors(totals),
        "\n## Differences that are explained\n",
        *differences(),
        "\n## Parts of results that are not compared\n",
        *parts_aside(totals),
        "\n## Calls left out\n",
        *left_out(totals),
        "\n## Functions compared by rules of their own\n",
        *beside,
        "\n## Functions left for later\n",
        *(later or ["None."]),
    ]
    return "\n".join(parts) + "\n"


def without_errors(text: str) -> str:
    """Return the page without the errors, which differ between machines."""
    before, _, rest = text.partition("## Largest relative errors")
    return before + rest.partition("## Differences")[2]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
