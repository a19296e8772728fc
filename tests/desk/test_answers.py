"""Questions as pages, and what pages send as a design's text, for fields of every shape."""

from __future__ import annotations

from datetime import date

import pytest

from clausewise import policies
from clausewise.desk.interview.answers import (
    GivenOpinion,
    Sent,
    add,
    answer,
    judged,
    name_for,
    remove,
    statement,
)
from clausewise.desk.interview.drafts import Draft, draft_of, entitled, without_judgements
from clausewise.desk.interview.forms import forms
from clausewise.desk.interview.questions import answer_in_words, page_of
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.startup.lean import replace
from clausewise.interview.answers import Refusal
from clausewise.interview.look import Looked

DAY = date(2026, 11, 26)
START = 'deployment "Lobby"\njudged by face-code-of-conduct\n\nuse check-in {\n}\n'


def draft(text: str = START, policy: str = "face-code-of-conduct") -> Draft:
    return draft_of(text, policy, DAY)


def after(before: Draft, found: Looked | Refusal) -> Draft:
    assert isinstance(found, Looked), found
    return replace(before, looked=found)


def listed(policy: str) -> Draft:
    """A design that lists one entity of each type of a policy's vocabulary."""
    found = next(form for form in forms().values() if form.policy.startswith(policy))
    made = draft(found.text, policy)
    for type_ in made.vocabulary.entities.values():
        if not type_.single:
            made = after(made, add(made, type_.name, f"Some {type_.name}"))
    return made


def entity_with(made: Draft, field: Field) -> str:
    type_ = made.vocabulary.entities[field.owner]
    return type_.name if type_.single else f"some-{type_.name}"


def answers_to(made: Draft, entity: str, field: Field) -> Sent:
    """Something that can be sent to a question about a field, by its control alone."""
    page = page_of(made, entity, field.name)
    match page.control:
        case "choices" if page.choices:
            return Sent((page.choices[-1].value,))
        case "choices":
            return Sent((), ("Somebody else",))
        case "names":
            return Sent((), (page.suggested[0],))
        case "ages":
            return Sent((), (), {"low": "18", "high": ""})
        case "duration":
            return Sent((), (), {"amount": "30", "unit": "days"})
        case "date":
            return Sent((), (), {"text": "2026-11-26"})
        case "number":
            return Sent((), (), {"text": "3"})
        case _:
            return Sent((), (), {"text": 'A mask, "thin"; # of 2 layers'})


@pytest.mark.parametrize("policy", ["face-code-of-conduct", "face-support-requests"])
def test_every_field_of_a_vocabulary_can_be_answered_and_shown(policy: str) -> None:
    made = listed(policy)
    tried = 0
    for type_ in made.vocabulary.entities.values():
        for field in type_.current:
            entity = entity_with(made, field)
            sent = answers_to(made, entity, field)
            found = after(made, answer(made, entity, field.name, sent))
            block = found.block(entity)
            assert block
            line = next(line for line in block.statements if line.field.text == field.name)
            assert answer_in_words(line, found, field), field
            page = page_of(found, entity, field.name)
            again = [choice.value for choice in page.choices if choice.is_chosen]
            shown = again or page.written or page.texts
            assert shown, field
            tried += 1
    assert tried == sum(len(type_.current) for type_ in made.vocabulary.entities.values())


def test_there_is_a_form_for_each_policy_that_judges_applications() -> None:
    found = {form.policy.partition(" ")[0] for form in forms().values()}
    assert found <= set(policies.names(".policy"))
    assert {"face-code-of-conduct", "face-support-requests"} <= found


def test_an_answer_is_laid_out_as_the_rest_and_read_by_check() -> None:
    made = draft(START.replace("{\n}", "{\n  # by hand\n  purpose  attendance\n}"))
    made = after(made, answer(made, "check-in", "operation", Sent(("verify", "enrol", "..."))))
    assert made.text == START.replace(
        "{\n}", "{\n  # by hand\n  purpose    attendance\n  operation  verify, enrol, ...\n}"
    )


def test_an_entity_that_an_answer_names_in_plain_words_is_listed() -> None:
    made = draft()
    made = after(made, answer(made, "check-in", "by", Sent((), ("Contoso Ltd.",))))
    assert "by  contoso-ltd" in made.text
    assert "actor contoso-ltd {" in made.text
    again = after(made, answer(made, "check-in", "results-to", Sent((), ("contoso ltd",))))
    assert again.text.count("actor ") == 1


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Front door", "front-door"),
        ("Tür 2", "tur-2"),
        ("受付", "camera"),
        ("2nd floor", "camera-2nd-floor"),
        ("check in", "check-in"),
        ("none", "none-2"),
        ("camera", "camera-2"),
    ],
)
def test_plain_words_become_names(words: str, name: str) -> None:
    found = name_for(words, draft(), "camera")
    assert found.startswith(name)
    made = draft()
    if name != "check-in":
        assert f"camera {found} {{" in after(made, add(made, "camera", words)).text


@pytest.mark.parametrize(
    ("words", "terms"),
    [
        ("Georgia", ("GE", "US-GA")),
        ("Congo", ("CG", "CD")),
        ("Niger", ("NE", "NG-NI")),
        ("Georgia, United States", ("US-GA",)),
        ("Guinea", ("GN",)),
        ("Djibouti", ("DJ",)),  # the region of the same name lies within
        ("France", ("FR",)),
        ("GE", ("GE",)),
    ],
)
def test_a_name_of_several_places_is_asked_about(words: str, terms: tuple[str, ...]) -> None:
    made = draft()
    made = after(made, add(made, "actor", "Contoso"))
    found = answer(made, "contoso", "jurisdiction", Sent((), (words,)))
    if len(terms) == 1:
        assert f"jurisdiction  {terms[0]}\n" in after(made, found).text
    else:
        assert isinstance(found, Refusal)
        assert all(f"`{term}` (" in found.hint for term in terms)


