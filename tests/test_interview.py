"""`ask --interactive` and `new --interactive`: sessions as a state machine, and as somebody sees them."""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import Phase, event, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from typer.testing import CliRunner

from clausewise.checking.options import Options
from clausewise.commands.cli import app
from clausewise.dsl.models.deployment import Missing
from clausewise.dsl.printing.layout import format_source
from clausewise.dsl.printing.trees import statement_text
from clausewise.dsl.text.source import Source
from clausewise.engine.advice.questions import Answer, Question, can_be_told
from clausewise.engine.core.outcomes import Verdict
from clausewise.formats.interview.text import (
    print_effects,
    print_opening,
    print_options,
    print_prompt,
)
from clausewise.formats.screen.sheet import Sheet, cells
from clausewise.intake.access import Access
from clausewise.interview.answers import Refusal
from clausewise.interview.look import looker
from clausewise.interview.session import (
    FactChanged,
    Interview,
    Put,
    SaidInSession,
    Save,
    SessionCommand,
    SessionEffect,
    Took,
    WentBack,
    begin,
    step,
)
from clausewise.interview.words import meaning_of
from tests.conftest import ROOT, write_reference

START = """\
# A door.
deployment "Front"  # the title
judged by door-code

door front {  # the first
  opens-by  card, ...  # perhaps more
  # keeps unknown
}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with the reference's vocabulary and policy."""
    write_reference(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def asks(*lines: str, words: str = "ask --interactive x.design") -> tuple[int, str]:
    """The exit code and the output of a session in which these lines are typed."""
    typed = "".join(f"{line}\n" for line in lines)
    result = CliRunner().invoke(app, words.split(), input=typed)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout + result.stderr


def flat(text: str) -> str:
    return " ".join(text.split())


# laws


LINES = (
    *("", "yes", "no", "none", "1", "1, 2, ...", "9", "acme", "staff", "acme, other", "A. Person"),
    *("30 days", "18..", "..17", "US-WA", "Germany", "car", "fce", "2026-11-02", "2026-02-30"),
    *("a } b {", "x # y", "\x1b[2J", 'yes evidence "a.pdf"', 'no attested by "B"'),
)
"""What somebody may say, whatever is asked."""


class Sessions(RuleBasedStateMachine):
    """Sessions about doors, in which all sorts of things are said, and a model of what must come of them."""

    folder: Path

    @initialize(text=st.sampled_from([START, 'deployment "x"\njudged by door-code\n']))
    def started(self, text: str) -> None:
        access = Access(root=self.folder)
        self.look = looker(Options(access=access))
        self.session = begin(Source(str(self.folder / "x.design"), text), self.look)
        self.file = text
        self.said: dict[str, str] = {}
        """The line of each answer, by its fact."""
        self.before: list[tuple[dict[str, str], str, Mapping[Missing, str]]] = []
        """What was said, the file, and what was put aside, before each step."""
        self.sheet = Sheet(io.StringIO(), 80)
        print_opening(self.session, self.sheet)

    def does(self, happening: SaidInSession | SessionCommand) -> tuple[SessionEffect, ...]:
        before = self.session
        self.session, effects = step(before, happening)
        print_effects(effects, self.sheet)
        is_step = any(isinstance(effect, Took | Put) for effect in effects)
        is_again = happening == SessionCommand("again")
        if any(isinstance(effect, WentBack) for effect in effects):
            self.said, text, aside = self.before.pop()
            assert (self.session.looked.source.text, self.session.aside) == (text, aside)
        elif is_step or is_again or self.session.types != before.types:
            self.before.append((dict(self.said), self.file, before.aside))
        for effect in effects:
            event(type(effect).__name__)
            if isinstance(effect, Save):
                self.file = effect.source.text
            elif isinstance(effect, Took) and effect.fact and "." in effect.fact:
                self.said[effect.fact] = effect.line
        return effects

    @precondition(lambda self: not self.session.ended)
    @rule(data=st.data())
    def something_is_said(self, data: st.DataObject) -> None:
        asked = self.session.asked
        lines = [st.sampled_from(LINES)]
        if asked and asked.question.options and not self.session.unfinished:
            lines.append(st.sampled_from(asked.question.options))
        line = data.draw(st.one_of(lines))
        meant = meaning_of(line, self.session)
        assert isinstance(meant, SaidInSession)
        self.does(meant)

    @precondition(lambda self: not self.session.ended)
    @rule(word=st.sampled_from(["skip", "unknown", "again"]))
    def something_is_wanted(self, word: str) -> None:
        meant = meaning_of(word, self.session)
        assert isinstance(meant, SessionCommand)
        self.does(meant)

    @precondition(lambda self: self.session.unfinished or self.session.before)
    @rule()
    def back(self) -> None:
        before = self.session
        effects = self.does(SessionCommand("back"))
        if before.unfinished:
            assert (effects, self.session.looked is before.looked) == ((), True)
        else:
            assert isinstance(effects[-1], WentBack)

    @invariant()
    def what_is_written_is_what_it_knows(self) -> None:
        if hasattr(self, "session"):
            assert self.file == self.session.looked.source.text
            assert self.file.count("#") == START.count("#") * self.file.startswith("# A door.")

    @invariant()
    def no_answer_is_lost(self) -> None:
        if hasattr(self, "session"):
            tree = self.session.looked.tree
            stated = {
                f"{(block.name or block.type).text}.{line.field.text}": statement_text(line)
                for block in tree.blocks
                for line in block.statements
            }
            assert {fact: stated.get(fact) for fact in self.said} == self.said

    @invariant()
    def to_take_it_up_again_asks_the_same(self) -> None:
        if not hasattr(self, "session"):
            return
        again = begin(Source(str(self.folder / "x.design"), self.file), self.look)
        facts = [asked.question.fact for asked in again.open]
        left = [asked.question.fact for asked in self.session.open]
        assert [fact for fact in facts if fact not in self.session.aside] == left
        assert bool(again.looked.reports) == bool(self.session.looked.reports)

    @invariant()
    def it_fits_a_terminal(self) -> None:
        if hasattr(self, "session"):
            print_prompt(self.session, self.sheet)
            if self.session.asked:
                print_options(self.session.asked, self.sheet)
            written = self.sheet.stream
            assert isinstance(written, io.StringIO)
            assert max(map(cells, written.getvalue().split("\n"))) <= 80
            written.seek(0)
            written.truncate()


def test_sessions(tmp_path: Path) -> None:
    write_reference(tmp_path)

    class InFolder(Sessions):
        folder = tmp_path

    # To shrink what fails takes minutes, and a session of twenty lines can be read.
    run_state_machine_as_test(
        InFolder,
        settings=settings(
            settings.get_profile("ci"),
            max_examples=15,
            stateful_step_count=20,
            phases=[Phase.generate],
        ),
    )


def session_of(text: str, folder: Path, day: date | None = None) -> Interview:
    return begin(
        Source(str(folder / "x.design"), text), looker(Options(access=Access(root=folder))), day
    )


@pytest.mark.parametrize("kind", ["world", "choice", "judgement"])
@pytest.mark.parametrize("verdict", list(Verdict))
def test_nobody_is_coached(kind: str, verdict: Verdict) -> None:
    question = Question(fact="a.b", ask="?", kind=kind, clauses=(), type="yes-no")  # type: ignore[arg-type]
    told = can_be_told(question, Answer("yes", verdict))
    assert told is (kind == "choice" or verdict is Verdict.PROHIBITED)


# as somebody sees it


def test_an_answer_is_written_where_it_belongs(here: Path) -> None:
    (here / "x.design").write_bytes(b"\xef\xbb\xbf" + START.replace("\n", "\r\n").encode())
    code, shown = asks("card", "acme", "yes", "none", "quit")
    assert code == 3
    by = "card  # perhaps more\n  by        acme\n"
    wanted = START.replace("card, ...  # perhaps more\n", by)
    wanted += "\nactor acme {\n  acts-for  none\n}\n"
    written = (here / "x.design").read_bytes()
    assert written == b"\xef\xbb\xbf" + wanted.replace("\n", "\r\n").encode()
    assert "✓ opens-by card" in shown


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("fce", "`fce` is not a value of `opens-by`; did you mean `face`?"),
        ("9", "there is no answer 9; they are numbered 1 to 3"),
        ("card, 30 days", "`opens-by` wants names, and `...` only at the end, not a duration"),
        ("face  # at night", "a comment is no part of an answer"),
        ("a } x {", "is not expected here"),
        ("card, none", "`none` stands beside other values"),
        ("", "there is no answer; `skip` goes on"),
        ("\x1b[2J", "a character that is not seen stands in the answer"),
        ("\udcff", "a character that is not seen stands in the answer"),
    ],
)
def test_a_mistake_is_told_and_the_question_asked_again(here: Path, typed: str, said: str) -> None:
    session = session_of(START, here)
    assert session.asked
    assert session.asked.question.fact == "front.opens-by"
    after, effects = step(session, SaidInSession(typed))
    sheet = Sheet(io.StringIO(), 80)
    print_effects(effects, sheet)
    assert isinstance(sheet.stream, io.StringIO)
    assert said in flat(sheet.stream.getvalue())
    assert after is session


