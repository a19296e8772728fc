"""Mistakes are answered as a person would: what was meant, the right form with one's own values, once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import indent

import pytest
from typer.testing import CliRunner

from clausewise.checking.check import check_each
from clausewise.checking.options import Options
from clausewise.checking.report import Checked
from clausewise.commands.cli import app
from clausewise.dsl.models.meant import hint_for_term, terms_called
from clausewise.dsl.models.places import places
from clausewise.dsl.parsing.parser import FileKind, parse
from clausewise.dsl.printing.layout import format_source
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.source import Source
from clausewise.intake.laws import load_laws
from clausewise.intake.load import load_policy
from clausewise.intake.vocabularies import load_vocabulary
from tests.conftest import REFERENCE_FILES, ROOT, write_reference

HEADER = 'deployment "x"\njudged by face-code-of-conduct\nactor acme {\n  kind company\n}\n'


def mistakes(text: str, path: str = "x.design") -> tuple[Diagnostic, ...]:
    try:
        return check_each(Source(path, text), Options()).diagnostics
    except InvalidError as error:
        return error.diagnostics


FORMATS = {
    "YAML": "deployment: Lobby\nuses:\n  - name: u\n    timing: live\n",
    "TOML": '# ours\n[deployment]\ntitle = "x"\n[use.u]\n',
    "markup": "\n<html><body>x</body></html>\n",
}


@pytest.mark.parametrize("called", FORMATS)
def test_another_format_is_one_mistake(called: str) -> None:
    (found,) = mistakes(FORMATS[called])
    assert found.message == f"this is {called}, and no design"


@pytest.mark.parametrize("title", ['= "A lobby"', ": A lobby", ':"A lobby"'])
def test_a_sign_before_the_title_is_one_mistake(title: str) -> None:
    (found,) = mistakes(HEADER.replace('"x"', title))
    assert found.hint == 'write `deployment "A lobby"`'


BRACES = {
    "missing at the end": HEADER.replace("}\n", "people p {\n}\nuse u {\n}\n"),
    "one too many": HEADER.replace("}\n", "}}\nuse u {\n}\n"),
    "missing at the beginning": HEADER.replace("acme {", "acme") + "use u {\n}\n",
}


@pytest.mark.parametrize("text", BRACES.values(), ids=BRACES.keys())
def test_a_brace_that_is_missing_or_too_many_is_one_mistake(text: str) -> None:
    assert [found.code for found in mistakes(text)] == ["E101"]


@pytest.mark.parametrize(
    ("block", "code", "hint"),
    [
        ("actor b {\n kind police\n}", "E503", "`law-enforcement` or `police-department`"),
        ("actor b {\n kind cops\n}", "E503", "`police-department`"),
        ('actor b {\n kind "Police Force"\n}', "E506", "`police-department`"),
        ("actor b {\n kind Police-Department\n}", "E503", "`police-department`"),
        ("actor b {\n kind other\n}", "E503", "`other-company`"),
        ("actor b {\n jurisdiction UK\n}", "E503", "`GB` (United Kingdom)?"),
        ("actor b {\n jurisdiction California\n}", "E503", "`US-CA` (California)?"),
        ("actor b {\n jurisdiction USA\n}", "E503", "`US` (United States)?"),
        ("use u {\n operation identification\n}", "E503", "`identify`"),
        ("use u {\n operation verification\n}", "E503", "`verify`"),
        ("use u {\n timing TBD\n}", "E503", "stated as `timing unknown`"),
        ("use u {\n timing don't know\n}", "E101", "write `unknown`, or leave the line out"),
        ("people p {\n place Germany\n}", "E503", "`DE` (Germany)?"),
        ('people p {\n place "New York"\n}', "E506", "`US-NY` (New York)?"),
        ("people p {\n ages 15-18\n}", "E101", "write `15..18`"),
        ("people p {\n ages 15 to 18\n}", "E101", "write `15..18`"),
        ("people p {\n ages 18+\n}", "E101", "write `18..`"),
        ("people p {\n ages > 17\n}", "E101", "write `18..`"),
        ("people p {\n consent\n}", "E101", "behind `consent`, or `consent unknown`"),
        ("use u {\n by = acme\n}", "E101", "write `by acme`"),
        ("use u {\n by: acme\n}", "E101", "write `by acme`"),
        ("use u {\n by is acme\n}", "E101", "write `by acme`"),
        ("use u {\n retention 12 hours\n}", "E506", "values: `not-kept`, `up-to-48-hours`"),
        ("people p {\n retention 30 days\n}", "E502", "it is a field of `use`"),
        ("actor b {\n kind police_department\n}", "E101", "write `police-department`"),
        (
            "actor b {\n kind company jurisdiction US\n}",
            "E101",
            "`kind company`, and `jurisdiction US` on the next line",
        ),
        (
            "use u { recognises yes sells yes }",
            "E101",
            "`use u {`, then `recognises yes`, and `sells yes` on the next line",
        ),
        (
            "use u { recognises yes, sells yes }",
            "E101",
            "`use u {`, then `recognises yes`, and `sells yes` on the next line",
        ),
        ("people p {\n ages under 13\n}", "E101", "write `..12`"),
        ("people p {\n ages 18 and over\n}", "E101", "write `18..`"),
        ("people p {\n ages children\n}", "E506", "such as `ages 18..`, `ages ..17`"),
        ("people p {\n consent yes\n}", "E503", "say which: `explicit`, `by-guardian`"),
        ("people p {\n consent no\n}", "E503", "write `consent none`"),
        ("people p {\n place London\n}", "E503", "the code of its country or region by ISO 3166"),
        ("use u {\n results-to nobody\n}", "E504", "or `results-to none`"),
        ("person p {\n ages 18..\n}", "E501", "did you mean `people`?"),
        ("visitors p {\n ages 18..\n}", "E501", "did you mean `people`?"),
        ("actor a {\n Country US\n}", "E502", "did you mean `jurisdiction`?"),
        ("vendor b {\n}", "E501", "write `actor b {`, and in it `kind software-vendor`"),
        ('use u {\n purpose ["hiring", x]\n}', "E101", "write `purpose hiring, x`"),
        ("use u {\n results-to []\n}", "E101", "write `results-to none`"),
        ("use u {\n operation 1:1\n}", "E101", "write `one-to-one`"),
        ("use u {\n operation 1:N\n}", "E101", "write `one-to-many`"),
        ("use u {\n infers age and emotion\n}", "E101", "write `infers age, emotion`"),
        ("use u {\n timing batch or live\n}", "E101", "or `timing unknown` if it is one of them"),
        ("use u {\n timing not live\n}", "E101", "or write `timing unknown`"),
        ("use u, v {\n timing live\n}", "E101", "and another block for `v`"),
        ("date 2026-01-01", "E101", "write `as of 2026-01-01`"),
        ('owner "me"', "E101", 'write it as a comment, `# owner "me"`'),
        ("u.timing = live", "E101", "write `timing live` in the block of `u`"),
        ('safeguards {\n harm no attested by "J" on Monday\n}', "E101", "such as `on 2026-11-02`"),
        ("people p {\n ages At least 18\n}", "E101", "write `18..`"),
        ("people p {\n ages over 18\n}", "E101", "write `18..`, or `19..` if 18 is not among them"),
        ("use u {\n retention at most 12 days\n}", "E101", "write the longest, such as `12 days`"),
        ("people p {\n ages 18...\n}", "E101", "write `18..`"),
        ("actor b {\n kind n/a\n}", "E101", "write `kind unknown`, or leave the line out"),
        ("actor b {\n kind ?\n}", "E101", "write `kind unknown`, or leave the line out"),
        ("actor b {\n jurisdiction European Union\n}", "E503", "`EU` (European Union)?"),
        ("actor b {\n jurisdiction State of Texas\n}", "E503", "`US-TX` (Texas)?"),
        ("actor b {\n jurisdiction Washington, USA\n}", "E503", "`US-WA` (Washington)?"),
        ("actor b {\n jurisdiction Deutschland\n}", "E503", "`DE` (Germany)?"),
        ("actor b {\n kind unbekannt\n}", "E503", "stated as `kind unknown`"),
        ("actor b {\n kind ...\n}", "E506", "write `kind unknown`"),
        ("actor b {\n acts-for the acme\n}", "E503", "did you mean `acme`?"),
        ('actor b {\n acts-for "Acme"\n}', "E506", "write `acts-for acme`"),
        ("people p {\n consent written consent\n}", "E503", "did you mean `explicit`?"),
        ("people p {\n consent explicit consent\n}", "E503", "write `consent explicit`"),
        ("people p {\n ages all ages\n}", "E503", "write `ages 18..`, for example"),
        ("use u {\n retention not kept\n}", "E503", "write `retention not-kept`"),
        ("use u {\n results to acme\n}", "E101", "write `results-to acme`"),
        ("use u {\n retention 2 fortnights\n}", "E101", "`weeks`, `months` and `years`"),
        ("use u {\n retention 2 dayz\n}", "E101", "did you mean `days`?"),
        ("people {\n}\nuse u {\n people p\n}", "E507", "write `people a-name {`"),
        ("actor b {\n jurisdiction New York\n}", "E503", "did you mean `US-NY` (New York)?"),
        ("use u {\n by u\n}", "E540", "name an entity whose block begins with `actor`"),
        ("use 1check {\n by acme\n}", "E101", "write `a-1check`, for example"),
        ("actor Acme Inc {\n kind company\n}", "E101", "write `actor acme-inc {`"),
        ("use u { operation verify identify }", "E101", "write `operation verify, identify`"),
        ("use u { recognises yes; sells yes }", "E101", "put `sells yes` on a line of its own"),
        ("people p {\n ages about 16\n}", "E101", "put what follows on the next line"),
        ("actor b {\n kind company; jurisdiction US\n}", "E101", "put `jurisdiction US` on a line"),
        ("use u {\n operation verify identify\n}", "E101", "write `operation verify, identify`"),
        ("place Germany", "E101", "write `place Germany {`, or put this into a block"),
        ("actor b\u200b {\n kind company\n}", "E101", "delete it"),
        ("safeguards {\n input-limits true\n}", "E503", "did you mean `yes`?"),
        ("safeguards {\n harm no attested by Jo on 2023-01-02\n}", "E101", 'attested by "Jo"'),
        ('safeguards {\n harm no attested by "J" on 2023\n}', "E101", "as in `on 2023-11-02`"),
        ('safeguards {\n harm no attested by "J" on 2.11.2023\n}', "E101", "write `2023-11-02`"),
        (
            'safeguards {\n harm no attested by "J" on 2/11/2023\n}',
            "E101",
            "write `2023-02-11` or `2023-11-02`",
        ),
        (
            "safeguards {\n harm no attested by 'J K' on 2023-01-02 because 'so'\n}",
            "E101",
            'write `harm no attested by "J K" on 2023-01-02 because "so"`',
        ),
        (
            "safeguards {\n harm no attested by \u201cJ\u201d on 2023-01-02 because \u201cso\u201d\n}",
            "E101",
            'write `harm no attested by "J" on 2023-01-02 because "so"`',
        ),
    ],
)
def test_one_mistake_is_one_error_with_the_right_form(block: str, code: str, hint: str) -> None:
    (found,) = mistakes(f"{HEADER}{block}\n")
    assert (found.code, hint in (found.hint or "")) == (code, True), found.hint


def test_blocks_as_in_toml_are_one_mistake() -> None:
    block = '[use.look-up]\noperation = "identify"\n\n[people.staff]\nconsent = "none"\n'
    (found,) = mistakes(f'deployment "x"\njudged by face-code-of-conduct\n{block}')
    assert found.message == "blocks begin as in TOML"
    assert (found.hint or "").startswith("write `use look-up {`")


LINES = {
    "Terraform and JSON": [
        ('kind = "retailer"', "`kind retailer`"),
        ('"kind": "retailer",', "`kind retailer`"),
        ('"kind" retailer', "`kind retailer`"),
        ('operation = ["verify", "identify"]', "`operation verify, identify`"),
        ("by actor.acme", "`by acme`"),
        ("by ${actor.acme}", "`by acme`"),
        ("operation {verify, identify}", "`operation verify, identify`"),
        ("operation verify | identify", "`operation verify, identify`"),
        ("retention ~", "`retention unknown`"),
        ("operation\n    - verify\n    - identify", "`operation verify, identify`"),
        ("operation:\n  * verify\n  * identify", "`operation verify, identify`"),
        ("- kind: retailer", "`kind retailer`"),
        ("by actor acme { kind retailer }", "`by acme`"),
        ("by: N/A", "`by unknown`"),
        ("unknown-faces = verify, identify", "`unknown-faces verify, identify`"),
        ('by = acme # "ours"', "`by acme`"),
        ("operation = verify, by = acme", "leave the sign out"),
        ("operation: verify or identify", "leave the sign out"),
        ("operation = -verify", "leave the sign out"),
        ("retention = 30days", "leave the sign out"),
    ],
    "prose": [
        ("operation verify, and identify", "`operation verify, identify`"),
        ("operation verify, etc.", "`operation verify, ...`"),
        ("operation verify, and others", "`operation verify, ...`"),
        ("operation verify, ..", "`operation verify, ...`"),
        ("It is a retailer with three shops.", "`# It is a retailer with three shops.`"),
        ("kind retailer?", "or `kind unknown` if you are not sure"),
        ("?", "remove it, or quote it"),
        ("operation !verify", "name the values that there are"),
        ("by acme's", "leave it out"),
        ("ages Over 18s", "`18..`"),
        ("ages ~18..", "`ages 18..`"),
        ("ages 17.5..", "`17..`"),
        ("ages 18---65", "`18..65`"),
        ("ages: 18+", "`ages 18..`"),
        ("ages = 18 and over", "`ages 18..`"),
        ("retention: 30+ days", "leave the sign out"),
        ('ages: under 13 evidence "a.pdf"', '`ages ..12 evidence "a.pdf"`'),
        ("signed = 2.11.2026", "`signed 2026-11-02`"),
        ("signed 2/11/2026", "`2026-02-11` or `2026-11-02`"),
        ("signed 2026/13/40", "a day of the calendar"),
    ],
    "evidence": [
        ('consent explicit evidence: "a.pdf"', '`consent explicit evidence "a.pdf"`'),
        ('consent explicit evidenced by "a.pdf"', '`consent explicit evidence "a.pdf"`'),
        ('consent explicit proof "a.pdf"', '`consent explicit evidence "a.pdf"`'),
        ("consent explicit (see forms/a.pdf)", '`consent explicit evidence "forms/a.pdf"`'),
        (
            'consent explicit evidence "a 2 May 2026.pdf" by J',
            '`consent explicit evidence "a 2 May 2026.pdf" attested by "J"`',
        ),
        (
            'consent explicit evidence "a.pdf", "b.pdf"',
            '`consent explicit evidence "a.pdf" evidence "b.pdf"`',
        ),
        (
            'consent explicit evidence "forms/\n  a.pdf"',
            '`consent explicit evidence "forms/ a.pdf"`',
        ),
    ],
    "attestations": [
        ('harm no attested "J" on 2026-11-02', '`harm no attested by "J" on 2026-11-02`'),
        ('harm no attested by "J", 2026-11-02', '`harm no attested by "J" on 2026-11-02`'),
        ('harm no attested by "J" on 2 November 2026', '`harm no attested by "J" on 2026-11-02`'),
        ('harm no attested by "J" on 2. Dezember 2026', '`harm no attested by "J" on 2026-12-02`'),
        (
            'harm no attested by "J" on 2 d\u00e9cembre 2026',
            '`harm no attested by "J" on 2026-12-02`',
        ),
        ('harm no attested on 2026-11-02 by "J"', '`harm no attested by "J" on 2026-11-02`'),
        ('harm no attested by "J" on "2026-11-02"', '`harm no attested by "J" on 2026-11-02`'),
        (
            'harm no attested by "J" because "s" on 2026-11-02',
            '`harm no attested by "J" on 2026-11-02 because "s"`',
        ),
        (
            'harm no attested by "J" on 2026-11-02 because so',
            '`harm no attested by "J" on 2026-11-02 because "so"`',
        ),
        (
            'harm no attested by "J" on 2026-11-02: "so"',
            '`harm no attested by "J" on 2026-11-02 because "so"`',
        ),
        ('harm no confirmed by "J" on 2026-11-02', '`harm no attested by "J" on 2026-11-02`'),
        ('harm no signed "J"', '`harm no attested by "J"`'),
        ('harm no attested by "J" and "K" on 2026-11-02', 'attested by "K" on 2026-11-02`'),
        ('harm no\n  attested by "J" on 2026-11-02', '`harm no attested by "J" on 2026-11-02`'),
        ('harm no attested by "J" on 2026-11-31', "`2026-11-30`"),
        ('harm no attested by "J" on 2-11-2026', "`2026-02-11` or `2026-11-02`"),
        ('harm no attested by "J" on 11.23.2026', "`2026-11-23`"),
        ('harm: no attested by "J" on 23/11/2026', '`harm no attested by "J" on 2026-11-23`'),
        ('harm no attested by "J" on 2026-11-02T10:00', "`2026-11-02`"),
        ('harm no attested by "J" but no by "K"', '`but no attested by "A name"`'),
        ('harm no attested by "J" attested by "K" attested by "L"', "leave the third"),
    ],
    "word processors and PDFs": [
        ("operation verify, \u2026", "`operation verify, ...`"),
        ("jurisdiction US\u2013WA", "`jurisdiction US-WA`"),
        ("kind \u2018retailer\u2019", "`kind retailer`"),
        ("mount \ufb01xed", "`fixed`"),
        ("mount \uff46ixed", "`fixed`"),
        ("by M\u00fcller", "`Mueller`"),
        ("by \u0142\u00f3d\u017a", "texts stand in quotes"),
        ("purpose touchless-access-\ncontrol", "`purpose touchless-access-control`"),
        ("kind retailer \U0001f642", "`kind retailer`"),
        ("\u2022 kind retailer", "`kind retailer`"),
    ],
}


@pytest.mark.parametrize("lines", LINES.values(), ids=LINES.keys())
def test_one_line_of_a_block_is_one_error_with_the_whole_line_put_right(
    lines: list[tuple[str, str]],
) -> None:
    for line, right in lines:
        _, found = parse(Source("x.design", f'deployment "x"\nuse u {{\n  {line}\n}}\n'), "design")
        assert [right in (one.hint or "") for one in found] == [True], (line, found)


BLOCK = "\n  kind retailer\n  acts-for none\n"
WHOLES = [
    ('actor "acme" {' + BLOCK + "}\n", "`actor acme {`"),
    ('resource "actor" "acme" {' + BLOCK + "}\n", "`actor acme {`"),
    ("actor acme = {" + BLOCK + "}\n", "`actor acme {`"),
    ("actor acme: {" + BLOCK + "}\n", "`actor acme {`"),
    ("acme: actor {" + BLOCK + "}\n", "`actor acme {`"),
    ("actor: acme {" + BLOCK + "}\nuse u {\n  by acme\n}\n", "`actor acme {`"),
    ("actor: acme {" + BLOCK + "}\nactor b {\n}\n", "`actor acme {`"),
    ("registration\n{" + BLOCK + "}\n", "`registration {`"),
    ("registration" + BLOCK + "end\n", "`registration {`, and `}` below the last field"),
    ("use u {\n  used by acme\n}\n", "`used-by acme`"),
    ("use u {\n  results to acme, others\n}\n", "`results-to acme, others`"),
    ("acme is an actor {" + BLOCK + "}\n", "`actor acme {`"),
    ("actor acme\n{" + BLOCK + "}\n", "`actor acme {`"),
    ("actor acme" + BLOCK + "end\n", "`actor acme {`, and `}` below the last field"),
    ("actor acme {" + BLOCK + "end\n", "write `}` in place of `end`"),
    ("actor acme (" + BLOCK + ")\n", "`actor acme {`, and `}` below the last field"),
    ("actor acme:" + BLOCK + "\nuse u:\n  by acme\n", "`actor acme {`, and `}`"),
    ("actor a {\n}\nuse u\n  by a\n  kind b\n", "`use u {`, and `}`"),
    ("# see {\nuse u\n  by a\n", "`use u {`, and `}`"),
    ("actor acme {" + BLOCK + "};\n", "leave the `;` out"),
    ("actor acme {\n  kind retailer,\n  acts-for none,\n  by acme\n}\n", "`kind retailer`"),
    ("actor acme {\n  kind: retailer\n  acts-for: none\n}\n", "`kind retailer`"),
    ("actor acme {\n  kind = unknown\n  acts-for = none\n}\n", "`kind unknown`"),
    ('actor acme {\n}\nkind = ["retailer", "bank"]\n', "`kind retailer, bank`"),
    ('include "common.design"\n', "leave this line out"),
    ("Now comes the use.\n", "`# Now comes the use.`"),
    ("people p { ages: 18 to 65 }\n", "`people p { ages 18..65 }`"),
    ('people p { consent: "opt-in" }\n', "`people p { consent opt-in }`"),
    ("people p { ages eighteen and over }\n", "`people p { ages 18.. }`"),
    ('actor "Acme Ltd" { kind retailer }\n', "`actor acme-ltd { kind retailer }`"),
    ('use "u" { }\n', "`use u { }`"),
    ("people p {\n  ages sixteen to twenty-one\n}\n", "`ages 16..21`"),
    ("people p {\n  ages 18-\n}\n", "`18..`"),
    ("draft\n", 'write `deployment "A title" draft`'),
    ('deployment "y"\n', "keep one of them"),
    ("as of 23. November 2026\n", "`as of 2026-11-23`"),
    ("as of 2 \u017fep 2026\n", "`as of 2026-09-02`"),  # its capital is an S
    ("as of: 2026-11-23\n", "`as of 2026-11-23`"),
    ("judged by the a-code\n", "`judged by a-code`"),
    ("judged by policies/a-code.policy\n", "`judged by a-code`"),
    ("judged by a_code\n", "`judged by a-code`"),
    ("judged by a-code-2.0\n", "`judged by a-code 2.0`"),
    ("judged by [a-code]\n", "`judged by a-code`"),
    ("evaluated by a-code\n", "`judged by a-code`"),
    ("actor acme {" + BLOCK + "}\n-- \nAlice Smith\nAcme\n", "write `#` before each line"),
    ("actor\u00a0acme {\n  kind\u00a0retailer\n}\n", "write a plain blank"),
]
"""What stands below the title, with the right form."""


@pytest.mark.parametrize(("text", "right"), WHOLES)
def test_a_block_in_another_layout_is_one_error(text: str, right: str) -> None:
    _, found = parse(Source("x.design", f'deployment "x"\n{text}'), "design")
    assert [right in (one.hint or "") for one in found] == [True], found


TITLES = [
    ("deployment \u201cx\u201d", '`deployment "x"`'),
    ("deployment 'x'", '`deployment "x"`'),
    ('draft deployment "x"', '`deployment "x" draft`'),
    ('deployment "x" (draft)', '`deployment "x" draft`'),
    ('deployment "the\nlobby"', '`deployment "the lobby"`'),
    ("deployment", 'begin with `deployment "A title"`'),
    ("judged by a-code", 'begin with `deployment "A title"`'),
    ('Hi Bob,\nhere it is.\n\ndeployment "x"', 'above `deployment "x"`'),
    ('import "y.design"\ndeployment "x"', "leave this line out"),
    ("package face", 'begins with `deployment "A title"`'),
    ('resource "actor" "acme" {\n}', "clausewise import terraform"),
    ("We run a shop in Seattle.", "`clausewise new`"),
]
"""What stands in place of a title, with the right form."""


@pytest.mark.parametrize(("text", "right"), TITLES)
def test_a_beginning_that_is_none_is_one_error(text: str, right: str) -> None:
    _, found = parse(
        Source(
            "x.design", f"{text}\nactor acme {{\n  kind bank\n}}\n" if "run" not in text else text
        ),
        "design",
    )
    assert [right in (one.hint or "") for one in found] == [True], found


@pytest.mark.parametrize("sign", ["> ", ">> ", "+", "{} "])
def test_what_stands_before_each_line_is_one_error_and_the_rest_is_read(sign: str) -> None:
    lines = HEADER.splitlines()
    text = "\n".join(sign.replace("{}", str(n)) + line for n, line in enumerate(lines, 1))
    tree, found = parse(Source("x.design", text), "design")
    assert ([one.position for one in found], tree is not None) == ([(1, 1)], True)


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("judged by Face code of conduct", "write `judged by face-code-of-conduct`"),
        ("judged by a-code and b-code", "write `judged by a-code, b-code`"),
        ("policy face-code-of-conduct", "write `judged by face-code-of-conduct`"),
        ('policy "face-code-of-conduct"', "write `judged by face-code-of-conduct`"),
        ("judged", "write `judged by face-code-of-conduct`"),
    ],
)
def test_a_policy_that_is_named_in_other_words_is_one_error(line: str, hint: str) -> None:
    (found,) = mistakes(f'deployment "x"\n{line}\nuse u {{\n}}\n')
    assert found.hint == hint


IN_POLICIES = [
    ("otherwise", "default", "write `otherwise` for `default`"),
    ("365 days", "26 fortnights", "`weeks`, `months` and `years`"),
    ("a.kind is police", "a.kind == police", "write `a.kind is police`"),
    ("a.kind is police", "a.kind != police", "write `a.kind is not police`"),
    ("US and a", "US && a", "write `and` in place of `&&`"),
    ("US and a", "US AND a", "write `and` in place of `AND`"),
    ("where p.ages", "where ! p.ages", "write `not` in place of `!`"),
    ("a.jurisdiction in US", "a.jurisdiction is in US", "write `a.jurisdiction in US`"),
    ("opens-by overlaps face", "opens-by contains face", "write `d.opens-by overlaps face`"),
    ("opens-by overlaps face", "opens-by has face", "write `d.opens-by overlaps face`"),
    ("keeps > 365 days", "keeps is longer than 365 days", "write `d.keeps > 365 days`"),
    (
        "keeps > 365 days",
        "keeps between 1 days and 9 days",
        "`d.keeps >= 1 days and d.keeps <= 9 days`",
    ),
    ("a.kind is police", 'a.kind is "police"', "write `is police`"),
    ("a.kind is police", "a.kind is unknown", "no condition asks whether a fact is stated"),
    ("consent is explicit", "consent isn't explicit", "write `p.consent is not explicit`"),
    ("consent is explicit", "consent in [explicit, implied]", "write `in {explicit, implied}`"),
    ("prohibits door d, actor", "for each door d, actor", "write `prohibits door d, actor a in"),
    ("requires that safety", "must safety", "write `requires`, what it binds"),
    ("unless consent where", "except where", "write `unless a-name where p.consent is explicit`"),
    ("that safety.alarm", "then safety.alarm", "write `that safety.alarm is yes`"),
    ("(d: door) means d.opens", "(d: door) = d.opens", "write `define sees-faces(d: door) means"),
    ("sees-faces(d: door)", "sees-faces(d)", "write `define sees-faces(d: a-type) means"),
    ('version     "1.0"', "version     1.0", 'write `version "1.0"`'),
    ("clause minors", 'clause "minors"', "write `clause minors`"),
    ('must "Doors must"', "must", 'write `section must "A title" {`'),
    ("KR         19", "KR -> 19", "write `KR 19`"),
    ("KR         19", '"KR" 19', "write `KR` in its place"),
    ("vocabulary  doors", 'vocabulary "doors"', "write `vocabulary doors`"),
    ("vocabulary  doors", "vocabulary dors", "did you mean `doors`?"),
    ("vocabulary  doors", "uses doors", "write `vocabulary` in its place"),
    ("define runs", "function runs", "write `define` in its place"),
    ("place gives number", "place -> number", "write `gives` in its place"),
    ("default\n", "(default)\n", "write `default` in its place"),
    ("(D1) {", "D1 {", "write `(D1)` in its place"),
    ("(D1) {", "[D1] {", "write `(D1)` in its place"),
    ("(D1) {", '"D1" {', "write `(D1)` in its place"),
    ("clause us-police", "rule us-police", "write `clause` in its place"),
    ("says     ", "description ", "write `says` in its place"),
    ("because  ", "message ", "write `because` in its place"),
    ("remedy   ", "fix ", "write `remedy` in its place"),
    ("prohibits door d, a", "deny door d, a", "write `prohibits` in its place"),
    ("a in runs", "a of runs", "write `in` in its place"),
    ("runs(d)\n", "runs d\n", "write `(d)` in its place"),
    ("US and a", "US, a", "write `and` in its place"),
    ("in US", "in the US", "leave it out"),
    ("is police", "is a police", "leave it out"),
    ("kind is", "kind matches", "write `is` in its place"),
    ("consent where", "consent when", "write `where` in its place"),
    ("> 365 days", '> "365 days"', "write `365 days` in its place"),
    ("> 365", "\u2265 365", "write `>=` in its place"),
    ("keeping is strict", "keeping = strict", "write `is` in its place"),
    ("keeping is strict", "keeping strict", "write `is strict`"),
    ("requires door d", "requires every door d", "leave it out"),
    ("alarm is violated", "alarm violated", "write `is violated`"),
]
IN_VOCABULARIES = [
    ("keeps         duration", "keeps string", "write `keeps text`"),
    ("any of way", "list of way", "write `opens-by any of way`"),
    ("keeps         duration", "keeps: duration", "write `keeps duration"),
    ("{ card  face", "{ card, face", "leave the comma out"),
    ("consent { explicit  implied }", "consent [a, b]", "write `taxonomy consent { a b }`"),
    ("{ explicit ", '{ "explicit" ', "write `explicit` in its place"),
    ("entity actor", "class actor", "write `entity actor`"),
    ('ask "Is there an alarm?"', "ask Is there an alarm?", 'write `ask "Is there an alarm?"`'),
    ("vocabulary doors", 'vocabulary "Doors"', "write `vocabulary Doors`"),
    ("organisation is {actor}", "organisation is {name}", "write `{actor}`"),
    ("title ", "name ", "write `title` in its place"),
    ("    police ", "    - police ", "leave it out"),
    ("biometric ", "biometric: ", "leave it out"),
    ("one of body ", 'one of "body" ', "write `body` in its place"),
    ("one of body ", "body ", "write `one of body`"),
    ("any of way", "any way", "write `of way`"),
    ("world ", "fact ", "write `world` in its place"),
    ("choice ", "lever ", "write `choice` in its place"),
    ("judgement ", "judgment ", "write `judgement` in its place"),
    ("evidenced ", "evidence ", "write `evidenced` in its place"),
    ("ask ", "question ", "write `ask` in its place"),
    ("ask ", "", 'write `ask "What kind of organisation is {actor}?"`'),
    ("ages             world", "age world", "write `ages` in its place"),
    ("yes-no ", "yesno ", "write `yes-no` in its place"),
    (" required {", " mandatory {", "write `required` in its place"),
    (" single {", " singleton {", "write `single` in its place"),
]
IN_CASES = [
    ("expect   prohibited", "expected prohibited", "write `expect prohibited`"),
    ("expect   prohibited", "expect verdict is prohibited", "write `expect prohibited`"),
    ("us-police met", "us-police is met", "write `expect us-police met`"),
    ("keeping loose", "keeping is loose", "write `reading keeping loose`"),
    ("without  acme.kind", "without acme.kind company", "write `without acme.kind`"),
    (
        "city-police.kind police",
        "city-police.kind = police",
        "write `with city-police.kind police`",
    ),
    ("opens-by, front.people", "opens-by and front.people", "write `, front.people` in place of"),
    ('case "police', 'test "police', "write `case` in its place"),
    ('company" {', 'company":', "write `{` in its place"),
    ("design   ", "file ", "write `design` in its place"),
    ("design   ", "design: ", 'write `design "front.design"`'),
    ("with     actor", "add actor", "write `with` in its place"),
    ("with     city-police.", "set city-police.", "write `with` in its place"),
    ("without  acme.kind", "remove acme.kind", "write `without` in its place"),
    ("expect   prohibited", "should be prohibited", "write `expect` in its place"),
    ("expect   prohibited", 'expect "prohibited"', "write `prohibited` in its place"),
]
IN_LAWS = [
    ("never    verdict", "must not verdict", "write `never verdict ...`"),
    ("some d in door has (d", "for all d in door: (d", "write `every d in door has (...)`"),
    ("laws   door-laws", 'laws "door-laws"', "write `laws door-laws`"),
    ("for    door-code\n", "\n", "begin with `laws a-name for a-policy`"),
    ("for    ", "about ", "write `for` in its place"),
    ("for    ", "for policy ", "leave it out"),
    ("law police", "rule police", "write `law` in its place"),
    ("law police {", "law police:", "write `{` in its place"),
    ("says     ", "claims ", "write `says` in its place"),
    ("when     ", "where ", "write `when` in its place"),
    ("verdict is permitted", "verdict permitted", "write `is permitted`"),
    ("keeping is violated", "keeping violated", "write `is violated`"),
    ("under    ", "with ", "write `under` in its place"),
    ("possible ", "sometimes ", "write `possible` in its place"),
    ("changing ", "change ", "write `changing` in its place"),
    ("removing face from", "removing face of", "write `from` in its place"),
    ("never    worsens", "does not worsen", "write `never worsens`"),
    (
        "each clause",
        "every clause",
        "write `each` in its place",
    ),
    ("but for", "except", "write `but for` in its place"),
]
IN_OTHERS = [
    *(("policy", *mistake) for mistake in IN_POLICIES),
    *(("vocabulary", *mistake) for mistake in IN_VOCABULARIES),
    *(("cases", *mistake) for mistake in IN_CASES),
    *(("laws", *mistake) for mistake in IN_LAWS),
]


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one file of each kind, which no test changes."""
    folder = tmp_path_factory.mktemp("reference")
    write_reference(folder)
    return folder


