"""The language server: which messages it understands, and what answers them."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO, cast

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from clausewise.dsl.startup.lean import replace
from clausewise.editor.lenses import REPORT, RUN
from clausewise.editor.naming.project import RefusedError
from clausewise.editor.problems import problems_of
from clausewise.editor.texts import TextLines
from clausewise.editor.trust import Trust
from clausewise.server.answers import Answers
from clausewise.server.convert import LEGEND, SAY, SHOW, diagnostic_of
from clausewise.server.incoming import Incoming
from clausewise.server.protocol import AnsweringProtocol
from clausewise.server.session import EditorSession, KnownText

WATCHED = "**/{*.policy,*.vocabulary,*.design,*.cases,*.laws,*.toml,*.tf,*.json}"
"""The files by which a document may come to something else; plans and templates, with which one is compared."""
LOGS = ("pygls.server", "pygls.protocol.json_rpc")
NO_MESSAGE, STUMBLED = "Unable to handle message", "Unable to deserialize message"
"""What pygls writes of a message that is none; the latter goes before, with how it was read."""
MOST_SAID = 200
GRAPH, QUESTIONS = "clausewise/graph", "clausewise/questions"
"""Requests beside those of the protocol (docs/editor.md)."""


def serve(trust: Trust) -> None:
    """Speak the Language Server Protocol on standard input and output until the editor ends it."""
    server = server_for(trust)
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing but messages may go to the editor
    for name in LOGS:
        logging.getLogger(name).addFilter(_is_news)
    server.start_io(cast("BinaryIO", Incoming(stdin)), stdout)


def server_for(trust: Trust) -> LanguageServer:
    """A server that is not started yet."""
    server = LanguageServer("clausewise", version("clausewise"), protocol_cls=AnsweringProtocol)
    session = EditorSession(trust)
    answers = Answers(session)
    _beginning(server, session, answers)
    _documents(server, session)
    _reading(server, session, answers)
    _writing(server, session, answers)
    _asking(server, session, answers)
    return server


def _beginning(server: LanguageServer, session: EditorSession, answers: Answers) -> None:
    """What editor and server tell of themselves."""

    @server.feature(lsp.INITIALIZE)
    def _initialize(params: lsp.InitializeParams) -> None:
        told = params.initialization_options
        options = told if isinstance(told, dict) else {}
        if options.get("trusted") is True:
            session.trust = replace(session.trust, everywhere=True)
        clicks = options.get("commands")
        answers.clicks = tuple(map(str, clicks)) if isinstance(clicks, list) else ()
        answers.snippets = _knows(params.capabilities, "text_document.completion.completion_item")
        resolve = _found(params.capabilities, "text_document.code_action.resolve_support")
        answers.resolves = "edit" in (resolve.properties if resolve else ())
        answers.snippet_edits = _knows(params.capabilities, "workspace.workspace_edit", "_edit")

    @server.feature(lsp.INITIALIZED)
    async def _initialized(_: lsp.InitializedParams) -> None:
        encoding = server.workspace.position_encoding
        session.encoding = lsp.PositionEncodingKind(encoding).value
        uris = [*server.workspace.folders] or [server.workspace.root_uri]
        paths = (to_fs_path(uri) for uri in uris if uri)
        session.folders = tuple(Path(path) for path in paths if path)
        watches = _found(server.client_capabilities, "workspace.did_change_watched_files")
        if watches and watches.dynamic_registration:
            watcher = lsp.FileSystemWatcher(WATCHED)
            options = lsp.DidChangeWatchedFilesRegistrationOptions([watcher])
            wanted = lsp.Registration("watch", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            await server.client_register_capability_async(lsp.RegistrationParams([wanted]))

    @server.feature(lsp.SHUTDOWN)
    def _shutdown(_: None) -> None:
        session.end()


def _documents(server: LanguageServer, session: EditorSession) -> None:
    """What is open, and what is underlined in it."""
    tell = server.text_document_publish_diagnostics
    versions: dict[str, int | None] = {}

    def publish(known: KnownText) -> None:
        document = known.document
        is_again = versions.get(document.uri, -1) == document.version  # other files have changed
        versions[document.uri] = document.version
        found = [diagnostic_of(problem, known) for problem in problems_of(known.analysis)]
        tell(lsp.PublishDiagnosticsParams(document.uri, found, document.version))
        lens = _found(server.client_capabilities, "workspace.code_lens")
        kinds = {one.kind.parsed for one in session.documents.values()}
        if lens and lens.refresh_support and (is_again or kinds & {"policy", "cases"}):
            server.workspace_code_lens_refresh(None)

    session.publish = publish

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def _open(params: lsp.DidOpenTextDocumentParams) -> None:
        opened = params.text_document
        session.take(opened.uri, opened.language_id, opened.version, opened.text)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def _change(params: lsp.DidChangeTextDocumentParams) -> None:
        changed = params.text_document
        if changed.uri in session.documents:
            lines = session.documents[changed.uri].lines
            for change in params.content_changes:
                lines = _changed(lines, change)
            session.change(changed.uri, changed.version, lines)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def _close(params: lsp.DidCloseTextDocumentParams) -> None:
        session.close(params.text_document.uri)
        versions.pop(params.text_document.uri, None)
        tell(lsp.PublishDiagnosticsParams(params.text_document.uri, []))

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def _save(params: lsp.DidSaveTextDocumentParams) -> None:
        session.look_again(but=params.text_document.uri)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def _watched(params: lsp.DidChangeWatchedFilesParams) -> None:
        paths = (to_fs_path(change.uri) for change in params.changes)
        session.look_again_for([Path(path) for path in paths if path])

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def _folders(_: lsp.DidChangeWorkspaceFoldersParams) -> None:
        paths = (to_fs_path(uri) for uri in server.workspace.folders)
        session.folders = tuple(Path(path) for path in paths if path)
        session.look_again()


def _changed(lines: TextLines, change: lsp.TextDocumentContentChangeEvent) -> TextLines:
    if isinstance(change, lsp.TextDocumentContentChangeWholeDocument):
        return TextLines(change.text, lines.encoding)
    start, end = change.range.start, change.range.end
    return lines.edited((start.line, start.character), (end.line, end.character), change.text)


def _reading(server: LanguageServer, session: EditorSession, answers: Answers) -> None:
    """Requests of who reads."""

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    async def _hover(asked: lsp.HoverParams) -> lsp.Hover | None:
        return await session.work(answers.hover, asked.text_document.uri, asked.position)

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    async def _definition(asked: lsp.DefinitionParams) -> lsp.Location | None:
        return await session.work(answers.definition, asked.text_document.uri, asked.position)

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    async def _references(asked: lsp.ReferenceParams) -> list[lsp.Location] | None:
        return await session.work(
            answers.references,
            asked.text_document.uri,
            asked.position,
            declarations=asked.context.include_declaration,
        )

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    async def _highlight(asked: lsp.DocumentHighlightParams) -> list[lsp.DocumentHighlight] | None:
        return await session.work(answers.highlights, asked.text_document.uri, asked.position)

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS)
    async def _lenses(asked: lsp.CodeLensParams) -> list[lsp.CodeLens] | None:
        return await session.work(answers.lenses, asked.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def _symbols(asked: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol] | None:
        return await session.work(answers.symbols, asked.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_FOLDING_RANGE)
    async def _folds(asked: lsp.FoldingRangeParams) -> list[lsp.FoldingRange] | None:
        return await session.work(answers.folds, asked.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, LEGEND)
    async def _colours(asked: lsp.SemanticTokensParams) -> lsp.SemanticTokens | None:
        return await session.work(answers.colours, asked.text_document.uri)


def _writing(server: LanguageServer, session: EditorSession, answers: Answers) -> None:
    """Requests of who writes."""

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions([".", " "]))
    async def _complete(asked: lsp.CompletionParams) -> lsp.CompletionList | None:
        return await session.work(answers.complete, asked.text_document.uri, asked.position)

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix], resolve_provider=True),
    )
    async def _actions(asked: lsp.CodeActionParams) -> list[lsp.CodeAction] | None:
        only = asked.context.only
        if only and not any(kind in ("", "quickfix") for kind in only):
            return []
        return await session.work(answers.actions, asked.text_document.uri, asked.range)

    @server.feature(lsp.CODE_ACTION_RESOLVE)
    async def _resolve(action: lsp.CodeAction) -> lsp.CodeAction:
        if action.data is None:
            return action
        resolved, words = await session.work(answers.resolved, action)
        _say(server, words)
        return resolved

    @server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
    async def _format(asked: lsp.DocumentFormattingParams) -> list[lsp.TextEdit] | None:
        return await session.work(answers.formatted, asked.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    async def _renaming(asked: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
        uri = asked.text_document.uri
        return await session.work(_or_refused(answers.renaming), uri, asked.position)

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    async def _rename(asked: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        uri, name = asked.text_document.uri, asked.new_name
        return await session.work(_or_refused(answers.rename), uri, asked.position, name)


class _Refused(JsonRpcInvalidParams):
    """What cannot be done as it was asked, for the editor to show."""


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a line of pygls's log is one: a refusal is an answer, and no trouble of the server's.

    Nor is a message that is none: it is told of in a line, while pygls tells how it stumbled.
    """
    error = record.exc_info[1] if record.exc_info else None
    if record.msg == NO_MESSAGE:
        why = (str(error and (error.__cause__ or error)).splitlines() or [""])[0]
        record.msg, record.args = "Passed over what is no message: %s", (why[:MOST_SAID],)
        record.exc_info = record.exc_text = None
    return not isinstance(error, _Refused) and not str(record.msg).startswith(STUMBLED)


