"""Applying by program: a design is saved as a draft, files are sent beside its answers, and it is submitted.

All answers are JSON. Whoever asks is known by a token alone: cookies count for nothing here, so that no page of
another site can ask in somebody's name.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from clausewise.desk.interview.called import seen
from clausewise.desk.interview.drafts import Draft, bounded, draft_of, judges_named
from clausewise.desk.interview.evidence import evidence_at
from clausewise.desk.interview.forms import Form
from clausewise.desk.keeping.files import RefusedFileError
from clausewise.desk.pages.access import theirs
from clausewise.desk.pages.programs.tokens import person_with
from clausewise.desk.pages.text import MOST_OF_TITLE, as_kept
from clausewise.desk.records.models import DeskApplication, Person, State
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.evidence import attach, show, store
from clausewise.desk.workflow.locks import ChangedError, NotAllowedError, digest_of_text
from clausewise.desk.workflow.pins import all_forms, to_begin_with
from clausewise.desk.workflow.today import draft_for, preview_of, today
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.engine.core.outcomes import Outcome
from clausewise.workers.warm import NotInTimeError

_LOG = logging.getLogger(__name__)
MOST_FACTS = 500
"""Beside so many answers one file is sent at most."""


class _WrongError(Exception):
    """What was sent cannot be taken: why, and with which status that is answered."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def _for_token(view: Callable[..., dict[str, Any]]) -> Callable[..., HttpResponse]:
    """An address for whoever has a token; what goes wrong is said in JSON, too."""

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def answered(request: HttpRequest, **places: Any) -> HttpResponse:
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        person = person_with(token.strip()) if scheme.lower() == "bearer" else None
        if person is None or person.organisation is None:
            headers = {"WWW-Authenticate": "Bearer"}
            told = {"error": _("This token does not count: make another one at the desk")}
            return JsonResponse(told, status=401, headers=headers)
        try:
            return JsonResponse(view(request, person, **places))
        except _WrongError as error:
            return JsonResponse({"error": str(error)}, status=error.status)
        except ChangedError:
            told = {
                "error": _(
                    "Its design was changed at the desk since a program sent it. Download it there, take over "
                    "what was changed, and send the SHA-256 of what you downloaded as `base`"
                )
            }
            return JsonResponse(told, status=409)
        except NotAllowedError:
            told = {"error": _("That is not open to you, or not in the state in which it now is")}
            return JsonResponse(told, status=409)
        except NotInTimeError as error:
            _LOG.warning("not judged in time: %s, at %s", error, request.path)
            told = {"error": _("It is not judged in the time that there is for it")}
            return JsonResponse(told, status=503)
        except InvalidError as error:
            mistakes = [_mistake(one) for one in error.diagnostics if one.is_error]
            told = {"error": _("The design has mistakes"), "mistakes": mistakes}  # type: ignore[dict-item]
            return JsonResponse(told, status=422)

    return answered


def _mistake(found: Diagnostic) -> dict[str, Any]:
    line = found.source.position(found.span.start)[0] if found.source and found.span else None
    return {"code": found.code, "line": line, "message": found.message, "hint": found.hint}


def _own(person: Person, key: int) -> DeskApplication:
    found = theirs(person).filter(pk=key).first()
    if found is None:
        raise _WrongError(404, _("There is no such application"))
    if found.erased_at:
        raise _WrongError(410, _("What was written in it is erased"))
    return found


@require_POST
@_for_token
def save(request: HttpRequest, person: Person) -> dict[str, Any]:
    """Save a design as a draft: a new application, or what one states that is a draft.

    The body is an object: `design`, the text; `form`, with which a new one begins, or `application`, the number of
    one that there is. If its design was changed since a program sent it, `base` has to be the SHA-256 of what it
    is now: so nobody's answers are replaced that whoever asks has not seen.
    """
    sent = _object(request)
    base = _base(sent)
    text = sent.get("design")
    if not isinstance(text, str):
        raise _WrongError(400, _("`design` is missing: the text of a design"))
    with transaction.atomic():
        application = _chosen(person, sent, text)
        draft = draft_of(bounded(text), application.policy, today(), application.file)
        kept, told = as_kept(draft, application)
        if sent.get("application") is None:
            base = digest_of_text(application.text)
        with actions.sending(person, application.pk, base):
            application = actions.edit(person, application.pk, lambda _: kept)
    return {**_state(person, application), "told": told}


def _base(sent: Mapping[str, Any]) -> str:
    """The digest of the design that whoever asks replaces or submits; empty if they do not say."""
    base = sent.get("base", "")
    if not isinstance(base, str):
        raise _WrongError(400, _("`base` is no SHA-256"))
    return base


