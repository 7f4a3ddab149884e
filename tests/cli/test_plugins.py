"""What plug-ins bring is listed, and used by name, on the command line."""

from __future__ import annotations

import json

ANALYSIS = """
import pandas as pd
from dataclasses import dataclass
from mdmameta import CommonEffect
from mdmameta.sensitivity import SensitivityTable, Verdict

def once(effects, model):
    fit = model.fit(effects)
    frame = pd.DataFrame([{"value": fit.estimate.value, "k": fit.k}])
    verdict = Verdict(kind="fragile", text="One refit says little.")
    return SensitivityTable(name="once", label="Once", frame=frame, fits=(fit,),
                            verdict=verdict)

@dataclass(frozen=True)
class Broken:
    def fit(self, effects):
        raise KeyError("weights")

def common():
    return CommonEffect(level=0.9)
"""
ENTRIES = """
[mdmameta.sensitivity]
once = theirs:once
[mdmameta.models]
common = theirs:common
broken = theirs:Broken
"""


def test_plug_ins_are_listed_by_group(run, install) -> None:
    install("theirs", ANALYSIS, ENTRIES)
    listed = json.loads(run("plugins", "--json", "-").stdout)["plugins"]
    ours = {(one["group"], one["name"]) for one in listed}
    assert {("models", "common"), ("sensitivity", "once")} <= ours
    assert "extra 1.0" in run("plugins").output


def test_an_analysis_of_a_plug_in_is_run_by_its_name(run, install) -> None:
    install("theirs", ANALYSIS, ENTRIES)
    assert "One refit says little." in run("sensitivity", "once").output


def test_an_analysis_that_nobody_has_is_refused_with_the_names_there_are(
    run, install
) -> None:
    install("theirs", ANALYSIS, ENTRIES)
    said = run("sensitivity", "twice", code=2).output
    assert "'blinding', 'prior-use', 'dropout', 'multiverse', 'once'" in said


def test_a_model_of_a_plug_in_stands_beside_the_others(run, install) -> None:
    install("theirs", ANALYSIS, ENTRIES)
    fits = json.loads(run("fit", "--model", "common", "--json", "-").stdout)["fits"]
    assert fits[-1]["level"] == 0.9
    assert len(fits) > 1


def test_an_exception_in_a_plug_in_is_named_and_located(run, install) -> None:
    install("theirs", ANALYSIS, ENTRIES)
    said = run("fit", "--model", "broken", code=2).output
    assert "model plug-in 'broken' failed with KeyError" in said
    assert "theirs.py, line" in said


def test_a_model_that_nobody_has_is_an_error(run) -> None:
    assert "installed:" in run("fit", "--model", "nobody", code=2).output
