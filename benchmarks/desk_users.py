"""The users of `desk_load.py`, as locust runs them: applicants in their interviews, and reviewers at the queue.

What a user waits for is one figure, with the pages to which it leads: an answer, and the next question.
"""

from __future__ import annotations

import json
import os
import random
from itertools import count
from pathlib import Path
from urllib.parse import unquote, urlsplit

from locust import HttpUser, constant, task

from tests.desk.journey import OFFICE, facts_of, sent_for

KNOWN = json.loads(Path(os.environ["DESK_USERS"]).read_text(encoding="utf-8"))
"""Of applicants and reviewers the keys of their sessions; and the applications that each can open."""
SECONDS = 5
FACTS = facts_of(OFFICE)
WORDS = ("Contoso", "Rite", "school", "Body", "nothing is called so")
_numbers = {"applicants": count(), "reviewers": count()}


class DeskUser(HttpUser):
    """Somebody who is signed in, and does something every few seconds."""

    abstract = True
    wait_time = constant(SECONDS)
    role = ""

    def on_start(self) -> None:
        """Take the next session, and wait a part of the time, so that not all begin at once."""
        of_role = KNOWN[self.role]
        self.known = of_role[next(_numbers[self.role]) % len(of_role)]
        token = "a" * 32
        self.client.cookies.update({"sessionid": self.known["session"], "csrftoken": token})
        self.token = {"csrfmiddlewaretoken": token}


class Applicant(DeskUser):
    """Answers one question after another."""

    weight = 3
    role = "applicants"
    address = ""
    page = ""

    @task
    def answer(self) -> None:
        """Answer what is asked; or look at what is asked first."""
        key = self.known["application"]
        if "/questions/" not in self.address:
            answer = self.client.get(
                f"/applications/{key}/next/", name="interview: the next question"
            )
        else:
            fact = unquote(self.address.rstrip("/").rpartition("/")[2])
            sent = sent_for(self.page, FACTS.get(fact)) | {
                "csrfmiddlewaretoken": self.token.values()
            }
            answer = self.client.post(
                self.address, data=sent, name="interview: an answer, and the next question"
            )
        self.address, self.page = urlsplit(answer.url).path, answer.text


class Reviewer(DeskUser):
    """Looks through the queue, and reads a dossier now and then."""

    weight = 2
    role = "reviewers"

    @task(3)
    def open(self) -> None:
        """All that is open, some page of it."""
        page = random.randint(1, 40)
        self.client.get(f"/queue/?view=open&page={page}", name="queue: a page of what is open")

    @task(3)
    def unassigned(self) -> None:
        """What nobody holds."""
        self.client.get("/queue/?view=unassigned", name="queue: unassigned")

    @task(1)
    def mine(self) -> None:
        """What the reviewer holds."""
        self.client.get("/queue/?view=mine", name="queue: mine")

    @task(2)
    def search(self) -> None:
        """A search, by words and verdict."""
        words = random.choice(WORDS)
        self.client.get(f"/queue/?q={words}&verdict=prohibited", name="queue: a search")

    @task(1)
    def read(self) -> None:
        """A dossier."""
        key = random.choice(KNOWN["open"])
        self.client.get(f"/queue/{key}/", name="a dossier")
