"""The language server: which messages it answers, and by what."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from clausewise.dsl.startup.lean import replace
from clausewise.editor.problems import problems_of
from clausewise.editor.texts import Lines
from clausewise.editor.trust import Trust
from clausewise.server.convert import diagnostic_of
from clausewise.server.session import Known, Session


def serve(trust: Trust) -> None:
    """Speak the Language Server Protocol on standard input and output until the editor ends it."""
    server, _ = server_for(trust)
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing but messages may go to the editor
    server.start_io(stdin, stdout)


def server_for(trust: Trust) -> tuple[LanguageServer, Session]:
    """A server that is not started yet, and what it has open."""
    server = LanguageServer("clausewise", version("clausewise"))
    session = Session(trust)
    _documents(server, session)
    return server, session


def _documents(server: LanguageServer, session: Session) -> None:
    """What is open, and what is underlined in it."""

    def publish(known: Known) -> None:
        document = known.document
        found = [diagnostic_of(problem, known) for problem in problems_of(known.analysis)]
        server.text_document_publish_diagnostics(
            lsp.PublishDiagnosticsParams(document.uri, found, document.version)
        )

    session.publish = publish

    @server.feature(lsp.INITIALIZE)
    def _initialize(params: lsp.InitializeParams) -> None:
        options = params.initialization_options or {}
        if isinstance(options, dict) and options.get("trusted") is True:
            session.trust = replace(session.trust, everywhere=True)

    @server.feature(lsp.INITIALIZED)
    def _initialized(_: lsp.InitializedParams) -> None:
        session.encoding = server.workspace.position_encoding.value
        uris = [*server.workspace.folders] or [server.workspace.root_uri]
        paths = (to_fs_path(uri) for uri in uris if uri)
        session.folders = tuple(Path(path) for path in paths if path)

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def _open(params: lsp.DidOpenTextDocumentParams) -> None:
        opened = params.text_document
        session.open(opened.uri, opened.language_id, opened.version, opened.text)

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
        server.text_document_publish_diagnostics(
            lsp.PublishDiagnosticsParams(params.text_document.uri, [])
        )


def _changed(lines: Lines, change: lsp.TextDocumentContentChangeEvent) -> Lines:
    if isinstance(change, lsp.TextDocumentContentChangeWholeDocument):
        return Lines(change.text, lines.encoding)
    start, end = change.range.start, change.range.end
    return lines.edited((start.line, start.character), (end.line, end.character), change.text)
