"""Names of options, with metafor's codes, and the check that rejects others."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Literal, get_args

from mdmameta.errors import OptionError

#: Codes of measures, metafor's; only "PPC" is ours.
Measure = Literal[
    "MD", "SMD", "SMDH", "SMD1", "SMD1H", "ROM", "ROMC", "VR", "CVR", "VRC", "CVRC",
    "CLES", "AUC", "CLESN", "AUCN", "PPC", "RR", "OR", "RD", "AS", "PETO", "PHI",
    "ZPHI", "YUQ", "YUY", "RTET", "ZTET", "PBIT", "OR2DN", "OR2DL", "D2ORN",
    "D2ORL", "RPB", "ZPB", "RBIS", "ZBIS", "IRR", "IRD", "IRSD", "IR", "IRLN",
    "IRS", "IRFT", "PR", "PLN", "PLO", "PRZ", "PAS", "PFT", "MN", "SMN", "MNLN",
    "SDLN", "CVLN", "MC", "SMCC", "SMCR", "SMCRH", "SMCRP", "SMCRPH",
    "MPRR", "MPOR", "MPRD", "MPORC", "MPPETO", "COR", "UCOR",
    "ZCOR", "PCOR", "ZPCOR", "SPCOR", "ZSPCOR", "R2", "ZR2", "ARAW", "AHW", "ABT",
    "REH",
]  # fmt: skip

#: Measures that files of effects may hold: also log hazard ratios, and "GEN",
#: metafor's code for whatever has none.
PooledMeasure = Literal[Measure, "HR", "GEN"]

Correction = Literal["exact", "approximate", "none"]
Tau2Estimator = Literal[
    "DL", "PM", "REML", "ML",
    "HE", "HS", "HSk", "SJ", "EB", "PMM", "DLIT", "SJIT", "GENQ",
]  # fmt: skip
#: "knapp-hartung-ci" and "-IQWiG6" are package meta's adhoc.hakn.ci "ci" and
#: "IQWiG6"; its "se" is "knapp-hartung-adhoc", its method.random.ci "KR" the last.
Interval = Literal[
    "wald", "t", "knapp-hartung", "knapp-hartung-adhoc",
    "knapp-hartung-ci", "knapp-hartung-IQWiG6", "kenward-roger",
]  # fmt: skip
Tau2Interval = Literal["qprofile", "genq", "jackson", "profile"]
RobustKind = Literal["CR0", "CR1", "CR1p", "CR1S", "CR2", "CR3"]
RobustDf = Literal["satterthwaite", "clusters", "normal"]
#: Package meta's codes of method.predict; also "metafor" and "simple", which are
#: metafor's.
Prediction = Literal[
    "metafor", "V", "HTS", "HK", "HK-PR", "KR", "KR-PR", "S", "NNF", "simple"
]
AverageWeights = Literal["equal", "observed"]
Engine = Literal["exact", "nuts"]

ArmsChoice = Literal["highest-dose", "pooled-active", "medium-dose"]
StatChoice = Literal["endpoint", "change"]
Verification = Literal["two_texts", "text", "secondary", "derived", "unverified"]
Direction = Literal["lower", "higher"]
Renderer = Literal["quarto", "embedded"]


def check_option(name: str, value: object, allowed: object) -> None:
    """Reject a value that an option does not allow, naming those it does.

    Parameters
    ----------
    name
        The argument as the caller wrote it.
    value
        What was given.
    allowed
        One of the ``Literal`` types of this module.

    Raises
    ------
    OptionError
        With the argument, the value, the allowed values and, where one is
        close, the likely intention.

    Examples
    --------
    >>> check_option("tau2", "REML", Tau2Estimator)
    >>> check_option("tau2", "reml", Tau2Estimator)
    Traceback (most recent call last):
        ...
    mdmameta.errors.OptionError: tau2='reml' is not an option here; allowed: 'DL', 'PM', 'REML', 'ML', 'HE', 'HS', 'HSk', 'SJ', 'EB', 'PMM', 'DLIT', 'SJIT', 'GENQ'. Did you mean 'REML'?
    """  # noqa: E501
    values = get_args(allowed)
    if value in values:
        return
    listed = ", ".join(map(repr, values))
    folded = {str(v).casefold(): str(v) for v in values}
    near = get_close_matches(str(value).casefold(), folded, n=1)
    hint = f" Did you mean {folded[near[0]]!r}?" if near else ""
    raise OptionError(
        f"{name}={value!r} is not an option here; allowed: {listed}.{hint}"
    )
