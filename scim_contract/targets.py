"""Targets: the servers that are judged, and what the run may do there; read from targets.toml."""

from __future__ import annotations

import difflib
import ipaddress
import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scim_contract.contract import Contract, load
from scim_contract.locate import editions
from scim_contract.secret import Secret

EMBEDDED = "mock"
OLDEST = "2019"
"""The edition by which a target is judged that names none."""
_CLIENT_KEYS = {"id", "secret", "permissions"}
_WORDS: dict[type, str] = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}


class ConfigurationError(Exception):
    """The user's settings cannot be used; the message says what is wrong, where, and what to do."""


@dataclass(frozen=True)
class Client:
    """An OAuth client of the target and the permissions it holds."""

    id: str
    secret: Secret = field(repr=False)
    permissions: frozenset[str]

    @property
    def label(self) -> str:
        """What the client may do, as reports name it."""
        return ", ".join(sorted(self.permissions)) or "no permission"


@dataclass(frozen=True)
class Target:
    """A server to judge: where it is, who may ask, and what the run may touch.

    `rate_limit` counts requests a minute and client (0: no limit); `timeout_seconds` is for one answer;
    `consistency_seconds` how long a write may take to show in lists; `ca_bundle` a file of the certificates to trust.
    """

    name: str
    base_url: str
    token_url: str = ""
    sandbox: bool = False
    edition: str = OLDEST
    user_domain: str = "example.com"
    group: str = ""
    roles: tuple[str, ...] = ()
    division: str = ""
    photo_url: str = ""
    routing_skill: str = ""
    routing_language: str = ""
    waivers: str = ""
    wide_user_filter: str = ""
    wide_group_filter: str = ""
    rate_limit: int = 300
    timeout_seconds: float = 30
    consistency_seconds: float = 0
    ca_bundle: str = ""
    clients: tuple[Client, ...] = ()
    folder: Path = field(default=Path(), compare=False)

    @property
    def loopback(self) -> bool:
        """Whether the server runs on this machine."""
        host = urlsplit(self.base_url).hostname or ""
        try:
            return host == "localhost" or ipaddress.ip_address(host).is_loopback
        except ValueError:  # some other name
            return False


def shown(target: Target) -> dict[str, Any]:
    """A target's settings as a report may show them: of the clients only what they hold."""
    hidden = ("clients", "folder", "name", "base_url")
    settings = {f.name: getattr(target, f.name) for f in fields(target) if f.name not in hidden}
    return {**settings, "roles": list(target.roles), "clients": [client.label for client in target.clients]}


def from_url(url: str, edition: str = "") -> Target:
    """A server without authentication at a URL: it is only read, since nothing says it may be written.

    Raises:
        ConfigurationError: it is no URL, or there is no such edition.
    """
    address = _url(url, "the target")
    name = urlsplit(address).netloc.replace(":", "-")
    return Target(name=name, base_url=address, edition=edition_named(edition or OLDEST), rate_limit=0)


def edition_named(edition: str, where: str = "") -> str:
    """The edition, where it is installed.

    Raises:
        ConfigurationError: it is not.
    """
    if edition not in editions():
        raise ConfigurationError(f"{where}no edition {edition!r}{nearest(edition, editions())}")
    return edition


def load_target(
    path: Path, name: str, environment: Mapping[str, str] | None = None, edition: str = ""
) -> Target | None:
    """A target of a targets.toml; None where the file has none of that name.

    Args:
        path: the file.
        name: the target's name. Other targets of the file need not be usable here and now.
        environment: where `{ env = "NAME" }` is looked up; the process's own by default.
        edition: the edition to judge by, in place of the one that the profile names.

    Raises:
        ConfigurationError: the file cannot be read, or says something of this target that cannot be used.
    """
    table = target_tables(path).get(name)
    reader = _Reader(path, os.environ if environment is None else environment, edition)
    return None if table is None else reader.target(name, table)


def target_tables(path: Path) -> dict[str, Any]:
    """The sections of a targets.toml by the target's name, unread.

    Raises:
        ConfigurationError: the file cannot be read, is not TOML, or has no targets.
    """
    tables = read_toml(path, "targets") or {}
    if not isinstance(tables, dict) or not tables:
        raise ConfigurationError(f"{path}: has no [targets.NAME] section")
    return tables


