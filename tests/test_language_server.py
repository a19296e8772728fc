"""The language server, spoken to as an editor does, over standard input and output, each time with a limit."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient

from clausewise.checking.options import Options
from clausewise.dsl.text.source import Source, Span
from clausewise.editor.analysis import analyse
from clausewise.editor.fixes import QuickFix
from clausewise.editor.kinds import KINDS
from clausewise.editor.problems import problems_of
from clausewise.editor.texts import TextEdit, TextLines
from clausewise.editor.waiving import HOW
from clausewise.server.convert import action_of
from clausewise.server.incoming import Incoming
from clausewise.server.session import KnownText, OpenText
from tests.conftest import ROOT, reference_examples
from tests.importing.files import DESIGN, ORIGIN, account, plan

SECONDS = 30.0
COMMAND = [sys.executable, "-m", "clausewise", "lsp"]
LOBBY = (ROOT / "examples" / "lobby.design").read_text(encoding="utf-8")
NO_CONSENT = LOBBY.replace("consent      explicit", "consent      none")
REFERENCE = reference_examples()
CAPABILITIES = lsp.ClientCapabilities(
    workspace=lsp.WorkspaceClientCapabilities(
        workspace_edit=lsp.WorkspaceEditClientCapabilities(document_changes=True),
    ),
    text_document=lsp.TextDocumentClientCapabilities(
        completion=lsp.CompletionClientCapabilities(
            completion_item=lsp.ClientCompletionItemOptions(
                documentation_format=[lsp.MarkupKind.Markdown]
            )
        ),
        hover=lsp.HoverClientCapabilities(content_format=[lsp.MarkupKind.Markdown]),
    ),
)


class Editor:
    """An editor with a folder open, as far as the tests need one."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.versions: dict[str, int] = {}
        self.texts: dict[str, str] = {}
        self.published: list[lsp.PublishDiagnosticsParams] = []
        self.messages: list[str] = []
        self._news = asyncio.Event()

        def published(params: lsp.PublishDiagnosticsParams) -> None:
            self.published.append(params)
            self._news.set()

        client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(published)
        client.feature(lsp.WINDOW_SHOW_MESSAGE)(lambda told: self.messages.append(told.message))

    def open(self, name: str, text: str, language: str = "clausewise-design") -> str:
        uri = (self.folder / name).as_uri()
        self.versions[uri], self.texts[uri] = 1, text
        opened = lsp.TextDocumentItem(uri, language, 1, text)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(opened))
        return uri

    def edit(self, uri: str, old: str, new: str) -> None:
        """Change a text that stands in a document once, as an editor does: by its place, in UTF-16."""
        text = self.texts[uri]
        assert text.count(old) == 1, old
        start = text.index(old)
        range_ = lsp.Range(place(text, start), place(text, start + len(old)))
        self.versions[uri] += 1
        self.texts[uri] = text.replace(old, new)
        self.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                lsp.VersionedTextDocumentIdentifier(self.versions[uri], uri),
                [lsp.TextDocumentContentChangePartial(range_, new)],
            )
        )

    async def diagnostics(self, uri: str) -> list[lsp.Diagnostic]:
        """What is underlined in the newest text of a document."""
        while True:
            for told in reversed(self.published):
                if told.uri == uri and told.version == self.versions[uri]:
                    return list(told.diagnostics)
            self._news.clear()
            await self._news.wait()

    def at(self, uri: str, words: str) -> lsp.Position:
        """Where words stand in a document, one character in."""
        return place(self.texts[uri], self.texts[uri].index(words) + 1)


