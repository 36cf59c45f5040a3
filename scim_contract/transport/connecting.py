"""How a target is connected to: timeouts, the proxies of the environment, whose certificates are trusted."""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx

from scim_contract.targets import ConfigurationError, Target
from scim_contract.transport.masking import Masker

_LONGEST_CONNECT = 10.0
_HERE = ("127.0.0.1", "localhost", "[::1]")


def connect(target: Target, masker: Masker) -> httpx.Client:
    """A client for one target; nothing is sent yet.

    HTTPS_PROXY and its like count, though never for this machine: a proxy elsewhere cannot reach a server here.

    Raises:
        ConfigurationError: the certificates cannot be read, or the proxy's address cannot be used.
    """
    timeout = httpx.Timeout(target.timeout_seconds, connect=min(target.timeout_seconds, _LONGEST_CONNECT))
    mounts = {f"all://{host}": None for host in _HERE}
    _learn_proxies(masker)
    try:
        return httpx.Client(timeout=timeout, verify=_trust(target), follow_redirects=False, headers={}, mounts=mounts)
    except (ValueError, httpx.InvalidURL) as error:
        raise ConfigurationError(f"HTTPS_PROXY or its like: {masker.text(str(error))}") from None


def describe(error: httpx.HTTPError | httpx.InvalidURL) -> str:
    """A network error as a person reads it."""
    words: dict[type[Exception], str] = {
        httpx.InvalidURL: "the address cannot be asked for",
        httpx.ConnectTimeout: "no connection within the timeout",
        httpx.ReadTimeout: "no answer within the timeout",
        httpx.WriteTimeout: "the request was not taken within the timeout",
        httpx.ConnectError: "no connection",
        httpx.ReadError: "the connection broke while the answer was read",
        httpx.WriteError: "the connection broke while the request was sent",
        httpx.RemoteProtocolError: "what came is no complete HTTP answer",
        httpx.ProxyError: "the proxy does not let the request through",
    }
    said = str(error)
    if _untrusted(error):
        return f"its certificate is not trusted ({said}); `ca_bundle` in the profile names authorities of your own"
    return words.get(type(error), type(error).__name__) + (f" ({said})" if said else "")


def hopeless(error: Exception) -> bool:
    """Whether asking again at once is no use: nobody that is trusted vouches for the server, or it lets one wait."""
    return _untrusted(error) or isinstance(error, httpx.TimeoutException)


def _untrusted(error: Exception) -> bool:
    return isinstance(error, httpx.ConnectError) and "CERTIFICATE_VERIFY_FAILED" in str(error)


def _learn_proxies(masker: Masker) -> None:
    """A proxy's password stands in its address."""
    for name, value in os.environ.items():
        if name.lower().endswith("_proxy") and "@" in value:
            try:
                password = urlsplit(value if "://" in value else f"http://{value}").password
            except ValueError:
                continue
            masker.learn(password or "", unquote(password or ""))


def _trust(target: Target) -> ssl.SSLContext | bool:
    """The certificates to trust: the profile's, else the environment's, else the usual ones."""
    if target.ca_bundle:
        return _context(f"[targets.{target.name}]: ca_bundle", target.folder / target.ca_bundle)
    name = next((n for n in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE") if os.environ.get(n)), None)
    return True if name is None else _context(name, Path(os.environ[name]))


def _context(name: str, path: Path) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(path))
    except OSError as error:  # an SSLError is one
        reason = error.strerror or error
        raise ConfigurationError(f"{name}: {path}: no certificates to be had there ({reason})") from None