def _chosen(person: Person, sent: Mapping[str, Any], text: str) -> DeskApplication:
    """The application of which a design is sent, be it a new one."""
    if (key := sent.get("application")) is not None:
        if type(key) is not int or not 0 < key < 2**63:
            raise _WrongError(400, _("`application` is no number of one"))
        return _own(person, key)
    form = _form(str(sent.get("form")), text)
    title = seen(draft_of(bounded(text), form.policy, today()).looked.tree.title.text)[
        :MOST_OF_TITLE
    ]
    return actions.start(person, form, title or form.title)


def _form(name: str, text: str) -> Form:
    """The form with which a new application begins.

    Where the version that should judge is not installed any more, the design has to name the one that judges in
    its place: so whoever sends it has read by what it is judged, as on the page that begins one.
    """
    found = to_begin_with(name)
    if found is None:
        raise _WrongError(400, _("`form` has to be one of: ") + ", ".join(all_forms()))
    form, gone = found
    if gone and judges_named(bounded(text)) != (form.policy,):
        told = _(
            "What begins with this form should be judged by `%(gone)s`, which is not installed any more. If you "
            "agree to `%(policy)s`, which is, write `judged by %(policy)s` in the design; it may come to another "
            "verdict"
        )
        raise _WrongError(409, told % {"gone": gone, "policy": form.policy})
    return form


def _object(request: HttpRequest) -> Mapping[str, Any]:
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _WrongError(400, _("The body has to be a JSON object"))
    return found


@require_POST
@_for_token
def send_file(request: HttpRequest, person: Person, key: int) -> dict[str, Any]:
    """Send a file beside answers: its bytes as the body, its `name` and each `fact` in the address.

    A file that is there already is not kept twice. The SHA-256 in the answer is of the design as programs left it,
    the file in it: so what a member changed meanwhile is not submitted unseen.
    """
    application = _own(person, key)
    if application.state != State.DRAFT:
        raise NotAllowedError
    draft = draft_for(application)
    facts = [one for one in request.GET.getlist("fact")[:MOST_FACTS] if _is_answer(draft, one)]
    if not facts:
        raise _WrongError(422, _("There is no answer that it could show"))
    try:
        named = request.GET.get("name", "")
        with (
            store().keeping(named, cast(BinaryIO, request)) as kept,
            actions.sending(person, key),
        ):
            same = application.evidence.filter(sha256=kept.sha256).order_by("-pk").first()
            if same and not same.doubt(today()):
                show(person, key, facts, same.name)
                name = same.name
            else:
                name = attach(person, key, facts, kept).name
    except RefusedFileError as error:
        raise _WrongError(422, _(error.why) % error.values) from None
    application.refresh_from_db()
    return {"name": name, "sha256": application.sent or digest_of_text(application.text)}


def _is_answer(draft: Draft, fact: str) -> bool:
    """Whether a draft answers a fact, and a reviewer does not."""
    try:
        evidence_at(draft, fact)
    except (KeyError, StopIteration):
        return False
    return True


@require_POST
@_for_token
def submit(request: HttpRequest, person: Person, key: int) -> dict[str, Any]:
    """Submit a draft.

    `declared` has to be true: that what it states is, and that the person may speak for the organisation. `base`
    can say of which design: by its SHA-256, as an answer or a download gives it.
    """
    application = _own(person, key)
    sent = _object(request)
    if sent.get("declared") is not True:
        raise _WrongError(400, _("`declared` has to be true: that what is stated is true"))
    return _state(person, actions.submit(person, application.pk, base=_base(sent)))


@require_GET
@_for_token
def state(request: HttpRequest, person: Person, key: int) -> dict[str, Any]:
    """Where an application is."""
    return _state(person, _own(person, key))


def _state(person: Person, application: DeskApplication) -> dict[str, Any]:
    """What a program is told of an application. Of a draft, the verdict is what would become of it now."""
    verdict, violated, is_open = application.verdict, application.violated, application.open
    if application.state == State.DRAFT:
        judged = preview_of(application).report
        if not application.previewed:
            actions.preview(person, application.pk)
        verdict = judged.verdict.value
        violated = ", ".join(
            one.clause.short for one in judged.clauses if one.outcome is Outcome.VIOLATED
        )
        is_open = sum(one.is_open for one in judged.clauses)
    return {
        "application": application.pk,
        "reference": application.reference,
        "state": application.state,
        "verdict": verdict,
        "violated": [one for one in violated.split(", ") if one],
        "open": is_open,
        "sha256": digest_of_text(application.text),
        "link": settings.ADDRESS + reverse("application", args=[application.pk]),
    }