@pytest.mark.parametrize(
    ("field", "typed", "line"),
    [
        ("jurisdiction", "Germany", "jurisdiction DE"),
        ("jurisdiction", "US-WA", "jurisdiction US-WA"),
        ("kind", "pub", "kind public-body"),
        ("kind", "4", "kind school"),
        ("acts-for", "none", "acts-for none"),
    ],
)
def test_what_is_typed_is_completed(here: Path, field: str, typed: str, line: str) -> None:
    session = session_of(START + "actor acme {\n}\n", here)
    session = until(session, field, by="acme")
    _, effects = step(session, SaidInSession(typed))
    (took,) = [effect for effect in effects if isinstance(effect, Took)]
    assert took.line == line


def test_an_answer_that_says_too_little_counts(here: Path) -> None:
    session = until(session_of(START + "actor acme {\n}\n", here), "kind", by="acme")
    sheet = Sheet(io.StringIO(), 80)
    print_effects(step(session, SaidInSession("public-body"))[1], sheet)
    assert isinstance(sheet.stream, io.StringIO)
    said = sheet.stream.getvalue()
    assert "it says too little: `public-body` may be" in said
    assert "does not count" not in said


def test_a_name_that_several_places_bear_is_asked_about(here: Path) -> None:
    session = until(session_of(START + "actor acme {\n}\n", here), "jurisdiction", by="acme")
    after, (refused,) = step(session, SaidInSession("Georgia"))
    assert after is session
    assert isinstance(refused, Refusal)
    assert refused.message == "2 are called `Georgia`: write which"
    assert refused.hint == "`GE` (Georgia), `US-GA` (Georgia, United States)"


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("kind", "new york", "`kind` wants one name; such as `company`"),
        ("alarm", "new york", "`alarm` wants `yes` or `no`; such as `yes`"),
        ("alarm", "yes, it is so", "`alarm` wants `yes` or `no`; such as `yes`"),
        ("ages", "sixteen", "`ages` wants a range of ages"),
        ("ages", "about 16", "`ages` wants a range of ages; such as `18..`"),
        ("ages", "-1", "`ages` wants a range of ages"),
    ],
)
def test_what_a_field_takes_is_said(here: Path, field: str, typed: str, said: str) -> None:
    text = START.replace("# keeps unknown", "people p") + "actor acme {\n}\npeople p {\n}\n"
    session = until(session_of(text, here), field, by="acme")
    after, effects = step(session, SaidInSession(typed))
    (refused,) = effects
    assert isinstance(refused, Refusal)
    assert said in f"{refused.message}; {refused.hint}"
    assert after is session


