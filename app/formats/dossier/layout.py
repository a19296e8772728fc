"""Where the nodes and links of a diagram are drawn: the only door to grandalf (docs/decisions/0025).

Layers go from left to right, each node to the right of all that refer to it (Sugiyama, Tagawa and Toda, "Methods
for visual understanding of hierarchical system structures", 1981). Nodes without links stand below, in rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from clausewise.dossier.diagram import Diagram, DiagramLink
from clausewise.dsl.startup.lean import lean_dataclass

GAP = 22
"""Between boxes of a layer, in units of the drawing."""
ROOM = 140
"""Between layers, where the names of links stand."""
ROUNDS = 8
"""Of putting the boxes of each layer into an order in which fewer links cross."""

Point = tuple[float, float]


@lean_dataclass(frozen=True, slots=True)
class Layout:
    """Places in units of the drawing, from its upper left corner on.

    Attributes:
        boxes: the upper left corner of each node, by its number.
        paths: for each link that is drawn, the points through which it goes, between the middles of two boxes.
    """

    boxes: Mapping[int, Point]
    paths: Mapping[DiagramLink, tuple[Point, ...]]
    width: float
    height: float


class _Box:
    """What grandalf asks of a node: its size. It writes the place of the middle into `xy`."""

    def __init__(self, width: float, height: float) -> None:
        self.w, self.h = width, height
        self.xy: Point = (0.0, 0.0)


class _Path:
    """What grandalf asks of a link: that it takes the points through which it goes."""

    def __init__(self) -> None:
        self.points: Sequence[Point] = ()

    def setpath(self, points: Sequence[Point]) -> None:
        """Take the points."""
        self.points = points


def layout_of(diagram: Diagram, width: float, height: float) -> Layout:
    """Where all is drawn.

    Args:
        diagram: what is drawn. A link from a node to itself is not.
        width: of each box.
        height: of each box.

    Raises:
        ImportError: grandalf is not installed.
    """
    boxes: dict[int, Point] = {}
    paths: dict[DiagramLink, tuple[Point, ...]] = {}
    below = 0.0
    for middles, routes in _parts(diagram, width, height):
        ways = [point for points in routes.values() for point in points]
        left = min(x for x, _ in middles.values()) - width / 2
        tops = [*(y - height / 2 for _, y in middles.values()), *(y for _, y in ways)]
        top = min(tops) - below
        boxes |= {n: (x - left - width / 2, y - top - height / 2) for n, (x, y) in middles.items()}
        for link, points in routes.items():
            paths[link] = tuple((x - left, y - top) for x, y in points)
        bottoms = [*(y + height / 2 for _, y in middles.values()), *(y for _, y in ways)]
        below = max(bottoms) - top + GAP
    across = max((x for x, _ in boxes.values()), default=0) + width
    in_a_row = max(int((across + GAP) // (width + GAP)), 3)
    alone = [number for number in range(len(diagram.nodes)) if number not in boxes]
    for index, number in enumerate(alone):
        row, column = divmod(index, in_a_row)
        boxes[number] = column * (width + GAP), below + row * (height + GAP)
    return Layout(
        boxes,
        paths,
        max((x for x, _ in boxes.values()), default=0) + width,
        max([0.0, below - GAP, *(y + height for _, y in boxes.values())]),
    )


def _parts(
    diagram: Diagram, width: float, height: float
) -> Iterator[tuple[dict[int, Point], dict[DiagramLink, list[Point]]]]:
    """For each connected part, the middles of its nodes, and the points of its links."""
    from grandalf.graphs import Edge, Graph, Vertex
    from grandalf.layouts import SugiyamaLayout

    links = [link for link in diagram.links if link.source != link.target]
    ends = sorted({end for link in links for end in (link.source, link.target)})

    class Same(Vertex):  # type: ignore[misc]
        """A node whose hash is the same each time: grandalf goes through sets, in the order of hashes."""

        def __hash__(self) -> int:
            return hash(self.data)

    class SameEdge(Edge):  # type: ignore[misc]
        """A link whose hash is the same each time."""

        def __hash__(self) -> int:
            return hash(self.data)

    vertices = {number: Same(number) for number in ends}
    for vertex in vertices.values():
        vertex.view = _Box(height, width)  # layers go down in grandalf, and to the right here
    edges = {
        link: SameEdge(vertices[link.source], vertices[link.target], data=number)
        for number, link in enumerate(links)
    }
    for edge in edges.values():
        edge.view = _Path()
    for part in Graph([*vertices.values()], [*edges.values()]).C:
        laid = SugiyamaLayout(part)
        laid.xspace, laid.yspace = GAP, ROOM
        laid.init_all(optimize=True)
        laid.draw(ROUNDS)
        inside = {number for number, vertex in vertices.items() if vertex in part.sV}
        yield (
            {number: _turned(vertices[number].view.xy) for number in inside},
            {
                link: [_turned(point) for point in edge.view.points]
                for link, edge in edges.items()
                if link.source in inside
            },
        )


def _turned(point: Point) -> Point:
    return point[1], point[0]
