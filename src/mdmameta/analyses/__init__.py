"""What this project computes: its contrast sets, models and assumptions, as data."""

from mdmameta.analyses.catalogue import MODEL_TITLES, MODELS, SETS, ContrastSet

__all__ = ["MODELS", "MODEL_TITLES", "SETS", "ContrastSet"]
