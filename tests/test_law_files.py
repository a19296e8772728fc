"""Files of laws: read, laid out, linked, kept; and tried on complete designs."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from clausewise.dsl import syntax
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.layout import format_source
from clausewise.dsl.printing.trees import print_tree
from clausewise.dsl.startup import store
from clausewise.dsl.syntax import Name, Text
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.source import Source
from clausewise.engine.backends.python.compiled import compiled
from clausewise.engine.core.laws import Always, NeverWorsens, Possible
from clausewise.engine.core.outcomes import Outcome, verdict_of
from clausewise.intake import laws as intake
from clausewise.intake.designs import read_design
from clausewise.intake.laws import laws_files, load_laws
from clausewise.testing import InconclusiveError, laws
from clausewise.testing.law_clauses import name_of
from clausewise.testing.refuting import LawSearch
from tests.conftest import APART, ROOT, write_reference

pytest_plugins = ["pytester"]
FACE = ROOT / "policies" / "face"
FACE_LAWS = FACE / "face-code-of-conduct.laws"

# reading and printing

names = st.sampled_from(["a", "b-c", "clause-x", "use", "verdict"]).map(Name)
texts = st.text('ab"\\', max_size=4).map(Text)
readings = st.builds(syntax.ReadingNode, names, names)
tests = st.one_of(
    st.builds(syntax.VerdictIsNode, names),
    st.builds(syntax.OutcomeNode, st.sampled_from(["clause", "section", "policy"]), names, names),
    readings,
    st.builds(
        lambda left, right: syntax.TestNode(left, "overlaps", right),
        st.builds(syntax.PathNode, names.filter(lambda n: n.text != "verdict")),
        st.builds(lambda name: syntax.SetNode((name,)), names),
    ),
)
conditions = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.builds(syntax.NotNode, inner),
        st.builds(
            syntax.JunctionNode,
            st.sampled_from(["and", "or"]),
            st.lists(inner, min_size=2, max_size=3).map(tuple),
        ),
        st.builds(
            syntax.QuantifierNode,
            st.sampled_from(syntax.QUANTIFIERS),
            names,
            st.builds(syntax.PathNode, names),
            inner,
        ),
    ),
    max_leaves=5,
)
values = st.one_of(
    names,
    st.just(syntax.Number(Decimal("-1.5"))),
    st.just(syntax.Duration(Decimal(30), "days")),
    st.just(syntax.Range(18, None)),
)
several = st.lists(names, max_size=2).map(tuple)
facts = st.builds(syntax.FactNode, names, st.none() | names)
where = st.none() | conditions
claims = st.one_of(
    st.builds(syntax.AlwaysNode, st.sampled_from(["always", "never"]), where, conditions),
    st.builds(syntax.PossibleNode, conditions),
    st.builds(syntax.AloneNode, st.just("clause"), st.none() | names, names, several),
    st.builds(
        syntax.ChangeNode,
        st.just("changing"),
        facts,
        st.none() | values,
        st.none() | values,
        where,
        several,
    ),
    st.builds(syntax.ChangeNode, st.just("adding"), facts, st.none(), names, where, several),
    st.builds(syntax.ChangeNode, st.just("removing"), facts, names, st.none(), where, several),
)
law_nodes = st.builds(
    syntax.LawNode,
    names,
    texts,
    st.none() | st.builds(syntax.UnderNode, st.lists(readings, max_size=2).map(tuple)),
    claims,
)
files = st.builds(
    syntax.LawsFile, names, names, st.none() | texts, st.lists(law_nodes, max_size=3).map(tuple)
)


@given(files)
def test_what_is_printed_reads_the_same(tree: syntax.LawsFile) -> None:
    text = print_tree(tree)
    again, problems = parse(Source("x.laws", text), "laws")
    assert problems == []
    assert again == tree
    assert format_source(Source("x.laws", text), "laws") == (text, [])


UGLY = """# above all
laws   x for y 1.0  title "t"

# of the first
law a {says "b"   # said
# of the readings
 under reading c is d,reading e is f
 when g in h always verdict is   permitted }
law b { says "c" under defaults changing c.d from 5 to 30 days where c.e is f never   worsens but for g,h }
law c { says "d" possible each clause is violated alone but for e }
"""
LAID_OUT = """# above all
laws   x
for    y 1.0
title  "t"

