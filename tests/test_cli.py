"""The command line: every command, its exit codes, and what comes out when nobody watches."""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clausewise import __version__
from clausewise.commands.cli import app
from clausewise.dsl.printing.layout import format_source
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.source import Source
from clausewise.intake.load import load_policy
from tests.conftest import ROOT, write_reference

EXAMPLES = sorted((ROOT / "examples").glob("*.design"))
CHANGES = {
    0: ("", ""),
    1: ("alarm  yes", "alarm no"),
    2: ("alarm  yes", "alrm yes"),
    3: ("alarm  yes", "alarm unknown"),
    4: ('attested by "R. Diaz, counsel" on 2026-11-02 because "A card always works."', ""),
}
"""A change to the reference's design by the exit code that it leads to."""
COMMAND = [sys.executable, "-c", "from clausewise.start import main; main()"]


def run(*words: object) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def folder(doors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: the reference's policy, and a design for each exit code."""
    for name in ("doors.vocabulary", "door-code.policy"):
        (tmp_path / name).write_bytes((doors / name).read_bytes())
    text = (doors / "front.design").read_text(encoding="utf-8")
    for code, (old, new) in CHANGES.items():
        assert old in text
        (tmp_path / f"{code}.design").write_text(text.replace(old, new, 1), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def large_design(folder: Path) -> Path:
    """A design that takes seconds to judge and thousands of lines to explain."""
    door = "door d{} {{\n  by acme\n  opens-by face\n  people staff\n  keeps 60 days\n}}\n"
    path = folder / "large.design"
    doors = "".join(door.format(number) for number in range(4000))
    path.write_text((folder / "0.design").read_text() + doors, encoding="utf-8")
    return path


# exit codes


@pytest.mark.parametrize("code", CHANGES)
@pytest.mark.parametrize("command", ["check", "ask", "explain"])
def test_exit_codes(folder: Path, command: str, code: int) -> None:
    found, out, err = run(command, folder / f"{code}.design")
    assert found == code
    assert ("error[E502]" in err) == (code == 2)
    assert ("PERMITTED" in out) == (code == 0)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("codes", list(itertools.combinations(CHANGES, 2)))
def test_of_several_designs_the_worst_counts(codes: tuple[int, int]) -> None:
    worst = min(codes, key=(2, 1, 3, 4, 0).index)
    assert run("check", *(f"{code}.design" for code in codes))[0] == worst
    assert run("check", *(f"{code}.design" for code in reversed(codes)))[0] == worst


@pytest.mark.usefixtures("folder")
def test_a_folder_is_all_its_designs() -> None:
    code, out, err = run("check")
    assert code == 2
    assert out.count("judged by door-code") == 4
    assert err.count("error[") == 1
    summary = out[out.index("Summary") :].split("\n")[1:6]
    assert [line.split() for line in summary] == [
        ["permitted", "0.design"],
        ["prohibited", "1.design"],
        ["not", "judged", "2.design"],
        ["needs-information", "3.design"],
        ["needs-review", "4.design"],
    ]


@pytest.mark.parametrize("code", [2, 3])
def test_the_process_exits_so_too(folder: Path, code: int) -> None:
    words = [*COMMAND, "check", f"{code}.design"]
    done = subprocess.run(words, cwd=folder, capture_output=True, check=False)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("--version", 0, f"clausewise {__version__}"),
        ("-h", 0, "explain"),
        ("check -h", 0, "Exits 0 permitted"),
        ("bogus", 2, "bogus"),
        ("check --bogus", 2, "--bogus"),
        ("check 0.design --as-of yesterday", 2, "yesterday"),
        ("check 0.design --format yaml", 2, "yaml"),
        ("check 0.design --evidence some", 2, "some"),
        ("check 0.design --reading keeping", 2, "write `--reading NAME=ALTERNATIVE`"),
        ("check 0.design --reading keeping=lose", 2, "did you mean `loose`?"),
        ("check 0.design --reading keping=loose", 2, "did you mean `keeping`?"),
        ("check 0.design --policy face-code-of-condukt", 2, "did you mean `face-code-of-conduct`?"),
        ("check 0.design --policy gone.policy", 2, "E100"),
        ("check 0.design --policy a --policy b", 2, "`--policy` is given twice"),
        ("check 0.design --fail-on", 2, "`clausewise check --help` lists what there is"),
        ("new --for hotel", 2, "`touchless-access-control`"),
        ("check 0.design --as-of 2026-11-23 --as-of=2026-11-24", 2, "`--as-of` is given twice"),
        ("check 0.design -f text -f text -f json", 2, "`-f` is given twice"),
        ("check 0.design -ftext -fjson", 2, "`-f` is given twice"),
        ("check 0.design --reading --policy --policy=b", 2, "write `--reading NAME=ALTERNATIVE`"),
        (
            "check --policy door-code 0.design --all --all --fail-on needs-review -- --policy",
            2,
            "E100",
        ),
        ("check 0.design -f json -o gone/there.json", 2, "cannot write `gone/there.json`"),
        ("check gone.design", 2, "`gone.design` cannot be read: no such file or directory"),
        ("check 0.desing", 2, "did you mean `0.design`?"),
        ("explain 0.design us-polcie", 2, "did you mean `us-police`?"),
        ("explain 0.design D1", 0, "us-police (D1): met"),
        ("explain 0.design D1 --of nobody", 2, "there is no entity `nobody`"),
        ("clause us-polise", 2, "did you mean `us-police`?"),
        ("graph us-polise", 2, "did you mean `us-police`?"),
        ("clause --policy door-code.policy", 0, "keep longer than needed"),
        ("clause D3 --policy door-code.policy", 0, "d.keeps > 365 days"),
        ("new --policy face-code-of-condukt", 2, "did you mean `face-code-of-conduct`?"),
        ("new --output 0.design", 2, "`0.design` is there already"),
        ("schema --policy face-code-of-condukt", 2, "did you mean `face-code-of-conduct`?"),
        ("validate 0.design", 2, "did you mean `check`?"),
        ("init", 2, "did you mean `new`?"),
        ("0.design", 2, "write `clausewise check 0.design`"),
        ("version", 2, "write `clausewise --version`"),
        ("help check", 2, "write `clausewise check --help`"),
        ("check 0.design --json", 2, "write `--format json`"),
        ("check 0.design --quiet", 2, "did you mean `--brief`?"),
        ("check 0.design --verbose", 2, "did you mean `--all`?"),
        ("check 0.design --out x", 2, "did you mean `--output`?"),
        ("-V", 2, "did you mean `--version`?"),
        ("check 0.design -o", 2, "write `-o [FORMAT=]FILE`"),
        ("report 0.design -o", 2, "write `-o FILE`"),
        ("check 0.design --as-of 23.11.2026", 2, "write `--as-of 2026-11-23`"),
        ("check 0.design --as-of 02/11/2026", 2, "`--as-of 2026-02-11` or `--as-of 2026-11-02`"),
        ("check face-code-of-conduct 0.design", 2, "did you mean `--policy face-code-of-conduct`?"),
        ("vocabulary face-code-of-conduct", 2, "did you mean `--policy face-code-of-conduct`?"),
        ("check 0", 2, "did you mean `0.design`?"),
        ("check door-code.docx", 2, "cannot be read: no such file"),
        (
            "check --stdin-filename x.design",
            2,
            "write `clausewise check - --stdin-filename x.design`",
        ),
        ("check 0.design -o gone/x.txt", 2, "there is no folder `gone`"),
        ("check 0.design -o .", 2, "it is a folder"),
        ("check 0.design --reading keeping=never", 2, "`door-code` has no alternative `never`"),
        ("explain", 2, "write `clausewise explain FILE [CLAUSE]`"),
        ("ask 0.design front.keeps", 2, "write `clausewise ask FILE`"),
        ("verify x", 2, "write `clausewise verify FILE --key FILE [DESIGN]`"),
        ("diff door-code", 2, "write `clausewise diff OLD NEW`"),
    ],
)
def test_what_is_said(words: str, code: int, said: str) -> None:
    found, out, err = run(*words.split())
    assert (found, said in (out if code == 0 else err)) == (code, True), out + err


