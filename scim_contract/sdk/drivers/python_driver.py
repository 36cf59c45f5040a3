"""Drives the Python SDK: a question a line on standard input, an answer a line on standard output.

It runs in the environment where the release is installed, and needs nothing but that and the standard library.
"""

from __future__ import annotations

import datetime
import importlib
import importlib.metadata
import inspect
import json
import os
import socket
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

PACKAGE = "PureCloudPlatformClientV2"


class Driver:
    """The SDK, and a client of it with credentials and one without."""

    def __init__(self) -> None:
        self.sdk: Any = None
        self.host = ""
        self.apis: dict[bool, Any] = {}
        self.missing: list[str] = []

    def open(self, question: dict[str, Any]) -> dict[str, Any]:
        """Load the SDK and make a client for a host."""
        _fence([question["host"], *question.get("hosts", [])])
        self.sdk = importlib.import_module(PACKAGE)
        self.host = question["host"]
        self.sdk.configuration.host = self.host
        self.apis[False] = self.sdk.SCIMApi(self.sdk.api_client.ApiClient(self.host))
        found = inspect.getmembers(type(self.apis[False]), inspect.isfunction)
        methods = {name: _required(method) for name, method in found if "scim" in name}
        return {"version": importlib.metadata.version(PACKAGE), "methods": methods}

    def sign_in(self, question: dict[str, Any]) -> dict[str, Any]:
        """Get a token by client credentials."""
        client = self.sdk.api_client.ApiClient(self.host)
        signed = client.get_client_credentials_token(question["client"], question["secret"])
        self.apis[True] = self.sdk.SCIMApi(signed)
        return {"result": None}

    def take_token(self, question: dict[str, Any]) -> dict[str, Any]:
        """Use a token that was got otherwise."""
        client = self.sdk.api_client.ApiClient(self.host)
        client.access_token = question["token"]
        self.apis[True] = self.sdk.SCIMApi(client)
        return {"result": None}

    def call(self, question: dict[str, Any]) -> dict[str, Any]:
        """Call a method; what a body's models do not have is told as missing."""
        self.missing = []
        arguments = {name: self.native(value) for name, value in question["arguments"].items()}
        try:
            result = getattr(self.apis[question["signed_in"]], question["method"])(**arguments)
        except Exception as error:
            return {"error": self.raised(error), "missing": self.missing}
        return {"result": _plain(result), "missing": self.missing}

    def native(self, value: Any) -> Any:
        """A value of a question as the SDK takes it."""
        if isinstance(value, list):
            return [self.native(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "date" in value:
            return datetime.datetime.fromisoformat(value["date"].replace("Z", "+00:00"))
        if "map" in value:
            return {name: self.native(held) for name, held in value["map"].items()}
        return self.model(value["model"], value["properties"])

    def model(self, name: str, properties: dict[str, Any]) -> Any:
        """A model with its properties set, as far as it has them."""
        if not hasattr(self.sdk, name):
            self.missing.append(name)
            return None
        made = getattr(self.sdk, name)()
        for attribute, value in properties.items():
            if attribute in made.swagger_types:
                setattr(made, attribute, self.native(value))
            else:
                self.missing.append(f"{name}.{attribute}")
        return made

    def raised(self, error: Exception) -> dict[str, Any]:
        """An error as data."""
        known = isinstance(error, self.sdk.rest.ApiException)
        return {
            "class": type(error).__name__,
            "api": known,
            "status": getattr(error, "status", None) if known else None,
            "body": getattr(error, "body", None) if known else None,
            "text": str(error)[:1000],
        }


def _fence(urls: list[str]) -> None:
    """Let the SDK reach nothing but these: one that makes up a host must not send credentials there."""
    hosts = {urlsplit(url).hostname for url in urls}
    look_up = socket.getaddrinfo

    def fenced(host: Any, *more: Any, **options: Any) -> Any:
        if host not in hosts:
            raise socket.gaierror(socket.EAI_NONAME, f"{host} is none of the hosts that it was given")
        return look_up(host, *more, **options)

    socket.getaddrinfo = fenced


def _required(method: Callable[..., Any]) -> list[str]:
    named = list(inspect.signature(method).parameters.values())[1:]
    positional = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.POSITIONAL_ONLY)
    return [p.name for p in named if p.kind in positional and p.default is inspect.Parameter.empty]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, (datetime.datetime, datetime.date)):
        return {"date": value.isoformat()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {"map": {str(name): _plain(held) for name, held in value.items()}}
    if hasattr(value, "swagger_types"):
        held = {name: _plain(getattr(value, name)) for name in value.swagger_types}
        return {"model": type(value).__name__, "properties": held}
    return {"other": type(value).__name__, "text": str(value)[:1000]}


def main() -> None:
    """Answer questions until there are no more; whatever the SDK prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    driver = Driver()
    for line in sys.stdin:
        question = json.loads(line)
        try:
            answer = getattr(driver, question["do"])(question)
        except Exception as error:
            answer = {"failed": f"{type(error).__name__}: {error}"[:1000]}
        print(json.dumps({"id": question["id"], **answer}), file=answers, flush=True)


if __name__ == "__main__":
    main()