@pytest.mark.parametrize(
    ("field", "more", "said"),
    [
        ("alarm", "", "`yes` or `no`"),
        (
            "ages",
            "actor acme {\n}\npeople p {\n}\n",
            "a range of ages in years: `18..` from 18 on, `13..17`,",
        ),
        (
            "place",
            "actor acme {\n}\npeople p {\n}\n",
            "a place, by its code (`US-WA`) or its English name",
        ),
        ("by", "", "a name for the actor, which is then listed"),
        ("by", "actor acme {\n}\n", "one of these, or the name of another actor"),
        ("results-to", "", "a name for the actor, which is then listed, or names of several,"),
        (
            "acts-for",
            "actor acme {\n}\n",
            "a name for the actor, which is then listed, or names of several",
        ),
        ("acts-for", "actor acme {\n}\nactor city {\n}\n", "one of these or several, by commas;"),
        ("keeps", "", "a duration, as in 30 days"),
    ],
)
def test_how_to_answer_is_said(here: Path, field: str, more: str, said: str) -> None:
    text = START.replace("# keeps unknown", "people p" if "people p" in more else "# of itself")
    session = until(session_of(text + more, here), field, by="acme" if "acme" in more else "")
    sheet = Sheet(io.StringIO(), 300)
    print_prompt(session, sheet)
    assert isinstance(sheet.stream, io.StringIO)
    assert said in sheet.stream.getvalue()
    assert session.asked
    assert session.asked.question.entity not in session.asked.question.options


