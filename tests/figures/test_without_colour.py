"""Whatever a key tells apart can be told apart in grey and by every colour vision.

Simulations are those of Machado, Oliveira and Fernandes (2009,
doi:10.1109/TVCG.2009.113) at full severity, on linear RGB.
"""

import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba

import mdmameta as mm
from mdmameta import figures
from mdmameta.figures import style
from mdmameta.figures.judgements import HIGH, LOW, SOME
from mdmameta.figures.specification_curve import HOLDS
from mdmameta.figures.timeline import MARKS

EYES = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "usual": np.eye(3),
}

#: Differences of lightness, of 100, that are seen between marks that are apart, and
#: between areas that touch; just noticeable is about 1.
ENOUGH, TOUCHING = 12.0, 6.0

#: Difference of colour (CIE 1976) between any two of the palette.
DISTANCE = 15.0

#: CIE L*a*b* of D65: linear RGB to XYZ over the white.
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
) / np.array([[0.95047], [1.0], [1.08883]])


def lab(colour, eyes="usual", alpha=1.0):
    """L*, a*, b* of a colour on white paper, as some eyes see it."""
    rgba = np.array(to_rgba(colour))
    opaque = rgba[3] * alpha
    srgb = rgba[:3] * opaque + 1 - opaque
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = TO_XYZ @ np.clip(np.array(EYES[eyes]) @ linear, 0, 1)
    f = np.where(seen > 0.008856, np.cbrt(seen), 7.787 * seen + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def lightness(colour, alpha=1.0):
    return lab(colour, alpha=alpha)[0]


def test_lightness_is_that_of_the_standard() -> None:
    assert lightness("white") == pytest.approx(100, abs=0.01)
    assert lightness("black") == pytest.approx(0, abs=0.01)
    assert lab("#FF0000") == pytest.approx([53.24, 80.09, 67.20], abs=0.05)


def test_red_and_green_are_one_to_some_eyes() -> None:
    """The simulation does what it is for."""
    usual, less = (
        np.linalg.norm(lab("#FF7F0E", eyes) - lab("#7FBF00", eyes))
        for eyes in ("usual", "deuteranopia")
    )
    assert less < 0.4 * usual


@pytest.mark.parametrize("eyes", EYES)
def test_colours_of_the_palette_differ_to_all_eyes(eyes) -> None:
    palette = [style.BLUE, style.SKY, style.VERMILION, style.GREEN, style.ORANGE]
    for one, other in itertools.combinations(palette, 2):
        assert np.linalg.norm(lab(one, eyes) - lab(other, eyes)) > DISTANCE


def test_judgements_differ_in_lightness_and_have_a_sign_each() -> None:
    levels = [lightness(one.colour) for one in (LOW, SOME, HIGH)]
    assert min(abs(a - b) for a, b in itertools.combinations(levels, 2)) > ENOUGH
    assert len({one.sign for one in (LOW, SOME, HIGH)}) == 3


def test_inks_of_judgements_can_be_read_on_their_colours() -> None:
    for one in (LOW, SOME, HIGH):
        assert abs(lightness(one.colour) - lightness(one.ink)) > 40


def test_intervals_that_hold_zero_are_lighter_in_a_grey_print() -> None:
    assert lightness(HOLDS, 0.8) - lightness(style.BLUE, 0.8) > 2 * ENOUGH


def looks(handle):
    """What is left of an entry of a key when its colour is gone."""
    if hasattr(handle, "get_marker"):
        hollow = handle.get_markerfacecolor() in {"white", "none", "#ffffff"}
        return handle.get_marker(), handle.get_linestyle(), hollow
    if hasattr(handle, "get_hatch") and handle.get_hatch():
        return "area", handle.get_hatch(), None
    return type(handle).__name__, None, None


def paint(handle):
    if hasattr(handle, "get_marker"):
        return handle.get_color()
    found = handle.get_facecolor()
    return found[0] if np.ndim(found) == 2 and len(found) else found


def told_apart(one, other):
    enough = TOUCHING if type(one).__name__ == "Rectangle" else ENOUGH
    return looks(one) != looks(other) or (
        abs(lightness(paint(one)) - lightness(paint(other))) > enough
    )


def course():
    arms = [("A", "high", "active"), ("A", "middle", "active"), ("A", "low", "control"),
            ("B", "drug", "active"), ("B", "placebo", "control")]  # fmt: skip
    frames = [
        pd.DataFrame({
            "study": study, "arm": arm, "role": role, "weeks": [0, 8, 52],
            "mean": [80.0, 40.0 + i, 35.0], "sd": np.nan, "n": 10,
            "controlled": [True, True, False],
        })
        for i, (study, arm, role) in enumerate(arms)
    ]  # fmt: skip
    return pd.concat(frames)


DRAWN = {
    "durability": lambda fit: figures.durability(course()),
    "funnel": lambda fit: figures.funnel(fit, contours="significance"),
    "p_value_function": lambda fit: figures.p_value_function(
        dict.fromkeys("abcd", mm.p_value_function(fit))
    ),
    "posterior": lambda fit: figures.posterior(
        mm.BayesianRandomEffects().fit(fit.effects)
    ),
    "shrinkage": lambda fit: figures.shrinkage(fit),
}


@pytest.mark.parametrize("name", DRAWN)
def test_entries_of_a_key_differ_by_more_than_their_colour(name, fit) -> None:
    keys = [ax.get_legend() for ax in DRAWN[name](fit).axes]
    handles = [one for key in keys if key for one in key.legend_handles]
    assert handles
    for one, other in itertools.combinations(handles, 2):
        assert told_apart(one, other), (looks(one), looks(other))


def test_kinds_of_events_have_a_marker_each() -> None:
    markers = [marker for marker, _ in MARKS]
    assert len(set(markers)) == len(markers)
