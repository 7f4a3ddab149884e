"""Published results, recomputed and compared."""

from mdmameta.claims.published import reproduce

__all__ = ["reproduce"]
