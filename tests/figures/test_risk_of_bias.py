import itertools

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from mdmameta.errors import OptionError, SensitivityError
from mdmameta.figures import alt_text, risk_of_bias, risk_of_bias_summary
from mdmameta.figures.judgements import HIGH, LOW, NONE, SCALE, SOME, judged
from mdmameta.figures.risk_of_bias import DOMAINS as ALL


@pytest.fixture
def judgements():
    return pd.DataFrame(
        {
            "study": ["A", "$B$", "C"],
            "randomisation": ["Low", "Some concerns", ""],
            "overall": ["low risk", "High", "unclear"],
        }
    )


DOMAINS = ["randomisation", "overall"]


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [x / 12.92 if x < 0.04 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return sum(w * x for w, x in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_words_of_all_tools_are_understood_and_others_are_no_judgement():
    found = [judged(x) for x in ("LOW", "Moderate", "critical", "perhaps", None)]
    assert found == [LOW, SOME, HIGH, NONE, NONE]


def test_judgements_differ_in_sign_and_in_grey():
    assert len({one.sign for one in SCALE}) == len(SCALE)
    greys = sorted(luminance(one.colour) for one in SCALE)
    assert min(b - a for a, b in itertools.pairwise(greys)) > 0.1


def test_each_study_and_domain_has_a_light(judgements, drawn, words):
    figure = risk_of_bias(judgements, domains=DOMAINS)
    assert len(drawn(figure, "_mm_light")) == 6
    assert {"A", "$B$", "C", "Randomisation", "Overall"} <= set(words(figure))


def test_the_text_names_every_judgement(judgements):
    text = alt_text(risk_of_bias(judgements, domains=DOMAINS))
    assert "$B$: randomisation some concerns, overall high." in text
    assert "C: randomisation no judgement, overall some concerns." in text


def test_no_light_covers_another_nor_a_word(judgements, unreadable):
    assert unreadable(risk_of_bias(judgements, domains=DOMAINS)) == []


def test_shares_add_to_a_hundred_and_follow_the_weights(judgements):
    figure = risk_of_bias_summary(judgements, domains=DOMAINS, weights=[2, 1, 1])
    ends = [bar.get_x() + bar.get_width() for bar in figure.axes[0].patches]
    assert max(ends) == pytest.approx(100)
    assert "Overall: low 50%, some concerns 25%, high 25%." in alt_text(figure)


@pytest.mark.parametrize("weights", [[1, 2], [0, 0, 0], [1, -1, 1]])
def test_weights_that_are_none_are_refused(judgements, weights):
    with pytest.raises(OptionError, match="give one weight from 0 upwards"):
        risk_of_bias_summary(judgements, domains=DOMAINS, weights=weights)


def test_a_missing_domain_is_named(judgements):
    with pytest.raises(SensitivityError, match=r"lacks the columns? deviations"):
        risk_of_bias(judgements)


def test_the_names_of_all_domains_stand_side_by_side():
    cells = dict.fromkeys(ALL, "Low")
    figure = risk_of_bias(pd.DataFrame({"study": ["Mithoefer 2018"], **cells}))
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    names = [tick.label2 for tick in figure.axes[0].xaxis.get_major_ticks()]
    boxes = [name.get_window_extent(renderer) for name in names]
    assert len(boxes) == 6
    assert all(one.x1 < other.x0 for one, other in itertools.pairwise(boxes))
