"""The dossier: what it says, how the design is drawn, and that each format says the same."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from ctypes.util import find_library
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from markdown_it import MarkdownIt

from clausewise.checking.check import check_file
from clausewise.checking.options import Options
from clausewise.dossier.diagram import Diagram, DiagramLink, DiagramNode, diagram_of
from clausewise.dossier.dossier import Dossier, dossier_of
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.formats.dossier import markdown, page, pdf, picture
from clausewise.formats.dossier.content import content
from clausewise.formats.dossier.document import Page, PageSection, PageTable, PageWords, Paragraph
from clausewise.formats.dossier.layout import layout_of
from clausewise.formats.report.markdown import render as markdown_of
from tests.conftest import ROOT, SKIP_NOTHING, Judge, reference_examples, within, write_reference
from tests.test_cli import run

PATROL = ROOT / "examples" / "patrol.design"
needs_pango = pytest.mark.skipif(
    not SKIP_NOTHING and not find_library("pango-1.0"), reason="NOT PRINTED: Pango is not installed"
)
BOARDING = ROOT / "examples" / "case-16-airport-boarding.design"


def dossier(path: Path, options: Options | None = None) -> Dossier:
    """The dossier of a design in a file."""
    chosen = options or Options()
    checked = check_file(path, chosen)
    return dossier_of(checked, chosen.access, evidence_required=chosen.evidence_required)


def document(path: Path, options: Options | None = None) -> Page:
    return content(dossier(path, options), "1.2.3")


def words_of(found: Page) -> str:
    """All that the Markdown says."""
    return markdown.render(found)


@pytest.fixture
def front(tmp_path: Path) -> Path:
    """The reference's design, with its policy and a piece of evidence beside it."""
    write_reference(tmp_path)
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "release.pdf").write_bytes(b"proof")
    return tmp_path / "front.design"


# what it says


def test_each_clause_has_its_quote_its_sentence_and_its_values() -> None:
    found = document(PATROL)
    (judged, *_) = found.sections
    clauses = next(part for part in judged.sections if part.id == "clauses")
    report = dossier(PATROL).reports[0]
    assert [section.title for section in clauses.sections] == [
        j.clause.title for j in report.clauses
    ]
    text = words_of(found)
    for one in report.clauses:
        assert one.clause.quotes.split("'")[0] in text
    consent = next(section for section in clauses.sections if section.id == "clause-valid-consent")
    assert consent.result == (Outcome.VIOLATED, "violated")
    tables = [block for block in consent.blocks if isinstance(block, PageTable)]
    cells = [
        [piece.text for cell in row for piece in cell if isinstance(piece, PageWords)]
        for row in tables[0].rows
    ]
    assert ["passers-by.consent", "line 22"] in cells


def test_what_it_rests_on_has_its_evidence_and_digest(front: Path) -> None:
    text = words_of(document(front, within(front.parent)))
    digest = sha256(b"proof").hexdigest()
    assert f"is there, sha256 {digest[:12]}" in text
    assert digest in text
    assert "R. Diaz, counsel on 2026-11-02: “A card always works.”" in text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda p: (p.parent / "forms" / "release.pdf").unlink(), "is not there"),
        (lambda p: (p.parent / "forms" / "release.pdf").write_bytes(b""), "is empty"),
        (
            lambda p: p.write_text(p.read_text().replace("forms/rel", "../rel")),
            "where none is looked for",
        ),
        (
            lambda p: p.write_text(p.read_text().replace("forms/rel", "https://e.org/")),
            "is an address",
        ),
    ],
)
def test_evidence_that_does_not_count_is_said_to(front: Path, change: object, said: str) -> None:
    assert callable(change)
    change(front)
    text = words_of(document(front, within(front.parent)))
    assert said in text
    assert "(does not count)" in text or said == "is an address"
    assert "\\`" not in text, "what is a word of the language is written as one"


