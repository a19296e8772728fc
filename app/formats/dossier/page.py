"""A dossier as one page of HTML that needs nothing else: no script, no font, no request. It prints as it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clausewise.engine.core.outcomes import VERDICTS, Outcome, Verdict
from clausewise.formats.dossier.document import (
    Blanks,
    Page,
    PageBlock,
    PageItems,
    PageLine,
    PageSection,
    PageTable,
    PageWords,
    Paragraph,
    Picture,
    Quote,
    SourceLines,
)
from clausewise.formats.dossier.picture import draw
from clausewise.formats.escaping import html
from clausewise.formats.page import page

FRAME = """
:root { --ink: #1b1f24; --soft: #4b5560; --line: #c3c9d0; --back: #f5f7f9; }
* { box-sizing: border-box; }
html { background: #fff; color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", "Liberation Sans", "DejaVu Sans", sans-serif; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem; }
.skip { left: -100rem; position: absolute; }
.skip:focus { background: #fff; left: 1rem; padding: .5rem; top: 1rem; }
@page { margin: 18mm 16mm 20mm; size: A4;
  @bottom-left { content: string(title); font-size: 9pt; }
  @bottom-right { content: counter(page) " / " counter(pages); font-size: 9pt; white-space: nowrap; } }
@media print {
  html { font-size: 10pt; }
  body { max-width: none; padding: 0; }
  h1 { string-set: title content(text); }
  h2, h3, h4, caption, h2 + p, h3 + p, h4 + blockquote { break-after: avoid; }
  tr, svg, blockquote, .blanks { break-inside: avoid; }
  svg { max-height: 235mm; }
  a { color: inherit; }
  .skip { display: none; }
}
"""
PARTS = """
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 { border-bottom: 2px solid var(--ink); font-size: 1.35rem; margin: 2.5rem 0 .75rem; padding-bottom: .25rem; }
h3 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h4 { border-top: 1px solid var(--line); font-size: 1rem; margin: 1.5rem 0 .5rem; padding-top: .75rem; }
p, ul, ol, blockquote, table { margin: 0 0 .75rem; overflow-wrap: anywhere; }
a { color: #0b4a9e; }
a:focus-visible { outline: 3px solid #0b4a9e; outline-offset: 2px; }
nav { background: var(--back); border: 1px solid var(--line); border-radius: .25rem; margin: 1rem 0;
  padding: .75rem 1rem; }
nav ul { margin: 0; padding-left: 1.25rem; }
blockquote { border-left: 4px solid var(--line); padding-left: .75rem; }
.soft { color: var(--soft); }
code { font-family: ui-monospace, "DejaVu Sans Mono", "Liberation Mono", monospace; font-size: .875em;
  overflow-wrap: anywhere; }
table { border-collapse: collapse; font-size: .9rem; table-layout: fixed; width: 100%; }
caption { font-weight: 600; padding: .25rem 0; text-align: left; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .5rem .3rem 0; text-align: left;
  vertical-align: top; }
tbody th { font-weight: 400; }
thead th { border-bottom: 2px solid var(--soft); }
svg { display: block; height: auto; margin: 0 0 1rem; max-width: 100%; }
.badge { border: 2px solid; border-radius: .25rem; display: inline-block; font-size: .85em; font-weight: 600;
  line-height: 1.3; margin-left: .35rem; padding: 0 .4rem; white-space: nowrap; }
.violated, .prohibited { background: #fdecea; color: #8c1d17; }
.undetermined, .needs-information { background: #fff4dc; color: #6b4700; }
.review, .needs-review { background: #e8f0fc; color: #1b4686; }
.met, .permitted { background: #eaf5ee; color: #185a30; }
.not-applicable { background: var(--back); color: var(--soft); }
.source { font-size: .85rem; padding-left: 3rem; }
.source li { overflow-wrap: anywhere; white-space: pre-wrap; }
.source li:target { background: #fff4dc; }
.source li::marker { color: var(--soft); }
summary > * { display: inline-block; }
.blanks { display: grid; gap: 1.75rem 1rem; grid-template-columns: 8rem 1fr; margin: 1.5rem 0; }
.blanks dt { font-weight: 600; }
.blanks dd { border-bottom: 1px solid var(--ink); margin: 0; min-height: 1.5rem; }
@media screen and (max-width: 40rem) {
  table { font-size: .72rem; table-layout: auto; }
  th, td { min-width: min(6.9em, 20vw); padding-right: .25rem; }
  tbody th, td:last-child { min-width: min(7.4em, 23vw); }
  td strong { overflow-wrap: break-word; }
  .drawing { overflow-x: auto; }
  .drawing svg { max-width: none; width: 46rem; }
}
"""
MARKS = {
    Outcome.VIOLATED: "✗",
    Outcome.UNDETERMINED: "?",
    Outcome.REVIEW: "◇",
    Outcome.MET: "✓",
    Outcome.NOT_APPLICABLE: "○",
}
FEW_SECTIONS = 6
"""More are those of several policies, whose contents would take pages."""
DONE = frozenset({Outcome.MET, Outcome.NOT_APPLICABLE})
MARKS_OF_VERDICTS = {VERDICTS[outcome]: mark for outcome, mark in MARKS.items()}


def render(document: Page) -> str:
    """The page.

    Raises:
        ImportError: what lays out the diagram is not installed.
    """
    verdict = next((part.result[1] for part in document.sections if part.result), "")
    body = f"""<a class="skip" href="#main">To the text</a>
<header>
<h1>{html(document.title)}</h1>
{_blocks(document.blocks)}{_contents(document.sections)}</header>
<main id="main">
{_sections(document.sections, 2)}</main>
"""
    style = f"{PARTS}{widths(document)}{FRAME}"
    return page(f"{document.title}: {verdict}", style, body)


def parts(document: Page) -> str:
    """The same without what stands around it, for a page with `PARTS` and `widths` in its style sheet.

    Clauses of which there is nothing to do are folded.

    Raises:
        ImportError: as for `render`.
    """
    blocks, contents = _blocks(document.blocks), _contents(document.sections)
    return f"{blocks}{contents}{_sections(document.sections, 2, folded=True)}"


def widths(document: Page) -> str:
    """The style of the columns of its tables. No element has a style of its own, which pages may forbid."""
    found = sorted(set(_widths(document.sections)))
    return "".join(f".w{wide} {{ width: {wide}%; }}\n" for wide in found)


def _widths(sections: Iterable[PageSection]) -> Iterator[int]:
    for section in sections:
        for block in section.blocks:
            if isinstance(block, PageTable):
                yield from (wide for _, wide in block.head)
        yield from _widths(section.sections)


def _contents(sections: Iterable[PageSection]) -> str:
    """The contents: the sections, and, if they are few, what stands directly below them."""
    found = [*sections]
    levels = 2 if len(found) <= FEW_SECTIONS else 1
    return f'<nav aria-label="Contents">\n{_listed(found, levels)}</nav>\n'


def _listed(sections: Iterable[PageSection], levels: int) -> str:
    items = []
    for section in sections:
        below = _listed(section.sections, levels - 1) if section.sections and levels > 1 else ""
        items.append(
            f'<li><a href="#{html(section.id)}">{html(section.title)}</a>{_badge(section)}{below}</li>\n'
        )
    return f"<ul>\n{''.join(items)}</ul>\n"


def _sections(sections: Iterable[PageSection], level: int, *, folded: bool = False) -> str:
    return "".join(_section(section, level, folded=folded) for section in sections)


def _section(section: PageSection, level: int, *, folded: bool) -> str:
    head = f'<h{level} id="{html(section.id)}">{html(section.title)}{_badge(section)}</h{level}>'
    below = _sections(section.sections, level + 1, folded=folded)
    body = f"{_blocks(section.blocks)}{below}"
    if folded and section.result and section.result[0] in DONE:
        return f"<details>\n<summary>{head}</summary>\n{body}</details>\n"
    # Of these alone a reader's list of landmarks is made: further down, two policies have sections of one name.
    named = f' aria-labelledby="{html(section.id)}"' if level == 2 else ""
    return f"<section{named}>\n{head}\n{body}</section>\n"


def _badge(section: PageSection) -> str:
    if section.result is None:
        return ""
    result, words = section.result
    mark = MARKS_OF_VERDICTS[result] if isinstance(result, Verdict) else MARKS[result]
    return f' <span class="badge {result}">{mark} {html(words)}</span>'


def _blocks(blocks: Iterable[PageBlock]) -> str:
    return "".join(f"{_block(block)}\n" for block in blocks)


def _block(block: PageBlock) -> str:
    match block:
        case Paragraph(line, is_note):
            kind = ' class="soft"' if is_note else ""
            return f"<p{kind}>{_line(line)}</p>"
        case Quote(text, at):
            return f'<blockquote><p>“{html(text)}” <span class="soft">({html(at)})</span></p></blockquote>'
        case PageItems(lines):
            items = "".join(f"<li>{_line(line)}</li>" for line in lines)
            return f"<ul>{items}</ul>"
        case PageTable():
            return _table(block)
        case Picture(diagram, said):
            drawn = draw(diagram, said)
            return (
                f'<div class="drawing" tabindex="0" role="group" aria-label="Diagram">{drawn}</div>'
            )
        case SourceLines(lines):
            items = "\n".join(_source_line(*numbered) for numbered in enumerate(lines, 1))
            return f'<ol class="source">\n{items}\n</ol>'
        case Blanks(names):
            items = "".join(f"<dt>{html(name)}</dt><dd></dd>" for name in names)
            return f'<dl class="blanks">{items}</dl>'


def _source_line(number: int, text: str) -> str:
    return f'<li id="line-{number}"><code>{html(text) or "&nbsp;"}</code></li>'


def _table(table: PageTable) -> str:
    head = "".join(
        f'<th scope="col" class="w{wide}">{html(name)}</th>' for name, wide in table.head
    )
    rows = "\n".join(_row(row) for row in table.rows)
    return (
        f"<table>\n<caption>{html(table.caption)}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody>\n</table>"
    )


def _row(row: tuple[PageLine, ...]) -> str:
    first, *others = row
    cells = "".join(f"<td>{_line(cell)}</td>" for cell in others)
    return f'<tr><th scope="row">{_line(first)}</th>{cells}</tr>'


def _line(line: PageLine) -> str:
    return "".join(html(piece) if isinstance(piece, str) else _words(piece) for piece in line)


def _words(words: PageWords) -> str:
    text = html(words.text)
    match words.kind:
        case "code":
            text = f"<code>{text}</code>"
        case "strong":
            text = f"<strong>{text}</strong>"
        case "soft":
            text = f'<span class="soft">{text}</span>'
        case "plain":
            pass
    return f'<a href="#{html(words.to)}">{text}</a>' if words.to else text
