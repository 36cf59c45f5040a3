"""targets.toml: what it may say, and the sentence for everything that it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from scim_contract.targets import Client, ConfigurationError, Target, from_url, load_target, target_tables
from scim_contract.transport import Secret

FEW = 'base_url = "https://api.example.com"\n'
LOCAL = 'base_url = "http://127.0.0.1:8080"\ntoken_url = "http://127.0.0.1:8080/oauth/token"\n'
CLIENTS = "[[targets.nightly.clients]]\n"


def read(folder: Path, body: str, **environment: str) -> Target:
    """The target `nightly` of a file with this section."""
    path = folder / "targets.toml"
    path.write_text(f"[targets.nightly]\n{body}", "utf-8")
    target = load_target(path, "nightly", environment)
    assert target is not None
    return target


def refusal(folder: Path, body: str, **environment: str) -> str:
    """The sentence that refuses a section, less the path of the file."""
    with pytest.raises(ConfigurationError) as told:
        read(folder, body, **environment)
    text = str(told.value)
    assert text.startswith(f"{folder / 'targets.toml'}: [targets.nightly]")
    return text.removeprefix(f"{folder / 'targets.toml'}: [targets.nightly]").lstrip(": ")


def test_every_key_is_read(tmp_path: Path) -> None:
    target = read(
        tmp_path,
        """
        base_url = "https://api.example.com/"
        token_url = "https://login.example.com/oauth/token"
        sandbox = true
        edition = "2019"
        user_domain = "example.org"
        group = "ConformanceSandbox"
        roles = ["employee", "admin"]
        division = "Home"
        photo_url = "https://example.org/face.png"
        waivers = "nightly.waivers.toml"
        wide_user_filter = "active eq true"
        wide_group_filter = "displayName pr"
        rate_limit = 120
        timeout_seconds = 2.5
        consistency_seconds = 4
        [[targets.nightly.clients]]
        id = { env = "VIEW_ID" }
        secret = { env = "VIEW_SECRET" }
        permissions = ["directory:user:view", "directory:user:add"]
        [[targets.nightly.clients]]
        id = "nobody"
        secret = { env = "NOBODY" }
        """,
        VIEW_ID="viewer",
        VIEW_SECRET="s3cret",
        NOBODY="n0body",
    )
    assert target == Target(
        name="nightly",
        base_url="https://api.example.com",
        token_url="https://login.example.com/oauth/token",
        sandbox=True,
        edition="2019",
        user_domain="example.org",
        group="ConformanceSandbox",
        roles=("employee", "admin"),
        division="Home",
        photo_url="https://example.org/face.png",
        waivers="nightly.waivers.toml",
        wide_user_filter="active eq true",
        wide_group_filter="displayName pr",
        rate_limit=120,
        timeout_seconds=2.5,
        consistency_seconds=4,
        clients=(
            Client("viewer", Secret("s3cret"), frozenset({"directory:user:view", "directory:user:add"})),
            Client("nobody", Secret("n0body"), frozenset()),
        ),
    )
    assert target.folder == tmp_path


def test_a_target_of_which_nothing_is_said_is_only_read(tmp_path: Path) -> None:
    assert read(tmp_path, FEW) == Target(
        name="nightly", base_url="https://api.example.com", sandbox=False, rate_limit=300, timeout_seconds=30
    )


@pytest.mark.parametrize(
    "key", ["user_domain", "group", "division", "photo_url", "waivers", "wide_user_filter", "wide_group_filter"]
)
def test_any_text_may_come_from_the_environment(tmp_path: Path, key: str) -> None:
    assert getattr(read(tmp_path, f'{FEW}{key} = {{ env = "THERE" }}', THERE="said"), key) == "said"


def test_addresses_may_come_from_the_environment(tmp_path: Path) -> None:
    target = read(
        tmp_path, 'base_url = { env = "B" }\ntoken_url = { env = "T" }', B="https://a.test", T="https://b.test"
    )
    assert (target.base_url, target.token_url) == ("https://a.test", "https://b.test")


def test_another_target_of_the_file_need_not_be_usable(tmp_path: Path) -> None:
    other = '[targets.other]\nbase_urll = "x"\n[[targets.other.clients]]\nsecret = { env = "UNSET" }\n'
    assert read(tmp_path, f"{FEW}{other}").base_url == "https://api.example.com"


def test_a_target_that_the_file_has_not_is_none(tmp_path: Path) -> None:
    path = tmp_path / "targets.toml"
    path.write_text(f"[targets.nightly]\n{FEW}", "utf-8")
    assert load_target(path, "weekly", {}) is None
    assert list(target_tables(path)) == ["nightly"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "base_url is missing, the server's address without the prefixes"),
        ('base_ulr = "https://api.example.com"', "unknown key 'base_ulr'; did you mean 'base_url'?"),
        (f'{FEW}sandbx = true', "unknown key 'sandbx'; did you mean 'sandbox'?"),
        (f'{FEW}wide_users_filter = "x"', "unknown key 'wide_users_filter'; did you mean 'wide_user_filter'?"),
        (f'{FEW}client = []', "unknown key 'client'; did you mean 'clients'?"),
        (f'{FEW}name = "x"', "unknown key 'name'; known: base_url, ca_bundle, clients, consistency_seconds, "
         "division, edition, group, photo_url, rate_limit, roles, routing_language, routing_skill, sandbox, "
         "timeout_seconds, token_url, user_domain, "
         "waivers, wide_group_filter, wide_user_filter"),
        ('base_url = "api.example.com"', "base_url is no URL: 'api.example.com'; write it as https://host"),
        ('base_url = "ftp://api.example.com"', "base_url is no URL: 'ftp://api.example.com'; write it as https://host"),
        ('base_url = "https://"', "base_url is no URL: 'https://'; write it as https://host"),
        ('base_url = "https://h:port"', "base_url is no URL: 'https://h:port'; write it as https://host"),
        ('base_url = "https://h:70000"', "base_url is no URL: 'https://h:70000'; write it as https://host"),
        ('base_url = "https://[::1"', "base_url is no URL: 'https://[::1'; write it as https://host"),
        ("base_url = 7", "base_url is no URL: 7; write it as https://host"),
        (f'{FEW}token_url = "login"', "token_url is no URL: 'login'; write it as https://host"),
        (f'{FEW}sandbox = "yes"', "sandbox is true or false, not 'yes'"),
        (f'{FEW}sandbox = 1', "sandbox is true or false, not 1"),
        (f'{FEW}group = 7', "group is a text, not 7"),
        (f'{FEW}group = true', "group is a text, not True"),
        (f'{FEW}roles = "admin"', "roles is a list of strings, not 'admin'"),
        (f'{FEW}roles = ["admin", 7]', "roles is a list of strings, not ['admin', 7]"),
        (f'{FEW}rate_limit = 1.5', "rate_limit is a whole number, not 1.5"),
        (f'{FEW}rate_limit = true', "rate_limit is a whole number, not True"),
        (f'{FEW}rate_limit = -1', "rate_limit cannot be -1; it is 0 or more"),
        (f'{FEW}timeout_seconds = "30"', "timeout_seconds is a number, not '30'"),
        (f'{FEW}timeout_seconds = 0', "timeout_seconds must be above 0"),
        (f'{FEW}timeout_seconds = nan', "timeout_seconds cannot be nan; it is 0 or more"),
        (f'{FEW}consistency_seconds = inf', "consistency_seconds cannot be inf; it is 0 or more"),
        (f'{FEW}edition = "2091"', "no edition '2091'; did you mean '2019'?"),
        (f'{FEW}edition = "next"', "no edition 'next'; known: 2019, 2026"),
        (f'{FEW}edition = 2019', "edition is a text, not 2019"),
        (f'{FEW}group = {{ env = "UNSET" }}', "group: the environment variable UNSET is not set"),
        (f'{FEW}group = {{ env = "EMPTY" }}', "group: the environment variable EMPTY is not set"),
        (f'{FEW}group = {{ var = "X" }}', 'group: write { env = "NAME" } to take a value from the environment'),
        (f'{FEW}group = {{ env = 7 }}', 'group: write { env = "NAME" } to take a value from the environment'),
        (f'{LOCAL}clients = "x"', "clients: write [[targets.nightly.clients]], with two brackets"),
        (f'{LOCAL}clients = ["x"]', "client 1: is not a table"),
        (f'{LOCAL}[targets.nightly.clients]\nid = "x"',
         "clients: write [[targets.nightly.clients]], with two brackets"),
        (f'{LOCAL}{CLIENTS}secret = "s"', "client 1: id is missing"),
        (f'{LOCAL}{CLIENTS}id = "a"', "client 1: secret is missing"),
        (f'{LOCAL}{CLIENTS}id = ""\nsecret = "s"', "client 1: id is no text"),
        (f'{LOCAL}{CLIENTS}id = 7\nsecret = "s"', "client 1: id is no text"),
        (f'{LOCAL}{CLIENTS}id = "a"\nsecret = ""', "client 1: secret is no text"),
        (f'{LOCAL}{CLIENTS}id = "a"\nsecret = 7', "client 1: secret is no text"),
        (f'{LOCAL}{CLIENTS}id = "a"\nsecret = {{ env = "UNSET" }}',
         "client 1: secret: the environment variable UNSET is not set"),
        (f'{LOCAL}{CLIENTS}id = "a"\nsecret = "s"\npermission = []',
         "client 1: unknown key 'permission'; did you mean 'permissions'?"),
        (f'{LOCAL}{CLIENTS}id = "a"\nsecret = "s"\npermissions = "directory:user:view"',
         "client 1: permissions is a list"),
        (f'{LOCAL}{CLIENTS}id = "a"\nsecret = "s"\npermissions = ["directory:user:veiw"]',
         "client 1: no operation asks for permission 'directory:user:veiw'; did you mean 'directory:user:view'?"),
        (f'{LOCAL}{CLIENTS}id = "a"\nsecret = "s"\npermissions = [7]',
         "client 1: no operation asks for permission 7; known: directory:group:edit, "
         "directory:user:add, directory:user:delete, directory:user:edit, directory:user:setPassword, "
         "directory:user:view"),
        (f'{LOCAL}{CLIENTS}id = "a"\nsecret = "s"\n{CLIENTS}id = "b"', "client 2: secret is missing"),
        (f'{FEW}{CLIENTS}id = "a"\nsecret = "s"', "client 1: a secret written out is taken for loopback targets only; "
         'write secret = { env = "NAME" }'),
        (f'{FEW}{CLIENTS}id = "a"\nsecret = {{ env = "S" }}',
         "token_url is missing, the clients cannot sign in without it"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_a_sentence(tmp_path: Path, body: str, sentence: str) -> None:
    assert refusal(tmp_path, body, EMPTY="", S="secret-of-a") == sentence


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:80", "127.8.9.10", "localhost", "[::1]:8080", "LOCALHOST"],
)
def test_a_secret_may_be_written_out_for_this_machine(tmp_path: Path, host: str) -> None:
    body = f'base_url = "http://{host}"\ntoken_url = "http://{host}/t"\n{CLIENTS}id = "a"\nsecret = "s"\n'
    assert str(read(tmp_path, body).clients[0].secret) == "s"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1.example.com", "localhost.example.com", "10.0.0.1", "localhost@example.com", "127.evil.test", "0.0.0.0"],
)
def test_a_secret_may_not_be_written_out_for_a_name_that_only_looks_like_it(tmp_path: Path, host: str) -> None:
    body = f'base_url = "http://{host}"\ntoken_url = "http://{host}/t"\n{CLIENTS}id = "a"\nsecret = "s"\n'
    assert refusal(tmp_path, body).startswith("client 1: a secret written out is taken for loopback targets only")


def test_a_refusal_tells_no_secret(tmp_path: Path) -> None:
    body = f'{FEW}token_url = "https://t.test"\n{CLIENTS}id = "a"\nsecret = "hunter2hunter2"\n'
    assert "hunter2" not in refusal(tmp_path, body)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "has no [targets.NAME] section"),
        ("targets = 7", "has no [targets.NAME] section"),
        ("[target.nightly]", "unknown key 'target'; did you mean 'targets'?"),
        ("[targets]\nnightly = 7", "[targets.nightly]: is not a table"),
        ("[[targets.nightly]]", "[targets.nightly]: is not a table"),
    ],
)
def test_a_file_without_a_target_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "targets.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigurationError) as told:
        load_target(path, "nightly", {})
    assert str(told.value) == f"{path}: {sentence}"


@pytest.mark.parametrize("content", [b"[targets.nightly", b'[targets.nightly]\ngroup = "\xff"\n'])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "targets.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError) as told:
        load_target(path, "nightly", {})
    assert str(told.value).startswith(f"{path}: is not TOML: ")


def test_a_file_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "missing.toml"
    with pytest.raises(ConfigurationError) as told:
        load_target(path, "nightly")
    assert str(told.value) == f"{path}: cannot be read (No such file or directory)"


def test_the_environment_is_the_process_own_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIGHTLY_GROUP", "Sandbox")
    path = tmp_path / "targets.toml"
    path.write_text(f'[targets.nightly]\n{FEW}group = {{ env = "NIGHTLY_GROUP" }}\n', "utf-8")
    target = load_target(path, "nightly")
    assert target is not None
    assert target.group == "Sandbox"


def test_a_url_is_a_target_that_is_only_read() -> None:
    target = from_url("http://127.0.0.1:8080/")
    assert target == Target(name="127.0.0.1-8080", base_url="http://127.0.0.1:8080", sandbox=False, rate_limit=0)
    assert target.loopback


@pytest.mark.parametrize("url", ["https//host", "file:///etc/passwd", "http://h:0", "http://", "http://[::1"])
def test_what_is_no_url_is_no_target(url: str) -> None:
    with pytest.raises(ConfigurationError) as told:
        from_url(url)
    assert str(told.value) == f"the target is no URL: {url!r}; write it as https://host"


@pytest.mark.parametrize(
    ("permissions", "label"),
    [
        ((), "no permission"),
        (("directory:user:view", "directory:user:add"), "directory:user:add, directory:user:view"),
    ],
)
def test_a_client_is_named_by_what_it_may_do(permissions: tuple[str, ...], label: str) -> None:
    client = Client("id-of-client", Secret("hunter2hunter2"), frozenset(permissions))
    assert client.label == label
    assert "hunter2" not in f"{client!r}{Target('t', 'https://h', clients=(client,))!r}"
