"""The protocol as pygls speaks it, but for requests that it leaves without an answer: an editor waits for that."""

from __future__ import annotations

from typing import Any

from pygls.exceptions import JsonRpcException, JsonRpcInvalidRequest
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.json_rpc import RPCMessage, RPCRequest


class AnsweringProtocol(LanguageServerProtocol):
    """Answers what does not fit, and what comes after `shutdown`, with an error, as the protocol asks."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """A message as a value of its type.

        Raises:
            JsonRpcException: it does not fit, or its id is none.
        """
        if "jsonrpc" in data and isinstance(data.get("id"), dict | list):
            raise JsonRpcInvalidRequest("the id of a message is a number or a text")
        asked = data.get("params")
        if isinstance(asked, dict) and asked.get("arguments", ()) is None:
            asked["arguments"] = []  # pygls would call the command without any, and call that a bug
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "method" in data and isinstance(data.get("id"), int | str):
                self._send_response(data["id"], None, error.to_response_error())
            raise

    def handle_message(self, message: RPCMessage) -> None:
        """Do what a message asks for."""
        if self._shutdown and isinstance(message, RPCRequest):
            refused = JsonRpcInvalidRequest("the server was told to shut down")
            self._send_response(message.id, None, refused.to_response_error())
        else:
            super().handle_message(message)
