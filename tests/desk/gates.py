"""A small pack for what no pack of ours says yet: what an approval may wait for, and judgements by two."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausewise.desk.interview import drafts
from clausewise.desk.judging import again, verdicts
from clausewise.dsl.startup.lean import replace

VOCABULARY = """vocabulary gates
subject gate
title "Gates that open"

entity door "a door that opens" required {
  alarm  yes-no  world  evidenced for yes  ask "Does {door} have an alarm?"
  sign   yes-no  choice  ask "Is there a sign at {door}?"
}

entity safety "what keeps people safe" single {
  harm  yes-no  judgement by two  ask "Could the doors harm anyone?"
}
"""
POLICY = """policy gate-code
title       "The rules of the gate"
vocabulary  gates
may wait for door.alarm

clause alarms (G1) {
  at      "rule 1"
  quotes  "an alarm"
  says    "Each door has an alarm."
  requires door d that d.alarm is yes
  because "{d} has no alarm"
}

clause harmless (G2) {
  at      "rule 2"
  quotes  "harm nobody"
  says    "The doors harm nobody."
  prohibits where safety.harm is yes
  because "they harm somebody"
}

clause signs (G3) {
  at      "rule 3"
  quotes  "a sign"
  says    "Each door has a sign."
  requires door d that d.sign is yes
  because "there is no sign at {d}"
}
"""
FORM = '# A gate.\ngate "A gate"\njudged by gate-code\n'
DESIGN = 'gate "North gate"\njudged by gate-code\n\ndoor front {\n  sign  yes\n}\n'


def install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pack judge at the desk, and a form of the desk begin with it."""
    (folder / "gates.vocabulary").write_text(VOCABULARY, encoding="utf-8")
    (folder / "gate-code.policy").write_text(POLICY, encoding="utf-8")
    (folder / "gate.design").write_text(FORM, encoding="utf-8")
    access = replace(drafts.ACCESS, packs=(folder,), is_isolated=False, root=folder / "none")
    for module in (drafts, verdicts, again):
        monkeypatch.setattr(module, "ACCESS", access)
