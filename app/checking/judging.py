"""The policies that judge one design, each by its readings: what each of them makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from clausewise.checking.bounds import may_lack_many, missing_within, refuse_many
from clausewise.checking.options import Options
from clausewise.checking.together import policy_named_in, reading_laws_as, readings_for
from clausewise.dsl.models.deployment import Deployment
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.names import hint_for
from clausewise.dsl.text.source import Source
from clausewise.engine.backends.python.compiled import compiled
from clausewise.engine.backends.python.judging import judge
from clausewise.engine.backends.python.records import records_of
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judgement import Judgement, NothingToJudgeError
from clausewise.intake.access import Access
from clausewise.intake.designs import Written
from clausewise.intake.evidence import Examine, doubts_of
from clausewise.intake.judges import each_policy

_OF_WORDS = frozenset({"E501", "E502", "E503"})
"""What is said of words that are not known. One that cannot judge may have brought them: it alone is told of."""


def attempts(
    written: Written, options: Options, examine: Examine, *, each_alone: bool = False
) -> Iterator[Judgement | InvalidError]:
    """What each policy makes of a design, or why it makes nothing of it.

    Args:
        written: the design.
        options: how to judge.
        examine: what looks at its evidence.
        each_alone: whether a policy is told of by itself, so that what is said of words stays (`_OF_WORDS`).
    """
    evidence = doubts_of(examine) if options.evidence_required else None
    found = list(each_policy(written, options.policy, options.access, options.now))
    policies = [policy for policy in found if isinstance(policy, Policy)]
    of_missing = _OF_WORDS if len(policies) < len(found) and not each_alone else frozenset()
    judging = judging_together(policies, options)
    stated: dict[int, Deployment] = {}  # policies that judge together mostly share a vocabulary
    for policy in found:
        if isinstance(policy, InvalidError):
            yield policy
            continue
        reading, named = judging[policy.full_name]
        words = policy.vocabulary
        try:
            if id(words) not in stated:
                stated[id(words)] = written.deployment(
                    words, as_of=options.as_of, evidence=evidence
                )
            yield judge_deployment(reading, stated[id(words)], named, sharing=len(found))
        except InvalidError as error:
            told = [found for found in error.diagnostics if found.code not in of_missing]
            yield InvalidError(told if each_alone else _with_packs(told, policy, options.access))


def _with_packs(told: Sequence[Diagnostic], policy: Policy, access: Access) -> list[Diagnostic]:
    if not told:
        return []
    from clausewise.intake.words import with_packs  # seldom is a word not known

    return with_packs(told, policy.vocabulary, access)


def judging_together(
    policies: Sequence[Policy], options: Options
) -> dict[str, tuple[Policy, Options]]:
    """How each of several policies judges one design, by its full name: what it is, and by which readings.

    One that tests what another prohibits reads it as that other judges here.

    Raises:
        InvalidError: none of them has a reading that is chosen, or such an alternative of one.
    """
    _refuse_unknown(options.readings, policies)
    readings = [policy.readings for policy in policies]
    named = {
        policy.full_name: replace(
            options, readings=readings_for(options.readings, policy, readings)
        )
        for policy in policies
    }
    together = {
        policy.full_name: _chosen_for(policy, named[policy.full_name]) for policy in policies
    }
    return {
        policy.full_name: (
            reading_laws_as(policy, policies, together),
            named[policy.full_name],
        )
        for policy in policies
    }


def _refuse_unknown(readings: Mapping[str, str], policies: Sequence[Policy]) -> None:
    """Refuse, once, a reading that none of several policies has, and one of a policy that does not judge.

    Raises:
        InvalidError: there is one.
    """
    names = {name: None for policy in policies for name in (policy.name, policy.full_name)}
    known = {name: None for policy in policies for name in policy.readings}
    for name, alternative in readings.items():
        law, wrong = policy_named_in(name), ""
        ways = {
            way: None
            for policy in policies
            if not law and name in policy.readings
            for way in policy.readings[name].alternatives
        }
        if law and law not in names:
            wrong, hint = f"no policy `{law}` judges this design", hint_for(law, names, "policies")
        elif len(policies) < 2 or law:
            continue
        elif name not in known:
            wrong = f"none of the policies has a reading `{name}`"
            hint = hint_for(name, known, "readings")
        elif alternative not in ways:
            wrong = f"none of the policies has a reading `{name}={alternative}`"
            hint = hint_for(alternative, ways, "alternatives")
        if wrong:
            raise InvalidError([Diagnostic("E201", wrong, hint=hint)])


def judge_deployment(
    policy: Policy, deployment: Deployment, options: Options, *, sharing: int = 1
) -> Judgement:
    """Judge a checked and admitted deployment.

    Args:
        sharing: how many policies judge it, and share the steps, and the work that the solver may do.

    Raises:
        InvalidError: no clause could be judged, it takes too many steps, or a chosen reading does not exist.
    """
    code = compiled(policy, readings_of(policy, options))
    world = records_of(deployment, code.layouts)
    most, source = options.max_steps // max(sharing, 1), deployment.source
    refuse_many(code, world, most, source, recorded=options.steps_shown)
    try:
        judgement = judge(code, deployment, world)
    except NothingToJudgeError:
        raise InvalidError([nothing_to_judge(policy, source)]) from None
    if may_lack_many(code, world, most):
        open_ = {judged.clause.name: judged for judged in judgement.clauses if judged.is_open}
        missing_within(code, open_, lambda name: open_[name].waits_for, most, source)
    if not options.exact:
        return judgement
    from clausewise.checking.solver import exactly

    return exactly(judgement, sharing=sharing)


def nothing_to_judge(policy: Policy, source: Source | None) -> Diagnostic:
    """The mistake of a design to which no clause of a policy could apply."""
    message = f"this design lists nothing of which `{policy.name}` speaks"
    hint = f"`clausewise new --policy {policy.name}` prints what can be described"
    return Diagnostic("E509", message, source, None, hint)


def _chosen_for(policy: Policy, options: Options) -> dict[str, str]:
    """What is chosen for a policy, be it one of its readings or not."""
    by_policy = options.readings_by_policy
    of_all = by_policy.get(policy.name, {})
    return {**by_policy.get(policy.full_name, of_all), **options.readings}


def readings_of(policy: Policy, options: Options) -> dict[str, str]:
    """The readings chosen for a policy.

    Raises:
        InvalidError: it has no such reading or alternative.
    """
    chosen = _chosen_for(policy, options)
    for name, alternative in chosen.items():
        reading = policy.readings.get(name)
        known = list(reading.alternatives) if reading else list(policy.readings)
        if reading is None or alternative not in reading.alternatives:
            wrong, what = (alternative, "alternatives") if reading else (name, "readings")
            message = (
                f"the reading `{name}` of `{policy.name}` has no alternative `{alternative}`"
                if reading
                else f"the policy `{policy.name}` has no reading `{name}`"
            )
            raise InvalidError([Diagnostic("E201", message, hint=hint_for(wrong, known, what))])
    return chosen
