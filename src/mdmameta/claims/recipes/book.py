"""Every recipe by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from mdmameta.claims.recipes import counts, dependent, pooling, printed, scores
from mdmameta.claims.recipes.attempt import Attempt
from mdmameta.claims.recipes.material import Material

__all__ = ["RECIPES", "Recipe"]

#: A statement with its rows -> ways to compute it, the source's own first.
Recipe = Callable[[Material], Sequence[Attempt]]

_FUNCTIONS: tuple[Recipe, ...] = (
    counts.percentages,
    counts.right_guesses,
    counts.shares_in_turn,
    counts.pooled_share,
    counts.events_by_role,
    counts.people_by_role,
    counts.people_randomised,
    counts.people_and_events,
    counts.count_rows,
    counts.trials_by_phase,
    counts.risk_ratio,
    counts.given_share,
    counts.given_events_of_arms,
    counts.highest_benchmark,
    counts.missing_primary_scores,
    counts.dropout_definitions,
    counts.counts_behind_percentages,
    scores.standardised_difference,
    scores.difference_of_model_means,
    scores.within_arm_difference,
    scores.change_of_means,
    scores.stored_or_recounted,
    scores.mean_difference,
    scores.mean_difference_of_changes,
    scores.difference_of_intervals,
    scores.difference_tests,
    scores.approximate_difference_tests,
    scores.given_t_test,
    printed.wald_tests,
    printed.interval_test,
    printed.interval_from_error,
    printed.interval_of_g,
    pooling.pooled_means_knapp_hartung,
    pooling.pooled_rounded_means_knapp_hartung,
    pooling.pooled_means_common,
    pooling.pooled_means_bayes,
    pooling.pooled_events_knapp_hartung,
    pooling.pooled_events_common,
    pooling.pooled_two_trials,
    pooling.pooled_printed_contrasts,
    dependent.correlated_effects,
    dependent.correlated_effects_robust,
    dependent.correlated_effects_by_session,
    dependent.correlated_effects_by_dose,
)

#: Name -> recipe: the name of the function with hyphens.
RECIPES: Mapping[str, Recipe] = MappingProxyType(
    {one.__name__.replace("_", "-"): one for one in _FUNCTIONS}
)
