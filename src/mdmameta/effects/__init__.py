"""Evidence to effects: y, V and the origin of each row."""

from mdmameta.effects.measures import effect_size
from mdmameta.effects.table import Effects, SingleArmEffects

__all__ = ["Effects", "SingleArmEffects", "effect_size"]
