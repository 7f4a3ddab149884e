"""Exact permutation tests: metafor's permutest."""

from __future__ import annotations

from typing import Any

from mdmameta.sensitivity.permutation import permutation_test
from metafor_models import effects, model
from reference_cases import Comparison


def compare_permutest(to: Comparison, name: str, check: dict[str, Any]) -> None:
    test = permutation_test(
        effects(name, check["on"]), model(check["args"]), exact=True
    )
    to.add(check, "pval", test.p_values, check["result"]["pval"])
    to.add(check, "QMp", test.omnibus_p, check["result"]["QMp"])


COMPARE = {"permutest": compare_permutest}
