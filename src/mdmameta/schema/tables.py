"""All tables by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from mdmameta.schema.bias import BIAS_PRIORS, BLINDING, PRIOR_USE
from mdmameta.schema.claims import CLAIM_NUMBERS, CLAIMS
from mdmameta.schema.column import Table
from mdmameta.schema.context import BENCHMARKS, REGULATORS, RISK_OF_BIAS
from mdmameta.schema.documents import SOURCES
from mdmameta.schema.flow import STUDY_FLOW
from mdmameta.schema.judgement import THRESHOLDS
from mdmameta.schema.outcomes import BINARY, CONTINUOUS, TOTALS
from mdmameta.schema.printed import CONTRASTS, REVIEW_INPUTS, REVIEWS
from mdmameta.schema.terms import ANALYSIS_SETS, DEFINITIONS, TIMEPOINTS
from mdmameta.schema.trials import ARMS, INSTRUMENTS, STUDIES

__all__ = ["REQUIRED", "TABLES"]

#: Every table, in the order in which faults are reported.
TABLES: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            SOURCES,
            STUDIES,
            ARMS,
            INSTRUMENTS,
            TIMEPOINTS,
            ANALYSIS_SETS,
            DEFINITIONS,
            CONTINUOUS,
            BINARY,
            TOTALS,
            BLINDING,
            PRIOR_USE,
            BIAS_PRIORS,
            THRESHOLDS,
            CONTRASTS,
            REVIEWS,
            REVIEW_INPUTS,
            RISK_OF_BIAS,
            BENCHMARKS,
            REGULATORS,
            STUDY_FLOW,
            CLAIMS,
            CLAIM_NUMBERS,
        )
    }
)

#: Without documents, trials and arms nothing else can be read; the other
#: tables may be missing and are then empty.
REQUIRED = ("sources", "studies", "arms")