def until(session: Interview, field: str, by: str = "") -> Interview:
    """The session at the question about a field; the fields before it are answered if they name somebody."""
    while session.asked and not str(session.asked.question.fact).endswith(f".{field}"):
        is_by = str(session.asked.question.fact).endswith(".by")
        session, _ = step(session, SaidInSession(by) if by and is_by else SessionCommand("skip"))
    assert session.asked
    return session


def test_a_beginning_that_several_answers_have(here: Path) -> None:
    text = (Path(here / "doors.vocabulary").read_text()).replace("school", "police-academy")
    (here / "doors.vocabulary").write_text(text)
    session = until(session_of(START + "actor acme {\n}\n", here), "kind", by="acme")
    after, (refused,) = step(session, SaidInSession("pol"))
    assert after is session, "`police` alone would be exact, `pol` is not"
    assert isinstance(refused, Refusal)
    assert refused.message == "2 answers begin with `pol`"
    _, effects = step(session, SaidInSession("police"))
    assert isinstance(effects[0], Save)


def test_a_judgement_asks_who_why_and_when(here: Path) -> None:
    (here / "x.design").write_text(START + "\nsafety {\n}\n")
    code, shown = asks(
        *["skip"] * 6, "no", "", "TBD", "R. Diaz", "A card works.", "soon", "2026-11-02", "quit"
    )
    assert "a judgement counts only if somebody answers for it" in flat(shown)
    assert "`TBD` is a placeholder, and answers for nothing" in flat(shown)
    assert "2026-11-02" in shown
    line = '  harm  no   attested by "R. Diaz" on 2026-11-02 because "A card works."\n'
    assert line in (here / "x.design").read_text()
    assert "counts from the day on which it was attested a day, as in 2026-11-23" in flat(shown)
    assert code == 3


def test_a_design_that_was_laid_out_still_is(here: Path) -> None:
    """The longest name of a block moves all its values; in a file laid out otherwise, none."""
    clean = 'deployment "Front"\njudged by door-code\n\ndoor front {\n  keeps  30 days  # long\n}\n'
    for text, moved in (
        (clean, "  keeps     30 days  # long"),
        (clean.replace("s  3", "s 3"), "  keeps 30"),
    ):
        session = until(session_of(text, here), "opens-by")
        session, effects = step(session, SaidInSession("card"))
        (saved,) = [effect for effect in effects if isinstance(effect, Save)]
        assert moved in saved.source.text
        laid_out, _ = format_source(saved.source, "design")
        assert (laid_out == saved.source.text) == (text == clean)


def test_no_date_is_made_up(here: Path) -> None:
    session = session_of(START, here)
    undated = said_of_harm(session, "R. Diaz", "", "")
    assert undated == 'harm no   attested by "R. Diaz"'
    given = session_of(START, here, date(2026, 11, 2))
    assert said_of_harm(given, "R.", "", "") == 'harm no   attested by "R." on 2026-11-02'
    assert said_of_harm(given, "R.", "", "none") == 'harm no   attested by "R."'


def said_of_harm(session: Interview, *lines: str) -> str:
    session = until(session, "harm")
    effects: tuple[SessionEffect, ...] = ()
    for line in ("no", *lines):
        session, effects = step(session, SaidInSession(line))
    (took,) = [effect for effect in effects if isinstance(effect, Took)]
    return took.line


def test_two_people_answer_for_it(here: Path) -> None:
    text = (here / "doors.vocabulary").read_text().replace("judgement  ask", "judgement by two ask")
    (here / "doors.vocabulary").write_text(text)
    session = session_of(START, here)
    both = said_of_harm(session, "R.", "", "", "n/a", "S.", "Seen.", "")
    assert both == 'harm no   attested by "R."   attested by "S." because "Seen."'
    assert said_of_harm(session, "R.", "", "", "") == 'harm no   attested by "R."'
    one = START + 'safety {\n  harm no attested by "R."\n}\n'
    assert said_of_second(session_of(one, here), "no") == both
    assert said_of_second(session_of(one, here), "") == both, "Enter keeps the value"
    other = said_of_second(session_of(one, here), "yes")
    assert other == 'harm no   attested by "R."   but yes   attested by "S." because "Seen."'