@pytest.mark.parametrize(("kind", "right", "wrong", "hint"), IN_OTHERS)
def test_words_of_other_languages_are_one_error_with_the_right_form(
    kind: FileKind, right: str, wrong: str, hint: str, reference: Path, tmp_path: Path
) -> None:
    text = (reference / REFERENCE_FILES[kind]).read_text(encoding="utf-8")
    text = text.replace(right, wrong, 1)
    found = parse(Source("x", text), kind)[1] or unlinked(text, kind, tmp_path)
    assert [hint in (one.hint or "") for one in found] == [True], found


def unlinked(text: str, kind: FileKind, folder: Path) -> Sequence[Diagnostic]:
    """What is wrong with a file that can be read, beside the others of the reference."""
    write_reference(folder)
    path = folder / REFERENCE_FILES[kind]
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidError) as raised:
        load_laws(path) if kind == "laws" else load_policy(str(folder / "door-code.policy"))
    return raised.value.diagnostics


@pytest.mark.parametrize("kind", ["policy", "vocabulary", "laws"])
def test_what_cannot_be_read_is_told_where_it_is_loaded(kind: FileKind, tmp_path: Path) -> None:
    found = unlinked("clause clause {", kind, tmp_path)
    assert {one.code for one in found} == {"E101"}


