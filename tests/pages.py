"""Makes the pages that are generated, and writes them: `make pages`.

`PAGES` says how each is made, and tests/test_docs.py holds the files to it. What an example on a page of
docs/diagnostics gives is written only if the page means it: the page's own code, once, or else the codes that
stand behind the kind of file where the example begins, in the order in which they are reported:

    ```design E101 E101
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from typer.testing import CliRunner

from clausewise import policies
from clausewise.checking.check import check_source
from clausewise.checking.options import Options
from clausewise.commands.cli import app
from clausewise.configuration.keys import KEYS, Key
from clausewise.dossier.diagram import diagram_of
from clausewise.dsl.text.diagnostic import CODES, Diagnostic, InvalidError
from clausewise.dsl.text.source import Source
from clausewise.engine.core.outcomes import Outcome
from clausewise.formats.dossier.picture import draw
from clausewise.formats.report.json import render as render_json
from clausewise.formats.screen.diagnostics import print_diagnostics
from clausewise.formats.screen.sheet import Sheet
from clausewise.intake.laws import load_laws
from clausewise.intake.load import load_policy, policy_warnings
from clausewise.intake.vocabularies import load_vocabulary
from tests.conftest import ROOT, checked, further_examples, write_reference
from tests.sources import source_file, source_text

DIAGNOSTICS = ROOT / "docs" / "diagnostics"
JSON = ROOT / "docs" / "json.md"
DESIGNS_OF_1_0 = ROOT / "tests" / "designs_of_1_0"
"""Designs as they were written for the first version of the Face code."""
READINGS_HEAD = """# How the Face code is read