def test_mistakes_without_a_code_are_wrapped_like_those_with_one(tmp_path: Path) -> None:
    path = tmp_path / "x.design"
    for line in (
        f"check {path} --frmat json",
        f"check {path} -o a --output wrong-format-{'-'.join(['long'] * 9)}=b",
        f"new --for {'-'.join(['no-such-case'] * 4)}",
    ):
        shown = CliRunner().invoke(app, line.split()).stderr
        first, *rest = shown.splitlines()
        assert first.startswith("error: "), shown
        at = next(n for n, part in enumerate(rest) if part.startswith("  hint: "))
        assert all(part.startswith("    ") for part in rest[at + 1 :] if part), (
            "a hint goes on below"
        )
        assert max(len(part) for part in (first, *rest) if " " in part.strip()) <= 80, shown


def test_a_file_that_was_found_by_its_name_is_told_from_the_working_folder_on(folder: Path) -> None:
    policy = folder / "door-code.policy"
    policy.write_text(policy.read_text(encoding="utf-8").replace("d.by.", "d.buy."))
    assert "\n  door-code.policy:6:30\n" in run("check", "0.design")[2]
    (design,) = json.loads(run("check", "0.design", "-f", "json")[1])["designs"]
    assert design["diagnostics"][0]["path"] == "door-code.policy"
    assert ">door-code.policy:6: E201" in run("check", "0.design", "-f", "junit")[1]
    (folder / "clausewise.toml").write_text('waivers = "gone.toml"')
    assert "error[E100]: `gone.toml` cannot be read" in run("check", "0.design")[2]


