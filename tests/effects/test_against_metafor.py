"""The checks of escalc that tests/agreement/escalc.py compares: none was lost."""

from __future__ import annotations

from typing import Any

import pytest

from agreement.escalc import inputs, options
from mdmameta.effects import effect_size
from mdmameta.errors import OptionError
from reference_cases import load, names

CASES = [
    (name, check)
    for name in names()
    for check in load(name)["checks"]
    if check["fn"] == "escalc"
]
FAILED_IN_R = [(name, check) for name, check in CASES if "error" in check]

#: Checks of escalc, those where R stopped with an error, and measures, when the
#: files were copied. They must not shrink.
CHECKS, ERRORS, MEASURES = 215, 2, 48


def test_no_check_was_lost() -> None:
    assert len(CASES) == CHECKS
    assert len(FAILED_IN_R) == ERRORS
    assert len({check["args"]["measure"] for _, check in CASES}) == MEASURES


@pytest.mark.parametrize(("name", "check"), FAILED_IN_R)
def test_what_metafor_refuses_is_refused_here(name: str, check: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match="vtype="):
        effect_size(**options(check), **inputs(name, check))
