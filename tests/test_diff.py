"""What changes from one policy to another by meaning, from one vocabulary to another, and for designs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from typer.testing import CliRunner

from clausewise.commands.cli import app
from clausewise.dsl.models.deployment import Deployment, Terms
from clausewise.dsl.startup.lean import replace
from clausewise.engine.backends.solver.proving.difference import Comparison, MeaningChange
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.policy import Policy, choose_readings
from clausewise.engine.judging.judge import RecordedJudge
from clausewise.intake import load, relinked, shared
from clausewise.intake.load import load_policy
from clausewise.intake.relinked import in_words_of
from tests.conftest import ROOT, write_reference
from tests.generated import Pair, pairs


def run(*arguments: object) -> tuple[int, str, str]:
    """The exit code of a command, and what it prints and says."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


WORDS = """vocabulary words
subject deployment
taxonomy body { company  public-body { police  school } }
entity actor "an actor" { kind one of body world ask "What is {actor}?" }
entity door "a door" {
  by     one of actor  world   ask "Who runs {door}?"
  keeps  duration      choice  ask "How long?"
}
"""
CODE = """policy %s
title       "Code"
vocabulary  words
%s
"""
CLAUSE = 'clause rule { at "1" quotes "rule" says "A rule." %s because "it is so" }'


def policy(folder: Path, name: str, *rules: str) -> Policy:
    """A policy of a clause for each rule: `rule`, and others that are called after their number."""
    (folder / "words.vocabulary").write_text(WORDS, encoding="utf-8")
    clauses = [CLAUSE.replace("rule {", f"rule{n or ''} {{") % rule for n, rule in enumerate(rules)]
    path = folder / f"{name}.policy"
    path.write_text(CODE % (name, "\n".join(clauses)), encoding="utf-8")
    return load_policy(str(path))


POLICE = "prohibits door d where d.by.kind is police"
PUBLIC = "prohibits door d where d.by.kind is public-body"
WAYS = {
    "written otherwise": (
        POLICE,
        "prohibits door d where not (not d.by.kind in police)",
        "equivalent",
    ),
    "more kinds": (POLICE, PUBLIC, "stricter"),
    "fewer kinds": (PUBLIC, POLICE, "laxer"),
    "other kinds": (POLICE, "prohibits door d where d.by.kind is school", "incomparable"),
    "a shorter time": (
        "prohibits door d where d.keeps > 30 days",
        "prohibits door d where d.keeps >= 30 days",
        "stricter",
    ),
    "an exception": (POLICE, f"{POLICE} unless short where d.keeps < 1 days", "laxer"),
    "all for some": (
        "prohibits where every a in actor has (a.kind is police)",
        "prohibits where some a in actor has (a.kind is police)",
        "incomparable",
    ),
}


def test_what_is_linked_again_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load._once_loaded.cache_clear()  # as in a new process: others may have taken one of these two's place
    shared._kept.cache_clear()
    old, new = load_policy("face-code-of-conduct 1.0"), load_policy("face-code-of-conduct")
    linked = in_words_of(new.vocabulary, old)
    by_another_reading = in_words_of(new.vocabulary, old.read_as({"surveillance": "of-either"}))

    def link(*_: object) -> Policy:
        raise AssertionError("it was kept")

    monkeypatch.setattr(relinked, "_linked", link)
    again = in_words_of(new.vocabulary, old)
    assert again == linked
    assert again.vocabulary is new.vocabulary
    other = in_words_of(new.vocabulary, old.read_as({"surveillance": "of-either"}))
    assert other == by_another_reading != linked
    with pytest.raises(AssertionError, match="it was kept"):
        in_words_of(new.vocabulary, replace(old, source=replace(old.source, text="another")))
    police = policy(tmp_path, "one", POLICE)
    words = tmp_path / "words.vocabulary"
    words.write_text(WORDS.replace("school", "school  court"), encoding="utf-8")
    with pytest.raises(AssertionError, match="it was kept"):
        in_words_of(load_policy(str(tmp_path / "one.policy")).vocabulary, police)


@pytest.mark.parametrize(("old", "new", "change"), WAYS.values(), ids=WAYS)
def test_how_a_clause_changes(tmp_path: Path, old: str, new: str, change: str) -> None:
    before, after = policy(tmp_path, "old", old), policy(tmp_path, "new", new)
    after = in_words_of(before.vocabulary, after)
    comparison = Comparison(before, after)
    (found,) = comparison.clauses()
    whole = comparison.whole()
    assert (found.change, whole.change) == (change, change)
    for difference in (found, whole):
        assert (difference.stricter is not None) is (change in ("stricter", "incomparable"))
        assert (difference.laxer is not None) is (change in ("laxer", "incomparable"))
    if found.stricter:
        assert (
            is_violated(before, found.stricter.design),
            is_violated(after, found.stricter.design),
        ) == (
            False,
            True,
        )
    if found.laxer:
        assert (
            is_violated(before, found.laxer.design),
            is_violated(after, found.laxer.design),
        ) == (True, False)


