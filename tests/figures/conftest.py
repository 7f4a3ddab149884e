import itertools

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from mdmameta.effects.table import Effects, Provenance
from mdmameta.models.frequentist import RandomEffects
from mdmameta.sensitivity import SensitivityTable, TippingPoint, Verdict

NAN = float("nan")


@pytest.fixture(autouse=True)
def no_global_state():
    """Every figure leaves rc and pyplot's windows as they were."""
    before, windows = dict(mpl.rcParams), plt.get_fignums()
    yield
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == windows


@pytest.fixture
def six():
    return Effects.from_arrays(
        y=[-1.17, -0.93, -1.0, -0.28, -0.77, -0.59],
        v=[0.24, 0.4, 0.25, 0.2, 0.053, 0.044],
        study=["A", "B", "C $x$_y", "D", "E", "F"],
        moderators={
            "n1": [12, 8, 12, 12, 42, 1052],
            "n2": [8, 4, 7, 6, 37, 42],
            "control_type": ["none", "low", "low", "low", "none", "none"],
        },
        measure="SMD",
        direction="lower",
        provenance=[
            *[Provenance(verification="text", source_status="current")] * 4,
            Provenance(verification="unverified", source_status="current"),
            Provenance(verification="text", source_status="retracted"),
        ],
    )


@pytest.fixture
def fit(six):
    return RandomEffects().fit(six)


@pytest.fixture
def ratios():
    return Effects.from_arrays(
        y=np.log([1.25, 1.5, 4.8]),
        v=[0.02, 0.05, 1.9],
        measure="RR",
        direction="higher",
    )


@pytest.fixture
def drawn():
    """Return a function: the artists of a figure's first axes with a label."""

    def find(figure, label):
        return [a for a in figure.axes[0].get_children() if a.get_label() == label]

    return find


@pytest.fixture
def words():
    """Return a function: every text of a figure's first axes."""

    def find(figure):
        axes = figure.axes[0]
        texts = [text.get_text() for text in axes.texts]
        texts += [text.get_text() for text in axes.get_yticklabels()]
        texts += [text.get_text() for text in axes.get_xticklabels()]
        return [
            *texts,
            axes.get_title(loc="left"),
            axes.get_xlabel(),
            axes.get_ylabel(),
        ]

    return find


@pytest.fixture
def unreadable():
    """Return a function: texts of the first axes that are cut or overlap."""

    def ticks(axis):
        low, high = sorted(axis.get_view_interval())
        seen = [
            tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high
        ]
        return [tick.label1 for tick in seen]

    def find(figure):
        renderer = FigureCanvasAgg(figure).get_renderer()
        figure.draw(renderer)
        axes = figure.axes[0]
        texts = [*axes.texts, *ticks(axes.xaxis), *ticks(axes.yaxis)]
        texts += [axes.xaxis.label, axes.yaxis.label, axes._left_title]
        shown = [
            t for t in texts if t.get_text().strip() and t.get_rotation() in (0, 90)
        ]
        boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in shown]
        x1, y1 = figure.bbox.x1 + 1, figure.bbox.y1 + 1
        cut = [
            text for text, b in boxes if min(b.x0, b.y0) < -1 or b.x1 > x1 or b.y1 > y1
        ]
        smaller = [(text, b.padded(-1.5)) for text, b in boxes if b.width > 4]
        pairs = [
            (a, b)
            for at, (a, first) in enumerate(smaller)
            for b, second in smaller[at + 1 :]
            if first.overlaps(second)
        ]
        return [*cut, *pairs]

    return find


@pytest.fixture
def bang():
    return pd.DataFrame(
        {
            "study": ["A", "A", "B"],
            "arm": ["drug", "placebo", "B-1"],
            "role": ["active", "control", "active"],
            "n_asked": [52.0, 44.0, 0.0],
            "value": [0.92, 0.55, NAN],
            "ci_low": [0.83, 0.31, NAN],
            "ci_high": [1.0, 0.78, NAN],
            "basis": ["counts"] * 3,
            "verification": ["unverified", "text", "text"],
        }
    )


@pytest.fixture
def shares():
    return pd.DataFrame(
        {
            "study": ["A", "A", "B", "B", "B", "C", "C"],
            "arm": ["drug", "placebo", "B-1", "B-0", "", "C-1", "C-0"],
            "role": ["active", "control", "active", "control", "", "active", "control"],
            "n": [46, 44, NAN, NAN, 21, NAN, NAN],
            "n_prior": [18, 11, NAN, NAN, 9, NAN, NAN],
            "share": [18 / 46, 0.25, NAN, NAN, 9 / 21, NAN, NAN],
            "verification": ["text"] * 7,
        }
    )


@pytest.fixture
def counts():
    return pd.DataFrame(
        {
            "study": ["A", "A", "B"],
            "arm": ["drug", "placebo", "B-1"],
            "role": ["active", "control", "active"],
            "randomised": [53.0, 51.0, NAN],
            "assessed": [52.0, 42.0, 12.0],
        }
    )


GRID = np.round(np.linspace(-1, 0, 11), 2)


def result(value, half=0.3):
    ends = {"ci_low": value - half, "ci_high": value + half}
    excludes = abs(value) > half
    return {"value": value, **ends, "k": 6, "excludes_zero": excludes, "model": "m"}


@pytest.fixture
def table(fit):
    rows = [
        {"u_from": u, "b": b, **result(-0.7 - factor * b)}
        for (u, factor), b in itertools.product([("counts", 0.6), ("prior", 0.9)], GRID)
    ]
    point = TippingPoint(
        parameter="b", value=-2 / 3, reason="r", deciding="m", unit="SMD at u = 1"
    )
    anchors = pd.DataFrame(
        {"prior_id": ["patient_all", "assessor"] * 2, "delta_u": [1, 1, 0.5, 0.5]}
    ).assign(b=[-0.56, -0.23, -1.12, -0.46])
    return SensitivityTable(
        name="blinding",
        label="Blinding",
        frame=pd.DataFrame(rows),
        fits=(fit,),
        verdict=Verdict(kind="fragile", text="…", region={"b": (-0.56, 0.0)}),
        tipping=(point,),
        parts={"anchors": anchors},
    )


@pytest.fixture
def grid(fit):
    rows = [
        {"delta": d, "gamma": g, **result(-0.7 - 0.4 * d - 0.1 * g)}
        for d, g in itertools.product(np.linspace(-2, 2, 5), np.linspace(-1, 1, 3))
    ]
    region = {"delta": (-0.5, 0.5), "gamma": (-0.5, 0.5)}
    return SensitivityTable(
        name="prior_use",
        label="Earlier use",
        frame=pd.DataFrame(rows),
        fits=(fit,),
        verdict=Verdict(kind="robust", text="…", region=region),
    )
