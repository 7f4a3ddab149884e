"""Figures look as they did: their marks, without words, against pinned images.

Words are hidden, for fonts are drawn differently by every build of FreeType; the
texts have tests of their own. Images are of the matplotlib in the lock and are
compared with that alone. Made anew by ``pytest tests/figures/test_images.py
--mpl-generate-path=tests/figures/baseline``, after a look at each.
"""

import re
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

import mdmameta as mm
from mdmameta import figures
from mdmameta.figures.study_flow import BOXES

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements/py311.txt").read_text("utf-8")
(PINNED,) = re.findall(r"^matplotlib==(\S+)", LOCK, re.M)

pytestmark = [
    pytest.mark.skipif(mpl.__version__ != PINNED, reason="images of another version"),
    pytest.mark.usefixtures("compared"),
]

compare = pytest.mark.mpl_image_compare(
    baseline_dir="baseline",
    style="default",
    tolerance=2,
    savefig_kwargs={"dpi": 50, "metadata": {"Description": None}},
)

EFFECTS = mm.Effects.from_arrays(
    y=[-1.17, -0.93, -1.0, -0.28, -0.77, 2.6],
    v=[0.24, 0.4, 0.25, 0.2, 0.053, 1.4],
    study=list("ABCDEF"),
    moderators={
        "n1": [12, 8, 12, 12, 42, 52],
        "n2": [8, 4, 7, 6, 37, 42],
        "type": ["x", "y", "y", "y", "x", "x"],
        "bias": ["Low", "High", "Some concerns", "", "Low", "Low"],
    },
    measure="SMD",
    direction="lower",
)
FIT = mm.RandomEffects().fit(EFFECTS)
BAYES = mm.BayesianRandomEffects().fit(EFFECTS)


@pytest.fixture
def compared(request):
    """Skip where images are neither compared nor made."""
    options = request.config.option
    if not (options.mpl or options.mpl_generate_path):
        pytest.skip("run with --mpl")


def wordless(figure):
    figure.canvas.draw_idle()
    for text in figure.findobj(Text):
        text.set_alpha(0)
    for ax in figure.axes:
        ax.tick_params(labelcolor=(0, 0, 0, 0))
    return figure


@compare
def test_forest():
    figure = figures.forest(
        FIT, companions=[BAYES], predicted="distribution", shrunken=True,
        band=(-0.2, 0.2), sid=-0.5, xlim=(-3, 3),
    )  # fmt: skip
    return wordless(figure)


@compare
def test_forest_revman():
    by = mm.subgroups(EFFECTS, "type", tau2="common")
    return wordless(figures.forest(FIT, by=by, lights=["bias"], style="revman"))


@compare
def test_forest_jama():
    return wordless(figures.forest(FIT, style="jama"))


@compare
def test_funnel():
    filled = mm.trim_and_fill(EFFECTS, FIT.model)
    return wordless(figures.funnel(FIT, contours="significance", filled=filled))


@compare
def test_refits():
    return wordless(figures.refits(mm.leave_one_out(EFFECTS, FIT.model)))


@compare
def test_posterior():
    return wordless(figures.posterior(BAYES))


@compare
def test_risk_of_bias():
    table = EFFECTS.moderators.assign(study=EFFECTS.study)
    return wordless(figures.risk_of_bias(table, domains=["bias"]))


@compare
def test_risk_of_bias_summary():
    table = EFFECTS.moderators.assign(study=EFFECTS.study)
    figure = figures.risk_of_bias_summary(table, domains=["bias"], weights=FIT.weights)
    return wordless(figure)


@compare
def test_study_flow():
    ids = [name for box in BOXES.values() for name in box.ids]
    n = np.arange(len(ids), dtype=float)
    n[3] = np.nan
    table = pd.DataFrame({"box_id": ids, "label": "words", "n": n, "gap": ""})
    return wordless(figures.study_flow(table))


@compare
def test_timeline():
    events = pd.DataFrame(
        {
            "date": ["2011", "2018-04", "2021-05-10", "2024-08-09"],
            "label": list("abcd"),
            "kind": ["report", "report", "vote", "decision"],
        }
    )
    return wordless(figures.timeline(events))


@compare
def test_durability(course):
    return wordless(figures.durability(course))


@pytest.fixture
def course():
    return pd.DataFrame(
        {
            "study": "A",
            "arm": ["drug"] * 3 + ["placebo"] * 3,
            "role": ["active"] * 3 + ["control"] * 3,
            "weeks": [0.0, 18.0, 52.0] * 2,
            "mean": [44.0, 20.0, 18.0, 43.0, 30.0, 21.0],
            "sd": 12.0,
            "n": 40.0,
            "controlled": [True, True, False] * 2,
        }
    )


@compare
def test_sensitivity_map(grid):
    return wordless(figures.sensitivity_map(grid, "delta", "gamma"))


@compare
def test_sensitivity_curve(table):
    return wordless(figures.sensitivity_curve(table, "b", where={"u_from": "counts"}))
