"""No output tells a secret: known secrets and whatever looks like one are replaced."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

MASK = "***"
_SECRET_HEADERS = {"authorization", "proxy-authorization", "cookie", "set-cookie"}
_SECRET_KEYS = {"password", "access_token", "refresh_token", "client_secret"}
_PASSWORD = re.compile(r'("(?:password|access_token|client_secret)"\s*:\s*)"(?:[^"\\]|\\.)*"', re.IGNORECASE)
_BEARER = re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}", re.IGNORECASE)
_PATH_PASSWORD = re.compile(r'("path"\s*:\s*"password"[^{}]*?"value"\s*:\s*)"(?:[^"\\]|\\.)*"', re.IGNORECASE)
_VALUE_PASSWORD = re.compile(r'("value"\s*:\s*)"(?:[^"\\]|\\.)*"([^{}]*?"path"\s*:\s*"password")', re.IGNORECASE)


class Secret(str):
    """A string that does not show itself: repr, tracebacks and `--showlocals` print a mask."""

    __slots__ = ()

    def __repr__(self) -> str:
        return MASK


class Masker:
    """Replaces every secret it was told of, as text, percent-encoded-like or Base64, and all that looks like one."""

    def __init__(self) -> None:
        self._known: dict[str, None] = {}

    def learn(self, *secrets: str) -> None:
        """Remember secrets; ones shorter than 4 characters are left out, they would mask everything."""
        for secret in secrets:
            if len(secret) >= 4:
                for shape in (secret, json.dumps(secret)[1:-1], base64.b64encode(secret.encode()).decode()):
                    self._known[str(shape)] = None

    def text(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._known:
            if secret in text:
                text = text.replace(secret, MASK)
        text = _PASSWORD.sub(rf'\1"{MASK}"', text)
        text = _PATH_PASSWORD.sub(rf'\1"{MASK}"', text)
        text = _VALUE_PASSWORD.sub(rf'\1"{MASK}"\2', text)
        return _BEARER.sub(rf"\1 {MASK}", text)

    def headers(self, headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        """The headers without secrets."""
        return tuple((name, MASK if name.lower() in _SECRET_HEADERS else self.text(value)) for name, value in headers)

    def document(self, value: Any) -> Any:
        """A JSON value without secrets, its shape kept."""
        if isinstance(value, dict):
            return {
                k: MASK if k.lower() in _SECRET_KEYS and isinstance(v, str) else self.document(v)
                for k, v in value.items()
            }
        if isinstance(value, list):
            return [self.document(item) for item in value]
        return self.text(value) if isinstance(value, str) else value
