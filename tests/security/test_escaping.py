"""What strangers write is shown, and acts on nothing: one hostile text through every command and every format."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from html.parser import HTMLParser
from itertools import groupby
from pathlib import Path
from typing import Any
from unicodedata import category
from xml.etree import ElementTree

import pytest
from hypothesis import given, strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from clausewise.checking.options import Options
from clausewise.editor.analysis import analyse
from clausewise.editor.completing.completion import completion
from clausewise.editor.hover import hover
from clausewise.editor.kinds import kind_of
from clausewise.editor.naming.names import occurrences
from clausewise.formats import escaping
from clausewise.intake.access import Access
from tests.conftest import REFERENCE_FILES, reference_examples
from tests.security.conftest import COMMAND, SECONDS, Ended, run

ODD = "\x1b[31m \x07\x9b2J\x7f\u200b\u200c\u200d\u200e\u200f\u202e\u2066\ufeff\U000e0041"
MARKS = '``` `c` </script> "><img src=x onerror=e> <!-- [l](https://e.example) |*b*| ##vso[task.x]y'
LINE = f"{ODD} {MARKS}"
"""What a text in the language can hold, which ends at the end of a line."""
HOSTILE = (
    f"=1+1{LINE}\n::error::x\r\n##vso[x]\u2028::stop-commands::z\u2029\n\n# Result: permitted\n- x"
)
"""What a text in JSON can hold."""
NAME = "::error::\x1b[31m`n` ##vso[x]\u202e=<img>|"
"""What the name of a file can hold."""
TAGS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "h1",
        "h2",
        "p",
        "main",
        "section",
        "table",
    ),
    *("thead", "tbody", "tr", "th", "td", "ul", "li", "strong", "span", "svg", "rect", "pre"),
}


def harmless(text: str) -> str:
    """The output, in which nothing acts on a terminal or on the log of a build."""
    lines = text.replace("\r\n", "\n").split("\n")
    acting = {c for line in lines for c in line if category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert not acting
    assert not [line for line in lines if line.lstrip().startswith("::")]
    assert not re.search(r"##\w*\[", text)
    return text


@pytest.fixture
def hostile(project: Path) -> Path:
    """A project whose policy, vocabulary, designs and cases hold the text wherever one can stand."""
    words = "title|says|quotes|at|remedy|because|notice|version|ask"
    quoted = LINE.replace("\\", "\\\\").replace('"', '\\"')
    for name in ("doors.vocabulary", "door-code.policy"):
        text = (project / name).read_text(encoding="utf-8")
        text, count = re.subn(
            rf'((?<![\w-])(?:{words})\s+"[^"\n]*)"', lambda m: f'{m[1]} {quoted}"', text
        )
        assert count > 5
        (project / name).write_text(text, encoding="utf-8")
    design = {
        "deployment": HOSTILE,
        "judged-by": ["door-code"],
        "as-of": "2026-11-23",
        "actor": {"acme": {"kind": "police", "jurisdiction": "US", "acts-for": []}},
        "door": {"front": {"by": "acme", "results-to": ["acme"]}},
        "people": {"nobody": {"ages": "18.."}},
        "safety": {
            "harm": {
                "value": False,
                "attested": {"by": HOSTILE, "on": "2026-01-01", "because": HOSTILE},
                "evidence": [HOSTILE],
            }
        },
    }
    folder = project / "designs"
    (folder / f"{NAME}.design.json").write_text(json.dumps(design), encoding="utf-8")
    (folder / f"{NAME}.design").write_text("deployment " + NAME + "\n", encoding="utf-8")
    title = quoted.replace("\\\\", "\\")
    good = reference_examples()["design"]
    inline = "\n".join("    " + line for line in good.splitlines())
    case = f'case "{title}" {{\n  design {{\n{inline}\n  }}\n  expect prohibited\n}}\n'
    (project / f"{NAME}.cases").write_text(case, encoding="utf-8")
    (folder / ".gitignore").write_text("left*\n", encoding="utf-8")
    (folder / f"left {NAME}.design").write_text(good, encoding="utf-8")
    return project


def check(format_: str, *words: str) -> Ended:
    found = run("check", "designs", "--format", format_, *words)
    harmless(found.said)
    assert found.code == 2
    return found


@pytest.mark.usefixtures("hostile")
def test_the_text_is_what_is_read() -> None:
    titles = {design["title"] for design in check("json").designs().values()}
    assert HOSTILE in titles
    assert any(NAME in design["path"] for design in check("json").json()["designs"])
    assert NAME in check("json").json()["left_out"][0]["path"]
    (policy,) = check("json").designs()[f"{NAME}.design.json"]["policies"]
    assert LINE in policy["title"]
    assert all(LINE in clause["says"] for clause in policy["clauses"])
    told = [fact["attested_by"] for fact in policy["rests_on"]]
    assert HOSTILE in told


@pytest.mark.usefixtures("hostile")
def test_text_on_a_terminal() -> None:
    name = f"designs/{NAME}.design.json"
    assert check("text").out
    for words in (("ask", name), ("explain", name), ("explain", name, "--evidence", "required")):
        assert "onerror=e" in harmless(run(*words).said)
    assert harmless(run("check", name, "--evidence", "required").said)
    assert harmless(run("fix", name).said)
    assert harmless(run("fix", name, "-f", "json").said)
    assert harmless(run("portfolio", "designs").said)
    assert harmless(run("portfolio", "designs", "--against", "keeping=loose").said)
    for others in (
        ("test", "."),
        ("fmt", "--check", "."),
        ("clause",),
        ("clause", "alarm"),
        ("config",),
    ):
        assert harmless(run(*others, *_by(words)).said)
    assert harmless(run("test", ".", "--coverage").said)
    assert harmless(run("explain", name, NAME).said)
    assert harmless(run("ask", f"no {NAME}").said)


def _by(words: tuple[str, ...]) -> tuple[str, ...]:
    return ("--policy", "door-code") if words[0] in ("clause", "graph", "vocabulary") else ()


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("command", ["vocabulary", "new", "compile", "schema", "graph"])
def test_what_a_policy_says_on_a_terminal(command: str) -> None:
    found = run(command, "--policy", "door-code")
    assert found.code == 0
    assert harmless(found.out)
    if command == "graph":
        assert harmless(run(command, "--policy", "door-code", "--format", "dot").out)


@pytest.mark.usefixtures("hostile")
def test_the_design_of_a_case_on_a_terminal() -> None:
    title = re.search(r'name="([^"]*)"', run("test", ".", "--format", "junit").out)
    assert title
    assert harmless(run("test", ".", "--print", LINE).out).startswith("deployment")


@pytest.mark.usefixtures("hostile")
def test_sarif() -> None:
    (log,) = json.loads(check("sarif", "--all").out)["runs"]
    found = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in log["results"]
    }
    assert all(re.fullmatch(r"[\w./~%-]+", uri) for uri in found)
    words = [rule["shortDescription"]["text"] for rule in log["tool"]["driver"]["rules"]]
    assert any(LINE in text for text in words)
    messages = [result["message"]["text"] for result in log["results"]]
    assert not [text for text in messages if re.search(r"(?<!\\)\[[^\]]*\]\(", text)]


@pytest.mark.usefixtures("hostile")
def test_junit() -> None:
    root = ElementTree.fromstring(check("junit").out)
    assert any(escaping.xml(NAME) in case.get("classname", "") for case in root.iter("testcase"))
    cases = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(cases) == len(set(cases))
    root = ElementTree.fromstring(harmless(run("test", ".", "--format", "junit").out))
    (case,) = root.iter("testcase")
    assert case.get("name") == escaping.xml(LINE)


@pytest.mark.usefixtures("hostile")
def test_markdown() -> None:
    for text in (check("markdown").out, run("vocabulary", "--policy", "door-code").out):
        tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(harmless(text))
        inner = [child for token in tokens for child in token.children or ()]
        kinds = {token.type for token in [*tokens, *inner]}
        assert not kinds & {"html_block", "html_inline", "image", "s_open", "fence", "code_block"}
        assert not [t for t in inner if t.type == "link_open" and "e.example" in str(t.attrs)]
        headings = [tokens[i + 1].content for i, t in enumerate(tokens) if t.type == "heading_open"]
        assert not [heading for heading in headings if heading.startswith("Result")]
        rows = [line for line in text.splitlines() if line.startswith("| ")]
        cells = MarkdownIt("commonmark").enable("table").parse("\n".join(rows))
        assert sum(t.type == "tr_open" for t in cells) <= len(rows)


@pytest.mark.usefixtures("hostile")
def test_a_dossier_in_markdown() -> None:
    text = harmless(run("report", f"designs/{NAME}.design.json").out)
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    inner = [child for token in tokens for child in token.children or ()]
    kinds = {token.type for token in [*tokens, *inner]}
    assert not kinds & {"html_block", "html_inline", "image", "s_open", "fence", "link_open"}
    titles = [tokens[i + 1].content for i, t in enumerate(tokens) if t.type == "heading_open"]
    assert not [title for title in titles if title.startswith("Result")]
    (lines,) = (token for token in tokens if token.type == "code_block")
    assert "onerror=e" in lines.content
    rows = [line for line in text.splitlines() if re.match(r"\| (?!---)", line)]
    assert sum(token.type == "tr_open" for token in tokens) == len(rows)


NOTHING_IS_FETCHED = """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; """


@pytest.mark.usefixtures("hostile")
def test_a_dossier_in_html() -> None:
    page = harmless(run("report", f"designs/{NAME}.design.json", "--format", "html").out)
    assert NOTHING_IS_FETCHED in page
    found = _Tags(page)
    more = {
        "a",
        "nav",
        "caption",
        "blockquote",
        "code",
        "ol",
        "dl",
        "dt",
        "dd",
        "h3",
        "h4",
        "footer",
        "div",
    }
    assert found.tags <= TAGS | more | {"text", "path", "polygon"}
    assert not [name for name in found.names if name.startswith("on") or name == "src"]
    assert "<img src=x onerror=e>" in found.text


class _Tags(HTMLParser):
    """The tags, attributes and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html(hostile: Path) -> None:
    (hostile / "source.txt").write_text(f"Heading\n\nA {LINE} sentence.\n", encoding="utf-8")
    run("test", ".", "--coverage", "--html", "coverage.html")
    trace = ("trace", "door-code.policy", "--source", "source.txt")
    assert harmless(run(*trace, "--update").out)
    run(*trace, "--update", "--output", "door-code.trace.toml")
    assert harmless(run(*trace).said)
    pages = [
        run("portfolio", "designs", "--format", "html").out,
        run(*trace, "--format", "html").out,
        (hostile / "coverage.html").read_text(encoding="utf-8"),
    ]
    for page in pages:
        assert NOTHING_IS_FETCHED in page
        found = _Tags(harmless(page))
        assert found.tags <= TAGS
        assert not [name for name in found.names if name.startswith("on") or name == "src"]
        assert "<img src=x onerror=e>" in found.text