def place(text: str, offset: int) -> lsp.Position:
    before = text[:offset]
    line = before.count("\n")
    column = before[before.rfind("\n") + 1 :]
    return lsp.Position(line, len(column.encode("utf-16-le")) // 2)


def document(uri: str) -> lsp.TextDocumentIdentifier:
    return lsp.TextDocumentIdentifier(uri)


Start = Callable[..., Awaitable[Editor]]


@pytest_asyncio.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts a server with a folder open; all of them end with the test."""
    clients: list[LanguageClient] = []

    async def started(
        *words: str, trusted: bool = False, capabilities: lsp.ClientCapabilities = CAPABILITIES
    ) -> Editor:
        client = LanguageClient(converter_factory=default_converter)
        editor = Editor(client, tmp_path)
        async with asyncio.timeout(SECONDS):
            await client.start_io(*COMMAND, *words)
            clients.append(client)
            await client.initialize_session(
                lsp.InitializeParams(
                    capabilities=capabilities,
                    workspace_folders=[lsp.WorkspaceFolder(tmp_path.as_uri(), "here")],
                    initialization_options={"trusted": trusted, "commands": ["clausewise.report"]},
                )
            )
        return editor

    yield started
    for client in clients:
        async with asyncio.timeout(SECONDS):
            await client.shutdown_session()
            await client.stop()  # type: ignore[no-untyped-call]


def asynchronous(test: Callable[..., Awaitable[None]]) -> Any:
    """A test of the server, which must end in time."""
    import functools

    @functools.wraps(test)
    async def limited(*given: Any, **named: Any) -> None:
        async with asyncio.timeout(SECONDS):
            await test(*given, **named)

    return pytest.mark.asyncio(limited)


@asynchronous
async def test_a_design_is_judged_as_it_is_opened(start: Start) -> None:
    editor = await start()
    found = await editor.diagnostics(editor.open("lobby.design", NO_CONSENT))
    assert {one.source for one in found} == {"clausewise verdict"}
    (consent,) = [one for one in found if one.code == "valid-consent (N9)"]
    assert consent.severity is lsp.DiagnosticSeverity.Error
    assert any(one.code == "undetermined" for one in found)
    assert {o.severity for o in found if o.code in ("undetermined", "review")} == {
        lsp.DiagnosticSeverity.Information
    }


@asynchronous
async def test_what_is_typed_is_judged_and_only_the_newest_text_is_told_of(start: Start) -> None:
    editor = await start()
    uri = editor.open("lobby.design", LOBBY)
    assert not [o for o in await editor.diagnostics(uri) if o.severity == 1]
    words = ["explicit", "explici", "expl", "e", "n", "no", "none"]
    for before, after in pairwise(words):
        editor.edit(uri, f"consent      {before} ", f"consent      {after} ")
    found = await editor.diagnostics(uri)
    assert "valid-consent (N9)" in {one.code for one in found}
    versions = [told.version or 0 for told in editor.published if told.uri == uri]
    assert versions == sorted(versions)
    assert versions[-1] == len(words)
    assert len(versions) <= 3, "what is typed in one go is analysed once"


@asynchronous
async def test_mistakes_come_with_a_page_and_a_quick_fix(start: Start) -> None:
    editor = await start("--isolated")
    uri = editor.open(
        "lobby.design", LOBBY.replace("kind          company", "kind          compny")
    )
    (found,) = await editor.diagnostics(uri)
    assert (found.source, found.code) == ("clausewise", "E503")
    asked = lsp.CodeActionParams(document(uri), found.range, lsp.CodeActionContext([found]))
    (action,) = await editor.client.text_document_code_action_async(asked) or []
    assert isinstance(action, lsp.CodeAction)
    assert action.title == "Change to `company`"
    assert action.edit
    assert action.edit.changes
    (edit,) = action.edit.changes[uri]
    assert (edit.new_text, edit.range) == ("company", found.range)


@asynchronous
async def test_the_smallest_change_is_worked_out_once_it_is_chosen(start: Start) -> None:
    able = lsp.ClientCodeActionResolveOptions(properties=["edit"])
    actions = lsp.CodeActionClientCapabilities(resolve_support=able)
    about = lsp.TextDocumentClientCapabilities(code_action=actions)
    editor = await start(capabilities=lsp.ClientCapabilities(text_document=about))
    text = (ROOT / "examples" / "station-door.design").read_text(encoding="utf-8")
    uri = editor.open("door.design", text)
    found = next(one for one in await editor.diagnostics(uri) if one.severity == 1)
    asked = lsp.CodeActionParams(document(uri), found.range, lsp.CodeActionContext([found]))
    offered = await editor.client.text_document_code_action_async(asked) or []
    (smallest,) = [one for one in offered if one.title.startswith("Make the smallest change")]
    assert isinstance(smallest, lsp.CodeAction)
    assert smallest.edit is None
    assert any(one.title.startswith("Waive") for one in offered)
    chosen = await editor.client.code_action_resolve_async(smallest)
    assert chosen.edit
    assert chosen.edit.changes
    (edit,) = chosen.edit.changes[uri]
    assert "feedback-channels" in edit.new_text
    editor.edit(uri, "operation   verify", "operation   identify")
    await editor.diagnostics(uri)
    late = await editor.client.code_action_resolve_async(smallest)
    assert late.edit is None, "the design has changed since it was offered"
    said = lsp.ExecuteCommandParams("clausewise.say", arguments=[HOW])
    await editor.client.workspace_execute_command_async(said)
    changed, stale, how = editor.messages
    assert "safeguards.feedback-channels" in changed
    assert "ask again" in stale
    assert "docs/ci.md" in how


@asynchronous
async def test_an_entry_of_a_waiver_is_shown_where_somebody_completes_it(
    start: Start, tmp_path: Path
) -> None:
    shows = lsp.ShowDocumentClientCapabilities(support=True)
    able = lsp.ClientCapabilities(window=lsp.WindowClientCapabilities(show_document=shows))
    editor = await start(trusted=True, capabilities=able)
    shown: list[lsp.ShowDocumentParams] = []

    def show(params: lsp.ShowDocumentParams) -> lsp.ShowDocumentResult:
        shown.append(params)
        return lsp.ShowDocumentResult(success=True)

    editor.client.feature(lsp.WINDOW_SHOW_DOCUMENT)(show)
    waivers = (tmp_path / "waivers.toml").as_uri()
    run = lsp.ExecuteCommandParams("clausewise.show", arguments=[waivers, 6, 12])
    await editor.client.workspace_execute_command_async(run)
    (place,) = shown
    assert (place.uri, place.take_focus) == (waivers, True)
    assert place.selection
    assert place.selection.start == lsp.Position(6, 12)


def test_a_quick_fix_that_waives_shows_where_to_go_on() -> None:
    """Both the change and what follows it; pytest-lsp reads such an action as a command alone."""
    source = Source("/there/waivers.toml", "# Known problems.\n")
    edit = TextEdit(Span(18, 18), '\n[[waiver]]\nreason = ""\n')
    known = known_of(NO_CONSENT)
    problem = next(iter(problems_of(known.analysis)))
    fix = QuickFix("Waive", (edit,), problem, file=source, leads_to=(3, 10))
    action = action_of(fix, known, snippets=True)
    assert action.edit
    assert [*(action.edit.changes or {})] == ["file:///there/waivers.toml"]
    assert action.command
    assert action.command.arguments == ["file:///there/waivers.toml", 3, 10]


def known_of(text: str) -> KnownText:
    """A design as it was analysed."""
    document = OpenText("file:///a.design", Path("/a.design"), KINDS[0], 1, TextLines(text))
    return KnownText(document, analyse("/a.design", text, KINDS[0], Options()))


@asynchronous
async def test_lenses_are_asked_for_again_when_another_file_changes_the_verdict(
    start: Start, tmp_path: Path
) -> None:
    """An editor asks by itself only after a change of the text."""
    (tmp_path / "clausewise.toml").write_text('waivers = "waivers.toml"\n', encoding="utf-8")
    waivers = tmp_path / "waivers.toml"
    waivers.write_text("", encoding="utf-8")
    lenses = lsp.CodeLensWorkspaceClientCapabilities(refresh_support=True)
    able = lsp.ClientCapabilities(workspace=lsp.WorkspaceClientCapabilities(code_lens=lenses))
    editor = await start(trusted=True, capabilities=able)
    refreshed = asyncio.Event()
    editor.client.feature(lsp.WORKSPACE_CODE_LENS_REFRESH)(lambda _: refreshed.set())
    uri = editor.open("lobby.design", NO_CONSENT)
    await editor.diagnostics(uri)
    assert not refreshed.is_set()
    entry = """[[waiver]]
design = "lobby.design"
clause = "valid-consent"
entity = ["check-in", "employees"]
reason = "soon"
approver = "R. Diaz"
expires = 2100-01-01
"""
    waivers.write_text(entry, encoding="utf-8")
    change = lsp.FileEvent(waivers.as_uri(), lsp.FileChangeType.Changed)
    editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([change]))
    await refreshed.wait()
    asked = lsp.CodeLensParams(document(uri))
    (lens,) = await editor.client.text_document_code_lens_async(asked) or []
    assert lens.command
    assert "1 waived until 2100-01-01" in lens.command.title


@asynchronous
async def test_every_request_is_answered_in_every_kind_of_file(start: Start) -> None:
    editor = await start()
    client = editor.client
    pack = ROOT / "policies" / "face"
    for name, language in (
        ("patrol.design", "clausewise-design"),
        ("face-support-requests.policy", "clausewise-policy"),
        ("support-requests.vocabulary", "clausewise-vocabulary"),
        ("face-support-requests.cases", "clausewise-cases"),
        ("face-code-of-conduct.laws", "clausewise-laws"),
    ):
        text = (pack / name).read_text(encoding="utf-8")
        (editor.folder / name).write_text(text, encoding="utf-8")
        uri = editor.open(name, text, language)
        assert not [o for o in await editor.diagnostics(uri) if o.source == "clausewise"], name
        it = document(uri)
        symbols = await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(it))
        assert symbols, name
        symbol = symbols[-1]
        assert isinstance(symbol, lsp.DocumentSymbol)
        at = symbol.selection_range.start
        assert await client.text_document_folding_range_async(lsp.FoldingRangeParams(it))
        colours = await client.text_document_semantic_tokens_full_async(
            lsp.SemanticTokensParams(it)
        )
        assert colours
        assert len(colours.data) % 5 == 0
        begins = lsp.Position(text.count("\n"), 0)
        assert await client.text_document_completion_async(lsp.CompletionParams(it, begins))
        if language != "clausewise-cases":
            assert await client.text_document_hover_async(lsp.HoverParams(it, at)), name
        context = lsp.ReferenceContext(include_declaration=True)
        wanted = lsp.ReferenceParams(context, it, at)
        assert (await client.text_document_references_async(wanted) is None) == (
            language == "clausewise-cases"
        )
        options = lsp.FormattingOptions(tab_size=2, insert_spaces=True)
        laid_out = await client.text_document_formatting_async(
            lsp.DocumentFormattingParams(it, options)
        )
        assert laid_out is None, "the packs are laid out already"
        lenses = await client.text_document_code_lens_async(lsp.CodeLensParams(it)) or []
        assert bool(lenses) == (language in ("clausewise-design", "clausewise-cases")), name


@asynchronous
async def test_a_name_is_followed_and_changed_over_files(start: Start) -> None:
    editor = await start(trusted=True)
    vocabulary, policy, design = REFERENCE["vocabulary"], REFERENCE["policy"], REFERENCE["design"]
    names = {"doors.vocabulary": vocabulary, "door-code.policy": policy, "a.design": design}
    for name, text in names.items():
        (editor.folder / name).write_text(text, encoding="utf-8")
    uri = editor.open("a.design", design)
    await editor.diagnostics(uri)
    at = editor.at(uri, "opens-by")
    place = await editor.client.text_document_definition_async(
        lsp.DefinitionParams(document(uri), at)
    )
    assert isinstance(place, lsp.Location)
    assert place.uri.endswith("/doors.vocabulary")
    edit = await editor.client.text_document_rename_async(
        lsp.RenameParams(document(uri), at, "opened-by")
    )
    assert edit
    assert edit.changes
    changed = {Path(one).name: len(found) for one, found in edit.changes.items()}
    counts = {name: len(re.findall(r"\bopens-by\b", text)) for name, text in names.items()}
    assert changed == {name: count for name, count in counts.items() if count}
    with pytest.raises(JsonRpcException, match="is declared in no file"):
        await editor.client.text_document_rename_async(
            lsp.RenameParams(document(uri), editor.at(uri, "US-WA"), "x")
        )


@asynchronous
async def test_the_graph_the_questions_and_the_report_can_be_asked_for(start: Start) -> None:
    editor = await start()
    uri = editor.open("lobby.design", LOBBY)
    protocol: Any = editor.client.protocol
    graph = await protocol.send_request_async("clausewise/graph", {"uri": uri, "clause": "N12"})
    assert {node.kind for node in graph.nodes} >= {"clause", "definition", "field"}
    (asked,) = await protocol.send_request_async("clausewise/questions", {"uri": uri})
    assert asked["verdict"] == "needs-information"
    assert asked["questions"][0]["ask"]
    report = await editor.client.workspace_execute_command_async(
        lsp.ExecuteCommandParams("clausewise.report", arguments=[uri])
    )
    assert "Lobby turnstile" in str(report)
    lenses = await editor.client.text_document_code_lens_async(lsp.CodeLensParams(document(uri)))
    assert lenses
    (lens,) = lenses
    assert lens.command
    assert lens.command.title.startswith("needs-information by face-code-of-conduct 2.0: ")
    assert lens.command.command == "clausewise.report"


@asynchronous
async def test_a_folder_that_is_opened_is_not_trusted(start: Start) -> None:
    for name in ("vocabulary", "policy"):
        file = {"vocabulary": "doors.vocabulary", "policy": "door-code.policy"}[name]
        text = REFERENCE[name]
        editor = await start()
        (editor.folder / file).write_text(text, encoding="utf-8")
    (editor.folder / "clausewise.toml").write_text("max-steps = 'many'\n", encoding="utf-8")
    uri = editor.open("a.design", REFERENCE["design"])
    codes = {one.code for one in await editor.diagnostics(uri)}
    assert codes == {"E511"}, "its policy may not judge, and its configuration is not even read"
    below = editor.open("designs/a.design", REFERENCE["design"])
    for where in (uri, below):
        (refused,) = await editor.diagnostics(where)
        assert "is not trusted: trust it in the editor" in refused.message
        assert "clausewise lsp --trust FOLDER" in refused.message
        assert "--policy" not in refused.message, "nobody gives that to an editor"
    isolated = await start("--isolated")
    (refused,) = await isolated.diagnostics(isolated.open("a.design", REFERENCE["design"]))
    assert "started with `--isolated`" in refused.message
    trusting = await start("--trust", str(editor.folder))
    uri = trusting.open("a.design", REFERENCE["design"])
    assert {one.code for one in await trusting.diagnostics(uri)} == {"E109"}
    (editor.folder / "clausewise.toml").write_text("", encoding="utf-8")
    changed = lsp.FileEvent(
        (editor.folder / "clausewise.toml").as_uri(), lsp.FileChangeType.Changed
    )
    trusting.published.clear()
    trusting.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([changed]))
    assert not {"E109", "E511"} & {one.code for one in await trusting.diagnostics(uri)}


@asynchronous
async def test_a_design_and_its_plan_that_drift_apart_are_told_of_as_the_plan_changes(
    start: Start, tmp_path: Path
) -> None:
    """By the rules of the command: a file of another folder is not opened, whatever a design names."""
    (tmp_path / "plan.json").write_text(plan(account()), encoding="utf-8")
    outside = tmp_path.parent / f"{tmp_path.name}.json"
    outside.write_text(plan(account(sku_name="F0")), encoding="utf-8")
    editor = await start()
    uri = editor.open("a.design", DESIGN.replace("LINE", f"standard {ORIGIN}"))

    async def told() -> list[str]:
        return [one.message for one in await editor.diagnostics(uri) if str(one.code)[:3] == "W70"]

    assert await told() == []
    (tmp_path / "plan.json").write_text(plan(account(sku_name="F0")), encoding="utf-8")
    editor.published.clear()
    plan_uri = (tmp_path / "plan.json").as_uri()
    change = lsp.FileEvent(plan_uri, lsp.FileChangeType.Changed)
    editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([change]))
    (found,) = await told()
    assert found.startswith("`registration.tier` is standard, and free by plan.json#")
    editor.edit(uri, "plan.json", f"../{outside.name}")
    (found,) = await told()
    assert "it leads to a place from which nothing is read" in found


@asynchronous
async def test_columns_count_as_the_editor_counts(start: Start) -> None:
    encodings = [lsp.PositionEncodingKind.Utf8]
    general = lsp.GeneralClientCapabilities(position_encodings=encodings)
    utf8 = await start(capabilities=lsp.ClientCapabilities(general=general))
    utf16 = await start()
    line = 'deployment "🚪ä" drafty'
    text = LOBBY.replace('deployment "Lobby turnstile"', line)
    for editor, units in ((utf16, 17), (utf8, 20)):
        told = await editor.diagnostics(editor.open("lobby.design", text))
        found = next(one for one in told if one.message.startswith("nothing but `draft`"))
        assert found.range.start.character == units


@asynchronous
async def test_cases_are_run_as_they_are_written(start: Start) -> None:
    editor = await start()
    (editor.folder / "lobby.design").write_text(LOBBY, encoding="utf-8")
    case = 'case "the lobby" {\n  design  "lobby.design"\n  expect  prohibited\n}\n'
    uri = editor.open("own.cases", case, "clausewise-cases")
    (found,) = await editor.diagnostics(uri)
    assert (found.code, found.source) == ("E523", "clausewise verdict")
    assert found.message == (
        "the verdict is needs-information: limited-access is undetermined"
        " (registration.holder, registration.portal-attestation, registration.tier)"
    )
    editor.edit(uri, "prohibited", "needs-information")
    assert not await editor.diagnostics(uri)
    said = await editor.client.workspace_execute_command_async(
        lsp.ExecuteCommandParams("clausewise.runCase", arguments=[uri, 0])
    )
    assert said == "passes"


def test_without_the_extra_it_says_how_to_get_it(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import sys, importlib.util\n"
        "find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *a: None if name == 'pygls' else find(name, *a)\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        COMMAND,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 2
    assert 'pip install "clausewise[editor]"' in done.stderr


def test_neither_a_refusal_nor_garbage_is_trouble_in_the_log(tmp_path: Path) -> None:
    """Spoken without a client, whose own reading of the log would be between."""
    uri = (tmp_path / "a.design").as_uri()
    at = place(LOBBY, LOBBY.index("contoso"))
    opened = {"uri": uri, "languageId": "clausewise-design", "version": 1, "text": LOBBY}
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as server:
        assert server.stderr
        say(server, "initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        say(server, "initialized", {}, answered=False)
        say(server, "textDocument/didOpen", {"textDocument": opened}, answered=False)
        for name, why in (("no", "is a reserved word"), ("use", "is the name of a type already")):
            position = {"line": at.line, "character": at.character}
            asked = {"textDocument": {"uri": uri}, "position": position, "newName": name}
            refused = say(server, "textDocument/rename", asked)["error"]
            assert (refused["code"], why in refused["message"]) == (-32602, True)
        assert server.stdin
        for garbage in GARBAGE:
            server.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(garbage), garbage))
        say(server, "shutdown", None)
        say(server, "exit", None, answered=False)
        told = server.stderr.read().decode().splitlines()
        assert [line.partition(":")[0] for line in told] == [NO_MESSAGE] * len(GARBAGE)


def test_a_request_that_does_not_fit_is_answered_and_so_is_one_after_the_end() -> None:
    """An editor waits for an answer, which the protocol promises."""
    begin: dict[str, Any] = {"processId": None, "rootUri": None, "capabilities": {}}
    document, at = {"uri": "file:///a.design"}, {"line": -1, "character": 0}
    asked = {"textDocument": document, "position": at}
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        assert say(server, "initialize", {"capabilities": 7})["error"]["code"] == INVALID_PARAMS
        assert say(server, "initialize", begin)["result"]["serverInfo"]["name"] == "clausewise"
        assert say(server, "textDocument/hover", asked)["error"]["code"] == INVALID_PARAMS
        bare = {"command": "clausewise.report", "arguments": None}
        assert say(server, "workspace/executeCommand", bare)["error"]["code"] == INVALID_PARAMS
        assert say(server, "shutdown", None)["result"] is None
        at["line"] = 0
        assert say(server, "textDocument/hover", asked)["error"]["code"] == INVALID_REQUEST
        say(server, "exit", None, answered=False)
    assert server.returncode == 0


INVALID_PARAMS, INVALID_REQUEST = -32602, -32600
NO_MESSAGE = "Passed over what is no message"
GARBAGE = [
    *(b"{nope", b"[1, 2]", b"7", b"\xff\xfe", b"[" * 100_000, b'{"jsonrpc": "2.0"}'),
    b'{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"x": 1}}',
    b'{"jsonrpc": "2.0", "id": 5, "method": "textDocument/hover", "params": {"x": 1}}',
    b'{"jsonrpc": "2.0", "id": {"a": 1}, "method": "shutdown"}',
]
"""Each is told of in one line, without how the server stumbled, and it goes on."""


def say(
    server: subprocess.Popen[bytes], method: str, params: Any, *, answered: bool = True
) -> dict[str, Any]:
    """Send a message, and read what the server sends until it has answered it."""
    assert server.stdin
    assert server.stdout
    message = {"jsonrpc": "2.0", "method": method, "params": params}
    content = json.dumps(message | ({"id": method} if answered else {})).encode()
    server.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(content), content))
    server.stdin.flush()
    while answered:
        header = b"".join(iter(server.stdout.readline, b"\r\n"))
        found = re.search(rb"Content-Length: (\d+)", header)
        assert found, header
        told: dict[str, Any] = json.loads(server.stdout.read(int(found[1])))
        if told.get("id") == method:
            return told
    return {}


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: 99999999999999\r\n",
        b"Content-Length: %s\r\n" % (b"9" * 6_000),
        b"x" * 20_000,
    ],
)
def test_a_message_that_is_too_long_ends_the_server(
    header: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is kept ready for what a header promises, and no header is endless."""
    assert Incoming(BytesIO(header + b"\r\n{}")).readline() == b""
    assert capsys.readouterr().err == "Ended: a message is longer than any may be\n"


def test_a_message_that_was_cut_off_is_none() -> None:
    assert Incoming(BytesIO(b"{")).read(2) == b""


def test_a_folder_that_is_not_there_is_told_and_trusts_nothing(tmp_path: Path) -> None:
    words = [*COMMAND, "--trust", str(tmp_path / "wrok")]
    done = subprocess.run(words, input=b"", capture_output=True, timeout=SECONDS, check=False)
    assert b"wrok` names no folder" in done.stderr


def test_it_ends_with_its_editor() -> None:
    """Closing its input ends it, as an editor does that crashes."""
    done = subprocess.run(COMMAND, input=b"", capture_output=True, timeout=SECONDS, check=False)
    assert done.stdout == b""
    assert done.returncode in (0, 1)
