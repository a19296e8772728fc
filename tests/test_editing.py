"""Edits of a design's text: one change of the tree, every comment kept, all else byte for byte as it was."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given, strategies as st

from clausewise.dsl.editing.design import (
    add_entity,
    remove_fact,
    set_as_of,
    set_fact,
    set_values,
)
from clausewise.dsl.editing.edits import Edit, content_with, edited, insertion
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.expressions import item_text
from clausewise.dsl.printing.layout import COMMENT, format_source
from clausewise.dsl.printing.trees import backing_text, print_tree
from clausewise.dsl.syntax import Attestation, Block, Day, Design, Item, More, Name, Statement, Text
from clausewise.dsl.text.source import Source, Span, source_from_bytes
from clausewise.testing import deployments

DESIGN = """\
# first
deployment "Doors"  # the title
judged by door-code

actor acme { kind company }

door d {  # opens
  by        acme  # who
  opens-by  card,  # and
            # more
            face
  # alarm unknown

  # the end
}

# last
"""


def read(content: str | bytes) -> tuple[Source, Design]:
    raw = content if isinstance(content, bytes) else content.encode()
    source = source_from_bytes("x.design", raw)
    tree, problems = parse(source, "design")
    assert tree is not None, problems
    assert not problems, (problems, source.text)
    return source, tree


def statement(line: str) -> Statement:
    _, tree = read(f'deployment "x"\nx y {{\n{line}\n}}\n')
    return tree.blocks[0].statements[0]


def names(*words: str) -> tuple[Name, ...]:
    return tuple(map(Name, words))


def comments(text: str) -> list[str]:
    return sorted(found[1].rstrip() for found in COMMENT.finditer(text) if found[1])


# by example

Change = Callable[[Source, Design], Edit | Sequence[Edit]]
EXAMPLES: list[tuple[Change, str, str]] = [
    (
        lambda s, t: set_fact(s, t, "door", "d", statement("keeps 30 days")),
        "            face\n",
        "            face\n  keeps     30 days\n",
    ),
    (
        lambda s, t: set_fact(
            s, t, "door", "d", statement("keeps 30 days"), ["by", "keeps", "opens-by"]
        ),
        "acme  # who\n",
        "acme  # who\n  keeps     30 days\n",
    ),
    (
        lambda s, t: set_fact(s, t, "door", "d", statement('alarm yes evidence "a.pdf"')),
        "  # alarm unknown\n",
        '  # alarm unknown\n  alarm     yes   evidence "a.pdf"\n',
    ),
    (
        lambda s, t: set_fact(s, t, "door", "d", statement('by acme from "plan.json#a"')),
        "acme  # who",
        'acme   from "plan.json#a"  # who',
    ),
    (
        lambda s, t: set_fact(s, t, "actor", "acme", statement("jurisdiction DE")),
        "{ kind company }",
        "{ kind company\n  jurisdiction  DE\n}",
    ),
    (
        lambda s, t: set_fact(s, t, "door", "d", statement('by acme attested by "R."')),
        "acme  # who",
        'acme   attested by "R."  # who',
    ),
    (
        lambda s, t: set_fact(s, t, "door", "d", statement("opens-by none")),
        "  opens-by  card,  # and\n            # more\n            face\n",
        "  # and\n  # more\n  opens-by  none\n",
    ),
    (
        lambda s, t: set_values(s, t, "door", "d", "opens-by", names("card", "code", "face")),
        "card,  # and",
        "card, code,  # and",
    ),
    (
        lambda s, t: set_values(s, t, "door", "d", "opens-by", names("card")),
        "  opens-by  card,  # and\n            # more\n            face\n",
        "  # and\n  # more\n  opens-by  card\n",
    ),
    (
        lambda s, t: remove_fact(s, t, "door", "d", "by"),
        "  by        acme  # who\n",
        "    # who\n",
    ),
    (
        lambda s, t: remove_fact(s, t, "actor", "acme", "kind"),
        "{ kind company }",
        "{  }",
    ),
    (
        lambda s, t: add_entity(s, t, "actor", "other", [statement("kind company")]),
        "{ kind company }\n",
        "{ kind company }\n\nactor other {\n  kind  company\n}\n",
    ),
    (
        lambda s, t: set_fact(s, t, "safety", None, statement("alarm yes")),
        "  # the end\n}\n",
        "  # the end\n}\n\nsafety {\n  alarm  yes\n}\n",
    ),
    (
        lambda s, t: set_as_of(s, t, Day(date(2026, 11, 2))),
        "judged by door-code\n",
        "judged by door-code\nas of 2026-11-02\n",
    ),
]


@pytest.mark.parametrize("crlf", [False, True])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(("change", "old", "new"), EXAMPLES)
def test_an_edit_by_example(change: Change, old: str, new: str, mark: str, crlf: bool) -> None:
    def as_file(text: str) -> bytes:
        return (mark + (text.replace("\n", "\r\n") if crlf else text)).encode()

    assert DESIGN.count(old) == 1
    source, tree = read(as_file(DESIGN))
    found = change(source, tree)
    edits = [found] if isinstance(found, Edit) else found
    assert content_with(source, edits) == as_file(DESIGN.replace(old, new))


def test_a_date_is_replaced_where_it_stands() -> None:
    source, tree = read('deployment "x"\nas of 2026-01-01  # then\n')
    edit = set_as_of(source, tree, Day(date(2026, 11, 2)))
    assert edited(source, [edit]).text == 'deployment "x"\nas of 2026-11-02  # then\n'


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ('deployment "x"', 'deployment "x"\n\ndoor d {\n}'),
        ('deployment "x" draft\n\n\n', 'deployment "x" draft\n\ndoor d {\n}\n\n\n'),
        ('deployment "x"\n# last', 'deployment "x"\n\ndoor d {\n}\n# last'),
    ],
)
def test_an_entity_in_a_design_without_any(text: str, after: str) -> None:
    source, tree = read(text)
    assert edited(source, [add_entity(source, tree, "door", "d")]).text == after


def test_a_design_inside_a_case() -> None:
    text = 'case "c" {\n  design { deployment "x" draft }\n  expect prohibited\n}\n'
    source = Source("x.cases", text)
    cases, _ = parse(source, "cases")
    assert cases is not None
    design = cases.cases[0].design
    assert isinstance(design, Design)
    after = edited(source, [add_entity(source, design, "door", "d")])
    again, problems = parse(after, "cases")
    assert (problems, again is not None) == ([], True)
    assert again is not None
    changed = again.cases[0].design
    assert isinstance(changed, Design)
    assert (changed.draft, [block.name for block in changed.blocks]) == (True, [Name("d")])


def test_what_is_not_there_cannot_be_taken_away() -> None:
    source, tree = read(DESIGN)
    with pytest.raises(KeyError):
        remove_fact(source, tree, "door", "d", "alarm")


def test_edits_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        edited(Source("x", "abc"), [Edit(Span(0, 2), ""), Edit(Span(1, 3), "")])


def test_edits_at_one_place_keep_their_order() -> None:
    assert edited(Source("x", "ab"), [insertion(1, "1"), insertion(1, "2")]).text == "a12b"


# by law


def untidy(tree: Design, random: Random) -> bytes:
    """A design as nobody would lay it out: comments anywhere, blocks on a line, any line ends, a mark or none."""
    count = iter(range(1_000_000))

    def comment() -> str:
        return f'{random.choice(["", " ", "  "])}# "note" {next(count)}{random.choice(["", " "])}'

    def beside() -> str:
        return comment() if random.random() < 0.3 else ""

    def between() -> str:
        lines = (random.choice(["", "\t", comment()]) for _ in range(random.choice([0, 0, 1, 2])))
        return "".join(f"{line}\n" for line in lines)

    def listed(one: Statement) -> str:
        text = f"{one.field.text} {item_text(one.items[0])}"
        for item in one.items[1:]:
            gap = f"{beside()}\n{between()} " if random.random() < 0.4 else " "
            text += f",{gap}{item_text(item)}"
        return text + backing_text(one)

    def block(one: Block) -> str:
        head = f"{one.type.text} {one.name.text if one.name else ''} {{"
        lines = [random.choice(["  ", "\t", ""]) + listed(s) for s in one.statements]
        if len(lines) < 2 and random.random() < 0.3:
            return f"{head} {''.join(lines).strip()} }}{beside()}\n"
        body = "".join(f"{line}{beside()}\n{between()}" for line in lines)
        return f"{head}{beside()}\n{between()}{body}}}{beside()}\n"

    text = f'{between()}deployment "x"{" draft" if tree.draft else ""}{beside()}\n'
    text += between() + (f"as of {tree.as_of.value}{beside()}\n" if tree.as_of else "")
    text += "".join(between() + block(one) for one in tree.blocks) + between()
    text = text.rstrip("\n") if random.random() < 0.2 else text
    text = text.replace("\n", random.choice(["\n", "\r\n"]))
    return (random.choice(["", "\ufeff"]) + text).encode()


def without(tree: Design, type_: str, name: Name | None, field: str) -> Design:
    """The tree without what is said of a field; a block that says nothing else goes with it."""
    blocks = []
    for block in tree.blocks:
        kept = tuple(s for s in block.statements if s.field.text != field)
        if (block.type.text, block.name) != (type_, name):
            kept = block.statements
        elif not kept:
            continue
        blocks.append(replace(block, statements=kept))
    return replace(tree, title=Text("x"), blocks=tuple(blocks))


def check_change(before: Source, edits: Sequence[Edit]) -> tuple[Source, Design]:
    """The design after edits, of which none may have touched more than values, blanks and brackets."""
    source, tree = read(content_with(before, edits))
    assert comments(source.text) == comments(before.text)
    kept, last = [], 0
    for edit in edits:
        kept.append(before.text[last : edit.span.start])
        last = max(last, edit.span.end)
    pattern = ".*".join(map(re.escape, [*kept, before.text[last:]]))
    assert re.fullmatch(pattern, source.text, re.DOTALL)
    assert (before.content or b"").startswith(b"\xef\xbb\xbf") == (
        (source.content or b"").startswith(b"\xef\xbb\xbf")
    )
    assert (b"\r\n" in (before.content or b"")) >= (b"\r\n" in (source.content or b""))
    return source, tree


@given(st.data(), st.randoms(use_true_random=False))
def test_a_fact_is_set_and_nothing_else(
    doors_strategies: tuple[st.SearchStrategy, st.SearchStrategy],
    data: st.DataObject,
    random: Random,
) -> None:
    one, other = (data.draw(strategy).tree for strategy in doors_strategies)
    source, tree = read(untidy(one, random))
    stated = [(b, s) for b in other.blocks for s in b.statements]
    if not stated:
        return
    block, wanted = random.choice(stated)
    type_, name = block.type.text, block.name.text if block.name else None
    fields = [s.field.text for b in other.blocks for s in b.statements]
    edits = set_fact(source, tree, type_, name, wanted, random.choice([(), fields]))
    after, changed = check_change(source, edits)
    assert without(changed, type_, block.name, wanted.field.text) == without(
        tree, type_, block.name, wanted.field.text
    )
    (found,) = [b for b in changed.blocks if (b.type, b.name) == (block.type, block.name)]
    assert [s for s in found.statements if s.field == wanted.field] == [wanted]
    assert set_fact(after, changed, type_, name, wanted) == (), "to set it again changes nothing"


@given(st.data(), st.randoms(use_true_random=False))
def test_to_lay_it_out_before_or_after_is_the_same(
    doors_strategies: tuple[st.SearchStrategy, st.SearchStrategy],
    data: st.DataObject,
    random: Random,
) -> None:
    """Without comments: one that stands between values that go is put above the line, wherever it was."""
    one, other = (data.draw(strategy).tree for strategy in doors_strategies)
    bare = COMMENT.sub(lambda m: "" if m[1] else m[0], untidy(one, random).decode("utf-8-sig"))
    source, tree = read(bare)
    laid_out, _ = format_source(source, "design")
    assert laid_out is not None
    orderly, same = read(laid_out)
    for block in other.blocks:
        for line in block.statements[:1]:
            place = block.type.text, block.name.text if block.name else None
            after = edited(source, set_fact(source, tree, *place, line))
            again = edited(orderly, set_fact(orderly, same, *place, line))
            assert format_source(again, "design")[0] == format_source(after, "design")[0]


@given(st.data(), st.randoms(use_true_random=False))
def test_values_are_taken_away_and_nothing_else(
    doors_strategies: tuple[st.SearchStrategy, st.SearchStrategy],
    data: st.DataObject,
    random: Random,
) -> None:
    source, tree = read(untidy(data.draw(doors_strategies[0]).tree, random))
    stated = [(b, s) for b in tree.blocks for s in b.statements]
    if not stated:
        return
    block, line = random.choice(stated)
    type_, name = block.type.text, block.name.text if block.name else None
    value = random.choice(line.items)
    rest = tuple(item for item in line.items if item != value)
    field = line.field.text
    edits = (
        set_values(source, tree, type_, name, field, rest)
        if rest
        else remove_fact(source, tree, type_, name, field)
    )
    _, changed = check_change(source, edits)
    left = tuple(
        replace(s, items=rest) if s is line else s
        for s in block.statements
        if s is not line or rest
    )
    wanted = [replace(b, statements=left) if b is block else b for b in tree.blocks]
    assert changed == replace(tree, blocks=tuple(wanted))


@given(st.data(), st.randoms(use_true_random=False))
def test_an_entity_is_added_and_nothing_else(
    doors_strategies: tuple[st.SearchStrategy, st.SearchStrategy],
    data: st.DataObject,
    random: Random,
) -> None:
    source, tree = read(untidy(data.draw(doors_strategies[0]).tree, random))
    lines = (statement("kind company"), statement('by acme attested by "R." on 2026-01-02'))
    edits = [add_entity(source, tree, "actor", "one-more", lines)]
    _, changed = check_change(source, edits)
    assert [b for b in changed.blocks if b.name != Name("one-more")] == list(tree.blocks)
    assert Block(Name("actor"), Name("one-more"), lines) in changed.blocks


def test_more_may_follow() -> None:
    source, tree = read('deployment "x"\nuse u {\n  purpose a, ...  # why\n}\n')
    values: tuple[Item, ...] = (*names("a", "b"), More())
    edits = set_values(source, tree, "use", "u", "purpose", values)
    assert "  purpose a, b, ...  # why\n" in edited(source, edits).text


def test_an_attestation_stays_with_new_values() -> None:
    by = Attestation(Text("R."), Day(date(2026, 1, 2)), Text("a # reason"))
    line = Statement(Name("ok"), names("no"), (Text("a.pdf"),), by)
    _, empty = read('deployment "x"\n')
    block = Block(Name("u"), Name("v"), (line,))
    source, tree = read(print_tree(replace(empty, blocks=(block,))))
    after = edited(source, set_values(source, tree, "u", "v", "ok", names("yes")))
    assert read(after.text)[1].blocks[0].statements == (replace(line, items=names("yes")),)


@pytest.fixture(scope="module")
def doors_strategies(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[st.SearchStrategy, st.SearchStrategy]:
    from tests.conftest import write_reference

    folder = tmp_path_factory.mktemp("doors")
    write_reference(folder)
    drawn = deployments(folder / "doors.vocabulary")
    return drawn, drawn