def test_fingerprints_are_of_all_that_took_part(front: Path) -> None:
    found = dossier(front, within(front.parent)).fingerprints
    assert [(one.kind, one.name) for one in found] == [
        ("design", "front.design"),
        ("policy", "door-code 1.0"),
        ("vocabulary", "doors"),
        ("evidence", "forms/release.pdf"),
    ]
    assert all(re.fullmatch("[0-9a-f]{64}", one.sha256) for one in found)


HOUSE = """policy house-code
title       "The house"
vocabulary  doors

clause consistent (H1) {
  at       "rule 1"
  quotes   "as the code of good doors says"
  says     "The house keeps to the code of good doors."
  prohibits
    where policy door-code is prohibited
  because  "the code of good doors prohibits it"
}
"""


def test_the_policies_on_which_a_policy_depends_take_part(front: Path) -> None:
    (front.parent / "house-code.policy").write_text(HOUSE, encoding="utf-8")
    front.write_text(front.read_text().replace("judged by door-code", "judged by house-code"))
    found = dossier(front, within(front.parent)).fingerprints
    assert [one.name for one in found if one.kind == "policy"] == ["house-code", "door-code 1.0"]


def test_open_questions_come_first_only_while_they_matter() -> None:
    def order(name: str) -> list[str]:
        return [part.id for part in document(ROOT / "examples" / name).sections[0].sections]

    assert order("lobby.design")[0] == "questions"
    assert order("patrol.design").index("questions") > order("patrol.design").index("clauses")