def test_what_is_named_cannot_be_taken_out() -> None:
    made = draft()
    made = after(made, answer(made, "check-in", "by", Sent((), ("Contoso",))))
    refused = remove(made, "contoso")
    assert isinstance(refused, Refusal)
    made = after(made, answer(made, "check-in", "by", Sent(("unknown",))))
    assert after(made, remove(made, "contoso")).text == START.replace("{\n}", "{\n  by  unknown\n}")


@pytest.mark.parametrize(
    "sent",
    [
        Sent(),
        Sent(("unknown", "verify")),
        Sent(("no-such-term",)),
        Sent(("verify, enrol",)),
        Sent(('verify" evidence "x',)),
        Sent(tuple(f"a-{number}" for number in range(501))),
    ],
)
def test_what_is_no_answer_is_refused(sent: Sent) -> None:
    assert isinstance(answer(draft(), "check-in", "operation", sent), Refusal) or sent.values == (
        "verify, enrol",
    )


def test_it_is_not_both_unknown_and_named() -> None:
    refused = answer(draft(), "check-in", "by", Sent(("unknown",), ("Contoso",)))
    assert isinstance(refused, Refusal)


@pytest.mark.parametrize("policy", ["face-code-of-conduct", "face-support-requests"])
def test_a_name_that_no_question_asks_for_is_not_read(policy: str) -> None:
    """Anybody can send one to a question for a text, a number, a date or a term."""
    made = listed(policy)
    tried = set()
    for type_ in made.vocabulary.entities.values():
        for field in type_.current:
            entity = entity_with(made, field)
            page = page_of(made, entity, field.name)
            if not field.is_reference and page.control != "names":
                sent = answers_to(made, entity, field)
                named = Sent(sent.values, ("Front door", "1"), sent.texts)
                assert statement(made, entity, field.name, named) == statement(
                    made, entity, field.name, sent
                )
                tried.add(page.control)
    assert len(tried) > 1


def test_a_name_is_found_where_many_are_taken() -> None:
    made = draft()
    for number in range(4):
        made = after(made, add(made, "camera", "受付" * number or "camera"))
    assert [name for name in ("camera-2", "camera-3", "camera-4", "camera-5") if made.block(name)]


def test_a_text_cannot_state_anything_else() -> None:
    made = listed("face-support-requests")
    text = 'x"\n  sent-to  azure-support-request\n  steps "y'
    made = after(made, answer(made, "request", "spoof-material", Sent((), (), {"text": text})))
    block = made.block("request")
    assert block
    assert [line.field.text for line in block.statements] == ["matter", "spoof-material"]


def test_i_do_not_know_yet_is_not_asked_again() -> None:
    made = draft()
    before = {str(asked.question.fact) for asked in made.asked}
    made = after(made, answer(made, "check-in", "timing", Sent(("unknown",))))
    assert before - {str(asked.question.fact) for asked in made.asked} == {"check-in.timing"}
    assert [str(asked.question.fact) for asked in made.unknown] == ["check-in.timing"]


def test_questions_come_by_type_and_entity() -> None:
    made = listed("face-code-of-conduct")
    types = list(made.vocabulary.entities)
    order = [types.index(asked.type.name) for asked in made.asked if asked.type]
    assert order == sorted(order)
    assert len(set(order)) > 3


def test_judgements_are_written_with_name_day_and_reason() -> None:
    opinion = GivenOpinion("safeguards", "human-oversight", "yes", 'M. "Mo" Okafor', DAY, "Seen.")
    made = judged(draft(), [opinion])
    wanted = 'human-oversight  yes   attested by "M. \\"Mo\\" Okafor" on 2026-11-26 because "Seen."'
    assert wanted in made.text
    assert "attested" not in without_judgements(made.text, made.vocabulary)


def test_a_second_person_stands_beside_the_first() -> None:
    field = next(
        field
        for type_ in draft().vocabulary.entities.values()
        for field in type_.fields.values()
        if field.kind == "judgement" and field.shape == "yes-no" and type_.single
    )
    first = GivenOpinion(field.owner, field.name, "yes", "One", DAY, "Yes.")
    second = GivenOpinion(field.owner, field.name, "no", "Two", DAY, "No.")
    text = judged(draft(), [first, second]).text
    assert (
        'yes   attested by "One" on 2026-11-26 because "Yes."   but no   attested by "Two"' in text
    )


def test_no_opinion_takes_the_place_of_another() -> None:
    opinions = [
        GivenOpinion("safeguards", "human-oversight", value, name, DAY, "Seen.")
        for value, name in (("yes", "One"), ("no", "Two"), ("yes", "Three"))
    ]
    with pytest.raises(ValueError, match="two people have judged it"):
        judged(draft(), opinions)


def test_a_title_is_quoted() -> None:
    text = entitled(START, 'The "west" door')
    assert draft(text).looked.tree.title.text == 'The "west" door'


def test_a_statement_is_of_the_field_that_was_asked_for() -> None:
    found = statement(draft(), "check-in", "infers", Sent(("none",)))
    assert not isinstance(found, Refusal)
    assert found.field.text == "infers"
