"""The mock as an ASGI application."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from email.utils import formatdate

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scim_contract.contract import Contract, Operation, load
from scim_contract.mock import negotiation
from scim_contract.mock.admin import PREFIX, RequestLog, admin_routes
from scim_contract.mock.behaviour import Behaviour
from scim_contract.mock.errors import not_found
from scim_contract.mock.filters import FilterEngine
from scim_contract.mock.handlers import Service
from scim_contract.mock.oauth import Tokens
from scim_contract.mock.planting import Fault, Variant, planted
from scim_contract.mock.routes import refusal, routes
from scim_contract.mock.seed import seeded_directory
from scim_contract.mock.settings import Settings
from scim_contract.mock.wire import Asgi, tampered


class EveryAnswer:
    """What every answer carries: a correlation id and a date. And the log of requests."""

    def __init__(self, app: ASGIApp, log: RequestLog) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    (b"inin-correlation-id", str(uuid.uuid4()).encode()),
                    (b"date", formatdate(usegmt=True).encode()),
                ]
                if not scope["path"].startswith(PREFIX):
                    self._log.note(scope, message)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def create_app(
    settings: Settings,
    behaviours: Callable[[Operation], Behaviour] | None = None,
    contract: Contract | None = None,
) -> Asgi:
    """A mock with a freshly seeded directory, its faults and variants planted.

    :param settings: its edition, clients and so on.
    :param behaviours: how each operation is answered, in place of what the settings' faults and variants make of it.
    :param contract: the contract of the edition, where it is loaded already.
    :raises FileNotFoundError: where there is no such edition.
    :raises ValueError: a fault or variant is unknown, or two of them cannot be combined.
    """
    contract = contract or load(settings.edition)
    plants = planted(contract, _named(contract, settings))
    directory = plants.sown(seeded_directory(settings.seed, contract.edition))
    started = time.time_ns() // 1_000_000
    service = Service(contract, directory, started, FilterEngine(contract.edition))
    tokens = Tokens(settings.clients)
    log = RequestLog()
    served = [
        *routes(service, tokens, behaviours or plants.behaviours),
        Route("/oauth/token", tokens.endpoint, methods=["POST"]),
    ]
    if settings.admin:
        served += admin_routes(service.directory, log)
    app = Starlette(
        routes=served,
        middleware=[Middleware(EveryAnswer, log=log)],
        exception_handlers={404: _no_such_path},
    )
    app.router.redirect_slashes = False
    if not plants.plants:
        return app
    inner = tampered(app, plants.tampers, contract.operations, service.directory) if plants.tampers else app
    return plants.wrapped(inner, settings.seed)


def _named(contract: Contract, settings: Settings) -> list[Fault | Variant]:
    if not settings.faults and not settings.variants:
        return []
    from scim_contract.mock.catalogue import named  # only a mock that is to differ needs to know how

    return named(contract, settings.faults, settings.variants)


async def _no_such_path(request: Request, error: Exception) -> Response:
    media_type = negotiation.answer_type(request.headers.get("accept")) or negotiation.JSON
    return refusal(not_found("path"), media_type)