@pytest.mark.parametrize(
    ("title", "hint"),
    [
        ("X", 'write `deployment "X"`'),
        ("The lobby", 'write `deployment "The lobby"`'),
        ("'The lobby'", 'write `deployment "The lobby"`'),
        ("\u201cThe lobby\u201d", 'write `deployment "The lobby"`'),
    ],
)
def test_a_title_without_its_quotes_is_one_error_and_the_rest_is_read(
    title: str, hint: str
) -> None:
    text = f"deployment {title}" + HEADER.removeprefix('deployment "x"')
    (found,) = mistakes(text)
    assert (found.code, found.hint, found.position[0]) == ("E101", hint, 1)
    first, second = mistakes(f"{text}actor b {{\n kind cops\n}}\n")
    assert (first.hint, second.code) == (hint, "E503")


def test_what_is_not_seen_is_named_by_its_code_point() -> None:
    (found,) = mistakes(f"{HEADER}actor b {{\n kind\u00a0company\n jurisdiction\u200b US\n}}\n")[1:]
    assert "U+200B (zero width space)" in found.message
    (blank,) = mistakes(f"{HEADER}actor b {{\n kind\u00a0company\n}}\n")
    assert "U+00A0 (no-break space)" in blank.message


@pytest.mark.parametrize("path", ["x.design", "x.design.json"])
def test_json_lines_lead_to_portfolio(path: str) -> None:
    (found,) = mistakes('{"deployment": "x"}\n{"deployment": "y"}\n', path)
    assert "`clausewise portfolio`" in (found.hint or "")


