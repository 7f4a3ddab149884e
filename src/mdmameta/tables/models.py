"""Tables of fits: models side by side, the effects, coefficients, cautions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtri

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.fit import Fit
from mdmameta.tables import numbers
from mdmameta.tables.labels import VERIFICATION, is_ratio, measure_label, model_label
from mdmameta.tables.printable import Table, as_table

#: Participants of the two arms, where the moderators give them.
ARM_SIZES = ("n1", "n2")


def model_comparison(
    fits: Sequence[Fit], labels: Sequence[str] | None = None, *, digits: int = 2
) -> Table:
    """Print several fits side by side, one row a model.

    Parameters
    ----------
    fits
        Fits of any models, not necessarily to the same effects.
    labels
        A name for each; `model_label` of its model by default.
    digits
        Digits of the estimates; τ² gets one more.

    Returns
    -------
    Table
        Estimate with interval, prediction interval, τ², I², p-value and k.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[-0.5, -0.9], v=[0.04, 0.09])
    >>> one = model_comparison([mm.CommonEffect().fit(effects)]).to_frame().loc[0]
    >>> one["estimate"], one["k"]
    ('−0.62 [−0.95, −0.30]', '2')
    """
    names = labels_of(fits, labels)
    rows = [
        {
            "model": name,
            "estimate": numbers.pooled(fit, digits),
            "prediction interval": prediction(fit, digits),
            "τ²": numbers.number(fit.heterogeneity.tau2, digits + 1),
            "I²": numbers.percent(fit.heterogeneity.i2),
            "p": bare_p(fit.estimate.p_value),
            "k": numbers.count(fit.k),
        }
        for name, fit in zip(names, fits, strict=True)
    ]
    columns = [
        "model", "estimate", "prediction interval", "τ²", "I²", "p", "k"
    ]  # fmt: skip
    return as_table(
        pd.DataFrame(rows, columns=columns),
        align="lrrrrrr",
        notes=_scales(fits),
    )


def effects_table(
    effects: Effects, *, level: float = 0.95, digits: int = 2, sources: bool = True
) -> Table:
    """Print the effects that models are fitted to, with where they come from.

    Parameters
    ----------
    effects
        Their moderators ``n1`` and ``n2``, the arms' sizes, are shown if there.
    level
        Probability of the intervals, which are Wald's.
    digits
        Digits of the effects.
    sources
        Whether to show the ids of the sources.

    Returns
    -------
    Table
        The caveats of the set are its notes.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[-0.5, -0.9], v=[0.04, 0.09])
    >>> effects_table(effects).to_frame()["effect"].tolist()
    ['−0.50 [−0.89, −0.11]', '−0.90 [−1.49, −0.31]']
    """
    z = ndtri(0.5 + level / 2)
    se = np.sqrt(effects.v)
    frame = pd.DataFrame({"study": effects.study.astype(str)})
    for name in ARM_SIZES:
        if name in effects.frame:
            frame[name] = [numbers.count(n) for n in effects.frame[name]]
    frame["effect"] = [
        numbers.effect(
            y, y - z * s, y + z * s, measure=effects.measure, digits=digits
        )
        for y, s in zip(effects.y, se, strict=True)
    ]  # fmt: skip
    scale = "SE (log)" if is_ratio(effects.measure) else "SE"
    frame[scale] = [numbers.number(s, digits + 1) for s in se]
    numeric = frame.shape[1] - 1
    if effects.provenance:
        levels = [p.verification for p in effects.provenance]
        frame["verification"] = [VERIFICATION.get(code, code) for code in levels]
        frame["status"] = [p.source_status for p in effects.provenance]
    if effects.provenance and sources:
        frame["sources"] = ["; ".join(p.sources) for p in effects.provenance]
    align = f"l{'r' * numeric}".ljust(frame.shape[1], "l")
    return as_table(frame, align=align, notes=effects.caveats)


def coefficients_table(fit: Fit, *, digits: int = 2) -> Table:
    r"""Print the coefficients of a fit, on the scale of the analysis.

    Parameters
    ----------
    fit
        Of a model with coefficients.
    digits
        After the point.

    Returns
    -------
    Table

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[-0.5, -0.9], v=[0.04, 0.09])
    >>> print(coefficients_table(mm.CommonEffect().fit(effects)).to_markdown())
    | term      |          coefficient |    SE |  df |        p |
    | :-------- | -------------------: | ----: | --: | -------: |
    | Intercept | −0.62 [−0.95, −0.30] | 0.166 |   ∞ | \< 0.001 |
    """
    rows = [
        {
            "term": str(row["term"]),
            "coefficient": numbers.effect(
                row["value"], row["ci_low"], row["ci_high"], digits=digits
            ),
            "SE": numbers.number(row["se"], digits + 1),
            "df": _degrees(row["df"]),
            "p": bare_p(row["p_value"]),
        }
        for row in fit.coefficients.to_dict(orient="records")
    ]
    frame = pd.DataFrame(rows, columns=["term", "coefficient", "SE", "df", "p"])
    log = is_ratio(fit.effects.measure)
    note = "Coefficients are differences of logarithms." if log else ""
    return as_table(frame, align="lrrrr", notes=(note,))


def cautions_table(fits: Sequence[Fit], labels: Sequence[str] | None = None) -> Table:
    """Print every caution of some fits once, with the models it concerns.

    Parameters
    ----------
    fits
        Whose cautions are printed.
    labels
        Names of the fits; of their models by default.

    Returns
    -------
    Table

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(y=[-0.5, -0.9], v=[0.04, 0.09])
    >>> table = cautions_table([mm.RandomEffects().fit(effects)])
    >>> print(table.to_frame()["caution"][0].partition(",")[0])
    Only 1 degree of freedom: a 95% interval reaches 12.7 standard errors to either side
    """
    found: dict[str, list[str]] = {}
    for name, fit in zip(labels_of(fits, labels), fits, strict=True):
        for text in dict.fromkeys(map(str, fit.warnings)):
            found.setdefault(text, []).append(name)
    rows = [
        {"caution": numbers.typeset(text), "concerns": _concerned(names, len(fits))}
        for text, names in found.items()
    ]
    return as_table(pd.DataFrame(rows, columns=["caution", "concerns"]), align="ll")


def labels_of(fits: Sequence[Fit], labels: Sequence[str] | None) -> tuple[str, ...]:
    """Return one label a fit.

    Raises
    ------
    OptionError
        When there are more or fewer labels than fits.
    """
    if labels is None:
        return tuple(model_label(fit.model) for fit in fits)
    if len(labels) != len(fits):
        raise OptionError(
            f"labels has {len(labels)} names for {len(fits)} fits; give one for each, "
            "in the same order, or leave it out."
        )
    return tuple(map(str, labels))


def prediction(fit: Fit, digits: int = 2) -> str:
    """Print the prediction interval of a fit on its printed scale."""
    e, measure = fit.estimate, fit.effects.measure
    low, high = (numbers.printed_scale(x, measure) for x in (e.pi_low, e.pi_high))
    text = numbers.interval(low, high, digits)
    return numbers.GAP if text == numbers.NOT_ESTIMABLE else text


def bare_p(p: float) -> str:
    """Print a p-value for a column headed p.

    Examples
    --------
    >>> bare_p(0.0164), bare_p(0.0), bare_p(float("nan"))
    ('0.016', '< 0.001', '–')
    """
    text = numbers.p_value(p)
    if text.endswith(numbers.NOT_ESTIMABLE):
        return numbers.GAP
    return text.removeprefix("p ").removeprefix("= ")


def _degrees(df: float) -> str:
    return numbers.number(df, 0 if df == round(df, 0) else 1)


def _scales(fits: Sequence[Fit]) -> tuple[str, ...]:
    levels = sorted({f"{fit.estimate.level:.4g}" for fit in fits})
    measures = sorted({measure_label(f.effects.measure) for f in fits})
    if not fits:
        return ()
    percents = " and ".join(f"{float(level):.0%}" for level in levels)
    return (f"{'; '.join(measures)}, with {percents} intervals.",)


def _concerned(names: Sequence[str], total: int) -> str:
    return "all models" if len(names) == total > 1 else "; ".join(names)
