"""Names as people write them are what people read; identifiers in the design are plain."""

from __future__ import annotations

import pytest
from django.test import Client

from clausewise.desk.interview.answers import Sent, add, answer, name_for, remove
from clausewise.desk.interview.called import in_own_words, needs_words, own_words
from clausewise.desk.interview.drafts import Draft, draft_of
from clausewise.desk.interview.forms import forms
from clausewise.desk.records.models import DeskApplication
from clausewise.desk.workflow.today import draft_for, today
from clausewise.interview.answers import Refusal
from clausewise.interview.look import Looked

FORM = forms()["face-registration"]
NAMES = {"actor-1": "北京科技", "actor-2": "Дом 2", "contoso-ltd": "Contoso Ltd."}


def after(found: Looked | Refusal) -> Draft:
    assert not isinstance(found, Refusal), found
    return draft_of(found.source.text, FORM.policy, today())


@pytest.fixture(scope="module")
def listed() -> Draft:
    draft = draft_of(FORM.text, FORM.policy, today())
    for words in (*NAMES.values(), "front door"):
        draft = after(add(draft, "actor", f" {words}  "))
    return draft


def test_what_a_name_does_not_say_stands_above_it(listed: Draft) -> None:
    assert listed.called == NAMES, "`front-door` says it"
    assert '# actor-1 is called "北京科技"\nactor actor-1 {' in listed.text
    assert name_for("北京科技", listed, "actor") == "actor-1"
    assert isinstance(add(listed, "actor", "北京科技"), Refusal), "it is listed already"


def test_whoever_an_answer_names_is_called_so(listed: Draft) -> None:
    sent = Sent((), ("Société Générale",))
    found = after(answer(listed, "registration", "holder", sent))
    assert found.called == NAMES | {"societe-generale": "Société Générale"}
    again = after(answer(found, "registration", "holder", sent))
    assert again.text == found.text


def test_no_word_of_a_sentence_is_taken_for_a_name(listed: Draft) -> None:
    found = after(add(listed, "actor", "Police."))
    assert found.called == NAMES | {"actor-police": "Police."}
    assert name_for("police", found, "actor") == "actor-police", "it is the same"
    said = in_own_words("actor-police may have police of its own", found.called)
    assert said == "Police. may have police of its own"
    by_hand = own_words('# police is called "警察"')
    assert in_own_words("its own police", by_hand) == "its own police"


def test_who_is_taken_out_is_called_nothing(listed: Draft) -> None:
    left = after(remove(listed, "actor-1"))
    assert left.called == {name: words for name, words in NAMES.items() if name != "actor-1"}
    assert after(add(left, "actor", "東京")).called["actor-1"] == "東京"


def test_entities_are_called_so_in_sentences_and_facts_keep_their_names() -> None:
    text = (
        "`actor-1` acts for contoso-ltd and actor-12: see actor-1.kind, not-actor-1. And actor-1."
    )
    assert in_own_words(text, NAMES) == (
        "`北京科技` acts for Contoso Ltd. and actor-12: see actor-1.kind, not-actor-1. And 北京科技."
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ('A "B" \u202eC\x07', "A ”B” C"),
        ("क्\u200dष", "क्\u200dष"),
        ("x" * 61, "x" * 60),
        ("a`b", "a\u2019b"),
        ('a"\n}\nuse evil {', "a” } use evil {"),
    ],
)
def test_words_end_nowhere_else_and_hide_nothing(words: str, said: str) -> None:
    draft = draft_of(FORM.text, FORM.policy, today())
    found = after(add(draft, "actor", words))
    assert [*found.called.values()] == [said]
    assert [block.type.text for block in found.looked.tree.blocks] == ["actor"]
    assert needs_words("front-door", "Front Door")
    assert not needs_words("front-door", "front door")
    assert own_words('# a is called ""\n# b is called c\nx # c is called "d"\n') == {}


def test_people_read_them_everywhere(
    begun: DeskApplication, as_member: Client, as_reviewer: Client
) -> None:
    key = begun.pk
    for type_, words in (("actor", "北京科技"), ("use", "Дом 2")):
        as_member.post(f"/applications/{key}/add/{type_}/", {"name": words})
    begun.refresh_from_db()
    asked = [one.question for one in draft_for(begun).asked if one.question.entity]
    (first, *_) = [one for one in asked if one.entity == "actor-1"]
    wanted = {
        "": "北京科技",
        "parts/actor-1/": first.ask.replace("actor-1", "北京科技"),
        f"questions/{first.fact}/": first.ask.replace("actor-1", "北京科技"),
        "questions/registration.holder/": "北京科技</label>",
        "check/": "北京科技",
    }
    for part, said in wanted.items():
        page = as_member.get(f"/applications/{key}/{part}").content.decode()
        assert said in page, part
        assert "Does use-1" not in page
    as_member.post(f"/applications/{key}/check/", {"declared": "yes"})
    as_reviewer.post(f"/queue/{key}/claim/")
    dossier = as_reviewer.get(f"/queue/{key}/").content.decode()
    assert "<dt><code>actor-1</code></dt><dd>北京科技</dd>" in dossier
    assert first.ask.replace("actor-1", "北京科技") in dossier