Some sentences of the code of conduct can be read in more than one way. Each such place is a reading of the policy.
The strictest is the default, but for three, which say why. Every report says whether the defaults are in force,
and where another reading would change something; `check --all`, Markdown and JSON name them all. `--reading
NAME=ALTERNATIVE` judges by another. This page is made from the policy and from
[the pack's page](../policies/face/README.md#where-the-text-is-ambiguous).
"""
USE_CASES_PAGE = ROOT / "docs" / "use-cases" / "README.md"
USE_CASES = sorted((policies.FOLDER / "face" / "use-cases").glob("*.design"))
CONFIGURATION = ROOT / "docs" / "configuration.md"
JSON_EXAMPLE = re.compile(
    r"```(?P<kind>vocabulary|policy|design|json)\n(?P<content>.*?)```", re.DOTALL
)
EXAMPLE = re.compile(
    r"```(?P<kind>design|json|policy|vocabulary|laws)(?P<codes>(?: [EW]\d{3})*)\n(?P<content>.*?)```\n\n"
    r"```text\n(?P<output>.*?)```",
    re.DOTALL,
)


def output_of(*words: str, codes: tuple[int, ...] = (0,)) -> str:
    """What a command prints.

    Raises:
        ValueError: its exit code is another than these.
    """
    result = CliRunner().invoke(app, words)
    if result.exit_code not in codes:
        raise ValueError(f"{' '.join(words)}: exit code {result.exit_code}\n{result.output}")
    return result.stdout


# the pages of diagnostics


def index() -> str:
    """The table of all codes, below what was written by hand."""
    opening, line, _ = _read(DIAGNOSTICS / "README.md").partition("| code | meaning |\n")
    rows = (f"| [{code}]({code}.md) | {title} |\n" for code, title in CODES.items())
    return "".join([opening, line, "| --- | --- |\n", *rows])


def diagnostic_page(code: str) -> str:
    """A code's page, with its title and what its examples give.

    Raises:
        ValueError: an example gives other diagnostics than the page means.
    """
    text = re.sub(r"\A.*", f"# {code}: {CODES[code]}", _read(DIAGNOSTICS / f"{code}.md"))
    return EXAMPLE.sub(partial(_with_output, code), text)


def _with_output(code: str, example: re.Match[str]) -> str:
    with TemporaryDirectory() as place:
        folder = Path(place).resolve()
        write_reference(folder)
        for name, text in further_examples().items():
            (folder / name).write_text(text, encoding="utf-8")
        path = folder / f"{code}.{example['kind']}"
        path.write_text(example["content"], encoding="utf-8")
        found = diagnostics(path)
        meant = example["codes"].split() or [code]
        if [diagnostic.code for diagnostic in found] != meant:
            given = ", ".join(diagnostic.code for diagnostic in found) or "nothing"
            raise ValueError(f"{code}.md means {', '.join(meant)}; its example gives {given}")
        start, end = (place - example.start() for place in example.span("output"))
        return example[0][:start] + shown(found, folder) + example[0][end:]


def diagnostics(path: Path) -> tuple[Diagnostic, ...]:
    """What is wrong with a file, and suspicious in it, by what kind of file it is."""
    try:
        match path.suffix:
            case ".vocabulary":
                load_vocabulary(path)
                return ()
            case ".policy":
                load_policy(str(path))
                return policy_warnings(str(path))
            case ".laws":
                load_laws(path)
                return ()
            case _:
                return checked(path).diagnostics
    except InvalidError as error:
        return error.diagnostics


def shown(found: tuple[Diagnostic, ...], folder: Path) -> str:
    """Diagnostics as a terminal shows them, with paths from a folder on."""
    text = io.StringIO()
    print_diagnostics(found, Sheet(text))
    lines = text.getvalue().replace(f"{folder}/", "").splitlines()
    return "\n".join(line.rstrip() for line in lines).strip() + "\n"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


# the page on JSON


def json_page() -> str:
    """The page, with the document that its example gives."""
    text = _read(JSON)
    blocks = {found["kind"]: found for found in JSON_EXAMPLE.finditer(text)}
    with TemporaryDirectory() as place:
        folder = Path(place).resolve()
        for kind, name in (("vocabulary", "gates"), ("policy", "gate-code"), ("design", "yard")):
            (folder / f"{name}.{kind}").write_text(blocks[kind]["content"], encoding="utf-8")
        found = render_json([checked(folder / "yard.design")]).replace(f"{folder}/", "")
    start, end = blocks["json"].span("content")
    return text[:start] + found + text[end:]


# the page on the configuration


def configuration_page() -> str:
    """The page, with a row for each key."""
    text, head = _read(CONFIGURATION), "| --- | --- | --- | --- | --- |\n"
    opening, _, rest = text.partition(head)
    _, blank, rest = rest.partition("\n\n") if not rest.startswith("\n") else ("", "\n", rest)
    rows = "".join(f"{_row(key)}\n" for key in KEYS.values())
    return f"{opening}{head}{rows}{blank[-1]}{rest.lstrip()}"


def _row(key: Key) -> str:
    default = "all" if key.default is None else f"`{_as_toml(key.default)}`"
    flag = f"`{key.flag}`" if key.flag else ""
    return f"| `{key.name}` | {default} | `{key.variable}` | {flag} | {key.says} Example: `{key.example}` |"


def _as_toml(value: object) -> str:
    return json.dumps([*value] if isinstance(value, tuple) else value)


def configuration_schema_page() -> str:
    """The JSON Schema of the configuration."""
    return output_of("schema", "--configuration")


def waivers_schema_page() -> str:
    """The JSON Schema of a file of waivers."""
    return output_of("schema", "--waivers")


def imports_schema_page() -> str:
    """The JSON Schema of a file of rules of import."""
    return output_of("schema", "--imports")


# all of them


def _ledger(name: str) -> str:
    """A policy's ledger with a line for each sentence of its source; what is new is to be claimed by hand."""
    with TemporaryDirectory() as folder:
        path = source_file(name, Path(folder))
        return output_of("trace", name, "--source", str(path), "--update", codes=(0, 1))


def _ledgers() -> Mapping[Path, Callable[[], str]]:
    paths = sorted(policies.FOLDER.glob("*/*.trace.toml"))
    named = {path: path.name.removesuffix(".trace.toml") for path in paths}
    return {path: partial(_ledger, name) for path, name in named.items() if source_text(name)}


def face_versions_page() -> str:
    """The table of what two versions of the Face code say of the same designs, in a page written by hand."""
    text = _read(ROOT / "docs" / "face-2.0.md")
    start = text.index("| design | by 1.0 |")
    end = text.index("\n\n", start)
    head = "\n".join(text[start:end].splitlines()[:2])
    rows = [_versions_row(path) for path in sorted(DESIGNS_OF_1_0.glob("*.design"))]
    return text[:start] + "\n".join([head, *rows]) + text[end:]


def _versions_row(path: Path) -> str:
    source = Source(path.name, _read(path))
    names = ("face-code-of-conduct 1.0", "face-code-of-conduct")
    before, after = (check_source(source, Options(policy=name))[0] for name in names)
    old, new = (
        {j.clause.number for j in report.clauses if j.outcome is Outcome.VIOLATED}
        for report in (before, after)
    )
    outcomes = {j.clause.number: str(j.outcome) for j in after.clauses}
    numbers = [j.clause.number for j in before.clauses]
    changed = [f"{n}, now {outcomes[n]}" for n in numbers if n in old - new]
    changed += [f"{n}, newly violated" for n in numbers if n in new - old]
    asked = {q.fact for q in after.advice.questions} - {q.fact for q in before.advice.questions}
    cells = (f"`{path.stem}`", before.verdict, after.verdict, "; ".join(changed), str(len(asked)))
    return f"| {' | '.join(cells)} |"


def face_readings_page() -> str:
    """Each reading of the Face code, with what the pack's page says of why."""
    policy = load_policy("face-code-of-conduct")
    said = _read(policies.FOLDER / "face" / "README.md")
    why = dict(re.findall(r"(?m)^\| `([\w-]+)` \| [^|]* \| [^|]* \| ([^|]*) \|$", said))
    parts = [READINGS_HEAD]
    for name, reading in policy.readings.items():
        clauses = [c.number for c in policy.clauses.values() if name in policy.readings_of(c)]
        parts.append(
            f"## `{name}`\n\nOpen is {reading.description}. It bears on {', '.join(clauses)}.\n"
        )
        for way, words in reading.alternatives.items():
            documents = [policy.documents[document].words for document in reading.per.get(way, ())]
            per = f", as in: {'; '.join(documents)}" if documents else ""
            default = " (the default)" if way == reading.default else ""
            parts.append(f"- `{way}`{default}: {words}{per}.")
        parts.append(f"\nWhy: {why[name]}.\n")
    return "\n".join(parts)


def use_case_page(design: Path) -> str:
    """A use case's page, with its design as the pack has it."""
    text = _read(USE_CASES_PAGE.with_name(f"{design.stem}.md"))
    start, end = text.index("```design\n") + len("```design\n"), text.index("```\n\n## Three")
    return text[:start] + _read(design) + text[end:]


def use_cases_page() -> str:
    """The table of the use cases, with how many facts each design states."""
    text = _read(USE_CASES_PAGE)
    for design in USE_CASES:
        (report,) = check_source(Source(design.name, _read(design)), Options())
        count = sum(len(entity.facts) for entity in report.deployment.entities.values())
        row = rf"(?m)^(\| \[{design.stem}\]\(\S+\) \| \w+ \|) \d+ "
        text = re.sub(row, rf"\g<1> {count} ", text)
    return text


def dossier_picture() -> str:
    """The diagram of the dossier of an example."""
    (report,) = checked(ROOT / "examples" / "patrol.design").reports
    return draw(diagram_of(report), "8 parts of the design and what refers to what") + "\n"


PAGES: Mapping[Path, Callable[[], str]] = {
    ROOT / "docs" / "face-vocabulary.md": partial(output_of, "vocabulary"),
    ROOT / "docs" / "law-vocabulary.md": partial(output_of, "vocabulary", "--policy", "us-il-bipa"),
    DIAGNOSTICS / "README.md": index,
    JSON: json_page,
    CONFIGURATION: configuration_page,
    ROOT / "docs" / "clausewise.schema.json": configuration_schema_page,
    ROOT / "docs" / "waivers.schema.json": waivers_schema_page,
    ROOT / "docs" / "imports.schema.json": imports_schema_page,
    **{DIAGNOSTICS / f"{code}.md": partial(diagnostic_page, code) for code in CODES},
    **_ledgers(),
    ROOT / "docs" / "face-2.0.md": face_versions_page,
    ROOT / "docs" / "face-readings.md": face_readings_page,
    ROOT / "docs" / "pictures" / "dossier.svg": dossier_picture,
    USE_CASES_PAGE: use_cases_page,
    **{USE_CASES_PAGE.with_name(f"{p.stem}.md"): partial(use_case_page, p) for p in USE_CASES},
}
"""By the path of each page, what makes it."""


def main() -> None:
    """Write all pages; name those that changed."""
    for path, make in PAGES.items():
        text = make()
        if not path.is_file() or _read(path) != text:
            path.write_text(text, encoding="utf-8")
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