# options


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("options", "old", "new", "before", "after"),
    [
        ("--reading keeping=loose", "30 days", "60 days", 1, 0),
        ("--as-of 2026-11-01", "", "", 0, 4),
        ("--evidence required", "18..", "10..", 0, 3),
        ("--policy other.policy", "", "", 0, 1),
    ],
)
def test_options(options: str, old: str, new: str, before: int, after: int) -> None:
    policy = Path("door-code.policy").read_text(encoding="utf-8")
    other = policy.replace("policy door-code", "policy other").replace("30 days", "3 days")
    Path("other.policy").write_text(other, encoding="utf-8")
    text = Path("0.design").read_text(encoding="utf-8").replace(old, new, 1)
    Path("x.design").write_text(text, encoding="utf-8")
    for command in ("check", "ask", "explain"):
        assert run(command, "x.design")[0] == before
        assert run(command, "x.design", *options.split())[0] == after


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("format_", ["text", "json", "sarif", "junit", "markdown"])
def test_output_holds_what_would_be_printed(format_: str) -> None:
    code, out, _ = run("check", "1.design", "-f", format_)
    assert (code, len(out) > 200) == (1, True)
    assert run("check", "1.design", "-f", format_, "--output", "out") == (1, "", "")
    assert Path("out").read_text(encoding="utf-8") == out


