"""Small-study effects: tests, and what-ifs of studies that are not seen."""

from mdmameta.sensitivity.small_study.battery import (
    SmallStudyEffects,
    small_study_effects,
)
from mdmameta.sensitivity.small_study.excess import (
    ExcessSignificance,
    excess_significance,
)
from mdmameta.sensitivity.small_study.fail_safe import FailSafeN, fail_safe_n
from mdmameta.sensitivity.small_study.limit import (
    LimitMetaAnalysis,
    limit_meta_analysis,
)
from mdmameta.sensitivity.small_study.null_studies import file_drawer
from mdmameta.sensitivity.small_study.of_counts import (
    deeks,
    harbord,
    macaskill,
    peters,
    schwarzer,
)
from mdmameta.sensitivity.small_study.p_uniform_star import (
    PUniformStar,
    p_uniform_star,
)
from mdmameta.sensitivity.small_study.pet_peese import PetPeese, pet_peese
from mdmameta.sensitivity.small_study.rank import begg
from mdmameta.sensitivity.small_study.regression import egger
from mdmameta.sensitivity.small_study.result import AsymmetryTest
from mdmameta.sensitivity.small_study.trim_and_fill import TrimAndFill, trim_and_fill

__all__ = [
    "AsymmetryTest",
    "ExcessSignificance",
    "FailSafeN",
    "LimitMetaAnalysis",
    "PUniformStar",
    "PetPeese",
    "SmallStudyEffects",
    "TrimAndFill",
    "begg",
    "deeks",
    "egger",
    "excess_significance",
    "fail_safe_n",
    "file_drawer",
    "harbord",
    "limit_meta_analysis",
    "macaskill",
    "p_uniform_star",
    "pet_peese",
    "peters",
    "schwarzer",
    "small_study_effects",
    "trim_and_fill",
]
