"""What plug-ins bring is listed, and used by name, on the command line."""

from __future__ import annotations

import json

import pytest

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


@pytest.fixture
def effects_csv(tmp_path):
    """Write a small file of effects."""
    path = tmp_path / "effects.csv"
    path.write_text("yi,vi\n-0.9,0.2\n-0.5,0.04\n-0.2,0.1\n")
    return path


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
    assert (
        "'blinding', 'prior-use', 'dropout', 'robustness', 'multiverse', 'once'" in said
    )


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
    said = run("fit", "--model", "nobody", code=2).output
    assert "no plug-in brings 'nobody' to the group models" in said


FAULTY = """
class Uninvited:
    def log_density(self, x, y):
        return x

def same(effects):
    return effects.y

def nothing(fit, ax=None):
    return None

class NoFit:
    def fit(self, effects):
        return 3

def number():
    return 3

class Ends:
    def fit(self, effects):
        raise SystemExit("bye")

class Singular:
    def fit(self, effects):
        import numpy
        return numpy.linalg.inv(numpy.zeros((2, 2)))

class Odd:
    def __init__(self, scale):
        self.scale = scale
    def log_density(self, x):
        return -x
"""
FAULTS = """
[mdmameta.priors]
two = faulty:Uninvited
odd = faulty:Odd
[mdmameta.bias]
same = faulty:same
[mdmameta.figures]
nothing = faulty:nothing
forest = faulty:nothing
[mdmameta.models]
three = faulty:NoFit
number = faulty:number
ends = faulty:Ends
singular = faulty:Singular
lost = faulty:Lost
"""


@pytest.mark.parametrize(
    ("words", "match"),
    [
        (("--prior", "two"), "log_density cannot be called with one argument (missing"),
        (("--prior", "odd"), "'odd' failed with TypeError: Odd.__init__() missing 1"),
        (("--prior", "odd"), "(when called; it stands in "),
        (("--model", "number"), "returned int, not an object with fit(effects)"),
        (("--model", "ends"), "failed with SystemExit: bye"),
        (("--model", "singular"), "faulty.py, line 26, in fit)"),
        (("--bias", "same"), "returned ndarray, not Effects. Report it"),
        (("--model", "three"), "returned int, not Fit. Report it"),
        (
            ("--figure", "nothing", "x.png"),
            "NoneType, not a matplotlib Figure",
        ),
        (("--figure", "none", "x.png"), "there are: forest, funnel, nothing"),
    ],
)
def test_what_a_plug_in_does_wrong_is_named_with_the_cure(
    run, install, effects_csv, words, match
) -> None:
    install("faulty", FAULTY, FAULTS)
    said = run("fit", "--from-csv", effects_csv, *words, code=2).output
    assert match in said


def test_a_plug_in_that_cannot_be_imported_is_an_error_when_asked_for(
    run, install, effects_csv
) -> None:
    install("faulty", FAULTY, FAULTS)
    said = run("fit", "--from-csv", effects_csv, "--model", "lost", code=2).output
    assert "cannot be used: it cannot be imported (AttributeError" in said
    assert "has no attribute 'Lost'" in said
    assert "Tell its authors, or uninstall it" in said


def test_a_figure_of_ours_is_drawn_even_if_a_plug_in_has_its_name(
    run, install, effects_csv, tmp_path
) -> None:
    install("faulty", FAULTY, FAULTS)
    path = tmp_path / "forest.svg"
    run("fit", "--from-csv", effects_csv, "--figure", "forest", path)
    assert "</svg>" in path.read_text("utf-8")


def test_a_correction_for_bias_stands_in_the_heading(run, install, effects_csv) -> None:
    code = """
def halved(effects):
    return effects.with_y(effects.y / 2)
"""
    install("milder", code, "[mdmameta.bias]\nhalf = milder:halved\n")
    plain = json.loads(run("fit", "--from-csv", effects_csv, "--json", "-").stdout)
    words = ("fit", "--from-csv", effects_csv, "--bias", "half")
    half = json.loads(run(*words, "--json", "-").stdout)
    assert half["fits"][0]["value"] == pytest.approx(
        plain["fits"][0]["value"] / 2, rel=0.5
    )
    assert abs(half["fits"][0]["value"]) < abs(plain["fits"][0]["value"])
    assert "corrected by the bias plug-in 'half'" in run(*words).output
