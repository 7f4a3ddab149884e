"""Fits and effects for other programs: JSON with a schema, and R's metafor."""

from mdmameta.exchange.fit_json import StoredModel, fit_from_json, fit_to_json
from mdmameta.exchange.metafor import metafor_call, write_metafor

__all__ = [
    "StoredModel",
    "fit_from_json",
    "fit_to_json",
    "metafor_call",
    "write_metafor",
]
