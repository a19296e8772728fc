"""How to judge, as several commands are told by the same options."""

from __future__ import annotations

from clausewise.commands.options.found import configured, options_of
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.startup.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from clausewise.checking.options import Options
    from clausewise.commands.options.shared import (
        AsOfOption,
        ConfigOption,
        EvidenceOption,
        FailOnOption,
        IsolatedOption,
        MaxSizeOption,
        MaxStepsOption,
        PolicyInstead,
        ReadingOption,
    )


@lean_dataclass(frozen=True, slots=True)
class Judging:
    """How to judge, as options that several commands share: a command takes them all as one parameter."""

    policy: PolicyInstead = None
    reading: ReadingOption = None
    as_of: AsOfOption = None
    evidence: EvidenceOption = None
    fail_on: FailOnOption = None
    max_size: MaxSizeOption = None
    max_steps: MaxStepsOption = None
    config: ConfigOption = None
    isolated: IsolatedOption = False

    def options(self) -> Options:
        """As the configuration says, but for what is given. Exits if something does not fit."""
        return options_of(
            configured(self.config, isolated=self.isolated),
            self.policy,
            self.reading,
            self.as_of,
            self.evidence,
            self.fail_on,
            self.max_size,
            self.max_steps,
        )
