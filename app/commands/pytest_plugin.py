"""A pytest plugin: every case of a `*.cases` file is a test. It is on wherever both are installed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from clausewise.testing.cases import CaseResult


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CollectedCases | None:
    """Collect the files of cases."""
    if file_path.suffix == ".cases":
        return CollectedCases.from_parent(parent, path=file_path)
    return None


class FailedCaseError(Exception):
    """A case came out otherwise than expected."""


class CollectedCases(pytest.File):
    """A file of cases."""

    def collect(self) -> Iterator[pytest.Item]:
        """The cases, as tests.

        Raises:
            CollectError: the file has mistakes, or no cases.
        """
        from clausewise.dsl.text.diagnostic import InvalidError
        from clausewise.testing.cases import cases_of

        try:
            for case, source in cases_of(self.path):
                yield CaseItem.from_parent(self, name=case.title.text, case=case, source=source)
        except InvalidError as error:
            raise self.CollectError(_shown(error.diagnostics)) from None


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Any, source: Any, **rest: Any) -> None:
        super().__init__(**rest)
        self.case = case
        self.source = source

    def runtest(self) -> None:
        """Run the case.

        Raises:
            FailedCaseError: it came out otherwise than expected.
        """
        from clausewise.dsl.text.diagnostic import InvalidError
        from clausewise.testing.cases import run_case

        try:
            result = run_case(self.case, self.source)
        except InvalidError as error:
            raise FailedCaseError(_shown(error.diagnostics)) from None
        if not result.passed:
            raise FailedCaseError(_differences(result))

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """What differs, without a traceback."""
        if isinstance(excinfo.value, FailedCaseError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The place of the case."""
        line, _ = self.source.position(self.case.title.span.start)
        return self.path, line - 1, self.name


def _shown(diagnostics: Any) -> str:
    from clausewise.formats.screen.diagnostics import print_diagnostics
    from clausewise.formats.screen.sheet import Sheet

    text = io.StringIO()
    print_diagnostics(diagnostics, Sheet(text))
    return text.getvalue()


def _differences(result: CaseResult) -> str:
    from clausewise.formats.cases.text import print_failed
    from clausewise.formats.screen.sheet import Sheet

    text = io.StringIO()
    print_failed(result, Sheet(text))
    return text.getvalue()
