"""The declared choices of an analysis, their defences, and what cannot go together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mdmameta.errors import SensitivityError

Codes = NDArray[np.int16]

#: Columns of results, which no choice may be called.
RESERVED = frozenset(
    {
        "spec_id",
        "k",
        "value",
        "se",
        "ci_low",
        "ci_high",
        "tau2",
        "excludes_zero",
        "converged",
        "main",
        "rank",
    }
)

#: Identifiers of specifications are whole numbers of 64 bits.
MOST = 2**62


@dataclass(frozen=True, slots=True)
class Option:
    """One defensible way to settle a choice.

    Parameters
    ----------
    name
        Short, and unique within its choice.
    defence
        Why a reasonable analyst may take it, in a sentence.
    shifts
        Whether it moves contrasts by an assumption, so that a contrast of zero
        is no longer symmetric about zero.

    Examples
    --------
    >>> Option("REML", "It is the least biased where trials are alike.").shifts
    False
    """

    name: str
    defence: str
    shifts: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A fork in the analysis.

    Parameters
    ----------
    name
        Name of its column.
    title
        What a reader sees.
    options
        In order of preference, at least one.

    Examples
    --------
    >>> options = (Option("REML", "Least biased."), Option("DL", "As most reviews do."))
    >>> Choice("estimator", "Heterogeneity", options).names
    ('REML', 'DL')
    """

    name: str
    title: str
    options: tuple[Option, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the options, whose positions are their codes."""
        return tuple(option.name for option in self.options)


@dataclass(frozen=True, slots=True)
class Rule:
    """A named reason why options of several choices cannot go together.

    Parameters
    ----------
    name
        Short and unique.
    reason
        In a sentence.
    when
        Choice -> options. A specification with one of these options at every
        choice named is ruled out.

    Examples
    --------
    >>> rule = Rule("pooled", "Pooled arms have no one dose.",
    ...             {"arms": ("pooled",), "dose": ("high", "low")})
    >>> list(rule.when)
    ['arms', 'dose']
    """

    name: str
    reason: str
    when: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class Graph:
    """Choices in the order in which they are made, and rules between them.

    Parameters
    ----------
    choices
        Each is one column of the multiverse.
    rules
        Which combinations are ruled out.
    main
        Choice -> option of the main analysis.

    Raises
    ------
    SensitivityError
        For names that are not unique or not known, an option without a
        defence, a rule about fewer than two choices, or a main analysis that a
        rule excludes; for a choice named like a column of results.

    Examples
    --------
    >>> arms = Choice("arms", "Arms", (Option("one", "First."), Option("two", "Both.")))
    >>> dose = Choice("dose", "Dose", (Option("any", "All."), Option("high", "Most.")))
    >>> rule = Rule("pooled", "Two arms have no one dose.",
    ...             {"arms": ("two",), "dose": ("high",)})
    >>> graph = Graph((arms, dose), (rule,), {"arms": "one", "dose": "any"})
    >>> graph.edges
    (('arms', 'dose', 'pooled'),)
    """

    choices: tuple[Choice, ...]
    rules: tuple[Rule, ...]
    main: Mapping[str, str]

    def __post_init__(self) -> None:
        """Check names and defences."""
        _unique("choices", [choice.name for choice in self.choices])
        if self.rules:
            _unique("rules", [rule.name for rule in self.rules])
        if taken := RESERVED & {choice.name for choice in self.choices}:
            raise SensitivityError(
                f"a choice is called {min(taken)!r}, which is a column of results; "
                "give it another name."
            )
        for choice in self.choices:
            _unique(f"options of {choice.name}", choice.names)
            for option in choice.options:
                if not option.defence.strip():
                    raise SensitivityError(
                        f"option {option.name!r} of {choice.name} has no defence; say "
                        "in a sentence why a reasonable analyst may take it."
                    )
        for rule in self.rules:
            self._check_rule(rule)
        self._check_main()
        if self.size >= MOST:
            raise SensitivityError(
                f"{len(self.choices)} choices have {self.size:.2g} combinations, too "
                "many to be numbered; leave out choices or options."
            )

    def __getitem__(self, name: str) -> Choice:
        """Return a choice by name."""
        return self.choices[self.place[name]]

    @cached_property
    def place(self) -> dict[str, int]:
        """Position of each choice by name."""
        return {choice.name: i for i, choice in enumerate(self.choices)}

    @property
    def size(self) -> int:
        """Number of combinations before any rule."""
        size = 1
        for choice in self.choices:
            size *= len(choice.options)
        return size

    @property
    def edges(self) -> tuple[tuple[str, str, str], ...]:
        """Earlier choice, later choice, and the rule that ties them."""
        tied = []
        for rule in self.rules:
            *before, last = sorted(rule.when, key=self.place.__getitem__)
            tied += [(name, last, rule.name) for name in before]
        return tuple(tied)

    def code(self, choice: str, option: str) -> int:
        """Position of an option in its choice.

        Raises
        ------
        SensitivityError
            With the options there are.
        """
        names = self[choice].names
        if option not in names:
            raise SensitivityError(
                f"{choice} has no option {option!r}; there are: {', '.join(names)}."
            )
        return names.index(option)

    def spec_ids(self, codes: Codes) -> NDArray[np.int64]:
        """Return numbers of specifications, in which the first choice weighs most.

        Parameters
        ----------
        codes
            Positions of options, shape (n, choices).
        """
        ids = np.zeros(len(codes), dtype=np.int64)
        for i, choice in enumerate(self.choices):
            ids = ids * len(choice.options) + codes[:, i]
        return ids

    def to_dict(self) -> dict[str, Any]:
        """Choices, options with defences and rules, ready for JSON."""
        return {
            "choices": [
                {
                    "name": choice.name,
                    "title": choice.title,
                    "options": [
                        {"name": o.name, "defence": o.defence, "shifts": o.shifts}
                        for o in choice.options
                    ],
                }
                for choice in self.choices
            ],
            "rules": [
                {"name": r.name, "reason": r.reason, "when": _listed(r.when)}
                for r in self.rules
            ],
            "main": dict(self.main),
        }

    def _check_rule(self, rule: Rule) -> None:
        if len(rule.when) < 2 or not rule.reason.strip():
            raise SensitivityError(
                f"rule {rule.name!r} needs a reason and at least two choices."
            )
        for choice, options in rule.when.items():
            self._check_choice(choice, f"rule {rule.name!r}")
            for option in options:
                self.code(choice, option)

    def _check_choice(self, name: str, where: str) -> None:
        if name not in self.place:
            raise SensitivityError(
                f"{where} names the choice {name!r}; there are: {', '.join(self.place)}"
            )

    def _check_main(self) -> None:
        if set(self.main) != set(self.place):
            raise SensitivityError(
                f"main settles {', '.join(self.main) or 'nothing'}; it must settle "
                f"every choice once: {', '.join(self.place)}."
            )
        for choice, option in self.main.items():
            self.code(choice, option)
        for rule in self.rules:
            if all(
                self.main[choice] in options for choice, options in rule.when.items()
            ):
                raise SensitivityError(
                    f"rule {rule.name!r} excludes the main analysis: {rule.reason}"
                )


def _unique(what: str, names: list[str] | tuple[str, ...]) -> None:
    if not names or len(set(names)) < len(names):
        raise SensitivityError(
            f"{what}: found {', '.join(names) or 'none'}; give at least one, each "
            "with a name of its own."
        )


def _listed(when: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {choice: list(options) for choice, options in when.items()}
