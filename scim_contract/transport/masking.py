"""No output tells a secret: known secrets and whatever looks like one are replaced."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from scim_contract.secret import MASK

_SECRET_HEADERS = {"authorization", "proxy-authorization", "cookie", "set-cookie"}
_SECRET_KEYS = {"password", "access_token", "refresh_token", "client_secret"}
_STRING = r'"(?:[^"\\]|\\.)*\\?(?:"|\Z)'  # also one that is cut short
_PATH = r'"path"\s*:\s*"(?:[^"]*:)?password"'
_PASSWORD = re.compile(rf'("(?:{"|".join(sorted(_SECRET_KEYS))})"\s*:\s*){_STRING}', re.IGNORECASE)
_BEARER = re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}", re.IGNORECASE)
_PATH_PASSWORD = re.compile(rf'({_PATH}[^{{}}]*?"value"\s*:\s*){_STRING}', re.IGNORECASE)
_VALUE_PASSWORD = re.compile(rf'("value"\s*:\s*){_STRING}([^{{}}]*?{_PATH})', re.IGNORECASE)


class Masker:
    """Replaces every secret it was told of, plain, in JSON, percent-encoded or in Base64, and what looks like one."""

    def __init__(self) -> None:
        self._known: tuple[str, ...] = ()

    def learn(self, *secrets: str) -> None:
        """Remember secrets; ones shorter than 4 characters are left out, they would mask everything."""
        for secret in secrets:
            if len(secret) >= 4:
                self._known = tuple(sorted({*self._known, *_shapes(str(secret))}, key=len, reverse=True))

    def text(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._known:
            if secret in text:
                text = text.replace(secret, MASK)
        text = _PASSWORD.sub(rf'\1"{MASK}"', text)
        text = _PATH_PASSWORD.sub(rf'\1"{MASK}"', text)
        text = _VALUE_PASSWORD.sub(rf'\1"{MASK}"\2', text)
        return _BEARER.sub(rf"\1 {MASK}", text)

    def betrayed(self, text: str) -> bool:
        """Whether a text holds a secret; one of less than 8 characters may be a word like any other."""
        return any(secret in text for secret in self._known if len(secret) >= 8)

    def headers(self, headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        """The headers without secrets."""
        return tuple((name, MASK if name.lower() in _SECRET_HEADERS else self.text(value)) for name, value in headers)

    def document(self, value: Any) -> Any:
        """A JSON value without secrets, its shape kept."""
        if isinstance(value, dict):
            path = value.get("path")
            hidden = {"value"} if isinstance(path, str) and path.lower().split(":")[-1] == "password" else set()
            return {
                k: MASK if k.lower() in _SECRET_KEYS | hidden and isinstance(v, str) else self.document(v)
                for k, v in value.items()
            }
        if isinstance(value, list):
            return [self.document(item) for item in value]
        return self.text(value) if isinstance(value, str) else value


def _shapes(secret: str) -> Iterator[str]:
    """A secret as it may stand in a text."""
    yield secret
    for ascii_only in (True, False):
        yield json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
    yield base64.b64encode(secret.encode()).decode()
    for safe in ("", "/"):
        encoded = quote(secret, safe=safe)
        yield from (encoded, re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), encoded))
