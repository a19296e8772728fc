"""Every sentence that somebody reads at the desk can be translated: none stands outside of gettext.

Left aside is what the desk does not say itself: words of packs and designs, and what the judge says of them.
"""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation

from clausewise.desk.pages.templatetags.desk import EVENTS
from tests.conftest import ROOT, SKIP_NOTHING

DESK = ROOT / "desk"
PROSE = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
"""What a sentence is given to that can be translated."""
NO_PAGES: Mapping[str, str] = {
    "serving.py": "the command line, which is English as a whole",
    "moving.py": "the command line",
    "site/configuration.py": "told at the start, on the command line",
    "site/database.py": "told at the start, and SQL",
    "interview/called.py": "a comment of a design, which keeps its form in every language",
    "interview/forms.py": "told at the start, of a form that does not fit",
    "records/append_only.py": "SQL",
    "workflow/table.py": "the table that docs/desk.md shows",
    "judging/again.py": "kept with a task as it was found, beside sentences of the judge",
    "mail/sending.py": "the log",
    "pages/mistakes.py": "the log, and templates",
    "interview/days.py": "never shown: pages say what kind of day they want",
}
"""The modules of which no page shows a sentence outside of gettext, and why there are such sentences."""
OTHERS = {
    "a form is judged by one policy",  # told at the start
    "\njudged by ",  # the language of designs
    "two people have judged it already",  # asked before, so that nobody is told
    "not judged in time: %s, at %s",  # the log
    "did you mean",  # how the judge begins what is meant
    "its evidence `",  # the judge's words, as `clausewise check` has them
    "` expired on ",
    '<strong class="tag {}">{}</strong>',
    '<strong class="tag {}"><span aria-hidden="true">{} </span>{}</strong>',
    "as the form says",  # in the audit trail, as it was noted
    "Limited Access desk",  # what apps for a second factor call it
}
TEXT_LEFT = {
    "SHA-",  # SHA-256
    *("clausewise verify", "statement", "json --key desk", "pub", "pdf --key desk"),  # what to type
    *("export CLAUSEWISE", "DESK", "TOKEN", "clausewise submit lobby", "design --desk", "declare"),
}


def prose_of(path: Path) -> Iterator[str]:
    """The sentences of a module that stand outside of gettext."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    aside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            aside.add(id(node.value))  # what documents it
        elif isinstance(node, ast.Assert):
            aside |= {id(part) for part in ast.walk(node)}
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in MARKS:
                aside |= {id(part) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in aside:
            continue
        if isinstance(node.value, str) and PROSE.search(node.value):
            yield node.value


def words_left(template: str) -> set[str]:
    """The words of a template outside of gettext: in its text, and in attributes that people are read."""
    gone = (
        r"{% comment %}.*?{% endcomment %}|{% blocktranslate.*?endblocktranslate %}|{#.*?#}"
        r"|{%.*?%}|{{.*?}}|<style.*?</style>|<script.*?</script>"
    )
    text = re.sub(gone, "", template, flags=re.DOTALL)
    told = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', text)
    text = re.sub(r"<[^>]*>", " ", text)
    found = re.findall(r"[A-Za-z][A-Za-z' -]+", " . ".join([text, *told]))
    return {one.strip() for one in found}


MODULES = [
    path
    for path in sorted(DESK.rglob("*.py"))
    if "migrations" not in path.parts and path.relative_to(DESK).as_posix() not in NO_PAGES
]
TEMPLATES = sorted(
    path for kind in ("html", "txt") for path in DESK.rglob(f"templates/**/*.{kind}")
)


def test_no_sentence_of_a_module_stands_outside_of_gettext() -> None:
    assert len(MODULES) > 60
    found = {(path.name, one) for path in MODULES for one in prose_of(path)}
    assert {(name, one) for name, one in found if one not in OTHERS} == set()
    assert {one for _, one in found} == OTHERS, "nothing is set aside that is not there any more"


def test_no_word_of_a_template_stands_outside_of_gettext() -> None:
    assert len(TEMPLATES) > 80
    found = {
        path.name: words_left(re.sub(r'{% block body %} class="work"', "", path.read_text("utf-8")))
        for path in TEMPLATES
    }
    left = {name: words - TEXT_LEFT for name, words in found.items() if words - TEXT_LEFT}
    assert not left


def test_the_words_of_a_sentence_are_found() -> None:
    assert words_left('{% translate "x" %}<p title="A hint">Some words {{ x }}</p>') == {
        "A hint",
        "Some words",
    }


def test_every_event_has_a_name() -> None:
    noted = {
        kind
        for path in DESK.rglob("*.py")
        for kind in re.findall(r'\bnote\(\s*"([a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(noted) > 25
    assert noted <= EVENTS.keys()


def test_all_of_it_is_extracted_and_a_translation_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shutil.which("xgettext"):
        assert not SKIP_NOTHING, "gettext is not installed"
        pytest.skip("NO TEXT OF THE DESK IS EXTRACTED: gettext is not installed")
    shutil.copytree(DESK, tmp_path / "desk")
    (tmp_path / "desk" / "locale").mkdir()
    monkeypatch.chdir(tmp_path / "desk")
    call_command("makemessages", locale=["de"], verbosity=0)
    path = tmp_path / "desk" / "locale" / "de" / "LC_MESSAGES" / "django.po"
    made = path.read_text(encoding="utf-8")
    for text in (
        "Skip to main content",  # a template
        "What do you call it?",  # a form
        "We revoke its approval from today on, because",  # the draft of a letter
        "something in it looks like a virus",  # a room without Django
        "choose or write one",
        "the last day of its approval",  # a mail
        "needs information",
    ):
        assert text in made, text
    assert made.count("\nmsgid ") > 500
    given = 'msgid "there is no answer yet"\nmsgstr ""'
    assert given in made
    path.write_text(made.replace(given, given[:-1] + 'Noch keine Antwort"'), encoding="utf-8")
    call_command("compilemessages", locale=["de"], verbosity=0)
    catalogue = translation.trans_real.gettext_module.translation(  # type: ignore[attr-defined]
        "django", tmp_path / "desk" / "locale", ["de"]
    )
    assert catalogue.gettext("there is no answer yet") == "Noch keine Antwort"
