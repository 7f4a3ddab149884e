"""Evidence to effects: y, V and the origin of each row."""

from mdmameta.effects.aggregate import aggregate
from mdmameta.effects.back_transforms import back_transform
from mdmameta.effects.contrasts import contrasts
from mdmameta.effects.depression import depression_effects
from mdmameta.effects.event_contrasts import event_contrasts
from mdmameta.effects.five_numbers import mean_sd_from_quantiles
from mdmameta.effects.informative_missing import missing_events, missing_means
from mdmameta.effects.measures import effect_size
from mdmameta.effects.metapsy import read_metapsy
from mdmameta.effects.missing_prior import MissingPrior
from mdmameta.effects.needed_to_treat import (
    number_needed,
    number_needed_from_ratio,
    number_needed_from_smd,
)
from mdmameta.effects.printed_tests import difference_from_test, smd_from_test
from mdmameta.effects.proportion_intervals import proportion_interval
from mdmameta.effects.ptsd import ptsd_binary_effects, ptsd_effects
from mdmameta.effects.readers import read_effects_csv
from mdmameta.effects.smd_transforms import probability_of_superiority
from mdmameta.effects.table import Effects, SingleArmEffects
from mdmameta.effects.vcalc import sampling_covariance, with_covariance
from mdmameta.effects.wald import delta_method, effect_from_wald

__all__ = [
    "Effects",
    "MissingPrior",
    "SingleArmEffects",
    "aggregate",
    "back_transform",
    "contrasts",
    "delta_method",
    "depression_effects",
    "difference_from_test",
    "effect_from_wald",
    "effect_size",
    "event_contrasts",
    "mean_sd_from_quantiles",
    "missing_events",
    "missing_means",
    "number_needed",
    "number_needed_from_ratio",
    "number_needed_from_smd",
    "probability_of_superiority",
    "proportion_interval",
    "ptsd_binary_effects",
    "ptsd_effects",
    "read_effects_csv",
    "read_metapsy",
    "sampling_covariance",
    "smd_from_test",
    "with_covariance",
]
