"""Every measure by its code, put together from the modules of the families."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from mdmameta.effects import (
    associations,
    between_scales,
    binary,
    continuous,
    correlations,
    determination,
    genotypes,
    glass,
    means,
    paired_tables,
    partial_correlations,
    point_biserial,
    pooled_change,
    pre_post_control,
    proportions,
    rates,
    ratio_of_means,
    reliability,
    single_group,
    superiority,
    tetrachoric,
    variability,
)
from mdmameta.effects.recipe import Recipe

#: metafor's code -> how the measure is computed. A new measure is one kernel
#: and one entry in the module of its family.
MEASURES: Mapping[str, Recipe] = MappingProxyType(
    continuous.RECIPES
    | glass.RECIPES
    | ratio_of_means.RECIPES
    | variability.RECIPES
    | superiority.RECIPES
    | pre_post_control.RECIPES
    | binary.RECIPES
    | associations.RECIPES
    | tetrachoric.RECIPES
    | between_scales.RECIPES
    | point_biserial.RECIPES
    | rates.RECIPES
    | proportions.RECIPES
    | means.RECIPES
    | single_group.RECIPES
    | pooled_change.RECIPES
    | paired_tables.RECIPES
    | correlations.RECIPES
    | partial_correlations.RECIPES
    | determination.RECIPES
    | reliability.RECIPES
    | genotypes.RECIPES
)