def said_of_second(session: Interview, value: str) -> str:
    session = until(session, "harm")
    effects: tuple[SessionEffect, ...] = ()
    for line in (value, "S.", "Seen.", ""):
        session, effects = step(session, SaidInSession(line))
    (took,) = [effect for effect in effects if isinstance(effect, Took)]
    return took.line


def test_evidence_is_asked_for(here: Path) -> None:
    text = START.replace("card, ...", "face").replace("  # keeps", "  people staff\n  # keeps")
    session = until(session_of(text + "people staff {\n  ages ..17\n}\n", here), "consent")
    session, _ = step(session, SaidInSession("explicit"))
    assert session.unfinished
    session, _ = step(session, SaidInSession("forms/a.pdf"))
    session, _ = step(session, SaidInSession("https://example.org/b"))
    session, effects = step(session, SaidInSession(""))
    line = 'consent  explicit   evidence "forms/a.pdf"   evidence "https://example.org/b"'
    assert line in session.looked.source.text
    assert any(isinstance(effect, Took) for effect in effects)


def test_an_entity_that_is_not_listed_is_added(here: Path) -> None:
    (here / "x.design").write_text(START)
    code, shown = asks(*["skip"] * 3, "staf", "n", "staff, guests", "y", "back", "quit")
    assert "`staff` and `guests` are not listed yet. Add them as `people`?" in flat(shown)
    assert "taken back" in shown
    assert (here / "x.design").read_text() == START
    asks(*["skip"] * 3, "staff, guests", "", "quit")
    written = (here / "x.design").read_text()
    assert "  people    staff, guests\n" in written
    assert written.endswith("\npeople guests {\n}\n")
    assert code == 3


def test_unknown_is_written_and_asked_last(here: Path) -> None:
    (here / "x.design").write_text(START)
    asks("skip", "unknown", "quit")
    assert "  by        unknown\n" in (here / "x.design").read_text()
    session = session_of((here / "x.design").read_text(), here)
    assert str(session.open[-1].question.fact) == "front.by"


def test_what_is_left_without_being_finished_is_not_told_as_written(here: Path) -> None:
    before = (ROOT / "examples" / "lobby.design").read_text(encoding="utf-8")
    (here / "x.design").write_text(before, encoding="utf-8")
    assert "No answer was written." in flat(asks("quit")[1])
    assert "No answer was written." in flat(asks("skip", "quit")[1])
    told = flat(asks("contoso", "quit")[1])
    fact = re.findall(r"The answer to ([\w.-]+) was not finished, and is not written\.", told)
    assert len(fact) == 1
    assert (here / "x.design").read_text(encoding="utf-8") == before


def test_of_several_policies_the_one_that_asks_is_named(here: Path) -> None:
    lobby = (ROOT / "examples" / "lobby.design").read_text(encoding="utf-8")
    text = lobby.replace("US-WA", "US-IL").replace("of-conduct\n", "of-conduct, us-il-bipa\n")
    (here / "x.design").write_text(text, encoding="utf-8")
    told = flat(asks("touchless-access-control", "contoso", "", "standard", "quit")[1])
    assert "for lawful-use (N1) of face-code-of-conduct 2.0: " in told
    done = told.partition("✓")[2]
    assert "needs-information by face-code-of-conduct 2.0; " in done
    assert "needs-information by us-il-bipa 2024.8.2; " in done


def test_what_was_put_aside_is_asked_again(here: Path) -> None:
    (here / "x.design").write_text(START)
    code, shown = asks(*["skip"] * 9, "nonsense", "again", "skip", "")
    assert "Put aside: front." in flat(shown)
    assert "nothing is asked; Enter ends" in shown
    assert shown.count("What opens front?") == 2
    assert code == 3


def test_nothing_can_change_it_any_more(here: Path) -> None:
    (here / "x.design").write_text(START)
    code, shown = asks(*["skip"] * 4, "60 days", "back", "30 days", "quit")
    assert "→ prohibited; violated: keeping (D3)" in flat(shown)
    assert "Nothing that is still open can change this." in shown
    assert "prohibited → needs-information" in flat(shown)
    assert "  # keeps unknown\n  keeps     30 days\n" in (here / "x.design").read_text()
    assert code == 3
    (here / "x.design").write_text(START)
    code, shown = asks(*["skip"] * 4, "60 days", "")
    assert (code, "clausewise check x.design" in shown) == (1, True)