def is_violated(judging: Policy, design: Deployment) -> bool:
    """Whether `rule` is violated; it must be settled."""
    outcome = RecordedJudge(judging, design, choose_readings(judging, {})).judged("rule").outcome
    assert not outcome.is_open
    return outcome is Outcome.VIOLATED


def test_clauses_that_are_new_and_gone(tmp_path: Path) -> None:
    before, after = policy(tmp_path, "old", POLICE, PUBLIC), policy(tmp_path, "new", POLICE)
    there = Comparison(before, in_words_of(before.vocabulary, after))
    assert [(d.clause, d.change) for d in there.clauses()] == [
        ("rule", "equivalent"),
        ("rule1", "gone"),
    ]
    back = Comparison(in_words_of(before.vocabulary, after), before)
    assert [d.change for d in back.clauses()] == [MeaningChange.EQUIVALENT, MeaningChange.NEW]


@settings(max_examples=settings().max_examples // 3)
@given(pairs())
def test_no_policy_differs_from_itself(pair: Pair) -> None:
    comparison = Comparison(pair.policy, pair.policy)
    found = [*comparison.clauses(), comparison.whole()]
    assume(not any(difference.why for difference in found))
    assert {difference.change for difference in found} == {MeaningChange.EQUIVALENT}


def test_the_command_tells_what_changes(tmp_path: Path) -> None:
    policy(tmp_path, "old", POLICE)
    policy(tmp_path, "new", PUBLIC)
    code, out, err = run("diff", tmp_path / "old.policy", tmp_path / "new.policy")
    assert (code, err) == (1, "")
    assert "rule  stricter" in out
    told = " ".join(out.split())
    assert re.search(
        r"prohibited by new only, by rule\b.*?\. All that matters of such a design:", told
    )
    code, out, _ = run("diff", tmp_path / "old.policy", tmp_path / "old.policy")
    assert code == 0
    assert "1 equivalent." in out


def test_a_vocabulary_that_lacks_a_word(tmp_path: Path) -> None:
    policy(tmp_path, "old", POLICE)
    other = tmp_path / "other"
    other.mkdir()
    policy(other, "new", "prohibits door d where d.by.kind is company")
    fewer = WORDS.replace("police  school", "school")
    (other / "words.vocabulary").write_text(fewer, encoding="utf-8")
    code, _, err = run("diff", tmp_path / "old.policy", other / "new.policy")
    assert code == 2
    assert "error[E531]" in err
    assert "`police`" in err


def test_designs_are_judged_by_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    policy(tmp_path, "old", POLICE)
    policy(tmp_path, "new", PUBLIC)
    for kind in ("police", "school", "company"):
        text = f'deployment "A"\njudged by old\nactor a {{ kind {kind} }}\ndoor d {{ by a  }}\n'
        (tmp_path / f"{kind}.design").write_text(text, encoding="utf-8")
    code, out, err = run("diff", "./old.policy", "./new.policy", "--on", ".")
    assert (code, err) == (1, "")
    assert "school.design  permitted → prohibited" in out
    assert "rule  met → violated" in out
    assert "1 of 3 designs come out otherwise, 2 do not." in out


def test_designs_that_cannot_be_judged_are_counted_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong with one is told once, though both policies stumble on it."""
    monkeypatch.chdir(tmp_path)
    policy(tmp_path, "old", POLICE)
    (tmp_path / "nul.design").write_bytes(b"deployment \0")
    code, out, err = run("diff", "./old.policy", "./old.policy", "--on", "nul.design")
    assert (code, err.count("error[E100]")) == (2, 1)
    assert out == "0 of 1 designs come out otherwise, 0 do not, 1 could not be judged.\n"
    code, out, err = run("diff", "nothing-such", "./old.policy", "--on", "nul.design")
    assert (code, out, err.count("error[")) == (2, "", 1)
    assert "there is no policy `nothing-such`" in err


def test_what_breaks_designs_in_a_vocabulary(tmp_path: Path) -> None:
    write_reference(tmp_path)
    old = tmp_path / "doors.vocabulary"
    text = old.read_text(encoding="utf-8")
    new = tmp_path / "new.vocabulary"
    new.write_text(text.replace("vocabulary doors", "vocabulary doors", 1), encoding="utf-8")
    assert run("diff", old, new)[:2] == (0, "Nothing changes.\n")
    new.write_text(WORDS, encoding="utf-8")
    code, out, _ = run("diff", old, new)
    assert code == 1
    assert "Breaks designs" in out
    code, out, _ = run("diff", new, old)
    assert "the type `safety` is new" in out


# a code and the one that replaced it

PAGE = (ROOT / "docs" / "reasoning.md").read_text(encoding="utf-8")


def test_what_widens_in_the_code_that_replaced_the_face_code() -> None:
    """What the page shows, up to where it breaks off."""
    ((command, shown),) = re.findall(
        r"```console\n\$ clausewise (diff face-code\S* .*)\n((?s:.*?))\.\.\.\n```", PAGE
    )
    done = CliRunner().invoke(app, command.split())
    assert done.exit_code == 1
    assert done.stdout.startswith(shown)
    assert "gone" not in done.stdout
    assert "in the clauses of both" in done.stdout


def test_by_the_default_reading_the_new_words_settle_what_was_ambiguous() -> None:
    old, new = load_policy("face-code-of-conduct"), load_policy("microsoft-ai-code-4")
    comparison = Comparison(in_words_of(new.vocabulary, old), new)
    found = {each.clause: each for each in comparison.clauses()}
    assert found["surveillance"].change is MeaningChange.EQUIVALENT
    emotion = found["emotion"]
    assert emotion.change is MeaningChange.STRICTER
    assert emotion.stricter is not None
    signs = [e.value("reads-other-signs") for e in emotion.stricter.design.entities.values()]
    assert any(isinstance(value, Terms) and value.names == ("yes",) for value in signs)


def test_a_reading_of_the_older_policy_must_be_one() -> None:
    words = ["diff", "face-code-of-conduct", "face-code-of-conduct", "--old-reading"]
    assert CliRunner().invoke(app, [*words, "no-such=reading"]).exit_code == 2
    assert CliRunner().invoke(app, [*words, "surveillance"]).exit_code == 2


# a code and a law


def test_the_code_is_stricter_than_the_act_on_emotions_and_not_on_all_else() -> None:
    """What the page shows: no design violates point (f) and not N11; on gender there are designs both ways."""
    ((command, shown),) = re.findall(
        r"```console\n\$ clausewise (diff .* --clause .*)\n((?s:.*?))```", PAGE
    )
    done = CliRunner().invoke(app, command.split())
    assert (done.exit_code, done.stdout) == (1, shown)
    assert "emotion → emotions  laxer" in shown


@pytest.mark.parametrize("said", ["N11", "N11=", "=A5-1-f", "N11=A5-1-z", "N99=A5-1-f"])
def test_clauses_that_are_none_are_refused(said: str) -> None:
    words = ["diff", "face-code-of-conduct", "eu-ai-act", "--clause", said]
    assert CliRunner().invoke(app, words).exit_code == 2


def test_a_clause_compared_with_itself_is_equivalent() -> None:
    words = ["diff", "eu-ai-act", "eu-ai-act", "--clause", "A5-1-f=emotions"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0
    assert "emotions → emotions  equivalent" in done.stdout


WORDED_LATER = {
    "gender": {
        "prohibits use u where u.infers overlaps gender or": "prohibits use u where"
        " u.infers overlaps {gender, race, nationality, religion} or",
    },
    "surveillance": {
        "        reading surveillance is any-of-three\n        and identifies-live(u)\n        and not valid": (
            "        identifies-live(u)\n        and not valid"
        ),
        "        reading surveillance is any-of-three\n        and identifies-live(u)\n        and not u.": (
            "        identifies-live(u)\n        and not u."
        ),
        "    and (reading surveillance is any-of-three\n"
        "      or identifies-live(u)\n"
        "      or u.tracking overlaps persistent-tracking)\n"
        "  or not reading surveillance is of-either and u.tracking": "    or u.tracking",
    },
    "emotion": {
        "u.infers overlaps {feeling, interest}\n": "u.infers overlaps {emotion, attention}\n",
    },
}
"""Clauses of the Face pack whose later wording says more: the lines of its policy, as they are and as they would
be."""


@pytest.mark.parametrize(
    ("clause", "readings", "expected"),
    [
        ("gender", {}, MeaningChange.STRICTER),
        ("surveillance", {}, MeaningChange.EQUIVALENT),
        ("surveillance", {"surveillance": "of-either"}, MeaningChange.STRICTER),
        ("emotion", {}, MeaningChange.EQUIVALENT),
        ("emotion", {"emotional-state": "feelings-only"}, MeaningChange.STRICTER),
    ],
)
def test_a_clause_of_the_face_pack_as_it_is_worded_later(
    clause: str, readings: dict[str, str], expected: MeaningChange, tmp_path: Path
) -> None:
    """Where a stricter reading is the default, the later wording changes nothing; by a laxer one it does."""
    now = load_policy("face-code-of-conduct")
    text = now.source.text
    for before, after in WORDED_LATER[clause].items():
        assert text.count(before) == 1
        text = text.replace(before, after)
    path = tmp_path / "later.policy"
    path.write_text(text, encoding="utf-8")
    later = in_words_of(now.vocabulary, load_policy(str(path)))
    back = {
        MeaningChange.STRICTER: MeaningChange.LAXER,
        MeaningChange.EQUIVALENT: MeaningChange.EQUIVALENT,
    }
    # readings are those of the newer policy, so what is worded later stands as the older one
    assert Comparison(later, now, readings).clause(clause).change is back[expected]
