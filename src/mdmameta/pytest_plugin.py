"""pytest plugin: one test for each thing that a model owes.

``pytest --conform mypackage.models:MODELS`` collects the models of a sequence
(or one model), checks each with `mdmameta.testing.check_model`, and reports
every check as a test of its own. ``conform`` may also stand in pytest's
configuration, one ``module:name`` a line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mdmameta.testing.conformance import Check, Conformance


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--conform`` and the setting ``conform``."""
    text = "models to check with mdmameta.testing.check_model, as module:name"
    group = parser.getgroup("mdmameta")
    group.addoption("--conform", action="append", default=[], help=text)
    parser.addini("conform", help=text, type="linelist", default=[])


def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Append the checks of the models that were asked for."""
    for place in [*config.getini("conform"), *config.getoption("--conform")]:
        collector = Models.from_parent(session, name=place, nodeid=place)
        items.extend(collector.collect())


class Models(pytest.Collector):
    """The models found at one place."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield one test a check."""
        from mdmameta.testing.contract import CONTRACT

        names = (*CONTRACT, "coverage-100", "calibration")
        for model in models_at(self.name):
            report = cache(lambda model=model: _report(model))
            for name in names:
                item = Conforms.from_parent(self, name=f"{model!r}[{name}]")
                item.look = (report, name)
                yield item


class Conforms(pytest.Item):
    """One thing that a model owes."""

    look: Any

    def runtest(self) -> None:
        """Fail, or skip what is waived, with what the kit found."""
        report, name = self.look
        check: Check | None = next((c for c in report().checks if c.name == name), None)
        if check is None:
            pytest.skip("not asked of this model")
        if check.outcome == "failed":
            pytest.fail(f"{check.name}: {check.detail}", pytrace=False)
        if check.outcome == "waived":
            pytest.skip(check.detail)

    def reportinfo(self) -> tuple[str, int | None, str]:
        """Name the model and the duty."""
        return self.nodeid, None, self.name


def models_at(place: str) -> Sequence[Any]:
    """Import a model, or a sequence of models, from ``module:name``.

    A class stands for the model that has its defaults.

    Raises
    ------
    pytest.UsageError
        When nothing is found there.
    """
    module, _, name = place.partition(":")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise pytest.UsageError(
            f"--conform {place}: {error}. Give module:name of a model or of a "
            "sequence of models."
        ) from error
    models = found if isinstance(found, Sequence) else (found,)
    return [model() if isinstance(model, type) else model for model in models]


def _report(model: Any) -> Conformance:
    from mdmameta.testing.check import check_model

    return check_model(model)
