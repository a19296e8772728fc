"""A pytest plugin: every case of a `*.cases` file is a test. It is on wherever both are installed.

Other projects may have files that are called so. So it touches only those that are called after a policy that may
judge here, or have a case whose design names one.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from clausewise.intake.access import Access
    from clausewise.testing.cases import CaseResult


_PASSED_OVER = pytest.StashKey[list[str]]()
_ACCESS = pytest.StashKey["Access"]()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CollectedCases | None:
    """Collect the files of cases that name a policy of ours."""
    if file_path.suffix != ".cases":
        return None
    from clausewise.dsl.text.diagnostic import InvalidError
    from clausewise.testing.whose import Whose, whose

    try:
        found = whose(file_path, _access(parent.config))
    except InvalidError as error:  # a policy of the configuration cannot be read
        raise pytest.UsageError(_shown(error.diagnostics)) from None
    match found:
        case Whose.OURS:
            return CollectedCases.from_parent(parent, path=file_path, **_seen_as(file_path, parent))
        case Whose.UNKNOWN:
            parent.config.stash.setdefault(_PASSED_OVER, []).append(str(file_path))
        case Whose.FOREIGN:
            pass
    return None


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Name the files of cases that were passed over, since they name no policy that may judge here."""
    for path in config.stash.get(_PASSED_OVER, []):
        terminalreporter.write_line(
            f"clausewise: {_in_a_line(path)} names no policy that may judge here"
        )


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """End with 70 if a bug of ours kept a case from being run: no failure of a test has that code."""
    from clausewise.dsl.text.fault import EXIT_CODE, FAULT

    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    reports = [
        one for kind in ("failed", "error") for one in getattr(reporter, "stats", {}).get(kind, [])
    ]
    # A line begins so only where we say it: a title, or what is shown of a file, stands behind something.
    if any(f"\nerror[{FAULT}]" in f"\n{report.longreprtext}" for report in reports):
        session.exitstatus = EXIT_CODE


def _access(config: pytest.Config) -> Access:
    """What may be opened, as the configuration says."""
    from clausewise.configuration.options import options_here
    from clausewise.dsl.text.diagnostic import InvalidError

    if _ACCESS not in config.stash:
        try:
            config.stash[_ACCESS] = options_here().access
        except InvalidError as error:
            raise pytest.UsageError(_shown(error.diagnostics)) from None
    return config.stash[_ACCESS]


class FailedCaseError(Exception):
    """A case came out otherwise than expected."""


class CollectedCases(pytest.File):
    """A file of cases."""

    def collect(self) -> Iterator[pytest.Item]:
        """The cases, as tests. A file that cannot be read is a test that fails.

        Were it an error of collection, pytest would run no test at all, of any file.
        """
        from clausewise.dsl.text.diagnostic import InvalidError
        from clausewise.dsl.text.fault import fault_of
        from clausewise.testing.cases import cases_of

        names = set[str]()
        try:
            for case, source in cases_of(self.path, _access(self.config).max_bytes):
                name = _unlike(_in_a_line(case.title.text), names)
                names.add(name)
                yield CaseItem.from_parent(self, name=name, case=case, source=source)
        except InvalidError as error:
            yield UnreadItem.from_parent(self, name="unread", why=_shown(error.diagnostics))
        except Exception as error:
            why = _shown([fault_of(error, str(self.path))])
            yield UnreadItem.from_parent(self, name="unread", why=why)


class _Item(pytest.Item):
    """A test whose failure is told in our words."""

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """What differs, without a traceback."""
        if isinstance(excinfo.value, FailedCaseError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


class UnreadItem(_Item):
    """A file that has mistakes, or no cases."""

    def __init__(self, *, why: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.why = why

    def runtest(self) -> None:
        """Fail.

        Raises:
            FailedCaseError: what is wrong with the file.
        """
        raise FailedCaseError(self.why)


class CaseItem(_Item):
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
        from clausewise.dsl.text.fault import fault_of
        from clausewise.testing.cases import run_case

        try:
            result = run_case(self.case, self.source, _access(self.config))
        except InvalidError as error:
            raise FailedCaseError(_shown(error.diagnostics)) from None
        except Exception as error:
            raise FailedCaseError(_shown([fault_of(error, str(self.path))])) from None
        if not result.passed:
            raise FailedCaseError(_differences(result))

    def reportinfo(self) -> tuple[Path, int, str]:
        """The place of the case."""
        line, _ = self.source.position(self.case.title.span.start)
        return Path(_in_a_line(str(self.path))), line - 1, self.name


def _seen_as(path: Path, parent: pytest.Collector) -> dict[str, Any]:
    """How pytest shows a file whose name would act on a terminal or a log: otherwise it shows the name itself."""
    relative = path.relative_to(parent.config.rootpath) if _is_below(path, parent) else path
    plain = _in_a_line(relative.as_posix())
    return {} if plain == relative.as_posix() else {"nodeid": plain}


def _is_below(path: Path, parent: pytest.Collector) -> bool:
    return path.is_relative_to(parent.config.rootpath)


def _in_a_line(text: str) -> str:
    """What a stranger wrote, for pytest, which shows it as it is."""
    from clausewise.formats.escaping import log_line, on_one_line

    return log_line(on_one_line(text))


def _unlike(title: str, names: set[str]) -> str:
    """A name that no test of the file has yet: two cases may have one title."""
    name, number = title, 1
    while name in names:
        number += 1
        name = f"{title} ({number})"
    return name


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