LINKS = [
    "https://evil.example",
    "http://evil.example",
    "ftp://evil.example",
    "www.evil.example",
    "(WWW.evil.example)",
    "a.b-c@evil.example",
    "mailto:a@evil.example",
    "xmpp:a@evil.example/b",
    "@octocat",
    "@org/team",
    "#12",
    "owner/repo#12",
    "GH-12",
    "gh-12",
    "owner@0123abc",
]
"""What GitHub, or an editor, makes a link of."""
LINKED = re.compile(r"(?i)://|www\.|@[\w]|#\d|\bgh-\d")


def linked(text: str) -> bool:
    """Whether a link is found in what a text of Markdown shows, with all escapes undone and no code."""
    (line,) = MarkdownIt("commonmark").parseInline(text)
    return any(
        one.type == "link_open" or (one.type == "text" and LINKED.search(one.content))
        for one in fragments(line.children or ())
    )


def fragments(tokens: Sequence[Token]) -> Iterator[Token]:
    """Tokens, with texts that follow one another joined, as GitHub does before it looks for addresses."""
    for kind, group in groupby(tokens, lambda one: one.type):
        same = [*group]
        if kind == "text":
            yield Token("text", "", 0, content="".join(one.content for one in same))
        else:
            yield from same


@pytest.mark.parametrize("text", LINKS)
@pytest.mark.parametrize("around", ["{}", "see {} there", "*{}*", "x\\{}", "[{}](b)", "_{}_"])
def test_nothing_that_a_stranger_writes_becomes_a_link(text: str, around: str) -> None:
    assert linked(text), "the test knows what it looks for"
    shown = escaping.markdown(around.format(text))
    assert not linked(shown), shown
    assert harmless(shown)


