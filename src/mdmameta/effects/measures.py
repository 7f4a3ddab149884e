"""The one function that computes every measure, by metafor's codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.effects import arguments
from mdmameta.effects.computation import computed, defined, vtype_of_rows
from mdmameta.effects.recipe import AddTo, Choices, Recipe
from mdmameta.effects.registry import MEASURES as MEASURES
from mdmameta.errors import EffectsError
from mdmameta.options import Correction, Measure, check_option
from mdmameta.plugins import find_plugin, names_of


def effect_size(
    measure: Measure,
    *,
    data: pd.DataFrame | None = None,
    vtype: str | Sequence[str] = "LS",
    correction: Correction = "exact",
    add: float | None = None,
    to: AddTo = "only0",
    drop00: bool = False,
    append: bool = False,
    **inputs: Any,
) -> pd.DataFrame:
    """Effect sizes and their sampling variances, with metafor's codes and names.

    Parameters
    ----------
    measure
        One of the codes of the table below, or one that a plug-in brings
        (entry points of ``mdmameta.measures``).
    data
        Table in which column names are looked up.
    vtype
        Formula of the variance, one for all rows or one a row; "LS" (large
        sample) is the default for each, as in metafor. The table has the
        others; the kernels, in the modules of `mdmameta.effects`, have the
        formulas.
    correction
        Factor J of standardised differences: "exact" (gamma functions, the
        default as in metafor), "approximate" 1 − 3/(4 df − 1), or "none",
        metafor's ``correct=FALSE``, which also leaves the logs of means and
        SDs as they are. ``correction="approximate", vtype="uncorrected-d"`` is
        the convention of SYPRES's and Metapsy's data sets.
    add, to, drop00
        What is added to which counts: by default one half, only where a count
        of the study is zero; nothing for the measures marked ° (give ``add``
        to add all the same). ``to`` may be "only0", "all", "if0all" or "none".
        ``drop00=True`` gives NaN where both groups have no event, or events
        only.
    append
        Whether to return the columns of ``data`` too, before y and v.
    **inputs
        Arrays of shape (k,), single numbers, or column names of ``data``. A
        name of metafor's that the measure does not use is ignored, so that
        one call serves several measures.

    Returns
    -------
    pandas.DataFrame
        Columns y and v in the order of the input, with the index of ``data``
        (or of the Series given); NaN where an input is missing.

    Raises
    ------
    OptionError
        For an unknown measure, option or argument.
    EffectsError
        For arguments that are missing, and for values that cannot be: SD ≤ 0,
        too few people, events > n, a negative count or time, a correlation
        beyond ±1. The message names the row.

    Warns
    -----
    DataWarning
        When a value is infinite or undefined although nothing is missing, as
        the log of a zero cell with ``to="none"``; it becomes NaN.
    NoEventsWarning
        When a trial has no events (or only events) in both groups and y rests
        on what was added alone; see ``drop00``.

    Notes
    -----
    Measure, meaning, variances beyond "LS", and DOI of the variance; ᵃ and
    "uncorrected-d".

    Two groups on a scale, from ``m1i sd1i n1i m2i sd2i n2i``; VR needs no means,
    SMD1 no ``sd1i``. SMD, and what is made of it (RPB to D2ORL), also takes ``di``,
    ``ti`` or a signed ``pi`` with ``n1i n2i``, used where a mean or SD is missing.
    CLES and AUC take ``ai n1i n2i``.

    ======= ========================== ============== ==================================
    MD      mean difference            HO             10.1002/9781119536604
    SMD     standardised difference    LS2 UB AV H0 ᵃ 10.3102/10769986006002107
    SMDH    same, SDs free to differ   LS2            10.1037/a0016619
    SMD1    SMD over the SD of group 2 LS2 UB AV H0   10.3102/10769986006002107
    SMD1H   same, SDs free to differ                  10.1037/1082-989X.13.2.99
    ROM     log ratio of means         HO LS2 AV AVHO 10.1890/14-2402.1
    VR      log ratio of SDs           LS2            10.1002/jrsm.1423
    CVR     log ratio of CVs           LS2            10.1002/jrsm.1423
    RPB     point-biserial correlation ST CS          10.1214/aoms/1177728730
    ZPB     Fisher's z of RPB          ST CS          10.1214/aoms/1177728730
    RBIS    biserial correlation                      10.1002/jrsm.1218
    ZBIS    Fisher's z of RBIS                        10.1002/jrsm.1218
    D2ORN   SMD to log OR, normal                     10.1037/1082-989X.8.4.448
    D2ORL   SMD to log OR, logistic                   10.1037/0033-2909.117.1.167
    CLES    probability of superiority LS2            10.1002/sim.2324
    AUC     area under the curve       LS2            10.1002/sim.2324
    CLESN   same, of normal scores                    10.1002/sim.4780090315
    AUCN    same, of normal scores                    10.1002/sim.4780090315
    ======= ========================== ============== ==================================

    Two groups before and after, from ``m1i_pre m1i_post sd1i_pre n1i m2i_pre m2i_post
    sd2i_pre n2i`` and the correlation ``ri`` (or ``ri1 ri2``):

    ======= ========================== ============== ==================================
    PPC     difference of changes                     10.1177/1094428106291059
    ======= ========================== ============== ==================================

    2 × 2 tables, from ``ai bi ci di`` or ``ai n1i ci n2i``:

    ======= ========================== ============== ==================================
    RR      log risk ratio                            10.2307/2530610
    OR      log odds ratio                            10.1111/j.1469-1809.1955.tb01348.x
    RD      risk difference                           10.1002/9781119536604
    AS°     arcsine risk difference                   10.1002/sim.3511
    PETO    log odds ratio, Peto's                    10.1016/s0033-0620(85)80003-7
    PHI°    phi coefficient            CS ST          10.1007/978-0-387-72806-3
    ZPHI°   Fisher's z of phi          CS ST          10.1007/978-0-387-72806-3
    YUQ     Yule's Q                                  10.2307/2340126
    YUY     Yule's Y                                  10.2307/2340126
    RTET°   tetrachoric correlation                   10.1098/rsta.1900.0022
    ZTET°   Fisher's z of RTET                        10.1098/rsta.1900.0022
    PBIT    probit difference, an SMD                 10.1037/1082-989X.8.4.448
    OR2DN   log OR to SMD, normal                     10.1037/1082-989X.8.4.448
    OR2DL   log OR to SMD, logistic                   10.1037/0033-2909.117.1.167
    ======= ========================== ============== ==================================

    Rates, from ``x1i t1i x2i t2i``, in one group from ``xi ti``:

    ======= ========================== ============== ==================================
    IRR     log incidence rate ratio                  10.2202/1557-4679.1168
    IRD     incidence rate difference                 10.2202/1557-4679.1168
    IRSD°   difference of root rates                  10.2202/1557-4679.1168
    IR      incidence rate                            10.2202/1557-4679.1168
    IRLN    log incidence rate                        10.2202/1557-4679.1168
    IRS°    root of the rate                          10.2202/1557-4679.1168
    IRFT°   Freeman–Tukey rate                        10.1214/aoms/1177729756
    ======= ========================== ============== ==================================

    One group: shares from ``xi ni`` or ``xi mi``, means from ``mi sdi ni``:

    ======= ========================== ============== ==================================
    PR      proportion                                10.1002/9781119536604
    PLN     log proportion                            10.1002/9781119536604
    PLO     logit of a proportion                     10.1002/9781119536604
    PRZ     probit of a proportion                    10.1002/9781119536604
    PAS°    arcsine of a proportion                   10.1214/aoms/1177729756
    PFT°    Freeman–Tukey proportion                  10.1214/aoms/1177729756
    MN      mean                       HO             10.1002/9781119536604
    SMN     mean over SD                              10.3102/10769986018003271
    MNLN    log mean                   HO             10.1111/2041-210X.12309
    SDLN    log SD                                    10.3102/10769986012003241
    CVLN    log CV                     HO             10.1111/2041-210X.12309
    ======= ========================== ============== ==================================

    One group at two times, from ``m1i m2i sd1i sd2i ni ri``; SMCR without ``sd2i``.
    SMCC also takes ``di``, ``ti`` or a signed ``pi`` with ``ni``.

    ======= ========================== ============== ==================================
    MC      mean change                               10.1002/9781119536604
    SMCC    change over SD of changes                 10.3102/10769986018003271
    SMCR    change over a raw SD                      10.1111/j.2044-8317.1988.tb00901.x
    SMCRH   same, SDs free to differ                  10.1037/1082-989X.13.2.99
    SMCRP   change over the pooled SD                 10.20982/tqmp.16.4.p418
    SMCRPH  same, SDs free to differ                  10.1037/1082-989X.13.2.99
    ROMC    log ratio of means, paired LS2            10.1890/11-0423.1
    VRC     log ratio of SDs, paired   LS2            10.1002/jrsm.1423
    CVRC    log ratio of CVs, paired   LS2            10.1002/jrsm.1423
    ======= ========================== ============== ==================================

    Pairs, from ``ai bi ci di``: with both events, the first, the second, neither.

    ======= ========================== ============== ==================================
    MPRR    log risk ratio, paired                    10.1177/1740774506075667
    MPOR    log odds ratio, paired                    10.1177/1740774506075667
    MPRD    risk difference, paired                   10.1177/1740774506075667
    MPORC   log odds ratio of changers                10.1002/sim.1206
    MPPETO  the same, Peto's                          10.1002/sim.1206
    ======= ========================== ============== ==================================

    Correlations, from ``ri``, ``ti`` or a signed ``pi`` with ``ni``; partial ones with
    ``mi`` predictors, semi-partial ones with ``r2i`` too. R2 from ``r2i`` or
    ``fi`` with ``mi ni``, alpha from ``ai mi ni``; REH, of genotypes, from ``ai bi ci``
    (two dominant alleles, one of each, two recessive ones).

    ======= ========================== ============== ==================================
    COR     correlation                AV H0          10.1037/0021-9010.74.3.469
    UCOR    correlation, unbiased      UB AV          10.1214/aoms/1177706717
    ZCOR    Fisher's z of COR                         hdl:2440/15169
    PCOR    partial correlation        AV             10.5243/jsswr.2013.24
    ZPCOR   Fisher's z of PCOR                        10.5243/jsswr.2013.24
    SPCOR   semi-partial correlation                  10.3102/1076998610396901
    ZSPCOR  Fisher's z of SPCOR                       10.3102/1076998610396901
    R2      R² of a regression         LS2 AV AV2     10.1037/0033-2909.118.1.155
    ZR2     Fisher's z of its root                    10.1037/0033-2909.118.1.155
    ARAW    Cronbach's alpha                          10.1037/a0020142
    AHW     alpha, Hakstian–Whalen                    10.1007/BF02291840
    ABT     alpha, Bonett                             10.3102/10769986027004335
    REH°    log excess heterozygosity                 10.1007/s10549-010-1295-z
    ======= ========================== ============== ==================================

    References
    ----------
    Viechtbauer 2010, doi:10.18637/jss.v036.i03.

    Examples
    --------
    >>> effect_size(
    ...     "SMD", m1i=[20], sd1i=[12], n1i=[42], m2i=[30], sd2i=[13], n2i=[37]
    ... ).round(4)
            y       v
    0 -0.7936  0.0548
    >>> effect_size("RR", ai=[4], n1i=[8], ci=[0], n2i=[4]).round(4)
            y       v
    0  1.6094  1.9111
    """
    recipe = _recipe(measure)
    choices = Choices(
        vtype="LS",
        correction=correction,
        add=recipe.add if add is None else add,
        to=to,
        drop00=drop00,
    )
    own = {name for way in recipe.ways for name in way}
    columns = arguments.read_inputs(inputs, data, own)
    vtypes = vtype_of_rows(vtype, len(columns.index))
    for kind in np.unique(vtypes):
        choices.with_vtype(str(kind)).check(measure, recipe.vtypes)
    arguments.require(measure, recipe.ways, inputs)
    with np.errstate(divide="ignore", invalid="ignore"):
        arrays = recipe.prepare(columns, choices)
        y, v = computed(recipe, arrays, choices, vtypes)
    y, v = defined(measure, (y, v), arrays, columns.index, recipe.undefined)
    table = pd.DataFrame({"y": y, "v": v}, index=columns.index)
    return _appended(data, table) if append else table


def _recipe(measure: str) -> Recipe:
    """Return a built-in measure, or one that a plug-in brings."""
    if measure not in MEASURES and measure in names_of("measures"):
        brought: Recipe | None = find_plugin("measures", measure)
        if brought is not None:
            return brought
    check_option("measure", measure, Measure)
    return MEASURES[measure]


def _appended(data: pd.DataFrame | None, table: pd.DataFrame) -> pd.DataFrame:
    if data is None:
        raise EffectsError("append=True needs data=, the table to append to.")
    taken = [name for name in ("y", "v") if name in data.columns]
    if taken:
        raise EffectsError(
            f"data already has the column {taken[0]!r}. Rename it, or leave append out."
        )
    return pd.concat([data, table], axis=1)