def test_a_mistake_in_the_line_of_the_policy_is_not_taken_for_none() -> None:
    (found,) = mistakes('deployment "x"\njudged by "face-code-of-conduct"\n')
    assert (found.code, found.hint) == ("E101", "write `judged by face-code-of-conduct`")


def test_a_policy_whose_clause_cannot_be_read_has_one() -> None:
    from clausewise.engine.linking.link import link

    vocabulary = load_vocabulary(ROOT / "policies" / "face" / "face-recognition.vocabulary")
    source = Source(
        "p.policy", "policy p\nvocabulary face-recognition\nclause c {\n  proibits\n}\n"
    )
    tree, problems = parse(source, "policy")
    assert tree is not None
    assert [problem.code for problem in problems] == ["E101"]
    assert link(tree, source, vocabulary, lambda name: pytest.fail(name))[1] == []


def each(judged_by: str) -> Checked:
    text = f'deployment "x"\njudged by {judged_by}\nactor acme {{\n  kind company\n}}\n'
    return check_each(Source("x.design", text), Options())


@pytest.mark.parametrize(
    ("other", "code"), [("no-such-policy", "E204"), ("face-support-requests", "E508")]
)
def test_what_one_policy_cannot_judge_the_others_do(other: str, code: str) -> None:
    for names in (f"face-code-of-conduct, {other}", f"{other}, face-code-of-conduct"):
        found = each(names)
        assert [report.policy.name for report in found.reports] == ["face-code-of-conduct"]
        assert [d.code for d in found.diagnostics if d.is_error] == [code]
        assert found.exit_code == 2