def read_toml(path: Path, key: str) -> Any:
    """What a TOML file holds under the one key that it may have; None where it has nothing.

    Raises:
        ConfigurationError: the file cannot be read, is not TOML, or has another key.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror or error})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: is not TOML: {error}") from None
    known(document, {key}, f"{path}")
    return document.get(key)


def toml_entries(path: Path, key: str) -> list[Any]:
    """The tables that a TOML file of `[[key]]` sections holds, unread.

    Raises:
        ConfigurationError: the file cannot be read, or is otherwise.
    """
    rows = read_toml(path, key)
    if rows is not None and not isinstance(rows, list):
        raise ConfigurationError(f"{path}: write [[{key}]], with two brackets")
    return rows or []


def known(given: Mapping[str, Any], names: set[str], where: str) -> None:
    """Refuse unknown keys, with the nearest right name.

    Raises:
        ConfigurationError: a key is none of the names.
    """
    for key in given:
        if key not in names:
            raise ConfigurationError(f"{where}: unknown key {key!r}{nearest(key, names)}")


def nearest(word: str, names: set[str] | tuple[str, ...] | list[str]) -> str:
    """`; did you mean 'x'?` for the nearest name, else the list of them all."""
    close = difflib.get_close_matches(word, list(names), 1, 0.6)
    return f"; did you mean {close[0]!r}?" if close else f"; known: {', '.join(sorted(names))}"


@dataclass(frozen=True)
class _Reader:
    path: Path
    environment: Mapping[str, str]
    edition: str = ""

    def target(self, name: str, table: Any) -> Target:
        where = f"{self.path}: [targets.{name}]"
        if not isinstance(table, dict):
            raise ConfigurationError(f"{where}: is not a table")
        settable = {f.name for f in fields(Target)} - {"name", "folder"}
        known(table, settable, where)
        if "base_url" not in table:
            raise ConfigurationError(f"{where}: base_url is missing, the server's address without the prefixes")
        values = {k: self._value(k, self._env(v, f"{where}: {k}"), where) for k, v in table.items() if k != "clients"}
        values["edition"] = edition_named(self.edition or values.get("edition", OLDEST), f"{where}: ")
        contract = load(values["edition"])
        rows = table.get("clients", [])
        if not isinstance(rows, list):
            raise ConfigurationError(f"{where}: clients: write [[targets.{name}.clients]], with two brackets")
        clients = tuple(
            self._client(row, f"{where} client {n}", contract, values["base_url"]) for n, row in enumerate(rows, 1)
        )
        if clients and not values.get("token_url"):
            raise ConfigurationError(f"{where}: token_url is missing, the clients cannot sign in without it")
        return Target(name=name, folder=self.path.parent, clients=clients, **values)

    def _value(self, key: str, value: Any, where: str) -> Any:
        wanted = {f.name: f.type for f in fields(Target)}[key]
        if key in ("base_url", "token_url"):
            return _url(value, f"{where}: {key}")
        checks: dict[str, tuple[type, ...]] = {"str": (str,), "bool": (bool,), "int": (int,), "float": (float, int)}
        if wanted == "tuple[str, ...]":
            if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
                raise ConfigurationError(f"{where}: {key} is a list of strings, not {value!r}")
            return tuple(value)
        right = checks[str(wanted)]
        if not isinstance(value, right) or (isinstance(value, bool) and bool not in right):
            raise ConfigurationError(f"{where}: {key} is {_WORDS[right[0]]}, not {value!r}")
        if isinstance(value, (int, float)) and not 0 <= value < math.inf:
            raise ConfigurationError(f"{where}: {key} cannot be {value}; it is 0 or more")
        if key == "timeout_seconds" and not value:
            raise ConfigurationError(f"{where}: timeout_seconds must be above 0")
        return value

    def _env(self, value: Any, where: str) -> Any:
        if not isinstance(value, dict):
            return value
        if set(value) != {"env"} or not isinstance(value["env"], str):
            raise ConfigurationError(f'{where}: write {{ env = "NAME" }} to take a value from the environment')
        if not self.environment.get(value["env"]):
            raise ConfigurationError(f"{where}: the environment variable {value['env']} is not set")
        return self.environment[value["env"]]

    def _client(self, row: Any, where: str, contract: Contract, base_url: str) -> Client:
        if not isinstance(row, dict):
            raise ConfigurationError(f"{where}: is not a table")
        known(row, _CLIENT_KEYS, where)
        for key in ("id", "secret"):
            if key not in row:
                raise ConfigurationError(f"{where}: {key} is missing")
        if isinstance(row["secret"], str) and not Target("", base_url).loopback:
            raise ConfigurationError(
                f'{where}: a secret written out is taken for loopback targets only; write secret = {{ env = "NAME" }}'
            )
        values = {k: self._env(row[k], f"{where}: {k}") for k in ("id", "secret")}
        for key, value in values.items():
            if not isinstance(value, str) or not value:
                raise ConfigurationError(f"{where}: {key} is no text")
        permissions = row.get("permissions", [])
        if not isinstance(permissions, list):
            raise ConfigurationError(f"{where}: permissions is a list")
        for permission in permissions:
            if permission not in contract.permissions and not _of_any_edition(permission):
                hint = nearest(str(permission), contract.permissions)
                raise ConfigurationError(f"{where}: no operation asks for permission {permission!r}{hint}")
        held = frozenset(permissions) & frozenset(contract.permissions)  # others let a client do nothing here
        return Client(values["id"], Secret(values["secret"]), held)


def _of_any_edition(permission: object) -> bool:
    """Whether an operation of any edition asks for a permission: a profile may go from one edition to another."""
    return any(permission in load(edition).permissions for edition in editions())


def _url(value: Any, where: str) -> str:
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
        usable = parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ConfigurationError(f"{where} is no URL: {value!r}; write it as https://host")
    return str(value).rstrip("/")
