"""The syntax trees of the five kinds of file, under one name.

What `check` imports takes them from `dsl/trees` itself: to define them all takes long.
"""

from clausewise.dsl.trees.cases import (
    CaseNode as CaseNode,
)
from clausewise.dsl.trees.cases import (
    CasesFile as CasesFile,
)
from clausewise.dsl.trees.cases import (
    ChooseReading as ChooseReading,
)
from clausewise.dsl.trees.cases import (
    Expectation as Expectation,
)
from clausewise.dsl.trees.cases import (
    WithEntity as WithEntity,
)
from clausewise.dsl.trees.cases import (
    WithFact as WithFact,
)
from clausewise.dsl.trees.cases import (
    Without as Without,
)
from clausewise.dsl.trees.designs import (
    Attestation as Attestation,
)
from clausewise.dsl.trees.designs import (
    Block as Block,
)
from clausewise.dsl.trees.designs import (
    Design as Design,
)
from clausewise.dsl.trees.designs import (
    SecondNode as SecondNode,
)
from clausewise.dsl.trees.designs import (
    Statement as Statement,
)
from clausewise.dsl.trees.expressions import (
    CallNode as CallNode,
)
from clausewise.dsl.trees.expressions import (
    Expression as Expression,
)
from clausewise.dsl.trees.expressions import (
    FactNode as FactNode,
)
from clausewise.dsl.trees.expressions import (
    JunctionNode as JunctionNode,
)
from clausewise.dsl.trees.expressions import (
    Literal as Literal,
)
from clausewise.dsl.trees.expressions import (
    MarkedNode as MarkedNode,
)
from clausewise.dsl.trees.expressions import (
    NotNode as NotNode,
)
from clausewise.dsl.trees.expressions import (
    OutcomeNode as OutcomeNode,
)
from clausewise.dsl.trees.expressions import (
    PathNode as PathNode,
)
from clausewise.dsl.trees.expressions import (
    PathStep as PathStep,
)
from clausewise.dsl.trees.expressions import (
    QuantifierNode as QuantifierNode,
)
from clausewise.dsl.trees.expressions import (
    ReadingNode as ReadingNode,
)
from clausewise.dsl.trees.expressions import (
    SetNode as SetNode,
)
from clausewise.dsl.trees.expressions import (
    TestNode as TestNode,
)
from clausewise.dsl.trees.expressions import (
    UnionNode as UnionNode,
)
from clausewise.dsl.trees.expressions import (
    VerdictIsNode as VerdictIsNode,
)
from clausewise.dsl.trees.laws import (
    AloneNode as AloneNode,
)
from clausewise.dsl.trees.laws import (
    AlwaysNode as AlwaysNode,
)
from clausewise.dsl.trees.laws import (
    ChangeNode as ChangeNode,
)
from clausewise.dsl.trees.laws import (
    ClaimNode as ClaimNode,
)
from clausewise.dsl.trees.laws import (
    LawNode as LawNode,
)
from clausewise.dsl.trees.laws import (
    LawsFile as LawsFile,
)
from clausewise.dsl.trees.laws import (
    PossibleNode as PossibleNode,
)
from clausewise.dsl.trees.laws import (
    UnderNode as UnderNode,
)
from clausewise.dsl.trees.policies import (
    AlternativeNode as AlternativeNode,
)
from clausewise.dsl.trees.policies import (
    Attribute as Attribute,
)
from clausewise.dsl.trees.policies import (
    BindingNode as BindingNode,
)
from clausewise.dsl.trees.policies import (
    BreachNode as BreachNode,
)
from clausewise.dsl.trees.policies import (
    ClauseNode as ClauseNode,
)
from clausewise.dsl.trees.policies import (
    DefinitionNode as DefinitionNode,
)
from clausewise.dsl.trees.policies import (
    LawOfNode as LawOfNode,
)
from clausewise.dsl.trees.policies import (
    MayWaitNode as MayWaitNode,
)
from clausewise.dsl.trees.policies import (
    Parameter as Parameter,
)
from clausewise.dsl.trees.policies import (
    PerNode as PerNode,
)
from clausewise.dsl.trees.policies import (
    PolicyFile as PolicyFile,
)
from clausewise.dsl.trees.policies import (
    ReadingDeclaration as ReadingDeclaration,
)
from clausewise.dsl.trees.policies import (
    RowNode as RowNode,
)
from clausewise.dsl.trees.policies import (
    RuleNode as RuleNode,
)
from clausewise.dsl.trees.policies import (
    SectionNode as SectionNode,
)
from clausewise.dsl.trees.policies import (
    TableNode as TableNode,
)
from clausewise.dsl.trees.policies import (
    UnlessNode as UnlessNode,
)
from clausewise.dsl.trees.policies import (
    VerdictNode as VerdictNode,
)
from clausewise.dsl.trees.policies import (
    WarningNode as WarningNode,
)
from clausewise.dsl.trees.values import (
    NOWHERE as NOWHERE,
)
from clausewise.dsl.trees.values import (
    SECONDS as SECONDS,
)
from clausewise.dsl.trees.values import (
    Day as Day,
)
from clausewise.dsl.trees.values import (
    Duration as Duration,
)
from clausewise.dsl.trees.values import (
    Item as Item,
)
from clausewise.dsl.trees.values import (
    More as More,
)
from clausewise.dsl.trees.values import (
    Name as Name,
)
from clausewise.dsl.trees.values import (
    Number as Number,
)
from clausewise.dsl.trees.values import (
    Range as Range,
)
from clausewise.dsl.trees.values import (
    Text as Text,
)
from clausewise.dsl.trees.vocabularies import (
    DocumentNode as DocumentNode,
)
from clausewise.dsl.trees.vocabularies import (
    EntityNode as EntityNode,
)
from clausewise.dsl.trees.vocabularies import (
    EvidencedNode as EvidencedNode,
)
from clausewise.dsl.trees.vocabularies import (
    ExtensionNode as ExtensionNode,
)
from clausewise.dsl.trees.vocabularies import (
    FieldNode as FieldNode,
)
from clausewise.dsl.trees.vocabularies import (
    MarkNode as MarkNode,
)
from clausewise.dsl.trees.vocabularies import (
    OriginNode as OriginNode,
)
from clausewise.dsl.trees.vocabularies import (
    Shape as Shape,
)
from clausewise.dsl.trees.vocabularies import (
    TaxonomyNode as TaxonomyNode,
)
from clausewise.dsl.trees.vocabularies import (
    TermNode as TermNode,
)
from clausewise.dsl.trees.vocabularies import (
    UsualNode as UsualNode,
)
from clausewise.dsl.trees.vocabularies import (
    VocabularyFile as VocabularyFile,
)

File = Design | VocabularyFile | PolicyFile | CasesFile | LawsFile