def test_a_file_that_somebody_else_changes(here: Path) -> None:
    session = session_of(START, here)
    session, _ = step(session, SaidInSession("card"))
    other = Source(str(here / "x.design"), START.replace("card, ...", "face"))
    session, effects = step(session, FactChanged(other))
    assert session.looked.source is other
    assert session.before is None
    assert len(effects) == 1


def test_an_answer_never_goes_over_what_somebody_else_wrote(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = here / "x.design"
    path.write_text(START)
    lines = iter(["card\n", "face\n", "quit\n"])

    def typed(_words: object = ()) -> str:
        line = next(lines)
        if line == "face\n":
            path.write_text(START.replace("Front", "Back"))
        return line

    monkeypatch.setattr("clausewise.runs.interview.typed", typed)
    _, shown = asks()
    assert "The file has changed meanwhile" in shown
    assert path.read_text() == START.replace("Front", "Back")


def test_ctrl_c_says_what_is_written_as_quit_does(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = here / "x.design"
    path.write_text(START)
    lines = iter(["card\n"])

    def typed(_words: object = ()) -> str:
        for line in lines:
            return line
        raise KeyboardInterrupt

    monkeypatch.setattr("clausewise.runs.interview.typed", typed)
    code, shown = asks()
    assert (code, "All answers are written." in shown) == (130, True)
    assert path.read_text() != START


@pytest.mark.skipif(os.name != "posix", reason="needs modes and links")
def test_the_file_keeps_its_mode_and_its_link(here: Path) -> None:
    real = here / "real.design"
    real.write_text(START)
    real.chmod(0o640)
    (here / "x.design").symlink_to(real)
    asks("card", "quit")
    assert (here / "x.design").is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert "opens-by  card  #" in real.read_text()
    assert not [path for path in here.iterdir() if path.name.startswith(".")]


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_nothing_is_written_outside(here: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other") / "y.design"
    other.write_text(START)
    (here / "x.design").symlink_to(other)
    code, shown = asks("card", "quit")
    assert (code, other.read_text()) == (2, START)
    assert "leads to a place" in flat(shown)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("ask --interactive -", "answers are written into a file"),
        ("ask -i front.design.json", "answers are written into designs in text"),
        ("ask -i nowhere.design", "no such file"),
        ("ask -i bad.design", "`door` has no field `opns-by`"),
        ("new -i -o x.txt", "the name of a design ends in `.design`"),
        ("new -i -o front.design", "is there already"),
    ],
)
def test_what_cannot_be_asked_about(here: Path, words: str, said: str) -> None:
    (here / "front.json").rename(here / "front.design.json")
    (here / "bad.design").write_text(START.replace("opens-by", "opns-by"))
    code, shown = asks("quit", words=words)
    assert (code, said in flat(shown).lower() or said in flat(shown)) == (2, True)


def test_a_new_design_from_nothing(here: Path) -> None:
    lines = [
        "door-c",
        "The back door",
        "",
        "back door",
        "back-door",
        "side-door",
        "",
        "card",
        "quit",
    ]
    code, shown = asks(*lines, words="new --interactive")
    assert "Another door?" in shown
    text = (here / "the-back-door.design").read_text()
    assert text.startswith('deployment "The back door"\njudged by door-code\n\ndoor back-door {\n')
    assert "door side-door {\n}\n" in text
    assert code == 3


def test_no_and_yes_are_no_names(here: Path) -> None:
    lines = ["door-c", "Doors", "", "yes", "front", "y", "No", "quit"]
    code, shown = asks(*lines, words="new --interactive")
    assert flat(shown).count("is no name") == 2
    text = (here / "doors.design").read_text()
    assert (code, text.count("door ")) == (3, 1)


def test_a_new_design_asks_which_policies_by_what_they_are_about(here: Path) -> None:
    code, shown = asks("", "", "", words="new -i")
    assert "1 Code of conduct for Azure AI Vision Face API face-code-of-conduct" in flat(shown)
    assert "us-il-bipa, law of Illinois, United States" in flat(shown)
    assert (here / "my-deployment.design").read_text().endswith("judged by face-code-of-conduct\n")
    assert code == 3


def test_a_new_design_judged_by_several_policies(here: Path) -> None:
    lines = ["face", ",", "1, bipa, 1", "Two", "", "", "front", "quit"]
    _, shown = asks(*lines, words="new -i")
    assert "`face` names 2 of them" in shown
    assert "`` names" in flat(shown)
    assert "judged by face-code-of-conduct, us-il-bipa\n" in (here / "two.design").read_text()
    _, shown = asks("1, 2", "quit", words="new -i --for touchless-access-control")
    assert "a use case is judged by one policy" in shown


def test_before_a_new_design_is_begun_help_is_given_and_the_end_told(here: Path) -> None:
    code, shown = asks("?", "1", "help", "quit", words="new -i")
    assert flat(shown).count("`quit` ends; nothing is written") == 2
    assert (code, flat(shown).endswith("Nothing is written.")) == (2, True)
    assert not list(here.glob("my-*.design"))


def test_what_was_asked_before_a_new_design_is_begun_is_asked_again(here: Path) -> None:
    lines = ["back", "door-c", "back", "door-c", "Frnt", "back", "Front", "back", "", "", "quit"]
    _, shown = asks(*lines, words="new -i")
    assert flat(shown).count("No question comes before this one.") == 1
    assert shown.count("By which policies is it judged?") == 2
    assert (here / "my-deployment.design").read_text().startswith('deployment "My deployment"')
    _, shown = asks("back", "quit", words="new -i --policy door-code --title Doors")
    assert "No question comes before this one." in shown


def test_where_no_policy_may_judge_a_new_design_says_so(here: Path) -> None:
    (here / "clausewise.toml").write_text("policies = []\n")
    code, shown = asks("", "", words="new -i")
    assert (code, "E511" in shown) == (2, True)


def test_options_are_called_by_their_labels(here: Path) -> None:
    (here / "x.design").write_text(
        'deployment "X"\njudged by face-code-of-conduct\nuse door {\n}\n'
    )
    _, shown = asks("touchless access", "", "quit")
    assert "5  touchless access control  instead of cards or tickets" in shown
    assert "✓ purpose touchless-access-control" in shown


def test_a_policy_that_cannot_be_used_is_offered_with_why(here: Path) -> None:
    (here / "door-code.policy").write_text("policy door-code\n")
    _, shown = asks("quit", words="new -i")
    assert "door-code cannot be used: " in flat(shown)


def test_a_new_design_can_be_left_and_taken_up(here: Path) -> None:
    code, _ = asks("", words="new -i --policy door-code --title Doors -o x.design")
    assert code == 3
    assert (here / "x.design").read_text() == 'deployment "Doors"\njudged by door-code\n'
    code, shown = asks("", "front", "", "quit")
    assert "Which `door` is there?" in shown
    assert (code, "door front {" in (here / "x.design").read_text()) == (3, True)


def test_where_nothing_is_listed_an_entity_is_asked_for_first(here: Path) -> None:
    policy = (here / "door-code.policy").read_text()
    about_all = policy[policy.index("  clause harmless") :]
    (here / "door-code.policy").write_text(policy.replace(about_all, "}\n"))
    words = (here / "doors.vocabulary").read_text()
    (here / "doors.vocabulary").write_text(words.replace(" required {", " {"))
    (here / "x.design").write_text('deployment "Doors"\njudged by door-code\n')
    assert asks("")[0] == 2, "nothing can be judged yet"
    code, shown = asks("", "skip", "front", "skip", "skip", "quit")
    assert flat(shown).count("without any door there is nothing to judge") == 2
    assert "Another door?" in shown
    assert (code, "door front {" in (here / "x.design").read_text()) == (3, True)


def test_a_new_design_of_a_use_case(here: Path) -> None:
    words = "new -i --policy face-code-of-conduct --for touchless-access-control -o x.design"
    code, _ = asks("A lobby", "skip", "quit", words=words)
    text = (here / "x.design").read_text()
    assert (code, 'deployment "A lobby"' in text) == (3, True)


def test_nothing_begun_is_no_verdict(here: Path) -> None:
    before = sorted(here.iterdir())
    assert asks("1", "quit", words="new -i")[0] == 2
    assert sorted(here.iterdir()) == before
