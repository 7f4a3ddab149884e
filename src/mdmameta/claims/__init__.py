"""Published results, recomputed and compared."""

from mdmameta.claims.faults import claim_faults
from mdmameta.claims.ledger import Entry, Ledger, reproduction_ledger
from mdmameta.claims.verdict import VERDICTS, Printed, judge

__all__ = [
    "VERDICTS",
    "Entry",
    "Ledger",
    "Printed",
    "claim_faults",
    "judge",
    "reproduction_ledger",
]
