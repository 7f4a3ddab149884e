"""Tables of the Metapsy standard, decimal commas and all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mdmameta.effects.measures import effect_size
from mdmameta.effects.metapsy import read_metapsy
from mdmameta.errors import EffectsError

MEANS = "mean_arm1;sd_arm1;n_arm1;mean_arm2;sd_arm2;n_arm2"
HEAD = f"study;instrument;{MEANS};.g;.g_se;precalc_g;precalc_g_se"


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "metapsy.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_effects_of_the_table_come_first_then_means_then_printed_ones(
    tmp_path: Path,
) -> None:
    rows = [
        "Ames;bdi;20,0;12,0;42;30,0;13,0;37;-0,79;0,23;;",
        "Boyd;bdi;20,0;12,0;42;30,0;13,0;37;NA;NA;-0,1;0,1",
        "Cole;bdi;;;;;;;;;-0,4;0,2",
        "Dunn;bdi;;;;;;;;;;",
    ]
    effects = read_metapsy(table(tmp_path, "\n".join([HEAD, *rows]) + "\n"))
    made = effect_size(
        "SMD", m1i=[20], sd1i=[12], n1i=[42], m2i=[30], sd2i=[13], n2i=[37],
        correction="approximate", vtype="uncorrected-d",
    )  # fmt: skip
    assert effects.y[:3].tolist() == pytest.approx([-0.79, made["y"][0], -0.4])
    assert effects.v[:3].tolist() == pytest.approx([0.0529, made["v"][0], 0.04])
    assert np.isnan(effects.y[3])
    assert effects.frame["origin"].tolist() == [
        ".g, .g_se", MEANS.replace(";", ", "), "precalc_g, precalc_g_se", "",
    ]  # fmt: skip
    assert effects.provenance[1].notes[0].startswith("g from mean_arm1")
    assert effects.frame["instrument"].tolist() == ["bdi"] * 4


def test_effects_can_be_computed_again(tmp_path: Path) -> None:
    row = "Ames;bdi;20,0;12,0;42;30,0;13,0;37;-0,99;0,23;;"
    effects = read_metapsy(table(tmp_path, f"{HEAD}\n{row}\n"), recompute=True)
    assert effects.y[0] == pytest.approx(-0.793, abs=0.005)


def test_events_give_log_risk_ratios(tmp_path: Path) -> None:
    text = "study,event_arm1,totaln_arm1,event_arm2,totaln_arm2\nA,4,8,2,8\n"
    effects = read_metapsy(table(tmp_path, text), effect="log_rr")
    assert effects.measure == "RR"
    assert effects.y[0] == pytest.approx(np.log(2))


def test_a_table_without_a_way_to_the_effect_says_what_is_needed(
    tmp_path: Path,
) -> None:
    with pytest.raises(EffectsError, match=r"no way to g: it needs \.g, \.g_se or"):
        read_metapsy(table(tmp_path, "study,event_arm1\nA,1\n"))


def test_a_number_that_is_none_is_named_with_its_place(tmp_path: Path) -> None:
    text = f"{HEAD}\nAmes;bdi;;;;;;;zero;0,2;;\n"
    with pytest.raises(EffectsError, match=r"row 2, column \.g: found 'zero'"):
        read_metapsy(table(tmp_path, text))