# how it looks


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("command", ["check", "ask", "explain"])
def test_lines_are_plain_and_fit(command: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    _, out, err = run(command, path.name)
    assert (out != "", err) == (True, "")
    assert "\x1b" not in out
    lines = out.splitlines()
    assert [line for line in lines if line != line.rstrip()] == []
    assert [line for line in lines if len(line) > 80 and path.name not in line] == []


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("variables", "colour"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_on_a_terminal(folder: Path, variables: dict[str, str], colour: bool) -> None:
    ours, theirs = os.openpty()
    env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | {"TERM": "xterm-256color"}
    words = [*COMMAND, "check", "1.design"]
    process = subprocess.Popen(words, cwd=folder, stdout=theirs, env=env | variables)
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(ours)
    assert process.wait() == 1
    assert b"PROHIBITED" in shown
    assert bool(re.search(rb"\x1b\[[0-9;]*(3[0-7]|4[0-7])", shown)) == colour


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
@pytest.mark.parametrize("command", ["explain", "check --format json"])
def test_a_closed_pipe_ends_it_quietly(folder: Path, command: str) -> None:
    large_design(folder)
    words = [*COMMAND, *command.split(), "large.design", "--reading", "keeping=loose"]
    process = subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), err) == (-signal.SIGPIPE, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(
    ("command", "unbuffered"),
    [("check", ""), ("check", "1"), ("explain", ""), ("check --format json", "")],
)
def test_a_full_disk_is_not_a_verdict(folder: Path, command: str, unbuffered: str) -> None:
    words = [*COMMAND, *command.split(), "1.design"]
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            words, cwd=folder, env=environment, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert (done.returncode, done.stderr) == (2, b"clausewise: No space left on device\n")


@pytest.mark.parametrize("command", ["check", "explain"])
def test_a_closed_output_keeps_the_verdict(folder: Path, command: str) -> None:
    words = [*COMMAND, command, "1.design"]
    code = "import os, sys; os.close(1); os.execv(sys.argv[1], sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=folder, stderr=subprocess.PIPE, check=False
    )
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_ctrl_c_ends_it_without_a_traceback(folder: Path) -> None:
    large_design(folder)
    ready = (  # once the imports are over, in which Python itself can swallow a signal
        "from clausewise import start\nfrom clausewise.runs import check as running\ncheck = running.check_file\n"
        # a shell that runs the tests in the background has the signal ignored
        "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def ready(*words, **how):\n print('ready', flush=True)\n return check(*words, **how)\n"
        "running.check_file = ready\nstart.main()"
    )
    words = [sys.executable, "-c", ready, "check", "large.design"]
    process = subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert (process.returncode, out, b"Traceback" in err) == (130, b"", False)


HASHED = ["check -f text", "check -f json", "check -f sarif", "check -f junit", "check -f markdown"]
HASHED += [
    "explain",
    "ask",
    "fix",
    "fix -f json",
    "graph -f mermaid",
    "graph -f dot",
    "schema",
    "new",
    "clause",
    "compile",
]


def test_equal_inputs_give_equal_bytes(tmp_path: Path) -> None:
    """What is kept apart, too: each process has a cache of its own."""
    script = (
        "from typer.testing import CliRunner; from clausewise.commands.cli import app\n"
        f"for words in {HASHED!r}:\n"
        "  file = ['patrol.design'] if words.split()[0] in ('check', 'explain', 'ask', 'fix') else []\n"
        "  print(CliRunner().invoke(app, words.split() + file).output)\n"
    )
    outputs = []
    for seed in ("1", "2"):
        env = os.environ | {"PYTHONHASHSEED": seed, "CLAUSEWISE_CACHE": str(tmp_path / seed)}
        words = [sys.executable, "-c", script]
        outputs.append(subprocess.check_output(words, cwd=ROOT / "examples", env=env))
    assert len(outputs[0]) > 50_000
    assert outputs[0] == outputs[1]


# new and graph


