"""Every recipe by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

from mdmameta.claims.recipes.attempt import Attempt
from mdmameta.claims.recipes.material import Material

__all__ = ["RECIPES", "Recipe"]

#: A statement with its rows -> ways to compute it, the source's own first.
Recipe = Callable[[Material], Sequence[Attempt]]

#: Module beside this one -> names of its recipes: those of their functions, with
#: hyphens.
_MODULES = {
    "counts": (
        "percentages",
        "right-guesses",
        "shares-in-turn",
        "pooled-share",
        "events-by-role",
        "people-by-role",
        "people-randomised",
        "people-and-events",
        "count-rows",
        "trials-by-phase",
        "risk-ratio",
        "given-share",
        "given-events-of-arms",
        "highest-benchmark",
        "missing-primary-scores",
        "dropout-definitions",
        "counts-behind-percentages",
    ),
    "scores": (
        "standardised-difference",
        "difference-of-model-means",
        "within-arm-difference",
        "change-of-means",
        "stored-or-recounted",
        "mean-difference",
        "mean-difference-of-changes",
        "difference-of-intervals",
        "difference-tests",
        "approximate-difference-tests",
        "given-t-test",
    ),
    "printed": (
        "wald-tests",
        "interval-test",
        "interval-from-error",
        "interval-of-g",
    ),
    "pooling": (
        "pooled-means-knapp-hartung",
        "pooled-rounded-means-knapp-hartung",
        "pooled-means-common",
        "pooled-means-bayes",
        "pooled-events-knapp-hartung",
        "pooled-events-common",
        "pooled-two-trials",
        "pooled-printed-contrasts",
    ),
    "dependent": (
        "correlated-effects",
        "correlated-effects-robust",
        "correlated-effects-by-session",
        "correlated-effects-by-dose",
    ),
}


@dataclass(frozen=True, slots=True)
class _Book(Mapping[str, Recipe]):
    """Recipes by name; a module is loaded when one of its own is used.

    Names alone are enough to check a table of claims, and the models that recipes
    use take a second to load.

    Parameters
    ----------
    home
        Name -> module.
    """

    home: Mapping[str, str]

    def __getitem__(self, name: str) -> Recipe:
        module = import_module(f"mdmameta.claims.recipes.{self.home[name]}")
        found: Recipe = getattr(module, name.replace("-", "_"))
        return found

    def __contains__(self, name: object) -> bool:
        return name in self.home

    def __iter__(self) -> Iterator[str]:
        return iter(self.home)

    def __len__(self) -> int:
        return len(self.home)


#: Name -> recipe.
RECIPES: Mapping[str, Recipe] = _Book(
    {name: module for module, names in _MODULES.items() for name in names}
)