@pytest.mark.parametrize("format_", ["json", "sarif", "junit", "markdown"])
def test_every_format_tells_of_both(format_: str, tmp_path: Path) -> None:
    path = tmp_path / "x.design"
    names = "face-code-of-conduct, no-such-policy"
    path.write_text(f'deployment "x"\njudged by {names}\nactor acme {{\n  kind company\n}}\n')
    result = CliRunner().invoke(app, ["check", str(path), "-f", format_])
    assert result.exit_code == 2
    assert "limited-access" in result.stdout
    assert "E204" in result.stdout


def test_synonyms_stand_beside_terms_and_fields_and_are_no_values() -> None:
    text = (
        'vocabulary v\nsubject deployment\n\ntaxonomy body "who" {\n'
        '  police "the force" also "cops", "law" {\n    sheriff also "cops"\n  }\n}\n\n'
        'entity actor "who acts" {\n  kind  one of body  world\n    also "sort", "type"\n'
        '    ask "What is {actor}?"\n}\n'
    )
    formatted, problems = format_source(Source("v.vocabulary", text), "vocabulary")
    assert (formatted, problems) == (text, [])


def test_names_of_places_that_several_have_are_all_named() -> None:
    hint = hint_for_term("Georgia", places())
    assert hint == "did you mean `GE` (Georgia) or `US-GA` (Georgia)?"
    assert hint_for_term("TX", places()) == "did you mean `US-TX` (Texas)?"
    assert hint_for_term("WA", places()).endswith("`SR-WA` (Wanica) or `US-WA` (Washington)?")