@pytest.mark.parametrize("name", ["face-code-of-conduct", "door-code.policy"])
def test_a_new_design(folder: Path, name: str) -> None:
    assert run("new", "--policy", name, "--title", 'A "door"', "-o", "new.design")[0] == 0
    code, out, err = run("check", "new.design", "--policy", name)
    assert (code, 'A "door"' in out, err) == (3, True, "")
    text = Path("new.design").read_text(encoding="utf-8")
    for entity in load_policy(name, folder).vocabulary.entities.values():
        block = re.search(rf"^{entity.name}\b[^{{\n]*{{\n(.*?)^}}", text, re.DOTALL | re.MULTILINE)
        assert block, entity.name
        written = re.findall(r"^  # ([\w-]+) unknown$", block[1], re.MULTILINE)
        current = [field.name for field in entity.current]
        assert written
        assert written == [field for field in current if field in written]
    assert format_source(Source("new.design", text), "design") == (text, [])


@pytest.mark.parametrize("name", [None, "us-police"])
def test_mermaid_and_dot(name: str | None) -> None:
    words = [name] if name else []
    code, mermaid, _ = run("graph", *words)
    first, *lines = mermaid.splitlines()
    assert (code, first) == (0, "flowchart LR")
    nodes = [
        m[1] for line in lines if (m := re.fullmatch(r"  (n\d+)[\[({/>]+\"[^\"]+\"[\])}/]+", line))
    ]
    edges = [
        m for line in lines if (m := re.fullmatch(r"  (n\d+) (?:-->|-\. unless \.->) (n\d+)", line))
    ]
    assert (len(nodes) + len(edges), len(set(nodes))) == (len(lines), len(nodes))
    assert {end for edge in edges for end in edge.groups()} <= set(nodes)
    code, dot, _ = run("graph", *words, "--format", "dot")
    first, _, *lines, last = dot.splitlines()
    assert (code, first, last) == (0, 'digraph "face-code-of-conduct" {', "}")
    shape = re.compile(
        r'  "[^"]+"( -> "[^"]+"(?: \[style=dashed\])?| \[label="[^"]+", shape=\w+\]);'
    )
    assert [line for line in lines if not shape.fullmatch(line)] == []
    assert (sum(" -> " in line for line in lines), "us-police" in mermaid) == (len(edges), True)
    assert "us-police" in dot


def test_a_clause_that_is_not_there_says_where_it_was_looked_for() -> None:
    code, _, errors = run("clause", "C1")
    assert code == 2
    assert "there is no clause `C1` in `face-code-of-conduct" in errors
    assert "`--policy` names another policy" in " ".join(errors.split())
    assert "there is one by `--policy us-il-bipa`" in run("clause", "no-profit")[2]


def test_the_numbers_of_clauses_are_shown_whole() -> None:
    shown = run("clause", "--policy", "us-il-bipa")[1]
    numbers = [clause.number for clause in load_policy("us-il-bipa").clauses.values()]
    assert all(number in shown for number in numbers)
    assert "…" not in shown


def test_what_is_missing_is_called_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "there are no laws in `.`" in run("prove", ".")[2]
    (tmp_path / "x.design").write_text('deployment "x"\n')
    assert "`x.design` is not a file that is read here" in run("prove", "x.design")[2]
    assert "give a file of laws" in run("prove", "x.design")[2]
    assert "the laws of that policy stand in" in run("prove", "face-code-of-conduct")[2]
    assert "give a file of laws" in run("prove", "nobody")[2]
    missing = run("test", "us-il-bipa")[2] + run("trace", "us-il-bipa", "--source", "T")[2]
    assert "cannot be read" in missing
    assert "designs" not in missing
    write_reference(tmp_path)
    (tmp_path / "t.txt").write_text("Doors have no faces.\n", encoding="utf-8")
    said = " ".join(run("trace", "door-code.policy", "--source", "t.txt")[2].split())
    assert "there is no ledger `" in said
    assert "--source t.txt --update -o" in said


def test_a_clause_that_cannot_be_read_leaves_no_definition_unused(tmp_path: Path) -> None:
    write_reference(tmp_path)
    path = tmp_path / "door-code.policy"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"\bbecause\b", "becuase", text), encoding="utf-8")
    with pytest.raises(InvalidError) as raised:
        load_policy(str(path))
    assert {found.code for found in raised.value.diagnostics} == {"E101"}


