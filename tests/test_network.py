"""The network between a run and its target: TLS, names, proxies, tokens that die, servers that do."""

from __future__ import annotations

import re
import ssl
import time
from pathlib import Path

import pytest
import trustme

from scim_contract.targets import ConfigurationError, Target
from scim_contract.transport import Masker, Refused, TokenTrouble, Transport, Unreachable
from tests.exchanges import quick_trust
from tests.harness import run
from tests.proxies import proxying
from tests.servers import Reply, Seen, Tamper, is_on, serving
from tests.sockets import answer, hang_up, speaking
from tests.wires import ANN, CONTRACT, mock_client, token, transport, wire, without_sleep

NAME = "scim.test"
CLAIMS = ("--claim", "etags.stable", "--claim", "etags.stale-if-match-refused")
LIST_USERS = CONTRACT.operation("get_scim_users")
NOW = {"retry-after": "0"}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    quick_trust(monkeypatch, tmp_path)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    return without_sleep(monkeypatch)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def identity(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    """What a server of these names shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def bundle(authority: trustme.CA, folder: Path) -> Path:
    path = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


def why_not(url: str, **settings: object) -> str:
    """Why a read of a server gives no answer."""
    with transport(url, **settings) as sender, pytest.raises(Unreachable) as told:
        sender.send(wire(f"{url}/x"))
    return told.value.what


# TLS --------------------------------------------------------------------------------------------------


def test_a_server_of_an_authority_of_ones_own_is_reached_by_the_profiles_bundle(
    authority: trustme.CA, tmp_path: Path
) -> None:
    bundle(authority, tmp_path)
    with (
        speaking(answer(), tls=identity(authority, "127.0.0.1")) as server,
        transport(server.url, ca_bundle="authority.pem", folder=tmp_path) as sender,
    ):
        assert server.url.startswith("https://")
        assert sender.send(wire(f"{server.url}/x")).status == 200


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_it_is_reached_by_the_environments_bundle(
    variable: str, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.setenv(variable, str(bundle(authority, tmp_path)))
    with speaking(answer(), tls=identity(authority, "127.0.0.1")) as server, transport(server.url) as sender:
        assert sender.send(wire(f"{server.url}/x")).status == 200


@pytest.mark.parametrize(
    ("names", "trusted", "said"),
    [
        (("127.0.0.1",), False, "unable to get local issuer certificate"),
        (("other.test",), True, "IP address mismatch"),
    ],
    ids=["unknown authority", "another name"],
)
def test_a_certificate_that_is_not_trusted_is_told_as_such_and_asked_once(
    names: tuple[str, ...], trusted: bool, said: str, authority: trustme.CA, tmp_path: Path, slept: list[float]
) -> None:
    settings = {"ca_bundle": "authority.pem", "folder": tmp_path} if trusted else {}
    bundle(authority, tmp_path)
    with speaking(answer(), tls=identity(authority, *names)) as server:
        what = why_not(server.url, **settings)
        assert not server.requests
    assert what.startswith(f"GET {server.url}/x: its certificate is not trusted (")
    assert said in what
    assert "`ca_bundle` in the profile names authorities of your own" in what
    assert slept == []


def test_a_server_that_does_not_answer_the_handshake_is_given_up_after_the_timeout(slept: list[float]) -> None:
    with speaking(answer()) as server:
        url = server.url.replace("http://", "https://")
        what = why_not(url, timeout_seconds=0.3)
    assert what.startswith(f"GET {url}/x: no connection within the timeout (")
    assert slept == []


def test_a_tls_connection_that_breaks_in_the_midst_of_an_answer_is_no_answer(
    authority: trustme.CA, tmp_path: Path, slept: list[float]
) -> None:
    bundle(authority, tmp_path)
    said = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"
    with (
        speaking(said, answer(), tls=identity(authority, "127.0.0.1")) as server,
        transport(server.url, ca_bundle="authority.pem", folder=tmp_path) as sender,
    ):
        exchange = sender.send(wire(f"{server.url}/x"))
    assert exchange.status == 200
    assert len(exchange.retries) == 1


@pytest.mark.parametrize(("text", "why"), [(None, "No such file or directory"), ("none", "NO_CERTIFICATE")])
def test_a_bundle_that_cannot_be_read_is_a_mistake_in_the_profile(text: str | None, why: str, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "mine.pem").write_text(text, "utf-8")
    with pytest.raises(ConfigurationError) as told:
        Transport(Target("here", "https://x.test", ca_bundle="mine.pem", folder=tmp_path), Masker())
    said = str(told.value)
    assert said.startswith(f"[targets.here]: ca_bundle: {tmp_path / 'mine.pem'}: no certificates to be had there (")
    assert why in said


# names and proxies --------------------------------------------------------------------------------------


def test_a_name_that_nobody_knows_is_no_answer(slept: list[float]) -> None:
    what = why_not("http://nobody.invalid")
    assert re.match(r"GET http://nobody.invalid/x: no connection \(\[Errno -\d+\] .+\) after 2 retries$", what), what


@pytest.fixture
def far(authority: trustme.CA, tmp_path: Path) -> str:
    """The URL of a server that only a proxy knows the way to; its authority is in authority.pem."""
    bundle(authority, tmp_path)
    return f"https://{NAME}"


@pytest.mark.parametrize("user", ["", "somebody:pass-of-the-proxy@"], ids=["open", "with a password"])
def test_a_target_behind_a_proxy_is_reached(
    user: str, far: str, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with speaking(answer(), tls=identity(authority, NAME)) as server, proxying(server.url) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("http://", f"http://{user}"))
        with transport(far, ca_bundle="authority.pem", folder=tmp_path) as sender:
            assert sender.send(wire(f"{far}/x")).status == 200
    assert [head.split(b"\r\n")[0] for head in proxy.heads] == [f"CONNECT {NAME}:443 HTTP/1.1".encode()]
    assert (b"Proxy-Authorization: Basic " in proxy.heads[0]) is bool(user)


@pytest.mark.parametrize(
    ("says", "what"),
    [
        (answer("403 Forbidden"), "the proxy does not let the request through (403 Forbidden)"),
        (answer("407 Proxy Authentication Required"), "the proxy does not let the request through (407 Proxy"),
        (b"", "what came is no complete HTTP answer"),
        (hang_up, "the connection broke while the answer was read"),
    ],
    ids=["403", "407", "nothing", "reset"],
)
def test_a_proxy_in_the_way_is_no_answer_and_its_password_is_not_told(
    says: object, what: str, far: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> None:
    with speaking(says) as proxy:  # type: ignore[arg-type]
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("http://", "http://somebody:pass-of-the-proxy@"))
        said = why_not(far, ca_bundle="authority.pem", folder=tmp_path)
    assert said.startswith(f"GET {far}/x: {what}")
    assert "pass-of-the-proxy" not in said


def test_a_proxy_that_is_not_there_is_no_answer(
    far: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> None:
    with speaking(b"") as proxy:
        pass
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    assert "no connection (" in why_not(far, ca_bundle="authority.pem", folder=tmp_path)


def test_a_server_on_this_machine_is_not_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with speaking(answer("403 Forbidden")) as proxy, speaking(answer()) as server:
        for name in ("HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        with transport(server.url) as sender:
            assert sender.send(wire(f"{server.url}/x")).status == 200
        assert not proxy.requests


def test_a_proxy_of_no_known_kind_is_a_mistake_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "gopher://somebody:pass-of-the-proxy@proxy.test")
    with pytest.raises(ConfigurationError) as told:
        Transport(Target("here", "https://x.test"), Masker())
    assert str(told.value).startswith("HTTPS_PROXY or its like: ")
    assert "pass-of-the-proxy" not in str(told.value)


# tokens -----------------------------------------------------------------------------------------------------


def refusing_first_token(seen: Seen) -> Reply | None:
    """The first token dies after three questions."""
    token_sent = seen.headers.get("authorization", "")
    if not token_sent.startswith("Bearer ") or "/scim/" not in seen.path:
        return None
    first = seen.memory.setdefault("first", token_sent)
    seen.memory["asked"] = seen.memory.get("asked", 0) + 1
    return Reply(401, {}, b"") if token_sent == first and seen.memory["asked"] > 3 else None


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_token_that_dies_is_renewed_once_and_the_answer_is_the_new_ones(method: str) -> None:
    with serving(Tamper(refusing_first_token), (mock_client(ANN),)) as server, transport(server.url, ANN) as sender:
        url = f"{server.url}/api/v2/scim/users"
        for _ in range(3):
            assert sender.send(wire(f"{url}?filter=x", client=ANN, operation=LIST_USERS)).status == 400
        exchange = sender.send(wire(f"{url}/u1", method, client=ANN))
        assert exchange.status in (403, 404)
        assert exchange.retries == ("401 Unauthorized, asked again with a new token",)
        signed_in = [seen for seen in server.log if seen.path == "/oauth/token"]
        assert len(signed_in) == 2
        assert sender.send(wire(f"{url}/u1", client=ANN)).retries == ()


def test_a_refusal_by_401_of_a_live_token_stands_and_costs_one_question() -> None:
    """A server that says 401 where it means 403; and one that says so now and then is not helped by asking again."""

    def refused(seen: Seen) -> Reply | None:
        return Reply(401, {}, b"") if seen.method == "PATCH" else None

    with serving(Tamper(refused), (mock_client(ANN),)) as server, transport(server.url, ANN) as sender:
        url = f"{server.url}/api/v2/scim/users"
        sender.send(wire(f"{url}?filter=x", client=ANN, operation=LIST_USERS))
        asked = len(server.log)
        for _ in range(3):
            assert sender.send(wire(f"{url}/u1", "PATCH", client=ANN)).answer.line == "401 Unauthorized"
        assert [seen.method for seen in server.log[asked:]] == ["PATCH", "GET", "PATCH", "PATCH"]


def test_a_401_now_and_then_is_not_hidden_by_asking_again() -> None:
    def once(seen: Seen) -> Reply | None:
        if seen.method != "DELETE" or seen.memory.get("told"):
            return None
        seen.memory["told"] = True
        return Reply(401, {}, b"")

    with serving(Tamper(once), (mock_client(ANN),)) as server, transport(server.url, ANN) as sender:
        url = f"{server.url}/api/v2/scim/users"
        sender.send(wire(f"{url}?filter=x", client=ANN, operation=LIST_USERS))
        assert sender.send(wire(f"{url}/u1", "DELETE", client=ANN)).status == 401


def test_a_client_that_is_refused_a_new_token_says_so() -> None:
    dead = answer("401 Unauthorized", b"")
    with speaking(token(), answer(), dead, dead, dead) as server, transport(server.url, ANN) as sender:
        sender.send(wire(f"{server.url}/users", client=ANN))
        with pytest.raises(Refused) as told:
            sender.send(wire(f"{server.url}/users", client=ANN))
    assert "refused the client that holds directory:user:view (id ann…) with 401" in str(told.value)


def test_a_busy_token_endpoint_is_asked_again(slept: list[float]) -> None:
    busy = answer("429 Too Many Requests", b"", "Retry-After: 3")
    with speaking(busy, hang_up, token(), answer()) as server, transport(server.url, ANN) as sender:
        assert sender.send(wire(f"{server.url}/x", client=ANN)).status == 200
        assert len(server.requests) == 4
    assert slept[0] == 3
    assert sender.waited == sum(slept)


def test_a_token_endpoint_that_stays_busy_is_given_up(slept: list[float]) -> None:
    with speaking(answer("503 Service Unavailable")) as server, transport(server.url, ANN) as sender:
        with pytest.raises(TokenTrouble, match="answered 503 without a token"):
            sender.send(wire(f"{server.url}/x", client=ANN))
        assert len(server.requests) == 3


def test_tokens_are_handed_on_and_their_new_holder_tells_none() -> None:
    with speaking(token("of-the-first-process"), answer()) as server:
        with transport(server.url, ANN) as first:
            first.tokens.token(ANN)
            handed = first.tokens.held()
        with transport(server.url, ANN) as second:
            second.tokens.take(handed)
            second.send(wire(f"{server.url}/x", client=ANN))
            assert second.masker.text("of-the-first-process") == "***"
        assert len(server.requests) == 2
        assert b"Authorization: Bearer of-the-first-process" in server.head


# whole runs ---------------------------------------------------------------------------------------------------


def test_a_target_that_dies_in_the_middle_ends_the_run_soon(tmp_path: Path) -> None:
    """It can be neither judged nor cleaned up: the ledger stays, and the run says what is to do."""

    def before(seen: Seen) -> Reply | None:
        if seen.path == "/oauth/token":
            return None
        seen.memory["asked"] = seen.memory.get("asked", 0) + 1
        return Reply(503, NOW, b"") if seen.memory["asked"] > 30 else None

    begun = time.monotonic()
    with serving(Tamper(before)) as server:
        code, document, printed = run(tmp_path, server.profile(), *CLAIMS)
        sent = len(server.log)
    assert (code, document["verdict"], document["counts"]["violated"]) == (3, "inconclusive", 0), printed
    assert sent < 100
    assert time.monotonic() - begun < 60
    assert "the target keeps putting off what it is asked: 5 requests in a row got 429 or 503 to the last" in printed
    left = next(text for text in document["errors"] if text.startswith("the target stopped answering"))
    assert re.search(r"\((\d+ users?)?( and )?(the group)?\) is in its ledger", left), left
    assert "`scim-contract cleanup --target broken` removes it" in left
    assert list((tmp_path / ".scim-contract" / "broken").glob("*.jsonl"))


def test_one_operation_that_never_answers_leaves_the_others_judged(tmp_path: Path) -> None:
    def silent(seen: Seen) -> Reply | None:
        return Reply(503, NOW, b"") if is_on(seen, "GET", "/scim/v2/groups/") else None

    with serving(Tamper(silent)) as server:
        code, document, printed = run(tmp_path, server.profile(), *CLAIMS)
    verdicts = {(row["verdict"], row["operation"]) for row in document["results"] if row["claim"].startswith("etags.")}
    assert code == 3, printed
    assert ("inconclusive", "get_scim_v2_group") in verdicts
    assert ("conforms", "get_scim_v2_group") not in verdicts
    assert ("conforms", "get_scim_v2_user") in verdicts
    assert document["counts"]["violated"] == 0
    assert document["leftovers"] == []
