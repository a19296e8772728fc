"""The syntax trees of the five kinds of file, under one name.

What `check` imports takes them from `dsl/trees` itself: to define them all takes long.
"""

from clausewise.dsl.trees.cases import (
    CaseNode as CaseNode,
    CasesFile as CasesFile,
    ChooseReading as ChooseReading,
    Expectation as Expectation,
    WithEntity as WithEntity,
    WithFact as WithFact,
    Without as Without,
)
from clausewise.dsl.trees.designs import (
    Attestation as Attestation,
    Block as Block,
    Design as Design,
    SecondNode as SecondNode,
    Statement as Statement,
)
from clausewise.dsl.trees.expressions import (
    QUANTIFIERS as QUANTIFIERS,
    CallNode as CallNode,
    Expression as Expression,
    FactNode as FactNode,
    JunctionNode as JunctionNode,
    JunctionWord as JunctionWord,
    Literal as Literal,
    MarkedNode as MarkedNode,
    NotNode as NotNode,
    OutcomeNode as OutcomeNode,
    OutcomeOf as OutcomeOf,
    PathNode as PathNode,
    PathStep as PathStep,
    QuantifierNode as QuantifierNode,
    QuantifierWord as QuantifierWord,
    ReadingNode as ReadingNode,
    SetNode as SetNode,
    TestNode as TestNode,
    UnionNode as UnionNode,
    VerdictIsNode as VerdictIsNode,
)
from clausewise.dsl.trees.laws import (
    AloneNode as AloneNode,
    AlwaysNode as AlwaysNode,
    ChangeNode as ChangeNode,
    ClaimNode as ClaimNode,
    LawNode as LawNode,
    LawsFile as LawsFile,
    PossibleNode as PossibleNode,
    UnderNode as UnderNode,
)
from clausewise.dsl.trees.policies import (
    AlternativeNode as AlternativeNode,
    Attribute as Attribute,
    BindingNode as BindingNode,
    BreachNode as BreachNode,
    ClauseNode as ClauseNode,
    DefinitionNode as DefinitionNode,
    LawOfNode as LawOfNode,
    MayWaitNode as MayWaitNode,
    Parameter as Parameter,
    PerNode as PerNode,
    PolicyFile as PolicyFile,
    ReadingDeclaration as ReadingDeclaration,
    RowNode as RowNode,
    RuleNode as RuleNode,
    SectionNode as SectionNode,
    TableNode as TableNode,
    UnlessNode as UnlessNode,
    VerdictNode as VerdictNode,
    WarningNode as WarningNode,
)
from clausewise.dsl.trees.values import (
    NOWHERE as NOWHERE,
    SECONDS as SECONDS,
    Day as Day,
    Duration as Duration,
    Item as Item,
    More as More,
    Name as Name,
    Number as Number,
    Range as Range,
    Text as Text,
    with_unit as with_unit,
)
from clausewise.dsl.trees.vocabularies import (
    DocumentNode as DocumentNode,
    EntityNode as EntityNode,
    EvidencedNode as EvidencedNode,
    ExtensionNode as ExtensionNode,
    FieldKind as FieldKind,
    FieldNode as FieldNode,
    MarkNode as MarkNode,
    OriginNode as OriginNode,
    Shape as Shape,
    TaxonomyNode as TaxonomyNode,
    TermNode as TermNode,
    UsualNode as UsualNode,
    VocabularyFile as VocabularyFile,
)

File = Design | VocabularyFile | PolicyFile | CasesFile | LawsFile
