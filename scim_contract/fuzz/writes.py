"""Sending generated bodies: the ledger before them, reads after them, and nothing that another run or check needs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from scim_contract.contract import Operation
from scim_contract.fuzz.examples import DOMAIN, NAME, PASSWORD, SELF, USERS, Body
from scim_contract.fuzz.judged import Case, deviations
from scim_contract.fuzz.leaving import Leaving
from scim_contract.fuzz.predicting import Prediction, predict
from scim_contract.fuzz.search import Shown
from scim_contract.fuzz.sorting import Sort, Sorted, sort
from scim_contract.org import Org, Resource, people
from scim_contract.org.documents import named, resources
from scim_contract.org.group import disposable
from scim_contract.org.ledger import MARKER
from scim_contract.org.people import full_attributes
from scim_contract.org.still import still_user
from scim_contract.org.writing import find_user
from scim_contract.transport import Exchange

_MARKED = re.compile(rf'{MARKER}[^"\\\s]*', re.IGNORECASE)


class Writes:
    """Sends bodies of one operation and says what each showed."""

    def __init__(self, org: Org, operation: Operation) -> None:
        self.org = org.acting(f"fuzzed/{operation.id}")
        self.operation = operation
        self.subject = _subject(self.org, operation)
        self._leaving = Leaving(self.org)

    def examine(self, example: Body) -> Shown:
        """Send one body.

        Raises:
            Blocked, Untested, Unreachable: something else stood in the way.
        """
        workspace = self.org.workspace
        del workspace.trail[:]
        before = None if self.subject is None else self.org.look(self.subject, self.operation.prefix)
        raw = example.filled(self._values(example))
        model = self.operation.request_model
        assert model is not None
        body = sort(workspace.contract, model, self.operation.resource, raw)
        names = tuple(_names(raw))
        for name in names:
            workspace.ledger.write("creating", userName=name, step=self.org.act)
        asked = self.org.ask(
            self.operation,
            self.subject,
            raw=raw,
            content_type=example.content_type,
            accept=example.accept,
            case="example",
        )
        after = self._created(body, asked, names) if before is None else self._written(body, asked, before, names)
        return Shown(example, tuple(deviations(workspace, after)), tuple(workspace.trail), body.sort)

    def _written(self, body: Sorted, asked: Exchange, before: Exchange, names: tuple[str, ...]) -> Case:
        assert self.subject is not None
        reads = [self.org.gone_or_there(self.subject, self.operation.prefix)]
        if asked.answer.ok:
            reads.append(self.org.gone_or_there(self.subject, self.org.twin(self.operation).prefix))
        if names:
            self._rename(names, before, reads[0])
        return Case(self.operation, body, asked, before, tuple(reads), self._predicted(body, before))

    def _predicted(self, body: Sorted, before: Exchange | None) -> Prediction | None:
        if self.operation.kind != "modify" or body.sort is not Sort.VALID or before is None:
            return None
        contract = self.org.workspace.contract
        return predict(contract, self.operation.resource, named(before.document), body.document)

    def _rename(self, names: tuple[str, ...], before: Exchange | None, after: Exchange) -> None:
        """Write down which of its names the user bears, once a read has shown it."""
        if self.operation.resource != "users" or not after.answer.ok or self.subject is None:
            return
        old = str(before.document.get("userName")) if before is not None else ""
        bears = str(after.document.get("userName"))
        for name in dict.fromkeys((*names, old, bears)):
            if name == bears:
                self.org.workspace.ledger.write("created", userName=name, id=self.subject.id)
            else:
                people.note_gone(self.org.workspace, name)

    def _created(self, body: Sorted, asked: Exchange, names: tuple[str, ...]) -> Case:
        workspace, prefix = self.org.workspace, self.operation.prefix
        name = names[-1] if names else str(asked.document.get("userName", "an unnamed user"))
        its_id = people.note_created(workspace, name, asked)
        if its_id is not None:
            user = Resource("users", its_id, ours=True)
            reads = tuple(self.org.gone_or_there(user, each) for each in (prefix, self.org.twin(self.operation).prefix))
            for other in names[:-1]:
                people.note_gone(workspace, other)
            self._leaving.remove(user, name, prefix)
            return Case(self.operation, body, asked, None, reads)
        if not names or asked.answer.ok:
            return Case(self.operation, body, asked, None, ())
        found = find_user(self.org, prefix, name)
        there = any(str(r.get("userName")).lower() == name.lower() for r in resources(found.document))
        return Case(self.operation, body, asked, None, (found,), created=there)

    def _values(self, example: Body) -> dict[str, str]:
        workspace = self.org.workspace
        word = workspace.token(workspace.step(self.org.act, self.operation.id, "name"))
        values = {NAME: f"{MARKER}{workspace.ledger.run}-{word}", DOMAIN: workspace.target.user_domain}
        if PASSWORD in example.text:
            values[PASSWORD] = self._password()
        values[SELF] = self.subject.id if self.subject is not None else ""
        for placeholder, user in zip(USERS, (self._still, self._mate), strict=True):
            if placeholder in example.text:
                values[placeholder] = user()
        return values

    def _password(self) -> str:
        workspace = self.org.workspace
        password = f"Fuzz-{workspace.token('fuzzed password', 16)}!"
        if password not in workspace.passwords:
            workspace.transport.masker.learn(password)
            workspace.passwords.append(password)
        return password

    def _still(self) -> str:
        return still_user(self.org, self.operation.prefix).id

    def _mate(self) -> str:
        return fuzzed_user(self.org, self.operation.prefix).id


def fuzzed_user(org: Org, prefix: str) -> Resource:
    """The user whom generated writes of a prefix change, and no check besides."""
    return org.person(prefix, "fuzzed", **full_attributes(org.workspace.token("fuzzed"))).resource


def _subject(org: Org, operation: Operation) -> Resource | None:
    org.workspace.may_write()
    if operation.kind == "create":
        return None
    if operation.resource == "groups":
        return disposable(org, operation.prefix)
    return fuzzed_user(org, operation.prefix)


def _names(raw: bytes) -> Iterator[str]:
    """Every userName that a body may give to a user, so that the ledger has it first."""
    try:
        document = json.loads(raw, object_pairs_hook=list)
    except (ValueError, RecursionError):  # a server may read what is no JSON
        yield from dict.fromkeys(_MARKED.findall(raw.decode("utf-8", "replace")))
        return
    yield from dict.fromkeys(_marked(document))


def _marked(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value.lower().startswith(MARKER):
            yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _marked(item)
