"""Published priors of the heterogeneity variance, as data: outcome by comparison.

Each pair is a location and a scale of log τ², as in the tables of two papers. Every
number was read in two independent transcriptions, which agree but for one.
"""

from __future__ import annotations

#: Location and scale of log τ², or None where the transcriptions are in doubt.
Cell = tuple[float, float] | None

#: Comparisons of Turner et al.: drugs ("pharma") and what is none ("other").
TURNER_COMPARISONS = (
    "pharma-placebo", "pharma-pharma", "other-placebo", "other-pharma", "other-other"
)  # fmt: skip

#: Any outcome and any comparison: log-normal for log odds ratios (page 993).
TURNER_GENERAL = (-2.56, 1.74)

#: Turner et al. (2015), doi:10.1002/sim.6381, table IV: normal on log τ², for log odds
#: ratios, from 14,886 meta-analyses of binary outcomes.
TURNER: dict[str, tuple[Cell, ...]] = {
    "mortality": (
        (-3.95, 1.34), (-4.18, 1.41), (-4.17, 1.55), (-2.92, 1.02), (-3.50, 1.26),
    ),
    "obstetric": (
        (-3.52, 1.74), (-3.75, 1.79), (-3.74, 1.91), (-2.49, 1.50), (-3.08, 1.68),
    ),
    "cause-specific": (
        (-3.71, 1.74), (-3.95, 1.79), (-3.93, 1.91), (-2.68, 1.51), (-3.27, 1.68),
    ),
    "resource-use": (
        (-2.34, 1.74), (-2.58, 1.79), (-2.56, 1.91), (-1.31, 1.50), (-1.90, 1.68),
    ),
    "device-success": (
        (-2.14, 1.74), (-2.37, 1.79), (-2.36, 1.91), (-1.11, 1.50), (-1.69, 1.68),
    ),
    "withdrawal": (
        (-2.99, 1.74), (-3.23, 1.79), (-3.21, 1.91), (-1.96, 1.51), (-2.55, 1.68),
    ),
    "structure": (
        (-2.71, 1.74), (-2.94, 1.79), (-2.93, 1.92), (-1.67, 1.51), (-2.26, 1.68),
    ),
    "physical-health": (
        (-2.29, 1.53), (-2.53, 1.58), (-2.51, 1.72), (-1.26, 1.25), (-1.85, 1.46),
    ),
    "adverse-events": (
        (-1.87, 1.52), (-2.10, 1.58), (-2.10, 1.71), (-0.84, 1.24), (-1.43, 1.45),
    ),
    "infection": (
        (-2.49, 1.52), (-2.73, 1.58), (-2.71, 1.71), (-1.46, 1.24), (-2.05, 1.45),
    ),
    "symptoms": (
        (-2.06, 1.51), (-2.29, 1.58), (-2.28, 1.71), (-1.03, 1.24), (-1.61, 1.45),
    ),
    "pain": (
        (-1.83, 1.52), (-2.06, 1.58), (-2.05, 1.71), (-0.80, 1.25), (-1.38, 1.45),
    ),
    "quality-of-life": (
        (-2.54, 1.54), (-2.78, 1.60), (-2.77, 1.73), (-1.51, 1.27), (-2.10, 1.47),
    ),
    "mental-health": (
        (-2.12, 1.53), (-2.35, 1.60), (-2.34, 1.72), (-1.09, 1.27), (-1.67, 1.47),
    ),
    "biological-marker": (
        (-1.77, 1.52), (-2.00, 1.58), (-1.99, 1.71), (-0.74, 1.24), (-1.33, 1.45),
    ),
    "subjective": (
        (-2.70, 1.52), (-2.93, 1.58), (-2.92, 1.71), (-1.67, 1.25), (-2.26, 1.45),
    ),
}  # fmt: skip

#: Comparisons of Rhodes et al.; "other" is anything with an arm that is no drug.
RHODES_COMPARISONS = ("pharma-placebo", "pharma-pharma", "other")

#: Any outcome, comparison and area: t with 5 degrees of freedom (section 3.3).
RHODES_GENERAL = (-3.44, 2.59)

#: Rhodes et al. (2015), doi:10.1016/j.jclinepi.2014.08.012, tables 3, A.3.1 and A.3.2:
#: t with 5 degrees of freedom on log τ², for standardised mean differences, from 6,492
#: meta-analyses of continuous outcomes. Locations are sums of an outcome's and a
#: comparison's; a cell that is none by 0.2 or more, or has two signs, is left out.
RHODES: dict[str, dict[str, tuple[Cell, ...]]] = {
    "other": {
        "obstetric": ((-4.13, 2.34), (-4.40, 2.31), (-3.99, 2.11)),
        "resource-use": ((-2.55, 2.73), (-2.83, 2.70), (-2.41, 2.57)),
        "structure": ((-2.43, 2.50), (-2.70, 2.46), (-2.29, 2.32)),
        "general-health": ((-3.16, 2.50), (-3.44, 2.44), (-3.02, 2.27)),
        "symptoms": ((-3.00, 2.50), (-3.27, 2.47), (-2.86, 2.33)),
        "mental-health": ((-2.99, 2.16), (-3.27, 2.14), None),
        "biological-marker": ((-3.41, 2.83), (-3.68, 2.78), (-3.27, 2.66)),
        "subjective": ((-2.76, 2.58), (-3.03, 2.59), (-2.62, 2.41)),
    },
    "respiratory": {
        "obstetric": ((-6.03, 2.36), (-6.31, 2.31), (-5.89, 2.21)),
        "resource-use": ((-4.46, 2.74), (-4.73, 2.70), (-4.32, 2.57)),
        "structure": ((-4.33, 2.51), (-4.61, 2.46), (-4.19, 2.33)),
        "general-health": ((-5.07, 2.51), (-5.34, 2.45), (-4.93, 2.28)),
        "symptoms": ((-4.90, 2.50), (-5.18, 2.47), (-4.76, 2.33)),
        "mental-health": ((-4.90, 2.17), (-5.17, 2.14), (-4.76, 1.94)),
        "biological-marker": ((-5.31, 2.83), (-5.59, 2.78), (-5.17, 2.66)),
        "subjective": ((-4.66, 2.59), (-4.94, 2.59), (-4.52, 2.41)),
    },
    "cancer": {
        "obstetric": ((-1.57, 2.45), (-1.85, 2.41), (-1.43, 2.24)),
        "resource-use": (None, (-0.27, 2.79), (0.15, 2.68)),
        "structure": (None, (-0.14, 2.56), (0.27, 2.45)),
        "general-health": ((-0.60, 2.61), (-0.88, 2.55), (-0.46, 2.40)),
        "symptoms": ((-0.44, 2.60), (-0.71, 2.57), (-0.30, 2.46)),
        "mental-health": ((-0.43, 2.28), (-0.71, 2.25), (-0.29, 2.08)),
        "biological-marker": ((-0.85, 2.93), (-1.13, 2.87), (-0.71, 2.78)),
        "subjective": ((-0.20, 2.68), (-0.48, 2.68), (-0.06, 2.53)),
    },
}  # fmt: skip
