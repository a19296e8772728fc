"""The tools for assistants: as values, and in a server to which the SDK's own client speaks."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any

import anyio
import jsonschema
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.types import TextContent

from clausewise.assistants import lines, tools
from clausewise.assistants.project import AskedDesign, AssistedProject
from clausewise.assistants.serving import server_for
from clausewise.commands.line import read
from clausewise.commands.table import COMMANDS
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.formats.report.json import written as as_text
from clausewise.formats.report.json_shape import JsonPart
from tests.conformance_runner import Given, read_suite
from tests.conftest import ROOT, reference_examples

CASES = [g for g in read_suite(ROOT / "tests" / "conformance") if "laws" not in g.texts()]
REFERENCE = reference_examples()
HERE = AssistedProject()
SECONDS = 60.0


def document(part: JsonPart) -> Any:
    return json.loads(as_text(part))


def said(*words: str) -> Any:
    """What the command line says, in this process."""
    command = read(["check", *words, "--format", "json"])
    assert command
    out = io.StringIO()
    with redirect_stdout(out):
        command[0](**command[1])
    return json.loads(out.getvalue())


def words_of(given: Given) -> list[str]:
    """The options of a case, as the command line takes them."""
    options = given.case.options
    found = [w for n, a in options.readings.items() for w in ("--reading", f"{n}={a}")]
    found += ["--as-of", options.as_of] if options.as_of else []
    return found + (["--evidence", "required"] if options.evidence else [])


def asked_of(given: Given, path: Path) -> AskedDesign:
    options = given.case.options
    return AskedDesign(
        str(path),
        readings=options.readings,
        as_of=date.fromisoformat(options.as_of) if options.as_of else None,
        evidence_required=options.evidence == "required",
    )


# the same as the command line


@pytest.mark.parametrize("folder", sorted({given.file.parent.name for given in CASES}))
def test_it_says_of_every_conformance_case_what_the_command_line_says(
    folder: str, written: Callable[[Given], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for given in CASES:
        if given.file.parent.name == folder:
            path = written(given)
            monkeypatch.chdir(path.parent)
            found = tools.check(HERE, asked_of(given, path)).document
            assert document(found) == said(str(path), *words_of(given)), given.id


PLAIN = {
    "ask examples/lobby.design": lambda: tools.ask(HERE, AskedDesign("examples/lobby.design")),
    "explain examples/lobby.design N9": lambda: tools.explain(
        HERE, AskedDesign("examples/lobby.design"), "N9", ""
    ),
    "clause N9": lambda: tools.clause(HERE, "", "N9"),
    "clause": lambda: tools.clause(HERE, "", ""),
    "vocabulary": lambda: tools.vocabulary(HERE, ""),
    "diff doors.vocabulary gates.vocabulary": lambda: tools.diff(
        HERE, "doors.vocabulary", "gates.vocabulary", ()
    ),
    "diff door-code lodge-code": lambda: tools.diff(HERE, "door-code", "lodge-code", ()),
    "diff door-code lodge-code --on front.design": lambda: tools.diff(
        HERE, "door-code", "lodge-code", ["front.design"]
    ),
}


@pytest.fixture
def project(tmp_path: Path, doors: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the examples of the language, in which the server is started."""
    folder = tmp_path / "project"
    folder.mkdir()
    for path in doors.iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    (folder / "examples").mkdir()
    lobby = (ROOT / "examples" / "lobby.design").read_bytes()
    (folder / "examples" / "lobby.design").write_bytes(lobby)
    (folder / "front.design").write_text(REFERENCE["design"], encoding="utf-8")
    text = REFERENCE["policy"].replace("policy door-code", "policy lodge-code")
    (folder / "lodge-code.policy").write_text(text.replace("30 days", "20 days"), encoding="utf-8")
    text = REFERENCE["vocabulary"].replace("vocabulary doors", "vocabulary gates")
    (folder / "gates.vocabulary").write_text(text, encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("line", PLAIN)
def test_the_text_is_what_the_command_prints(line: str) -> None:
    command = read(line.split())
    assert command
    out = io.StringIO()
    with redirect_stdout(out):
        command[0](**command[1])
    assert PLAIN[line]().text.strip() == out.getvalue().strip()


PAIR = """deployment "A"
judged by face-code-of-conduct, us-il-bipa
"""


@pytest.mark.parametrize(
    ("clause", "policy"), [("N9", "face-code-of-conduct"), ("written-release", "us-il-bipa")]
)
def test_a_clause_is_explained_that_one_of_two_policies_has(
    clause: str, policy: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "pair.design").write_text(PAIR, encoding="utf-8")
    found = document(tools.explain(HERE, AskedDesign("pair.design"), clause, "").document)
    assert [one["policy"] for one in found["explained"]] == [policy]
    command = read(["explain", "pair.design", clause])
    assert command
    command[0](**command[1])
    out, err = capsys.readouterr()
    assert f"({found['explained'][0]['clause']['number']})" in out
    assert "error" not in err
    command = read(["explain", "pair.design", "N99"])
    assert command
    with pytest.raises(SystemExit, match="2"):
        command[0](**command[1])
    out, err = capsys.readouterr()
    assert not out
    assert "there is no clause `N99` in `face-code-of-conduct " in err
    with pytest.raises(InvalidError, match=r"there is no clause `N99` in `face-code-.*, `us-il-"):
        tools.explain(HERE, AskedDesign("pair.design"), "N99", "")


LARGER = """vocabulary houses extends doors
title "Doors of houses"

extend safety {
  bell  yes-no  choice  ask "Is there a bell?"
}
"""


@pytest.mark.parametrize("pair", [("door-code", "house-code"), ("house-code", "door-code")])
def test_policies_are_compared_of_which_one_extends_the_vocabulary_of_the_other(
    pair: tuple[str, str], project: Path
) -> None:
    (project / "houses.vocabulary").write_text(LARGER, encoding="utf-8")
    text = REFERENCE["policy"].replace("policy door-code", "policy house-code")
    text = text.replace(
        "that safety.alarm is yes", "that safety.alarm is yes and safety.bell is yes"
    )
    (project / "house-code.policy").write_text(
        re.sub(r"(?m)^(vocabulary +)doors", r"\1houses", text), "utf-8"
    )
    found = document(tools.diff(HERE, *pair, ()).document)
    (alarm,) = [one["change"] for one in found["changes"] if one["what"] == "alarm"]
    assert alarm == ("stricter" if pair[0] == "door-code" else "laxer")


def test_the_readings_of_the_configuration_count_for_the_old_policy_too(project: Path) -> None:
    text = REFERENCE["policy"].replace("policy door-code", "policy same-code")
    (project / "same-code.policy").write_text(text, encoding="utf-8")
    loose = '[readings.door-code]\nkeeping = "loose"\n'
    (project / "clausewise.toml").write_text(loose, encoding="utf-8")
    found = document(tools.diff(HERE, "door-code", "same-code", ()).document)
    assert [one["what"] for one in found["changes"] if one["change"] == "stricter"] == [
        "keeping",
        "consistent",
        "",
    ]


def test_a_plan_that_says_otherwise_is_told_of_a_path(project: Path) -> None:
    origin = 'from "plan.json#azurerm_cognitive_account.face.sku_name"'
    text = f'deployment "A"\njudged by face-code-of-conduct\n\nregistration {{\n  tier  standard {origin}\n}}\n'
    (project / "imported.design").write_text(text, encoding="utf-8")
    (project / "plan.json").write_text("{}", encoding="utf-8")
    found = document(tools.check(HERE, AskedDesign("imported.design")).document)
    assert found == said("imported.design")
    assert "W709" in [one["code"] for one in found["designs"][0]["diagnostics"]]


def test_a_link_of_strangers_opens_no_folder_of_theirs(project: Path) -> None:
    """What a design was imported from is looked for beside it, and only in the project."""
    origin = 'from "plan.json#azurerm_cognitive_account.face.sku_name"'
    text = f'deployment "A"\njudged by face-code-of-conduct\n\nregistration {{\n  tier  standard {origin}\n}}\n'
    (project / "imported.design").write_text(text, encoding="utf-8")
    theirs = project.parent / "theirs"
    theirs.mkdir()
    (theirs / "link.design").symlink_to(project / "imported.design")
    (theirs / "plan.json").write_text("{}", encoding="utf-8")
    found = tools.check(HERE, AskedDesign("../theirs/link.design")).document
    told = [one for one in document(found)["designs"][0]["diagnostics"] if one["code"] == "W709"]
    assert "it leads to a place from which nothing is read" in told[0]["message"]


def test_waivers_of_the_configuration_count(project: Path) -> None:
    (project / "clausewise.toml").write_text('waivers = "waivers.toml"\n', encoding="utf-8")
    long = REFERENCE["design"].replace("30 days", "90 days")
    (project / "front.design").write_text(long, encoding="utf-8")
    waiver = '[[waiver]]\ndesign = "front.design"\nclause = "keeping"\nentity = "front"\n'
    waiver += 'reason = "r"\napprover = "a"\nexpires = 2999-01-01\n'
    (project / "waivers.toml").write_text(waiver, encoding="utf-8")
    found = document(tools.check(HERE, AskedDesign("front.design")).document)
    assert found == said("front.design")
    assert [one["by"] for one in found["designs"][0]["policies"][0]["accepted"]] == ["waived"]
    for path in ("nul\0.design", "half\ud800.design"):  # as JSON can say them, and no command line
        (judged,) = document(tools.check(HERE, AskedDesign(path)).document)["designs"]
        assert [one["code"] for one in judged["diagnostics"]] == ["E100"], path


# what is opened


def test_nothing_outside_of_the_folder_is_opened(project: Path) -> None:
    outside = project.parent / "secret.design"
    outside.write_text(REFERENCE["design"], encoding="utf-8")
    (project / "link.design").symlink_to(outside)
    for path in (str(outside), "../secret.design", "link.design"):
        found = document(tools.check(HERE, AskedDesign(path)).document)["designs"][0]
        assert [one["code"] for one in found["diagnostics"]] == ["E100"], path
        assert not found["policies"]
        with pytest.raises(InvalidError) as refused:
            tools.diff(HERE, "door-code", "lodge-code", [path])
        assert refused.value.diagnostics[0].code == "E100"
    (project / "nul.design").write_bytes(b"\0")
    compared = tools.diff(HERE, "door-code", "lodge-code", ["nul.design"])
    assert "error[E100]: `nul.design` is a binary file" in compared.text
    assert "1 could not be judged" in compared.text
    (project.parent / "other.policy").write_text(REFERENCE["policy"], encoding="utf-8")
    with pytest.raises(InvalidError, match="lies outside"):
        tools.clause(HERE, "../other.policy", "")
    with pytest.raises(InvalidError, match="lies outside"):
        tools.clause(AssistedProject(isolated=True), "door-code.policy", "")


@pytest.mark.usefixtures("project")
def test_nobody_is_judged_by_a_policy_that_is_given_by_its_path() -> None:
    with pytest.raises(InvalidError, match="may not judge here"):
        tools.check(HERE, AskedDesign("front.design", policy="door-code.policy"))
    isolated = document(
        tools.check(AssistedProject(isolated=True), AskedDesign("front.design")).document
    )
    (refused,) = isolated["designs"][0]["diagnostics"]
    assert refused["code"] == "E511"
    assert "started with `--isolated`" in refused["hint"]


# the server


def in_session(talk: Callable[[Client], Any], folder: Path | None = None) -> None:
    """A session with a server: in this process, or in one of its own that is started in a folder."""

    async def session() -> None:
        started = StdioServerParameters(
            command=sys.executable,
            args=["-m", "clausewise", "mcp"],
            cwd=folder,
            env=dict(os.environ),
        )
        with anyio.fail_after(SECONDS):
            server = stdio_client(started) if folder else server_for(HERE)
            async with Client(server) as client:
                await talk(client)

    anyio.run(session)


CALLS: dict[str, dict[str, Any]] = {
    "check": {"text": REFERENCE["design"]},
    "ask": {"path": "examples/lobby.design"},
    "explain": {"path": "front.design", "entity": "front"},
    "clause": {"clause": "keeping", "policy": "door-code"},
    "vocabulary": {"policy": "door-code"},
    "diff": {"old": "door-code", "new": "lodge-code"},
}


@pytest.mark.usefixtures("project")
def test_every_tool_reads_only_and_its_answer_fits_its_schema() -> None:
    async def talk(client: Client) -> None:
        found = (await client.list_tools()).tools
        assert {tool.name for tool in found} == {*CALLS}
        for tool in found:
            assert tool.annotations
            assert tool.annotations.read_only_hint
            assert tool.input_schema["additionalProperties"] is False
            assert tool.output_schema
            answer = await client.call_tool(tool.name, CALLS[tool.name])
            assert not answer.is_error, answer
            jsonschema.validate(answer.structured_content, tool.output_schema)

    in_session(talk)


@pytest.mark.usefixtures("project")
def test_a_mistake_is_told_and_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise ZeroDivisionError("a secret")

    async def talk(client: Client) -> None:
        for name, given, told in (
            ("check", {}, "there is no design"),
            ("explain", {"path": "front.design", "clause": "kepping"}, "did you mean `keeping`"),
            ("clause", {"policy": "nothing"}, "there is no policy `nothing`"),
            ("check", {"path": "front.design", "format": "yaml"}, "format"),
            ("check", {"path": "front.design", "evidenceRequired": True}, "evidenceRequired"),
            ("diff", CALLS["diff"] | {"designs": ["front.design"] * 21}, "at most 20 items"),
        ):
            answer = await client.call_tool(name, given)
            assert answer.is_error
            assert isinstance(answer.content[0], TextContent)
            assert told in answer.content[0].text
        with monkeypatch.context() as patched:
            patched.setattr("clausewise.assistants.tools.print_questions", breaks)
            answer = await client.call_tool("ask", CALLS["ask"])
            assert answer.is_error
            assert "a secret" not in str(answer.content)
        assert not (await client.call_tool("ask", CALLS["ask"])).is_error

    in_session(talk)


def test_hostile_files_end_no_server(project: Path) -> None:
    (project / "binary.design").write_bytes(b"\0\xff" * 1000)
    (project / "large.design").write_bytes(b"#" * (5 << 20))
    (project / "deep.json").write_text("[" * 100_000, encoding="utf-8")
    (project / "nested.design").write_text('deployment "x"\n' + "{" * 9_000, encoding="utf-8")
    (project / "folder.design").mkdir()
    os.mkfifo(project / "pipe.design")

    async def talk(client: Client) -> None:
        names = ("binary.design", "large.design", "deep.json", "nested.design", "folder.design")
        for name in (*names, "pipe.design", "\0.design", "missing.design"):
            answer = await client.call_tool("check", {"path": name})
            assert answer.structured_content, name
            (design,) = answer.structured_content["designs"]
            assert design["verdict"] is None
            assert design["diagnostics"][0]["code"].startswith("E1"), name
        answer = await client.call_tool("check", {"path": "front.design"})
        assert answer.structured_content == said("front.design")

    in_session(talk, folder=project)


@pytest.mark.usefixtures("project")
def test_so_many_questions_are_listed_as_people_read() -> None:
    """An assistant reads what it is told, so ten thousand questions would be all that it reads."""
    doors = "".join(f"door d{n} {{\n}}\n" for n in range(tools.MOST_QUESTIONS))
    text = f'deployment "x"\njudged by door-code\n{doors}'
    asked = AskedDesign(text=text)
    for answer in (tools.ask(HERE, asked), tools.check(HERE, asked)):
        found = document(answer.document)
        (policy,) = found.get("policies") or found["designs"][0]["policies"]
        assert len(policy["questions"]) == tools.MOST_QUESTIONS < policy["questions_total"]


@pytest.mark.usefixtures("project")
def test_only_the_protocol_is_on_standard_output() -> None:
    messages: list[dict[str, Any]] = [
        {
            "id": 1,
            "method": "initialize",
            "params": {
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": {"name": "test", "version": "1"},
            },
        },
        {"method": "notifications/initialized"},
        {
            "id": 2,
            "method": "tools/call",
            "params": {"name": "check", "arguments": {"path": "front.design"}},
        },
    ]
    lines = [json.dumps({"jsonrpc": "2.0", **message}) for message in messages]
    process = subprocess.Popen(
        [sys.executable, "-m", "clausewise", "mcp"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write("no message\n" + "\n".join(lines) + "\n")
    process.stdin.flush()
    found: list[dict[str, Any]] = []
    while not any(one.get("id") == 2 for one in found):
        found.append(json.loads(process.stdout.readline()))
    rest = process.communicate(timeout=SECONDS)[0]  # the input ends, and with it the server
    assert process.returncode == 0
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in rest.splitlines())
    assert found[-1]["result"]["structuredContent"]["designs"][0]["verdict"]


def test_nothing_that_is_asked_for_is_shown_on_a_terminal() -> None:
    """The SDK logged it with a traceback, as it was written."""
    first = {"jsonrpc": "2.0", "id": 1}
    begun = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "x", "version": "1"},
    }
    messages = [
        first | {"method": "initialize", "params": begun},
        first | {"method": "prompts/get", "params": {"name": "\x1b[2Jx"}},
    ]
    command = [sys.executable, "-m", "clausewise", "mcp"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as server:
        assert server.stdin
        assert server.stdout
        for message in messages:
            server.stdin.write(json.dumps(message) + "\n")
            server.stdin.flush()
            answer = json.loads(server.stdout.readline())
        assert "Unknown prompt" in answer["error"]["message"]
        assert server.communicate(timeout=SECONDS)[1] == ""


def test_without_the_extra_it_says_how_to_get_it(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util\n"
        "find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *a: None if name == 'mcp' else find(name, *a)\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "clausewise", "mcp"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 2
    assert 'pip install "clausewise[mcp]"' in done.stderr


def test_the_page_names_the_tools_and_shows_a_configuration_that_starts_the_server() -> None:
    page = (ROOT / "docs" / "assistants.md").read_text(encoding="utf-8")
    block = json.loads(page.partition("```json\n")[2].partition("```")[0])
    started = block["mcpServers"]["clausewise"]
    assert started["command"] == "clausewise"
    assert read(started["args"])
    rows = [line.split("`") for line in page.splitlines() if line.startswith("| `")]
    assert [row[1] for row in rows] == [*CALLS]
    assert {row[-2].split()[1] for row in rows} <= {*COMMANDS}


HALF = "\\ud800"
"""Half a character, as JSON writes it."""


def call(name: str, **arguments: object) -> str:
    return json.dumps(
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {"name": name, "arguments": arguments},
        }
    ).replace("HALF", HALF)


@pytest.mark.usefixtures("project")
def test_every_request_gets_an_answer() -> None:
    """Half a character in a path was answered by nothing, and whoever asked waited for ever."""
    start = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "x", "version": "1"},
    }
    first = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": start}
    asked = [
        json.dumps(first),
        call("check", path="HALF.design"),
        call("check", text="deployment HALF"),
        call("check", path="front.design", policy="HALF"),
        call("check", path="front.design", readings={"HALF": "x"}),
        call("check", HALF=1),
        call("explain", path="front.design", entity="HALF"),
        call("clause", clause="HALF"),
        call("vocabulary", policy="HALF.policy"),
        call("diff", old="HALF", new="HALF"),
        call("HALF"),
        f'{{"jsonrpc": "2.0", "id": "{HALF}", "method": "tools/list"}}',
        f'{{"jsonrpc": "2.0", "id": 1, "method": "{HALF}"}}',
        '{"jsonrpc": "2.0", "id": 1}',
        '{"jsonrpc": "2.0", "id": true, "method": 1}',
        *(f'{{"jsonrpc": "2.0", "id": {no}, "method": "ping"}}' for no in ("1.5", "null", "1e400")),
        f"no JSON {HALF}",
        "[" * 100_000,
        json.dumps(first | {"method": "ping", "params": {}}),
    ]
    command = [sys.executable, "-m", "clausewise", "mcp"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin
        assert server.stdout
        for line in asked:
            server.stdin.write(line.encode() + b"\n")
            server.stdin.flush()
            answer = json.loads(server.stdout.readline())
            assert ("result" in answer) is not ("error" in answer), line
        assert "result" in answer
        server.stdin.close()
        assert server.wait(SECONDS) == 0


def test_a_line_without_an_end_is_refused_and_the_next_one_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lines, "MOST_OF_A_LINE", 100)
    ping = '{"jsonrpc": "2.0", "id": 2, "method": "ping"}\n'
    refused: list[str] = []

    async def refuse(_: lines.MessageId, why: str) -> None:
        refused.append(why)

    async def read_all() -> list[str]:
        file = io.StringIO("x" * 1_000 + "\n" + ping)
        return [line async for line in lines.messages(file, ping.__eq__, refuse)]

    assert anyio.run(read_all) == [ping]
    assert refused == ["a message has more than 100 characters"]
