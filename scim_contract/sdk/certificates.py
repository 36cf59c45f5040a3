"""A throw-away certificate authority, for libraries that speak nothing but https."""

from __future__ import annotations

import ssl
from pathlib import Path

from scim_contract.targets import ConfigurationError

NAMES = ("api.localhost", "login.localhost")
"""The host names of the recording server; the vendor's SDKs derive the second from the first."""


def server_context(authority: Path) -> ssl.SSLContext:
    """A server's TLS context, and the certificate of its authority written to a file.

    Raises:
        ConfigurationError: the library that makes certificates is not installed.
    """
    try:
        import trustme  # needed for one language only, and heavy
    except ImportError:
        raise ConfigurationError(
            "this library speaks https alone, and making certificates needs trustme: pip install 'scim-contract[ruby]'"
        ) from None
    made = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.issue_cert(*NAMES).configure_cert(context)
    made.cert_pem.write_to_path(str(authority))
    return context
