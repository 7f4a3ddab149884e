"""Plausibility of the numbers that were typed and printed."""

from mdmameta.audit.finding import Audit, Finding, from_faults
from mdmameta.audit.run import RULES, audit

__all__ = ["RULES", "Audit", "Finding", "audit", "from_faults"]