def test_what_is_said_of_a_term_is_meant_by_it() -> None:
    """The question is "F0, S0 or E0?", and the term is `standard`."""
    tiers = load_vocabulary(ROOT / "policies" / "face" / "face-recognition.vocabulary").taxonomies[
        "tier"
    ]
    assert terms_called("s0", tiers) == ["standard"]
    assert hint_for_term("S0", tiers) == "did you mean `standard`?"


def test_every_country_and_subdivision_of_iso_3166_is_a_place() -> None:
    """As many as the edition that is shipped has, and what we call the European Union and the Economic Area."""
    codes = [*places().parents]
    countries = [code for code in codes if len(code) == 2 and code != "EU"]
    assert (len(countries), len(codes) - len(countries) - 2) == (249, 5046)
    assert {code.partition("-")[0] for code in codes} - {"EU", "EEA"} == set(countries)
    assert places().label("AT-9") == "Wien, Austria"


DIFF = f"--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n{indent(HEADER, ' ')}-actor b {{\n+actor c {{\n }}\n"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (HEADER.replace("judged", "judge"), "`judged by` names a policy", "face-code-of-conduct"),
        (HEADER.replace("judged by", "judged-by"), "`judged by` names", "face-code-of-conduct"),
        (HEADER.replace("judged by", "judgedby:"), "`judged by` names", "face-code-of-conduct"),
        ("# x\npolicy p\nclause a {}\n", "this is a policy", "`p.policy`"),
        ("vocabulary v\nsubject x\n", "this is a vocabulary", "`v.vocabulary`"),
        ('case "x" {\n}\n', "these are cases", "`NAME.cases`"),
        (f"diff --git a/x b/x\n{DIFF}", "a list of changes", "`git apply`"),
        (f"\n{DIFF}", "a list of changes", "`git apply`"),
        (DIFF.split("\n", 2)[2], "a list of changes", "`git apply`"),
        (
            'case "x"\nuse a {\n ages 3 to 4\n}\n',
            "a range",
            "`3..4`",
        ),  # `subject case` of a vocabulary
        ('policy "x"\nuse a {\n ages 3 to 4\n}\n', "a range", "`3..4`"),
    ],
)
def test_what_a_design_begins_with_is_one_error(text: str, message: str, hint: str) -> None:
    (found,) = mistakes(text)
    assert (message in found.message, hint in (found.hint or "")) == (True, True), found


