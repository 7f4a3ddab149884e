"""Evidence to effects: y, V and the origin of each row."""

from mdmameta.effects.aggregate import aggregate
from mdmameta.effects.contrasts import contrasts
from mdmameta.effects.depression import depression_effects
from mdmameta.effects.event_contrasts import event_contrasts
from mdmameta.effects.measures import effect_size
from mdmameta.effects.ptsd import ptsd_binary_effects, ptsd_effects
from mdmameta.effects.table import Effects, SingleArmEffects
from mdmameta.effects.vcalc import sampling_covariance, with_covariance

__all__ = [
    "Effects",
    "SingleArmEffects",
    "aggregate",
    "contrasts",
    "depression_effects",
    "effect_size",
    "event_contrasts",
    "ptsd_binary_effects",
    "ptsd_effects",
    "sampling_covariance",
    "with_covariance",
]