@pytest.mark.parametrize(
    "words", [("check", "-f", "markdown"), ("check", "-f", "summary"), ("report",)]
)
def test_no_link_is_in_a_report(project: Path, words: tuple[str, ...]) -> None:
    path = project / "designs" / "x.design"
    told = " ".join(LINKS)
    text = reference_examples()["design"].replace('"Front door"', f'"{told}"')
    text = text.replace("30 days", "600 days")
    by = f'alarm yes evidence "{LINKS[0]}" attested by "{told}" on 2026-01-01 because "{told}"'
    path.write_text(re.sub(r"alarm +yes", by, text), encoding="utf-8")
    found = run(words[0], path, *words[1:]).out
    assert "evil" in found
    for line in found.splitlines():
        if line.startswith((" " * 4, "> ")):  # the design's text, as code; and what a policy quotes
            continue
        shown = re.sub(r"sha256 `[0-9a-f]+`|`[0-9a-f]{64}`", "", line)
        assert not re.search("evil|octocat|org/team", shown) or not linked(shown), line


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("format_", ["github", "azuredevops"])
def test_no_log_takes_a_text_for_a_command(format_: str, hostile: Path) -> None:
    """Neither of this kind nor of the other: the one service may show what was written for the other."""
    name = "##VSO[task.setvariable variable=x]y\u2028::ERROR::z.design"
    marks = "##vso[a]##VsO[b] ##[add-matcher]c ###vso[d] \v::stop-commands::e \x85::error::f \r::g"
    (hostile / "designs" / name).write_text(f"{marks}\n", encoding="utf-8")
    design = {"deployment": marks, "judged-by": [marks]}
    (hostile / "designs" / "m.json").write_text(json.dumps(design), encoding="utf-8")
    out = run("check", "designs", "-f", format_).out
    assert "task.setvariable" in out
    for line in out.splitlines():
        command = re.match(
            r"##vso\[task\.logissue [^\]]*\]|::(error|warning|notice) [^:]*::|", line
        )
        assert command
        harmless(line[command.end() :])
        assert not re.search(r"##\w*\[", command[0][2:])