JUDGED_BY = '"judged-by": ["face-code-of-conduct"]'


IN_JSON = [
    ("actor", '"kind": ["bank"]', '`"kind": "bank"`'),
    ("actor", '"kind": {"values": "bank"}', '`"kind": {"value": "bank"}`'),
    (
        "actor",
        '"kind": {"value": "bank", "proof": "a"}',
        '`"kind": {"value": "bank", "evidence": ["a"]}`',
    ),
    ("actor", '"kind": {"value": "bank", "evidence": "a"}', '"evidence": ["a"]}`'),
    ("actor", '"acts-for": "none"', '`"acts-for": []`'),
    ("use", '"operation": "verify"', '`"operation": ["verify"]`'),
    ("use", '"operation": "verify, identify"', '`"operation": ["verify", "identify"]`'),
    ("use", '"recognises": "yes"', '`"recognises": true`'),
    ("use", '"recognises": "No"', '`"recognises": false`'),
    ("use", '"recognises": "ja"', '`"recognises": true`'),
    ("use", '"recognises": {"value": true, "attested": "J"}', '"attested": {"by": "J"}}`'),
    ("use", '"recognises": {"value": true, "attestedBy": "J"}', '"attested": {"by": "J"}}`'),
    (
        "use",
        '"recognises": {"value": true, "attested": {"by": "J", "date": "2026-01-01"}}',
        '"on": "2026-01-01"}}`',
    ),
]


