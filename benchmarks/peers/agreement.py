"""Whether the engines say the same of every deployment, clause by clause."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.peers.protocol import Mode, Result, Said

Answers = list[Said]


def differences(
    mode: Mode, found: Answers, ours: Answers, plain: Answers | None, says: Iterable[str]
) -> dict[str, int]:
    """By clause, on how many deployments an engine says otherwise.

    In three values it is held against Clausewise: outcomes, and missing facts where they are asked for. Where a
    missing fact is false it is held against the hand-written Python of that mode, and against Clausewise wherever
    Clausewise has settled the clause.

    Args:
        mode: what was asked.
        found: the engine's answers.
        ours: those of Clausewise: in three values, or in `mode` if that is for each binding or asks for missing
            facts.
        plain: those of the hand-written Python in the mode `false`, if there are any.
        says: the clauses that are written for the engine.
    """
    wanted = set(says)
    counts: Counter[str] = Counter()
    for number, (violated, possible, _, missing) in enumerate(found):
        sure, maybe, _, waits = ours[number]
        if mode is Mode.FALSE:
            wrong = (set(sure) - set(violated)) | (set(violated) - set(maybe))
            wrong |= set(violated) ^ set(plain[number][0]) if plain else set()
        else:
            wrong = (set(sure) ^ set(violated)) | (set(maybe) ^ set(possible))
        if mode is Mode.MISSING:
            wrong |= {c for c in {*missing, *waits} if missing.get(c) != waits.get(c)}
        counts.update({label.partition("(")[0] for label in wrong} & wanted)
    return dict(sorted(counts.items()))


def silent(ours: Answers, plain: Answers) -> dict[str, int]:
    """What reading a missing fact as false makes of open clauses: how many pass, and how many are accused."""
    passed = accused = 0
    for (sure, maybe, _, _), (violated, _, _, _) in zip(ours, plain, strict=True):
        is_open = set(maybe) - set(sure)
        passed += len(is_open - set(violated))
        accused += len(is_open & set(violated))
    return {"open": passed + accused, "passed": passed, "accused": accused}


def reasons_checked(result: Result, deployments: list[bytes], work: Path) -> dict[str, Any]:
    """Whether each violation's reasons alone give it, by the compiled tests, and how many facts they are."""
    from benchmarks.peers.engines.compiled import Compiled

    judge = Compiled(Mode.THREE, work)
    lacking = facts = total = 0
    for deployment, (violated, _, reasons, _) in zip(deployments, result.answers, strict=True):
        for clause in violated:
            left = only(deployment, set(reasons.get(clause, ())))
            total += 1
            facts += stated(left)
            lacking += clause not in judge.read(judge.judge(left)).violated
    return {"violations": total, "not_sufficient": lacking, "facts": round(facts / total, 2)}


def only(deployment: bytes, facts: set[str]) -> bytes:
    """A deployment with no other facts than these, its entities still listed."""
    design = json.loads(deployment)
    for type_ in ("actor", "people", "camera", "use"):
        for name, entity in design[type_].items():
            design[type_][name] = {f: v for f, v in entity.items() if f"{name}.{f}" in facts}
    for single in ("registration", "law"):
        design[single] = {f: v for f, v in design[single].items() if f"{single}.{f}" in facts}
    return json.dumps(design).encode()


def stated(deployment: bytes) -> int:
    """How many facts a deployment states."""
    design = json.loads(deployment)
    listed = [e for t in ("actor", "people", "camera", "use") for e in design[t].values()]
    return sum(len(facts) for facts in [*listed, design["registration"], design["law"]])
