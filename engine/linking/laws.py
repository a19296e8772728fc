"""Links laws: makes `Law` values of their trees, by the vocabulary and the policy that they are about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, cast

from clausewise.dsl import syntax
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.text.diagnostic import Diagnostic, Diagnostics, has_errors
from clausewise.dsl.text.source import Source
from clausewise.engine.core.conditions import And, Condition, EntitySet, Not, Or, Violated
from clausewise.engine.core.laws import Always, Law, LawClaim, Laws, NeverWorsens, Possible
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.walk import VariableTypes, depth
from clausewise.engine.linking.changes import changed_field, values_of
from clausewise.engine.linking.expressions import Resolver
from clausewise.engine.linking.link import LoadPolicy, link_policies
from clausewise.engine.linking.scope import (
    MAX_DEPTH,
    NoSet,
    Scope,
    SetOf,
    Signature,
    WrongError,
    check_known,
    check_unique,
    is_known,
    report_depth,
    wrong,
)


def link_laws(
    tree: syntax.LawsFile, source: Source, policy: Policy, load_policy: LoadPolicy
) -> tuple[Laws | None, list[Diagnostic]]:
    """Link the laws of a file. `None` if there are errors among the diagnostics.

    Args:
        tree: the parsed file.
        source: its text.
        policy: the policy that it names.
        load_policy: finds another policy by name, for `policy NAME is prohibited`, as for `link`.
    """
    problems = Diagnostics(source)
    scope = scope_of(policy)
    check_unique(problems, (law.name for law in tree.laws), "law")
    if not tree.laws and not has_errors(problems.found):
        hint = "write `law a-name { ... }`"
        problems.add("E528", "there is no law in this file", tree.name.span, hint=hint)
    linker = _Linker(policy, scope, problems)
    linked = [linker.law(node) for node in tree.laws]
    named = link_policies(scope, problems, load_policy)
    if has_errors(problems.found):
        return None, problems.found
    about = replace(policy, policies={**policy.policies, **named}) if named else policy
    laws = {law.name: law for law in linked if law is not None}
    title = tree.title.text if tree.title else tree.name.text
    return Laws(tree.name.text, title, about, laws, source), problems.found


def scope_of(policy: Policy) -> Scope:
    """All that expressions about a linked policy can name."""
    signatures = {
        name: Signature(
            tuple(type_ for _, type_ in definition.parameters),
            SetOf(definition.body.type)
            if isinstance(definition.body, EntitySet)
            else NoSet.CONDITION,
        )
        for name, definition in policy.definitions.items()
    }
    return Scope(
        policy.vocabulary,
        signatures=signatures,
        tables={name: (table.of.name, table.gives) for name, table in policy.tables.items()},
        readings={name: tuple(r.alternatives) for name, r in policy.readings.items()},
        clauses=tuple(policy.clauses),
        sections={section.name: section.clauses for section in policy.sections},
        documents=policy.documents,
    )


class _Conditions(Resolver):
    """Resolves the conditions of laws, which can also test outcomes and verdicts of complete designs."""

    def __init__(self, policy: Policy, scope: Scope, problems: Diagnostics) -> None:
        super().__init__(scope, problems)
        self.policy = policy

    def _outcome(self, node: syntax.OutcomeNode) -> Condition:
        outcome = node.outcome.text
        if node.what != "clause" or outcome == Outcome.VIOLATED:
            return super()._outcome(node)
        check_known(self.problems, node.name, self.scope.clauses, "clause")
        applies = self.policy.clauses[node.name.text].application
        if outcome == Outcome.MET:
            return And((applies, Not(Violated(node.name.text, node.span))), node.span)
        if outcome == Outcome.NOT_APPLICABLE:
            return Not(applies, node.span)
        hint = "write `violated`, `met` or `not-applicable`"
        message = f"no clause of a complete design is `{outcome}`"
        raise wrong(self.problems, "E323", message, node.outcome, hint)

    def _verdict(self, node: syntax.VerdictIsNode) -> Condition:
        clauses = self.policy.clauses.values()
        violated = Or(tuple(Violated(clause.name, node.span) for clause in clauses), node.span)
        applies = Or(tuple(clause.application for clause in clauses), node.span)
        match node.verdict.text:
            case Verdict.PROHIBITED:
                return violated
            case Verdict.PERMITTED:
                return And((Not(violated, node.span), applies), node.span)
            case Verdict.NOT_APPLICABLE:
                return Not(applies, node.span)
            case other:
                hint = "write `prohibited`, `permitted` or `not-applicable`"
                message = f"no verdict on a complete design is `{other}`"
                raise wrong(self.problems, "E323", message, node.verdict, hint)


class _Linker:
    """Links the laws of one file."""

    def __init__(self, policy: Policy, scope: Scope, problems: Diagnostics) -> None:
        self.policy = policy
        self.problems = problems
        self.resolver = _Conditions(policy, scope, problems)

    def law(self, node: syntax.LawNode) -> Law | None:
        """A law, or `None` if it has a mistake."""
        if not node.says.text.strip():
            message = f"the law `{node.name.text}` says nothing"
            hint = 'write in words what it claims: `says "..."`'
            self.problems.add("E304", message, node.says.span, hint=hint)
        try:
            claim = self._claim(node.claim)
        except WrongError:
            claim = None
        readings = self._readings(node.under, one=isinstance(claim, Possible))
        if claim is None:
            return None
        self._check_depth(node, claim)
        return Law(node.name.text, node.says.text, readings, claim, node.name.span)

    def _claim(self, node: syntax.ClaimNode) -> LawClaim:
        match node:
            case syntax.AlwaysNode(word, when, condition):
                when_ = self.resolver.condition(when, {}) if when else None
                holds = self._condition(condition)
                if when and when_ is None:
                    raise WrongError
                return Always(when_, holds if word == "always" else Not(holds, node.start))
            case syntax.PossibleNode(condition):
                return Possible((("it", self._condition(condition)),))
            case syntax.AloneNode():
                return self._alone(node)
            case syntax.ChangeNode():
                return self._change(node)

    def _condition(self, node: syntax.Expression, types: VariableTypes | None = None) -> Condition:
        found = self.resolver.condition(node, types or {})
        if found is None:
            raise WrongError
        return found

    def _alone(self, node: syntax.AloneNode) -> Possible:
        if node.what != "clause":
            hint = "write `possible clause a-name is violated alone`"
            self.problems.add(
                "E323", f"no {node.what} is violated alone", node.outcome.span, hint=hint
            )
            raise WrongError
        if node.outcome.text != Outcome.VIOLATED:
            message, hint = "a clause can be alone in being violated only", "write `violated alone`"
            raise wrong(self.problems, "E323", message, node.outcome, hint)
        others = self._clauses(node.but)
        if node.clause is None:
            alone = [name for name in self.policy.clauses if name not in others]
        else:
            check_known(self.problems, node.clause, self.policy.clauses, "clause")
            alone = [node.clause.text]
        return Possible(
            tuple((f"`{name}` violated alone", self._only(name, others)) for name in alone)
        )

    def _only(self, name: str, others: Iterable[str]) -> Condition:
        """That a clause is violated, and none beside it but `others`."""
        kept = [c for c in self.policy.clauses if c != name and c not in others]
        return And((Violated(name), Not(Or(tuple(map(Violated, kept))))))

    def _clauses(self, names: tuple[syntax.Name, ...]) -> tuple[str, ...]:
        """The clauses after `but for`. One that there is not is recorded."""
        check_unique(self.problems, names, "clause")
        known = [is_known(self.problems, n, self.policy.clauses, "clause") for n in names]
        if not all(known):
            raise WrongError
        return tuple(name.text for name in names)

    def _change(self, node: syntax.ChangeNode) -> NeverWorsens:
        vocabulary, problems = self.policy.vocabulary, self.problems
        field = changed_field(node, vocabulary, problems)
        before = values_of(node.before, field, node.word, vocabulary, problems)
        after = values_of(node.after, field, node.word, vocabulary, problems)
        single = vocabulary.entities[field.owner].single
        types = {} if single else {field.owner: field.owner}
        where = self._condition(node.where, types) if node.where else None
        excepted = self._clauses(node.but)
        clauses = tuple(name for name in self.policy.clauses if name not in excepted)
        word = cast(Literal["changing", "adding", "removing"], node.word)
        return NeverWorsens(field, word, before, after, where, clauses)

    def _readings(self, node: syntax.UnderNode | None, *, one: bool) -> dict[str, tuple[str, ...]]:
        """The alternatives under which a law must hold: all, or `one`, the default; but for those named."""
        defaults = one or (node is not None and not node.readings)
        found = {
            name: (reading.default,) if defaults else tuple(reading.alternatives)
            for name, reading in self.policy.readings.items()
        }
        for test in node.readings if node else ():
            if is_known(self.problems, test.reading, self.policy.readings, "reading"):
                alternatives = self.policy.readings[test.reading.text].alternatives
                if is_known(self.problems, test.alternative, alternatives, "alternative"):
                    found[test.reading.text] = (test.alternative.text,)
        check_unique(
            self.problems, (test.reading for test in node.readings) if node else (), "reading"
        )
        return found

    def _check_depth(self, node: syntax.LawNode, claim: LawClaim) -> None:
        """Refuse what nests too deep. What a policy holds was checked with it, so a law may add as much."""
        match claim:
            case Always(when, holds):
                conditions = [holds, *([when] if when else [])]
            case Possible(ways):
                conditions = [condition for _, condition in ways]
            case NeverWorsens():
                conditions = [claim.where] if claim.where else []
        if any(depth(condition) > MAX_DEPTH for condition in conditions):
            report_depth(self.problems, node.name.text, node.name.span)
