"""Recipes: how statements of others are computed again."""

from mdmameta.claims.recipes.attempt import Attempt
from mdmameta.claims.recipes.book import RECIPES
from mdmameta.claims.recipes.material import Material, rows_by_id

__all__ = ["RECIPES", "Attempt", "Material", "rows_by_id"]
