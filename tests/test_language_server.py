"""The language server, spoken to as an editor does, over standard input and output. Every test has a time limit."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient, make_test_lsp_client

from tests.conftest import ROOT

SECONDS = 20.0
COMMAND = [sys.executable, "-m", "clausewise", "lsp"]
LOBBY = (ROOT / "examples" / "lobby.design").read_text(encoding="utf-8")


@pytest_asyncio.fixture
async def client(tmp_path: Path) -> AsyncIterator[LanguageClient]:
    async with asyncio.timeout(SECONDS):
        started = ClientServerConfig(COMMAND, client_factory=make_test_lsp_client)
        found = await started.start()
        await found.initialize_session(
            lsp.InitializeParams(
                capabilities=lsp.ClientCapabilities(), root_uri=tmp_path.as_uri()
            )
        )
    yield found
    async with asyncio.timeout(SECONDS):
        await found.shutdown_session()
        await found.stop()


def opened(client: LanguageClient, path: Path, text: str, language: str = "clausewise-design") -> str:
    uri = path.as_uri()
    client.text_document_did_open(
        lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, language, 1, text))
    )
    return uri


@pytest.mark.asyncio
async def test_a_design_is_judged_as_it_is_opened(client: LanguageClient, tmp_path: Path) -> None:
    async with asyncio.timeout(SECONDS):
        text = LOBBY.replace("consent      explicit", "consent      none")
        uri = opened(client, tmp_path / "lobby.design", text)
        await client.wait_for_notification(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    found = client.diagnostics[uri]
    assert {one.source for one in found} == {"clausewise verdict"}
    worst = [one for one in found if one.severity is lsp.DiagnosticSeverity.Error]
    assert any(one.code == "valid-consent (N9)" for one in worst)
    assert any(one.severity is lsp.DiagnosticSeverity.Information for one in found)
