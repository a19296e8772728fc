"""A diagram as SVG. What clauses found is said by marks, words and borders, and not by colour alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clausewise.dossier.diagram import Diagram, DiagramLink, DiagramNode
from clausewise.engine.core.outcomes import Outcome
from clausewise.formats.dossier.layout import Point, layout_of
from clausewise.formats.escaping import html

MOST_NODES = 30
"""Of a larger design the first are drawn; the table below tells of more."""
MOST_NAMED = 30
"""With more links than these, their names are left to the table."""
WIDTH, HEIGHT, EDGE = 205, 62, 8
TIP, PORT = 7, 14
"""How long the tip of a link is, and how far the ends of links stand apart."""
NAME, SMALL = 23, 32
"""How many characters fit into a line of a box: in bold, and in small letters."""
LABEL = 20

MARKS = {
    Outcome.VIOLATED: ("✗", "violated"),
    Outcome.UNDETERMINED: ("?", "facts missing"),
    Outcome.REVIEW: ("◇", "in review"),
    Outcome.MET: ("✓", "met"),
}
NOTHING = "○", "in no clause"
FONT = 'font-family="Liberation Sans, DejaVu Sans, sans-serif"'
LOOKS: Mapping[object, str] = {
    None: 'fill="#fff" stroke="#5b6470" stroke-width="1.5"',
    Outcome.VIOLATED: 'fill="#fdecea" stroke="#a3211a" stroke-width="3.5"',
    Outcome.UNDETERMINED: 'fill="#fff4dc" stroke="#7a5200" stroke-width="2" stroke-dasharray="7 4"',
    Outcome.REVIEW: 'fill="#e8f0fc" stroke="#1f4f96" stroke-width="2" stroke-dasharray="2 3"',
    Outcome.MET: 'fill="#eaf5ee" stroke="#1e6b3a" stroke-width="1.5"',
    "link": 'fill="none" stroke="#5b6470" stroke-width="1.2"',
    "tip": 'fill="#5b6470"',
    "under": 'fill="#fff"',
    "name": f'{FONT} font-size="13" font-weight="bold" fill="#1b1f24"',
    "small": f'{FONT} font-size="11" fill="#1b1f24"',
    "of": f'{FONT} font-size="10" fill="#3d444d"',
}
"""How parts look: boxes by what clauses found, and what else is drawn. Each part brings its looks along: what
prints PDF applies no style sheet to a drawing in a page, and pages may forbid elements a style of their own."""


def draw(diagram: Diagram, said: str) -> str:
    """The drawing, as an element of HTML or a file of its own.

    Args:
        diagram: what is drawn.
        said: what it shows, for those who do not see it. All that it says stands in the table below it, too.

    Raises:
        ImportError: what lays it out is not installed.
    """
    shown = Diagram(
        diagram.nodes[:MOST_NODES],
        tuple(link for link in diagram.links if max(link.source, link.target) < MOST_NODES),
    )
    laid = layout_of(shown, WIDTH, HEIGHT)
    rest = len(diagram.nodes) - len(shown.nodes)
    title = f"Diagram: {said}" + (f"; {rest:,} are not drawn" if rest else "")
    size = f"{-EDGE} {-EDGE} {laid.width + 2 * EDGE:.0f} {laid.height + 2 * EDGE:.0f}"
    paths = dict(_ports(laid.paths))
    named = len(paths) <= MOST_NAMED
    parts = [
        *(_path(points) for points in paths.values()),
        *(_label(link, points) for link, points in paths.items() if named),
        *(_box(node, laid.boxes[number]) for number, node in enumerate(shown.nodes)),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="{size}" '
        f'width="{laid.width + 2 * EDGE:.0f}"><title>{html(title)}</title>'
        f"{''.join(parts)}</svg>"
    )


def _box(node: DiagramNode, at: Point) -> str:
    x, y = at
    mark, words = MARKS.get(node.outcome, NOTHING) if node.outcome else NOTHING
    found = (
        f"{mark} {words} {', '.join(node.concerns[node.outcome])}"
        if node.outcome
        else f"{mark} {words}"
    )
    others = f", and {len(node.names) - 1:,} alike" if len(node.names) > 1 else ""
    lines = (
        ("name", 21, _cut(node.names[0], NAME)),
        ("of", 36, _cut(f"{node.type}{others}", SMALL)),
        ("small", 52, _cut(found, SMALL)),
    )
    texts = "".join(
        f'<text {LOOKS[k]} x="{x + 10:.1f}" y="{y + down:.1f}">{html(text)}</text>'
        for k, down, text in lines
    )
    return (
        f'<rect {LOOKS.get(node.outcome, LOOKS[None])} x="{x:.1f}" y="{y:.1f}" width="{WIDTH}" '
        f'height="{HEIGHT}" rx="6"/>{texts}'
    )


def _ports(
    paths: Mapping[DiagramLink, tuple[Point, ...]],
) -> Iterator[tuple[DiagramLink, tuple[Point, ...]]]:
    """The paths with their ends spread along the side of the box to which they lead, in the order they come."""
    into: dict[int, list[DiagramLink]] = {}
    for link in sorted(paths, key=lambda link: (paths[link][-2][1], link.source)):
        into.setdefault(link.target, []).append(link)
    for links in into.values():
        step = min(PORT, (HEIGHT - PORT) / len(links))
        for index, link in enumerate(links):
            *points, (x, y) = paths[link]
            yield link, (*points, (x, y + step * (index - (len(links) - 1) / 2)))


def _path(points: tuple[Point, ...]) -> str:
    """A curve from the side of one box to the side of another, with a tip. Past other boxes it goes straight."""
    (x, y), *between, last = points
    way = 1 if last[0] >= x else -1
    half = way * WIDTH / 2
    x += half
    drawn = [f"M{x:.1f} {y:.1f}"]
    for to_x, to_y in [*between, last]:
        end = to_x - half - (way * TIP if (to_x, to_y) == last else 0)
        bend = (x + end) / 2
        drawn.append(f"C{bend:.1f} {y:.1f} {bend:.1f} {to_y:.1f} {end:.1f} {to_y:.1f}")
        if (to_x, to_y) != last:
            drawn.append(f"H{to_x + half:.1f}")
        x, y = to_x + half, to_y
    tip = last[0] - half, last[1]
    corners = f"{tip[0]:.1f},{y:.1f} {tip[0] - way * TIP:.1f},{y - 4:.1f} {tip[0] - way * TIP:.1f},{y + 4:.1f}"
    return (
        f'<path {LOOKS["link"]} d="{" ".join(drawn)}"/><polygon {LOOKS["tip"]} points="{corners}"/>'
    )


def _label(link: DiagramLink, points: tuple[Point, ...]) -> str:
    """The names of the fields, near the end of the link, where fewer links cross."""
    (before, _), (x, y) = points[-2:]
    way = 1 if x >= before else -1
    text = _cut(", ".join(link.fields), LABEL)
    wide = len(text) * 5.2 + 6
    x -= way * (WIDTH / 2 + TIP + 5 + wide / 2)
    return (
        f'<rect {LOOKS["under"]} x="{x - wide / 2:.1f}" y="{y - 6:.1f}" width="{wide:.1f}" height="12"/>'
        f'<text {LOOKS["of"]} x="{x:.1f}" y="{y + 3:.1f}" text-anchor="middle">{html(text)}</text>'
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