# of the first
law a {
  says     "b"  # said
  # of the readings
  under    reading c is d, reading e is f
  when     g in h
  always   verdict is permitted
}

law b {
  says     "c"
  under    defaults
  changing c.d from 5 to 30 days
  where    c.e is f
  never    worsens but for g, h
}

law c {
  says     "d"
  possible each clause is violated alone but for e
}
"""


def test_the_layout() -> None:
    assert format_source(Source("x.laws", UGLY), "laws") == (LAID_OUT, [])
    assert format_source(Source("x.laws", LAID_OUT), "laws") == (LAID_OUT, [])


def test_a_law_with_a_syntax_error_hides_no_other_mistake() -> None:
    text = 'laws x for y\nlaw a {\n  says "b"\n}\nlaw c {\n  says "d"\n  never\n}\n'
    _, problems = parse(Source("x.laws", text), "laws")
    assert [(p.code, p.position[0]) for p in problems] == [("E101", 4), ("E101", 8)]


# linking


@pytest.fixture
def doors(tmp_path: Path) -> Path:
    """A folder with the examples of the reference."""
    write_reference(tmp_path)
    return tmp_path


def written(folder: Path, *claims: str, name: str = "x") -> Path:
    """A file of laws about the doors, one for each claim, called a, b and so on."""
    body = "".join(f'law {chr(97 + n)} {{ says "s" {claim} }}\n' for n, claim in enumerate(claims))
    path = folder / f"{name}.laws"
    path.write_text(f"laws {name} for door-code\n{body}", encoding="utf-8")
    return path


def test_readings(doors: Path) -> None:
    always, never = "always clause alarm is met", "never clause alarm is met"
    claims = [always, f"under reading keeping is loose {never}", f"under defaults {always}"]
    claims += [
        "possible clause alarm is met",
        "under reading keeping is loose possible verdict is permitted",
    ]
    found = load_laws(written(doors, *claims)).laws
    assert [law.readings["keeping"] for law in found.values()] == [
        ("strict", "loose"),
        ("loose",),
        ("strict",),
        ("strict",),
        ("loose",),
    ]


def test_what_each_alone_claims(doors: Path) -> None:
    claim = "possible each clause is violated alone but for consistent"
    found = load_laws(written(doors, claim)).laws["a"].claim
    assert isinstance(found, Possible)
    others = ("us-police", "minors", "keeping", "alarm", "harmless")
    assert [said for said, _ in found.ways] == [f"`{name}` violated alone" for name in others]


def test_a_term_means_all_below_it(doors: Path) -> None:
    claims = [
        "changing actor.kind to public-body never worsens but for us-police",
        "changing people.ages from ..17 never worsens",
    ]
    first, second = (law.claim for law in load_laws(written(doors, *claims)).laws.values())
    assert isinstance(first, NeverWorsens)
    assert isinstance(second, NeverWorsens)
    assert first.after is not None
    assert [value.names for value in first.after] == [("police",), ("school",)]  # type: ignore[union-attr]
    assert (first.before, "us-police" in first.clauses, len(first.clauses)) == (None, False, 5)
    assert (second.before, second.after) == ((syntax.Range(None, 17),), None)


def test_another_policy_can_be_named(doors: Path) -> None:
    (doors / "other.policy").write_text(
        "policy other vocabulary doors\n"
        'clause c { at "1" quotes "q" says "s" prohibits where safety.alarm is no because "b" }'
    )
    claim = "when safety.alarm is no always policy other is prohibited"
    found = load_laws(written(doors, claim, "never policy other is prohibited"))
    assert set(found.policy.policies) == {"other"}
    first, second = laws(doors / "x.laws")
    first.check(60)
    with pytest.raises(AssertionError, match=r"alarm +no"):
        second.check(60)


def test_a_condition_that_nests_too_deeply_is_refused(doors: Path) -> None:
    claim = "always " + "not (" * 60 + "clause alarm is met" + ")" * 60
    assert load_laws(written(doors, claim)).laws["a"]
    some = "some x{0} in door has (some y{0} in door has (some z{0} in door has ("
    claim = (
        "always "
        + "".join(some.format(n) for n in range(20))
        + "not verdict is permitted"
        + ")" * 60
    )
    assert load_laws(written(doors, claim)).laws["a"]
    twice = claim.replace("always ", "always not not not (").replace("not verdict", "verdict") + ")"
    assert twice


def test_laws_are_found_again_until_something_changes(
    doors: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if store.folder() is None:
        pytest.skip("there is no cache folder here")
    path = written(doors, "always clause alarm is met")
    first = load_laws(path)
    with monkeypatch.context() as patch:
        patch.setattr(intake, "parse", None)
        again = load_laws(path)
        assert (again.laws, again.policy) == (first.laws, first.policy)
        written(doors, "never clause alarm is met")
        with pytest.raises(TypeError):
            load_laws(path)
    load_laws(path)
    policy = doors / "door-code.policy"
    policy.write_text(policy.read_text().replace("> 365 days", "> 366 days"))
    monkeypatch.setattr(intake, "parse", None)
    with pytest.raises(TypeError):
        load_laws(path)


def test_folders_are_searched(doors: Path) -> None:
    written(doors, "always clause alarm is met")
    assert laws_files([doors]).files == [doors / "door-code.laws", doors / "x.laws"]


# what laws mean

OUTCOMES = (Outcome.VIOLATED, Outcome.MET, Outcome.NOT_APPLICABLE)
VERDICTS = ("prohibited", "permitted", "not-applicable")


def search_of(path: Path) -> LawSearch:
    """Where the laws of a file are tried."""
    return laws(path)[0].search


def test_outcomes_and_verdicts_are_those_of_the_judge(doors: Path) -> None:
    """And nothing is open in a complete design."""
    policy = load_laws(written(doors, "always clause alarm is met")).policy
    atoms = [f"clause {clause} is {outcome}" for clause in policy.clauses for outcome in OUTCOMES]
    atoms += [f"verdict is {verdict}" for verdict in VERDICTS]
    found = load_laws(_each(doors, atoms))
    search = LawSearch(found, ())

    @given(search.designs.strategy(), st.sampled_from(["strict", "loose"]))
    def agree(drawn: object, keeping: str) -> None:
        deployment = drawn.deployment()  # type: ignore[attr-defined]
        outcomes = compiled(policy, {"keeping": keeping}).outcomes(deployment)
        said = {f"clause {clause} is {outcome}" for clause, outcome in outcomes.items()}
        said.add(f"verdict is {verdict_of(outcomes.values(), draft=False)}")
        judged = compiled(search.policy, {"keeping": keeping}).outcomes(deployment)
        so = {
            atom
            for atom, law in zip(atoms, found.laws.values(), strict=True)
            if judged[name_of(law)] is Outcome.MET
        }
        assert so == said
        assert not any(outcome.is_open for outcome in judged.values())

    agree()


def _each(folder: Path, atoms: list[str]) -> Path:
    body = "".join(f'law l-{n} {{ says "s" always {atom} }}\n' for n, atom in enumerate(atoms))
    path = folder / "atoms.laws"
    path.write_text(f"laws atoms for door-code\n{body}", encoding="utf-8")
    return path


TRUE = [
    "changing people.consent from implied to explicit never worsens",
    "changing safety.alarm to yes never worsens",
    "changing door.opens-by to none where safety.alarm is yes never worsens",
    "removing face from door.opens-by where safety.alarm is yes never worsens",
    "adding card to door.opens-by never worsens",
    "changing door.keeps to 0 days never worsens",
    "changing people.ages from ..17 to 19.. never worsens",
    "when no d in door has (d.opens-by overlaps face) always clause alarm is not-applicable",
    "when verdict is permitted never clause minors is violated",
]


@pytest.mark.parametrize("claim", TRUE)
def test_laws_that_hold(doors: Path, claim: str) -> None:
    (law,) = laws(written(doors, claim))
    law.check(40)


FALSE = [
    ("never verdict is prohibited", "harm +yes"),
    ("when safety.alarm is no never clause alarm is violated", "opens-by +.*face"),
    (
        "under reading keeping is loose when some d in door has (d.keeps > 30 days)"
        " always clause keeping is violated",
        "under reading keeping is loose",
    ),
    (
        "changing people.consent from explicit to implied never worsens",
        r"`minors` becomes violated where `[a-z]+(-\d)?.consent` changes from `explicit` to `implied`",
    ),
    (
        "changing safety.alarm to no never worsens but for consistent",
        "`alarm` becomes violated where `safety.alarm` changes",
    ),
    ("adding face to door.opens-by never worsens", "changes from `(none|card)` to `(card, )?face`"),
    ("changing door.keeps never worsens", "`keeping` becomes violated"),
    (
        "changing people.ages to 12..12 where people.consent is implied never worsens",
        "`minors` becomes violated",
    ),
]


@pytest.mark.parametrize(("claim", "shown"), FALSE)
def test_laws_that_fail_show_what_refutes_them(doors: Path, claim: str, shown: str) -> None:
    (law,) = laws(written(doors, claim))
    with pytest.raises(AssertionError) as raised:
        law.check(300)
    assert re.search(shown, str(raised.value))
    design = "deployment " + str(raised.value).split("\n\ndeployment ")[1]
    assert len(design.splitlines()) < 40
    tree, problems = parse(Source("x.design", design), "design")
    assert tree is not None
    assert problems == []


NOTHING = "nothing to which it applies"
INCONCLUSIVE = [
    ("when safety.alarm is no and safety.alarm is yes never verdict is permitted", NOTHING),
    ("possible clause alarm is violated and clause alarm is met", "nothing shows it in"),
    (
        "changing door.keeps to 0 days where door.keeps > 9 years and door.keeps < 8 years never worsens",
        NOTHING,
    ),
]


@pytest.mark.parametrize(("claim", "said"), INCONCLUSIVE)
def test_what_is_not_found_is_not_refuted(doors: Path, claim: str, said: str) -> None:
    (law,) = laws(written(doors, claim))
    with pytest.raises(InconclusiveError, match=said):
        law.check(50)


# for authors


def test_the_laws_of_the_reference_hold(pytester: pytest.Pytester) -> None:
    """By the example of docs/testing.md, as it stands there."""
    write_reference(pytester.path)
    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(import pytest\n.*?)```", page, re.DOTALL)
    pytester.makepyfile(test_laws=example)
    pytester.runpytest(*APART, "-p", "no:cacheprovider", "test_laws.py").assert_outcomes(passed=6)
    claims = [
        "never verdict is prohibited",
        "possible verdict is permitted and verdict is prohibited",
    ]
    text = written(pytester.path, *claims).read_text().replace("laws x", "laws door-laws")
    (pytester.path / "door-code.laws").write_text(text)
    result = pytester.runpytest(*APART, "-p", "no:cacheprovider", "-rs", "test_laws.py")
    result.assert_outcomes(failed=1, skipped=1)
    result.stdout.fnmatch_lines(
        ["*the law `a` does not hold: s*", "*law `b`: nothing shows it in 2,000 designs*"]
    )


def test_designs_near_which_others_are_drawn(tmp_path: Path) -> None:
    write_reference(tmp_path)
    path = written(tmp_path, "possible verdict is permitted")
    assert [tree.title.text for tree in laws(path)[0].search.near] == ["Front door"]
    assert laws(path, near=[])[0].search.near == ()
    (tmp_path / "bad.design").write_text(
        'deployment "x"\njudged by door-code\ndoor d {\n  keps 3 days\n}\n'
    )
    with pytest.raises(InvalidError, match="keps"):
        laws(path)


def test_every_shape_of_fact_is_drawn(tmp_path: Path) -> None:
    kiosks = (ROOT / "tests" / "conformance" / "vocabularies" / "kiosks.vocabulary").read_text()
    twice = kiosks.replace(
        'ask "Is the till locked?"',
        'ask "Is the till locked?"\n  good yes-no judgement by two ask "Is it good?"',
    )
    (tmp_path / "kiosks.vocabulary").write_text(twice)
    (tmp_path / "kiosk-code.policy").write_text(
        "policy kiosk-code vocabulary kiosks\n"
        'clause c { at "1" quotes "q" says "s" prohibits kiosk k where k.main is tea or k.cups within glass'
        " or k.price > 3 or k.keeps > 2 days or k.since < 2026-01-01 or k.ages.oldest < 9 or k.head is none"
        ' or some c in k.staff has (c.old is yes) or till.good is no because "b" }'
    )
    path = tmp_path / "x.laws"
    path.write_text(
        'laws x for kiosk-code law a { says "s" never clause c is violated and till.good is no }'
    )
    search = search_of(path)

    @settings(suppress_health_check=[*HealthCheck])
    @given(search.designs.strategy())
    def is_complete(drawn: object) -> None:
        outcomes = compiled(search.policy).outcomes(drawn.deployment())  # type: ignore[attr-defined]
        assert not any(outcome.is_open for outcome in outcomes.values())

    is_complete()


# the Face pack


def test_the_face_pack_has_its_laws() -> None:
    found = load_laws(FACE_LAWS).laws
    assert len(found) >= 40
    assert len({law.says for law in found.values()}) == len(found)
    assert {type(law.claim) for law in found.values()} == {Always, Possible, NeverWorsens}


@pytest.fixture(scope="module")
def face() -> LawSearch:
    near = [*FACE.glob("*.design"), *(FACE / "use-cases").glob("*.design")]
    return laws(FACE_LAWS, sorted(near))[0].search


def test_what_is_always_so_of_face_designs(face: LawSearch) -> None:
    """All laws of this kind on each design, so that many designs can be tried."""
    readings = st.fixed_dictionaries(
        {name: st.sampled_from([*r.alternatives]) for name, r in face.policy.readings.items()}
    )
    always = [law for law in face.laws.laws.values() if isinstance(law.claim, Always)]
    applied = set[str]()

    @given(face.designs.strategy(), readings)
    def hold(drawn: object, chosen: dict[str, str]) -> None:
        outcomes = compiled(face.policy, chosen).outcomes(drawn.deployment())  # type: ignore[attr-defined]
        assert not any(outcome.is_open for outcome in outcomes.values())
        for law in always:
            if all(chosen[name] in law.readings[name] for name in chosen):
                assert outcomes[name_of(law)] is not Outcome.VIOLATED, law.name
                if outcomes[name_of(law)] is Outcome.MET:
                    applied.add(law.name)

    hold()
    assert len(applied) > len(always) / 2


DETECTION = {
    "enrol, identify": "detect\n  recognises  no\n  returns-face-ids  no\n  consequences  none"
    "\n  liveness-probing  none",
    "use-cases           touchless-access-control": "use-cases           PURPOSE",
    "purpose                 touchless-access-control": "purpose                 PURPOSE",
}
WITNESSES = [
    (
        "detection-without-registration",
        "it",
        {"PURPOSE": "redaction", "status              approved": "status  not-registered"},
    ),
    (
        "no-clause-is-implied",
        "`liveness-probing` violated alone",
        {"PURPOSE": "liveness-probing-support"},
    ),
    (
        "no-clause-is-implied",
        "`attacks` violated alone",
        {
            "PURPOSE": "malware-delivery",
            "retention ": 'attack-lawful  no  attested by "A"\n  retention ',
        },
    ),
]


@pytest.mark.parametrize(("name", "said", "changes"), WITNESSES)
def test_what_is_possible_and_seldom_drawn(
    face: LawSearch, name: str, said: str, changes: dict[str, str]
) -> None:
    """Found by hand: each lies many changes away from the designs of the pack."""
    text = (FACE / "access.design").read_text(encoding="utf-8")
    for old, new in {**DETECTION, **changes}.items():
        assert old in text
        text = text.replace(old, new)
    law = face.laws.laws[name]
    assert isinstance(law.claim, Possible)
    number = [words for words, _ in law.claim.ways].index(said)
    readings = {name: alternatives[0] for name, alternatives in law.readings.items()}
    deployment = read_design(Source("x.design", text)).deployment(face.policy.vocabulary)
    outcomes = compiled(face.policy, readings).outcomes(deployment)
    assert outcomes[name_of(law, number)] is Outcome.VIOLATED


@pytest.mark.parametrize(
    "law",
    [law for law in load_laws(FACE_LAWS).laws.values() if isinstance(law.claim, NeverWorsens)],
    ids=lambda law: law.name,
)
def test_what_never_worsens_face_designs(face: LawSearch, law: object) -> None:
    face.run(law, 5)  # type: ignore[arg-type]
