"""Modules of a folder become one script, or an error says why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdmameta.errors import ReportError
from mdmameta.reporting import scripts


@pytest.fixture
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(scripts, "files", lambda package: tmp_path)
    folder = tmp_path / "assets/odd"
    folder.mkdir(parents=True)
    return folder


def test_a_module_stands_once_after_what_it_imports(assets: Path) -> None:
    (assets / "a.js").write_text('import { c } from "./c.js";\nexport const a = c;\n')
    (assets / "c.js").write_text("export const c = 1;\n")
    entry = 'import { a } from "./a.js";\nimport { c } from "./c.js";\n'
    (assets / "main.js").write_text(entry)
    made = scripts.bundle("odd", "main.js")
    places = [made.index(f"const from_{name} = ") for name in ("c", "a", "main")]
    assert places == sorted(places)
    assert made.count("const from_c = ") == 1


def test_modules_that_import_each_other_are_named_in_their_circle(assets: Path) -> None:
    (assets / "a.js").write_text('import { b } from "./b.js";\n')
    (assets / "b.js").write_text('import { a } from "./a.js";\n')
    with pytest.raises(ReportError, match=r"circle: a\.js → b\.js → a\.js"):
        scripts.bundle("odd", "a.js")


def test_what_html_would_read_as_its_end_is_refused(assets: Path) -> None:
    (assets / "a.js").write_text('export const a = "</script>";\n')
    with pytest.raises(ReportError, match="odd holds '</', which would end its scrip"):
        scripts.bundle("odd", "a.js")