@pytest.mark.parametrize(
    ("named", "meant"),
    [
        ("bipa", "us-il-bipa"),
        ("face", "face-code-of-conduct"),
        ("us-il-bippa", "us-il-bipa"),
        ("portland", "us-or-portland"),
        ("illinois", "us-il-bipa"),
    ],
)
def test_a_policy_is_meant_by_its_name_a_part_of_it_or_its_title(named: str, meant: str) -> None:
    code, _, err = run("clause", "N1", "--policy", named)
    assert (code, f"did you mean `{meant}`" in " ".join(err.split())) == (2, True)


def test_what_may_be_chosen_is_listed_as_a_whole(folder: Path) -> None:
    del folder
    for words in (("--policy", "zzzz"), ("--format", "zzzz")):
        err = " ".join(run("check", "0.design", *words)[2].split())
        assert "..." not in err
        assert ("`us-wa-mhmda`" if "--policy" in words else "`azuredevops`") in err


def test_the_file_of_a_new_design_is_an_option(folder: Path) -> None:
    code, _, err = run("new", "stadium.design")
    assert (code, "did you mean `--output stadium.design`?" in err) == (2, True)
    code, _, err = run("new", "face-code-of-conduct")
    assert (code, "did you mean `--policy face-code-of-conduct`?" in err) == (2, True)
    code, out, err = run("new", "-o", "stadium.design")
    assert (code, out, (folder / "stadium.design").exists()) == (0, "", True)
    assert "wrote stadium.design; " in err
    assert "`clausewise check stadium.design`" in err


def test_a_mistake_of_a_design_is_told_once_and_not_by_each_policy(folder: Path) -> None:
    text = 'deployment "x"\njudged by face-code-of-conduct\nactor a {\n  kindd  company\n}\n'
    (folder / "bad.design").write_text(text, encoding="utf-8")
    code, out, err = run("packs", "bad.design")
    assert (code, out) == (2, "")
    assert err.count("has no field `kindd`") == 1
    assert "bad.design:4:3" in err


def test_explain_begins_with_the_verdict_and_what_is_violated() -> None:
    patrol = ROOT / "policies" / "face" / "patrol.design"
    out = run("explain", patrol)[1]
    assert out.index("PROHIBITED") < out.index("code-consistency (N2): violated")
    titles = re.findall(r"^\S.* \([A-Z]\d+\): ([a-z-]+)$", out, re.MULTILINE)
    assert titles[:3] == ["violated"] * 3
    assert "violated" not in titles[3:]


def test_of_an_entity_only_the_clauses_about_it_are_explained() -> None:
    patrol = ROOT / "policies" / "face" / "patrol.design"
    out = run("explain", patrol, "--of", "look-up")[1]
    assert "valid-consent (N9): violated" in out
    assert "lists nothing that this clause is about" not in out
    assert "no-harm" not in out, "it is about the deployment"
    said = "nothing that this clause finds is about `fieldtech`"
    assert said in run("explain", patrol, "N9", "--of", "fieldtech")[1]
    assert (
        "No clause is about `officer-phone`." in run("explain", patrol, "--of", "officer-phone")[1]
    )


def test_of_several_policies_only_that_which_has_the_clause_explains_it(tmp_path: Path) -> None:
    text = (ROOT / "examples" / "station-door.design").read_text(encoding="utf-8")
    judges = "judged by face-code-of-conduct"
    design = tmp_path / "several.design"
    design.write_text(text.replace(judges, f"{judges}, us-tx-cubi"), encoding="utf-8")
    out = run("explain", design, "N12")[1]
    assert "us-police (N12): violated" in out
    assert "No clause" not in out
    out = run("explain", design, "N12", "--of", "officers")[1]
    assert "No clause" not in out, "the other policy was not asked"
