"""Names that would be markup, mathematics or commands are drawn as they are typed."""

import pandas as pd
import pytest

import mdmameta as mm
from mdmameta import figures

NAMES = [
    '<script>alert("1")</script>',
    r"$\frac{1}{0}$ $x_",
    "a\u202egnp.exe\u2066",
    "=cmd|' /C calc'!A0",
    "_hidden^{2}",
    "very long " * 40,
]
EFFECTS = mm.Effects.from_arrays(
    y=[0.1, 0.3, 0.2, 0.9, 0.4, 0.2], v=[0.02, 0.03, 0.02, 0.05, 0.01, 0.03],
    study=NAMES, measure="SMD", direction="lower",
    moderators={"n1": [10] * 6, "x": [1, 2, 3, 4, 5, 6], "g": NAMES},
)  # fmt: skip
MODEL = mm.RandomEffects()
FIT = MODEL.fit(EFFECTS)

DRAWN = {
    "forest": lambda: figures.forest(
        FIT, columns={"g": NAMES[1]}, names=(NAMES[0], NAMES[1]), xlabel=NAMES[1]
    ),
    "refits": lambda: figures.refits(mm.leave_one_out(EFFECTS, MODEL)),
    "influence": lambda: figures.influence(mm.influence(EFFECTS, MODEL)),
    "baujat": lambda: figures.baujat(mm.baujat(EFFECTS, MODEL)),
    "gosh": lambda: figures.gosh(mm.gosh(EFFECTS, MODEL), study=NAMES[1]),
    "radial": lambda: figures.radial(mm.radial(EFFECTS, MODEL)),
    "shrinkage": lambda: figures.shrinkage(mm.BayesianRandomEffects().fit(EFFECTS)),
    "p_value_function": lambda: figures.p_value_function(
        {NAMES[0]: mm.p_value_function(FIT), NAMES[1]: mm.p_value_function(FIT)}
    ),
    "risk_of_bias": lambda: figures.risk_of_bias(
        pd.DataFrame({"study": NAMES, "overall": NAMES}), domains={"overall": NAMES[1]}
    ),
    "risk_of_bias_summary": lambda: figures.risk_of_bias_summary(
        pd.DataFrame({"study": NAMES, "overall": NAMES}), domains={"overall": NAMES[1]}
    ),
    "timeline": lambda: figures.timeline(
        pd.DataFrame({"date": ["2020", ""] * 3, "label": NAMES, "kind": NAMES}),
        title=NAMES[1],
    ),
    "durability": lambda: figures.durability(
        pd.DataFrame({"study": NAMES, "arm": NAMES, "role": "active", "weeks": 1.0,
                      "mean": 2.0, "sd": 1.0, "n": 9.0, "controlled": True}),
        ylabel=NAMES[1], title=NAMES[0],
    ),
    "study_flow": lambda: figures.study_flow(
        pd.DataFrame({"box_id": ["assessed", "excluded"], "label": NAMES[:2],
                      "n": [1.0, float("nan")], "gap": NAMES[1]})
    ),
    "flow": lambda: figures.flow(
        pd.DataFrame({"study": NAMES, "arm": NAMES, "role": "active",
                      "randomised": 20.0, "assessed": 18.0}), outcome=NAMES[1],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_of_hostile_names_is_drawn_and_runs_nothing(name):
    figure = DRAWN[name]()
    svg = figures.render(figure, "svg")
    assert b"<script" not in svg
    assert {"\u202e", "\u2066"}.isdisjoint(svg.decode())
    assert {"\u202e", "\u2066"}.isdisjoint(figures.alt_text(figure))
