"""The sensitivity analyses of an outcome that the command line names."""

import json


def test_an_outcome_is_analysed_by_its_name(run) -> None:
    words = ("sensitivity", "blinding", "--outcome", "response", "--json", "-")
    document = json.loads(run(*words).stdout)
    assert document["label"].startswith("Lost blinding: Response")
    assert "(log RR)" in document["verdict"]["text"]


def test_the_multiverse_of_an_outcome_crosses_its_sets_with_methods(run) -> None:
    words = ("sensitivity", "multiverse", "--outcome", "loss_of_diagnosis")
    text = run(*words).stdout
    assert "specifications, in log RR" in text
    assert "Shares of specifications are not probabilities" in text


def test_an_outcome_that_is_not_there_is_refused_with_those_that_are(run) -> None:
    said = run("sensitivity", "dropout", "--outcome", "moonlight", code=2).stderr
    assert "no outcome 'moonlight' in these tables" in said
    assert "PTSD severity" in said