FORMULA = tuple("=+-@\t\r|\uff1d\uff0b\uff0d\uff20")


@pytest.mark.parametrize(
    "title",
    [
        "=1",
        " =1",
        "\n=1",
        "\r\n+1",
        "\t@x",
        "\u3000=1",
        "\uff1d1",
        "\u200b=1",
        "\ufeff-1",
        "::error::x",
    ],
)
def test_csv(hostile: Path, title: str) -> None:
    design = {"deployment": title, "judged-by": ["door-code"], "safety": {"alarm": True}}
    (hostile / "designs" / "formula.design.json").write_text(json.dumps(design), encoding="utf-8")
    text = run("portfolio", "designs", "--format", "csv").out
    harmless(text)
    head, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert {len(row) for row in rows} == {len(head)}
    assert len(rows) == 4, text
    cells = [cell for row in rows for cell in row]
    assert not [
        cell for cell in cells if cell.strip("\u200b\ufeff \n\r\t\u3000").startswith(FORMULA)
    ]


@pytest.mark.usefixtures("hostile")
def test_json_lines() -> None:
    lines = harmless(run("portfolio", "designs", "--format", "jsonl").out).splitlines()
    assert HOSTILE in [json.loads(line)["title"] for line in lines]


# each function by itself


@given(st.text())
def test_whatever_the_text_is(text: str) -> None:
    harmless(escaping.log_line(escaping.visible(text)))
    harmless(escaping.terminal_lines(text))
    harmless(escaping.markdown(text))
    harmless(escaping.markdown_code(text))
    harmless(escaping.html(text))
    harmless(escaping.csv_cell(text))
    harmless(escaping.dot(text))
    assert json.loads(harmless(escaping.as_json([text], indent=2))) == [text]
    root = ElementTree.Element("a", name=escaping.xml(text))
    root.text = escaping.xml(text)
    document = ElementTree.tostring(root, encoding="unicode")
    assert ElementTree.fromstring(harmless(escaping.xml_document(document))).get(
        "name"
    ) == escaping.xml(text)
    (span,) = MarkdownIt("commonmark").parseInline(f"a {escaping.markdown_code(text)} b")
    kinds = [child.type for child in span.children or ()]
    assert kinds == ["text", "code_inline", "text"]


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(VALUES | st.sampled_from(["a\udcffb", ["</script>", "##[x]", "\ud83d"], {"": [[], {}]}]))
def test_json_is_written_as_the_library_does_however_long_it_is(value: object) -> None:
    short = escaping.as_json(value, indent=2)
    indented = json.dumps(value, indent=2, ensure_ascii=False)
    assert short == escaping.json_document(indented)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(escaping, "LONG", 0)
        assert escaping.as_json(value, indent=2) == short