def test_several_policies_have_a_part_each(front: Path) -> None:
    again = (front.parent / "door-code.policy").read_text(encoding="utf-8")
    (front.parent / "code.policy").write_text(again.replace("policy door-code", "policy code", 1))
    front.write_text(front.read_text().replace("judged by door-code", "judged by door-code, code"))
    found = document(front, within(front.parent))
    whole, *parts = found.sections[:3]
    assert [section.id for section in (whole, *parts)] == ["verdict", "p1-verdict", "p2-verdict"]
    assert whole.result == (Verdict.PERMITTED, "permitted")
    (table,) = [block for block in whole.blocks if isinstance(block, PageTable)]
    assert [row[0] for row in table.rows] == [
        (PageWords(part.title.removeprefix("Verdict by "), to=part.id),) for part in parts
    ]
    html = page.render(found)
    ids = re.findall(r' id="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    assert re.findall("<title>.*: (.*)</title>", html)[0] == "permitted"


def test_of_several_policies_each_part_has_the_same_order(tmp_path: Path) -> None:
    """Whatever each comes to: here one prohibits, and another lacks facts."""
    text = PATROL.read_text(encoding="utf-8")
    path = tmp_path / "both.design"
    path.write_text(text.replace("conduct\n", "conduct, us-il-bipa\n", 1), encoding="utf-8")
    found = document(path)
    parts = [section for section in found.sections if section.id.endswith("-verdict")]
    assert {part.result and part.result[1] for part in parts} == {"prohibited", "needs-information"}
    first, second = (
        [part.id[3:] for part in one.sections if not part.id.endswith("diagram")] for one in parts
    )
    assert first == second
    order = [section.id for section in found.sections]
    assert order[:4] == ["verdict", "p1-verdict", "p2-verdict", "questions"], "they change nothing"
    told = markdown_of([check_file(path, Options())])
    assert "Judged by 2 policies:" in told.partition("\n## ")[0]


def test_a_large_design_is_told_once(front: Path) -> None:
    door = "door d{} {{\n  by acme\n  opens-by face\n  people staff\n  keeps 600 days\n  results-to acme\n}}\n"
    front.write_text(front.read_text() + "".join(door.format(n) for n in range(1000)))
    found = dossier(front, within(front.parent))
    diagram = found.diagram
    assert max(len(node.names) for node in diagram.nodes) == 1000
    assert len(diagram.nodes) < 8
    html = page.render(content(found, "1"))
    assert "d0 and 999 others alike" in html
    assert len(html) < 400_000
    assert "and 6,8" in html  # further lines of the design
    shown = set(re.findall(r'id="(line-\d+)"', html))
    assert {*re.findall(r'href="#(line-\d+)"', html)} <= shown


def test_what_a_dossier_shows_does_not_grow_with_the_design(front: Path) -> None:
    """To print two thousand lines of comments took ten seconds, and thousands of evidence forty."""
    lines = ("# " + "word " * 100 + "\n") * 2_000
    evidence = "".join(f' evidence "https://example.org/{n}"' for n in range(3_000))
    text = front.read_text()
    front.write_text(re.sub(r"(alarm +yes)", rf"\1{evidence}", text, count=1) + lines)
    page_of = page.render(content(dossier(front, within(front.parent)), "1"))
    assert (len(page_of) < 250_000, page_of.count("<") < 5_000) == (True, True)
    for told in ("and 1,8", "and 2,990 more", "and 2,9"):
        assert told in page_of


# the diagram


def node(name: str, type_: str = "door", **concerns: tuple[str, ...]) -> DiagramNode:
    return DiagramNode((name,), type_, {Outcome(key): of for key, of in concerns.items()})


def test_what_was_imported_says_from_where(tmp_path: Path) -> None:
    text = (ROOT / "examples" / "case-19-office-access.design").read_text(encoding="utf-8")
    lines = 'standard from "plan.json#a.sku_name" from "t.json#b"'
    (tmp_path / "x.design").write_text(re.sub("(?m)^(  tier +)standard", rf"\1{lines}", text))
    said = words_of(document(tmp_path / "x.design"))
    assert "needs evidence, and has none; imported from `plan.json#a.sku_name` and 1 more" in said
    assert "as claimed, imported from plan.json\\#a.sku\\_name, t.json\\#b" in said


def test_the_diagram_knows_who_refers_to_whom_and_what_was_found() -> None:
    diagram = dossier(PATROL).diagram
    names = [one.names for one in diagram.nodes]
    place = {name: index for index, (name,) in enumerate(names)}
    links = {(link.source, link.target): link.fields for link in diagram.links}
    assert links[place["look-up"], place["city-police"]] == ("results-to",)
    assert links[place["fieldtech"], place["city-police"]] == ("acts-for",)
    assert diagram.nodes[place["passers-by"]].outcome is Outcome.VIOLATED
    assert "N9" in diagram.nodes[place["passers-by"]].concerns[Outcome.VIOLATED]
    assert diagram.nodes[place["law"]].outcome is Outcome.REVIEW


def test_what_is_alike_but_for_whom_it_refers_to_is_not_one(judge_doors: Judge) -> None:
    actors = "".join(
        f"actor a{n} {{\n  kind {'police' if n < 5 else 'company'}\n}}\n" for n in range(10)
    )
    doors = "".join(f"door d{n} {{\n  by a{n}\n}}\n" for n in range(10))
    groups = [one.names for one in diagram_of(judge_doors(actors + doors)).nodes]
    assert ("d0", "d1", "d2", "d3", "d4") in groups
    assert ("a5", "a6", "a7", "a8", "a9") in groups


def test_few_that_are_alike_are_shown_one_by_one(judge_doors: Judge) -> None:
    doors = "actor acme {\n}\n" + "".join(f"door d{n} {{\n  by acme\n}}\n" for n in range(4))
    four = [one.names for one in diagram_of(judge_doors(doors)).nodes]
    three = [one.names for one in diagram_of(judge_doors(doors[: doors.index("door d3")])).nodes]
    assert ("d0", "d1", "d2", "d3") in four
    assert ("d0",) in three


@st.composite
def diagrams(draw: st.DrawFn) -> Diagram:
    """Any nodes and links, circles and links of a node to itself among them."""
    count = draw(st.integers(1, 12))
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    pairs = draw(st.lists(ends, unique=True, max_size=30))
    return Diagram(
        tuple(node(f"n{n}") for n in range(count)),
        tuple(DiagramLink(a, b, ("by",)) for a, b in pairs),
    )


@given(diagrams())
def test_no_box_lies_on_another(diagram: Diagram) -> None:
    laid = layout_of(diagram, 200, 60)
    assert sorted(laid.boxes) == list(range(len(diagram.nodes)))
    assert set(laid.paths) == {link for link in diagram.links if link.source != link.target}
    places = sorted(laid.boxes.values())
    for index, (x, y) in enumerate(places):
        assert x >= -0.5
        assert y >= -0.5
        assert x + 200 <= laid.width + 0.5
        assert y + 60 <= laid.height + 0.5
        for other_x, other_y in places[index + 1 :]:
            assert abs(x - other_x) >= 199.5 or abs(y - other_y) >= 59.5
    assert layout_of(diagram, 200, 60) == laid


@given(diagrams())
def test_no_link_runs_through_a_box_without_links(diagram: Diagram) -> None:
    """Such boxes stand below all links: a line behind one would look as if it led there."""
    laid = layout_of(diagram, 200, 60)
    linked = {end for link in laid.paths for end in (link.source, link.target)}
    lowest = max((y for points in laid.paths.values() for _, y in points), default=0)
    for number, (_, y) in laid.boxes.items():
        assert number in linked or y >= lowest
    assert lowest <= laid.height + 0.5
    assert all(y >= -0.5 for points in laid.paths.values() for _, y in points)


@given(diagrams())
def test_links_begin_and_end_at_their_boxes(diagram: Diagram) -> None:
    laid = layout_of(diagram, 200, 60)
    for link, points in laid.paths.items():
        for end, (x, y) in ((link.source, points[0]), (link.target, points[-1])):
            left, top = laid.boxes[end]
            assert (x, y) == pytest.approx((left + 100, top + 30))


def test_a_picture_says_by_words_what_it_says_by_colour() -> None:
    nodes = (
        node("a", violated=("N1",)),
        node("b", undetermined=("N2",)),
        node("c", review=("N3",)),
    )
    drawn = picture.draw(Diagram((*nodes, node("d", met=("N4",)), node("e")), ()), "five parts")
    for text in (
        "✗ violated N1",
        "? facts missing N2",
        "◇ in review N3",
        "✓ met N4",
        "○ in no clause",
    ):
        assert f">{text}</text>" in drawn
    assert "<title>Diagram: five parts</title>" in drawn
    assert 'role="img"' in drawn


def test_a_picture_is_bounded() -> None:
    count = 3 * picture.MOST_NODES
    links = tuple(DiagramLink(n, m, ("by",)) for n in range(count) for m in range(n) if (n + m) % 3)
    drawn = picture.draw(Diagram(tuple(node(f"n{n}") for n in range(count)), links), "many")
    assert drawn.count('rx="6"') == picture.MOST_NODES
    assert f"{count - picture.MOST_NODES} are not drawn" in drawn


# formats


class _Page(HTMLParser):
    """What a page holds: ids, where links lead, headings, tags and attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.leads: list[str] = []
        self.headings: list[int] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        found = dict(attrs)
        self.attributes |= set(found)
        if found.get("id"):
            self.ids.append(found["id"] or "")
        if tag == "a":
            self.leads.append((found["href"] or "").removeprefix("#"))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))


@pytest.mark.parametrize("path", [PATROL, BOARDING], ids=lambda path: path.stem)
def test_a_page_needs_nothing_and_leads_somewhere(path: Path) -> None:
    text = page.render(document(path))
    found = _Page(text)
    assert set(found.leads) <= set(found.ids)
    assert len(found.ids) == len(set(found.ids))
    assert found.headings[0] == 1
    assert found.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(found.headings, found.headings[1:], strict=False))
    assert not found.tags & {"script", "img", "link", "iframe", "object", "image", "use", "form"}
    assert not {name for name in found.attributes if name.startswith("on")} | (
        found.attributes & {"src", "srcset", "xlink:href"}
    )
    assert "default-src 'none'" in text
    assert not re.search(r"url\(|@import", text)


def test_markdown_says_what_the_page_says() -> None:
    found = document(BOARDING)
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown.render(found))
    headings = [tokens[i + 1].content for i, t in enumerate(tokens) if t.type == "heading_open"]

    def titles(sections: tuple[PageSection, ...]) -> list[str]:
        return [t for s in sections for t in (s.title, *titles(s.sections))]

    wanted = [found.title, *titles(found.sections)]
    assert len(headings) == len(wanted)
    for heading, title in zip(headings, wanted, strict=True):
        assert heading.replace("\\", "").startswith(title)
    tables = sum(t.type == "table_open" for t in tokens)
    assert tables == page.render(found).count("<table>")


@pytest.fixture(scope="module")
def printed() -> bytes:
    """A small dossier as PDF: to print one takes seconds."""
    return pdf.render(document(PATROL))


@needs_pango
def test_a_pdf_is_tagged(printed: bytes) -> None:
    from pypdf import PdfReader
    from pypdf.generic import DictionaryObject

    reader = PdfReader(io.BytesIO(printed))
    root = reader.root_object
    assert str(root["/Lang"]) == "en"
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]  # type: ignore[index]
    assert reader.metadata
    assert reader.metadata.title == "Patrol look-up: prohibited"
    assert reader.metadata.creation_date is None
    assert b'pdfuaid:part="1"' in root["/Metadata"].get_data()  # type: ignore[attr-defined]
    kinds: dict[str, int] = {}
    alternatives: list[str] = []
    todo = [root["/StructTreeRoot"]["/K"]]  # type: ignore[index]
    while todo:
        one = todo.pop().get_object()
        if isinstance(one, list):
            todo += one
        elif isinstance(one, DictionaryObject):
            kinds[str(one.get("/S"))] = kinds.get(str(one.get("/S")), 0) + 1
            alternatives += [str(one["/Alt"])] if one.get("/S") == "/Figure" else []
            todo += [one["/K"]] if "/K" in one else []
    assert {"/H1", "/H2", "/H3", "/H4", "/P", "/Table", "/TH", "/TD", "/L", "/Link"} <= set(kinds)
    assert alternatives == ["Diagram: 8 parts of the design and what refers to what"]
    assert not [p for p in reader.pages if p.get("/Tabs") != "/S"]


@needs_pango
def test_a_digest_stands_in_one_line_of_a_pdf(printed: bytes) -> None:
    from pypdf import PdfReader

    text = "\n".join(p.extract_text() for p in PdfReader(io.BytesIO(printed)).pages)
    found = document(PATROL).sections[-2]
    wanted = re.findall(r"[0-9a-f]{64}", repr(found))
    assert len(wanted) >= 3
    assert not [digest for digest in wanted if digest not in text]


@needs_pango
def test_a_pdf_is_the_same_each_time(printed: bytes) -> None:
    assert pdf.render(document(PATROL)) == printed


@needs_pango
def test_a_long_title_leaves_the_number_of_a_page_in_one_line() -> None:
    from pypdf import PdfReader

    text = (
        f"<html lang=en><title>a</title><style>{page.FRAME}</style><h1>{'a long title ' * 20}</h1>"
    )
    (only,) = PdfReader(io.BytesIO(pdf.printed(text))).pages
    assert "1 / 1" in only.extract_text()


@needs_pango
def test_to_print_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def nothing(url: str, *_: object, **__: object) -> None:
        asked.append(url)
        raise ValueError(url)

    monkeypatch.setattr(pdf, "_nothing", nothing)
    hostile = (Paragraph(('<img src="file:///etc/passwd">',)),)
    pdf.render(Page("t", hostile, ()))
    assert not asked
    monkeypatch.undo()
    with pytest.raises(ValueError, match="nothing is opened"):
        pdf._nothing("file:///etc/passwd")


# the command


def test_the_name_of_the_file_says_the_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, start in (("d.html", "<!DOCTYPE html>"), ("d.MD", "# ")):
        code, out, err = run("report", BOARDING, "-o", name)
        assert (code, out, err) == (0, "", "")
        assert (tmp_path / name).read_bytes().decode("latin-1").startswith(start)
    assert run("report", PATROL)[0] == 1
    assert run("report", PATROL)[1].startswith("# Patrol look-up\n")
    assert run("report", PATROL, "--format", "html")[1].startswith("<!DOCTYPE html>")
    assert run("report", PATROL, "--fail-on", "needs-review")[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-o", "d.docx"), "does not say which format"),
        (("--format", "pdf"), "PDF is not for a terminal"),
        (("-o", "broken.design"), "does not say which format"),
    ],
)
def test_what_cannot_be_written(words: tuple[str, ...], said: str) -> None:
    code, out, err = run("report", PATROL, *words)
    assert (code, out) == (2, "")
    assert said in err


def test_there_is_no_dossier_of_half_a_verdict(
    front: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A policy that cannot judge takes no verdict of another with it in `check`, but here it does."""
    monkeypatch.chdir(front.parent)
    front.write_text(
        front.read_text().replace("judged by door-code", "judged by door-code, nobody")
    )
    code, out, err = run("report", front, "-o", "d.html")
    assert (code, out) == (2, "")
    assert "E204" in err
    assert not (front.parent / "d.html").exists()


def test_an_input_is_never_replaced(front: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(front.parent)
    link = front.parent / "d.md"
    link.symlink_to(front)
    assert run("report", front, "-o", link)[0] == 2
    assert front.read_text() == reference_examples()["design"]


@pytest.mark.parametrize(
    ("missing", "words", "said"),
    [
        ("weasyprint", ("report", PATROL, "-o", "d.pdf"), "clausewise[dossier]"),
        ("grandalf", ("report", PATROL, "-o", "d.html"), "clausewise[dossier]"),
        ("securesystemslib", ("attest", PATROL, "--key", "k.pem"), "clausewise[attest]"),
        ("cryptography", ("attest", "--new-key", "k.pem"), "clausewise[attest]"),
    ],
)
def test_what_is_not_installed_is_named(
    tmp_path: Path, missing: str, words: tuple[object, ...], said: str
) -> None:
    (tmp_path / "k.pem").write_text("-----BEGIN PRIVATE KEY-----\n")
    if words[-1] == "k.pem" and words[1] == "--new-key":
        (tmp_path / "k.pem").unlink()
    code = f"import sys; sys.modules[{missing!r}] = None\nfrom clausewise.start import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 2
    assert "E524" in done.stderr
    assert said in done.stderr
    assert {path.name for path in tmp_path.iterdir()} <= {"k.pem"}


def test_each_part_of_the_diagram_brings_its_looks_along() -> None:
    """What prints PDF applies no style sheet to a drawing within a page: boxes without a fill were black."""
    drawn = picture.draw(dossier(PATROL).diagram, "the design")
    parts = re.findall(r"<(?:rect|path|polygon|text) [^>]*>", drawn)
    assert len(parts) > 10
    assert not [part for part in parts if ' fill="' not in part or "class=" in part]


def test_of_several_policies_one_is_drawn_and_one_that_does_not_apply_is_short(
    tmp_path: Path,
) -> None:
    """One diagram, for the policy of the gravest verdict; of a law elsewhere, what settles that, no clauses."""
    text = (ROOT / "policies/eu-ai-act/shop.design").read_text()
    text = text.replace("judged by eu-ai-act", "judged by us-il-bipa, eu-ai-act, us-or-portland")
    (tmp_path / "shop.design").write_text(text)
    shown = words_of(document(tmp_path / "shop.design"))
    assert shown.count("The design as a diagram") == 1
    assert (
        "No clause of this law of Illinois, United States applies, since kiosk has place DE"
        in shown
    )
    assert (
        "No clause of this law of Oregon, United States applies, since kiosk has place DE" in shown
    )
    assert "Section 15(c)" not in shown