@pytest.mark.parametrize(("type_", "fact", "hint"), IN_JSON)
def test_json_that_does_not_fit_is_answered_by_what_does(type_: str, fact: str, hint: str) -> None:
    (found,) = mistakes(
        f'{{"deployment": "x", {JUDGED_BY}, "{type_}": {{"e": {{{fact}}}}}}}', "x.json"
    )
    assert hint in (found.hint or ""), found.hint


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ('{"deployment": "x",}', "E101", "leave the comma out"),
        ('{\n// hi\n"deployment": "x"}', "E101", "leave the comment out"),
        ('# hi\n{"deployment": "x"}', "E101", "leave the comment out"),
        ("# hi\n" + HEADER, "E101", "`NAME.design`"),
        ("{'deployment': 'x'}", "E101", "in place of `'`"),
        ("", "E101", '`{"deployment": "A title", ...}`'),
        (HEADER, "E101", "`NAME.design`"),
        ('{deployment: "x"}', "E101", 'write `"deployment"`'),
        ('{"deployment": x}', "E101", 'write `"x"`'),
        ('{"deployment": "x", "draft": True}', "E101", "write `true`"),
        ('{"deployment" = "x"}', "E101", "write `:` in place of `=`"),
        ('{"deployment": "x" "draft": true}', "E101", "write `,` behind"),
        ('{"deployment": \u201cx\u201d}', "E101", "in place of `\u201c`"),
        ('{"deployment": `x`}', "E101", "in place of the backtick"),
        (f'{{"name": "x", {JUDGED_BY}}}', "E103", '`"deployment": "x"`'),
        (f'{{"deployment": "x", "as_of": "2026-01-01", {JUDGED_BY}}}', "E103", "`as-of`?"),
        ('{"deployment": "x", "judgedBy": ["face-code-of-conduct"]}', "E510", JUDGED_BY),
        ('{"deployment": "x", "judged-by": "face-code-of-conduct"}', "E510", JUDGED_BY),
    ],
)
def test_what_is_no_json_is_told_with_what_to_do(text: str, code: str, hint: str) -> None:
    (found,) = mistakes(text, "x.json")
    assert (found.code, hint in (found.hint or "")) == (code, True), found