# UTF-8 and colours


LOCALES: list[dict[str, str]] = [
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "cp1252", "LC_ALL": "C"},
    {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
]


def apart(folder: Path, env: dict[str, str], *words: str) -> subprocess.CompletedProcess[bytes]:
    """A command in a process of its own, whose output is redirected."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHON"))}
    return subprocess.run(
        [*COMMAND, *words],
        cwd=folder,
        env=kept | env,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )


PARSERS: dict[str, Callable[[str], Any]] = {
    "json": json.loads,
    "sarif": json.loads,
    "junit": ElementTree.fromstring,
    "text": str,
    "markdown": str,
}


@pytest.mark.parametrize("env", LOCALES, ids=lambda env: " ".join(env))
def test_what_is_redirected_is_utf_8(project: Path, env: dict[str, str]) -> None:
    text = reference_examples()["design"].replace("alarm  yes", "alarm no")
    text = text.replace('"Front door"', '"Türen 문"')
    (project / "x.design").write_text(text, encoding="utf-8")
    for format_, parse in PARSERS.items():
        done = apart(project, env, "check", "x.design", "--format", format_)
        assert (done.returncode, done.stderr) == (1, b"")
        assert parse(done.stdout.decode("utf-8")) is not None
        assert format_ in ("junit", "sarif") or "Türen 문" in done.stdout.decode("utf-8")


@pytest.mark.skipif(os.name != "posix", reason="such names are those of POSIX")
def test_a_name_that_is_not_utf_8(project: Path) -> None:
    path = os.fsencode(project / "designs") + b"/\xff\xfe.design"
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123 - a path of bytes
        file.write(reference_examples()["design"])
    for format_, parse in PARSERS.items():
        done = apart(project, LOCALES[0], "check", "designs", "--format", format_)
        assert done.returncode == 2
        assert b"\\udcff" in done.stdout + done.stderr or b"%5Cudcff" in done.stdout
        parse(done.stdout.decode("utf-8"))


def test_a_mark_of_utf_8_at_the_beginning(project: Path) -> None:
    design = {
        "deployment": "x",
        "judged-by": ["door-code"],
        "safety": {"alarm": True},
        "$schema": "s",
    }
    line = json.dumps(design)
    for name, text in (("a.design.json", line), ("a.jsonl", f"{line}\n{line}\n")):
        (project / name).write_text(text, encoding="utf-8-sig")
    (project / "a.design").write_text(reference_examples()["design"], encoding="utf-8-sig")
    assert run("check", "a.design").code == 0
    assert run("check", "a.design.json").code != 2
    lines = run("portfolio", "a.jsonl", "--format", "jsonl").out.splitlines()
    assert [json.loads(one)["title"] for one in lines] == ["x", "x"]


@pytest.mark.parametrize(
    "value", ["\u0661\u0668 days", "-30 days", "\u0661\u0668", "\uff13\uff10 days"]
)
def test_what_looks_like_a_number_is_a_mistake(project: Path, value: str) -> None:
    design = {"deployment": "x", "judged-by": ["door-code"], "door": {"d": {"keeps": value}}}
    (project / "x.json").write_text(json.dumps(design), encoding="utf-8")
    (project / "x.design").write_text(
        f'deployment "x"\njudged by door-code\ndoor d {{\n  keeps {value}\n}}\n'
    )
    for name in ("x.json", "x.design"):
        found = run("check", name)
        assert (found.code, "error[" in found.err) == (2, True)


@pytest.mark.parametrize(
    ("env", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
@pytest.mark.parametrize(
    "words", [("check", "designs/good.design"), ("clause", "--policy", "door-code")]
)
def test_colours_are_written_where_they_are_asked_for(
    project: Path, words: tuple[str, ...], env: dict[str, str], coloured: bool
) -> None:
    done = apart(project, {"NO_COLOR": "", "FORCE_COLOR": "", **env}, *words)
    assert done.returncode == 0
    assert (b"\x1b[" in done.stdout) == coloured


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("title", ["a\nb", "a\rb", "a\x1bb", "a\u2028b", "a\u200bb"])
def test_a_new_design_can_be_read(title: str) -> None:
    found = run("new", "--policy", "door-code", "--title", title)
    assert (found.code, found.out) == (2, "")
    found = run("new", "--policy", "door-code", "--title", 'a "b" \\ c', "--output", "new.design")
    assert found.code == 0
    assert run("check", "new.design").code == 3


@pytest.mark.parametrize(
    "name", ["a|b.design", "x\\| **permitted** |y.design", "`|`.design", "plain.design"]
)
def test_no_name_ends_its_cell(name: str) -> None:
    """In a code span, renderers differ about whether a bar behind a backslash does."""
    cell = escaping.markdown_code_in_cell(name)
    assert not re.search(r"(?<!\\)(?:\\\\)*\|", cell)
    assert cell.startswith("`") is ("|" not in name)


def shown_by_an_editor(path: Path, text: str) -> Iterator[str]:
    """All Markdown that an editor is given for a text: of each name in it, and of what could follow."""
    kind = kind_of(str(path))
    assert kind
    options = Options(access=Access(root=path.parent))
    analysis = analyse(str(path), text, kind, options)
    places = {one.span.start for one in occurrences(analysis)}
    assert len(places) > 5, path
    for number, place in enumerate(sorted(places)):
        if number % 2 == 0 and (found := hover(analysis, place)):
            yield found.text
        if number % 16 == 0 and (offers := completion(analysis, place)):
            yield from (offer.about for offer in offers.offers if offer.about)


def test_no_editor_shows_a_link_of_a_stranger(project: Path) -> None:
    """A hover is Markdown, in which an editor makes links of addresses, and of commands where it is trusted."""
    told = " ".join(
        [*LINKS, "[x](command:workbench.action.terminal.new)", "<https://evil.example>"]
    )
    quoted = told.replace('"', '\\"')
    by = f'alarm yes evidence "{quoted}" attested by "{quoted}" on 2026-01-01 because "{quoted}"'
    texts = {}
    for kind in ("vocabulary", "policy", "design"):
        name, text = REFERENCE_FILES[kind], reference_examples()[kind]
        words = "title|says|quotes|at|remedy|because|notice|ask|deployment"
        text = re.sub(rf'(?<![\w-])((?:{words})\s+")', lambda m: f"{m[1]}{quoted} ", text)
        texts[name] = re.sub(r"alarm +yes", lambda _: by, text) if kind == "design" else text
    texts["x.design"] = texts.pop(REFERENCE_FILES["design"]).replace("30 days", "600 days")
    for name, text in texts.items():
        (project / name).write_text(text, encoding="utf-8")
    shown = [
        (name, one)
        for name, text in texts.items()
        for one in shown_by_an_editor(project / name, text)
    ]
    assert {name for name, one in shown if "evil" in one} >= {"x.design", "doors.vocabulary"}
    assert not [(name, one) for name, one in shown if any(map(linked, one.split("\n\n")))]


@pytest.mark.skipif(os.name == "nt", reason="has no sh")
@pytest.mark.parametrize(
    "name", ["a/b.design", "my door.design", "$(id) `id` !x.design", 'it\'s "x" \\ %y.design']
)
def test_a_command_that_is_shown_can_be_copied_into_a_shell(name: str) -> None:
    command = f"printf %s {escaping.shell_word(name)}"
    ended = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    assert ended.stdout == name