def _or_refused(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, of which a refusal is an answer that the editor shows."""

    def answered(*given: Any) -> Any:
        try:
            return function(*given)
        except RefusedError as refused:
            raise _Refused(str(refused)) from None

    return answered


def _asking(server: LanguageServer, session: EditorSession, answers: Answers) -> None:
    """What is asked beside the protocol, and what a click on a lens does."""

    @server.feature(GRAPH)
    async def _graph(asked: Any) -> dict[str, Any] | None:
        clause = getattr(asked, "clause", None)
        return await session.work(answers.graph, str(getattr(asked, "uri", "")), clause)

    @server.feature(QUESTIONS)
    async def _questions(asked: Any) -> list[dict[str, Any]] | None:
        return await session.work(answers.questions, str(getattr(asked, "uri", "")))

    @server.command(REPORT)
    async def _report(uri: str) -> str | None:
        return await session.work(answers.report, uri)

    @server.command(SAY)
    def _said(words: str) -> None:
        _say(server, words)

    @server.command(SHOW)
    async def _show(uri: str, line: int, column: int) -> None:
        shows = _found(server.client_capabilities, "window.show_document")
        if shows and shows.support:
            place = lsp.Position(line, column)
            params = lsp.ShowDocumentParams(uri, take_focus=True, selection=lsp.Range(place, place))
            await server.window_show_document_async(params)

    @server.command(RUN)
    async def _run(uri: str, number: int) -> str | None:
        words = await session.work(session.run_again, uri, number)
        session.tell_again(uri)
        return words


def _say(server: LanguageServer, words: str) -> None:
    """Show a message in the editor."""
    server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, words))


def _found(capabilities: lsp.ClientCapabilities, path: str) -> Any:
    """What an editor says of itself, by a path of names; `None` if it says nothing of it."""
    found: Any = capabilities
    for name in path.split("."):
        found = getattr(found, name, None)
    return found


def _knows(capabilities: lsp.ClientCapabilities, path: str, what: str = "") -> bool:
    """Whether an editor knows places to fill in."""
    return bool(getattr(_found(capabilities, path), f"snippet{what}_support", False))
