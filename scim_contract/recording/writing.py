"""A recording as a HAR 1.2 file, which a browser's network panel opens."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import harfile

from scim_contract import __version__
from scim_contract.recording.recorded import Recorded, Recording
from scim_contract.transport import Answer, Request

_HTTP = "HTTP/1.1"


def write(recording: Recording, path: Path) -> None:
    """Write a recording.

    What HAR has no field for stands in the comments, as JSON: the run in the log's, the step and its claims
    in each entry's.

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("w", encoding="utf-8") as file:
        creator = harfile.Creator(name="scim-contract", version=__version__)
        with harfile.HarFile(file, creator=creator, comment=recording.about.text()) as har:
            for entry in recording.entries:
                _add(har, entry)


def _add(har: harfile.HarFile, entry: Recorded) -> None:
    exchange = entry.exchange
    milliseconds = round(exchange.answer.seconds * 1000, 3)
    comment = entry.comment()
    body = exchange.request.body
    if body is not None and _text(body) is None:
        comment["body"] = b64encode(body).decode("ascii")  # HAR can say of an answer only that it is no text
    har.add_entry(
        startedDateTime=datetime.fromtimestamp(entry.started, UTC),
        time=milliseconds,
        request=_request(exchange.request),
        response=_response(exchange.answer),
        timings=harfile.Timings(send=0, wait=milliseconds, receive=0),
        comment=json.dumps({**comment, "broken": exchange.answer.broken}, ensure_ascii=False),
    )


def _request(request: Request) -> harfile.Request:
    body = request.body
    return harfile.Request(
        method=request.method,
        url=request.url,
        httpVersion=_HTTP,
        headers=_records(request.headers),
        queryString=_records(parse_qsl(urlsplit(request.url).query, keep_blank_values=True)),
        postData=None
        if body is None
        else harfile.PostData(mimeType=request.header("Content-Type") or "", params=[], text=_text(body) or ""),
        headersSize=-1,
        bodySize=len(body or b""),
    )


def _response(answer: Answer) -> harfile.Response:
    text = _text(answer.body)
    content = harfile.Content(
        size=len(answer.body),
        mimeType=answer.header("Content-Type") or "",
        text=text if text is not None else b64encode(answer.body).decode("ascii"),
        encoding=None if text is not None else "base64",
    )
    return harfile.Response(
        status=answer.status,
        statusText=_phrase(answer.status),
        httpVersion=_HTTP,
        headers=_records(answer.headers),
        content=content,
        redirectURL=answer.header("Location") or "",
        headersSize=-1,
        bodySize=len(answer.body),
    )


def _records(pairs: object) -> list[harfile.Record]:
    return [harfile.Record(name=name, value=value) for name, value in pairs]  # type: ignore[attr-defined]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _text(body: bytes) -> str | None:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None
