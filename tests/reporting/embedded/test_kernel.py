"""A kernel needs libraries, which are named where they are missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdmameta.errors import MissingExtraError
from mdmameta.reporting.embedded import kernel


def test_a_kernel_that_is_not_installed_is_named_with_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"ipykernel .*mdmameta\[report\]"):
        kernel._client(tmp_path, tmp_path)
