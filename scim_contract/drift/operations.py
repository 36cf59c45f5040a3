"""Operations held against each other: who may ask them, how they are addressed, and what they take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scim_contract.drift.bodies import of_bodies
from scim_contract.drift.difference import Difference, How
from scim_contract.drift.kinds import ANSWER, REQUEST, compared
from scim_contract.drift.surface import Given, Offered, Surface


def drifted(old: Surface, new: Surface) -> list[Difference]:
    """Everything that a client of the one contract meets in the other, in the order of operations."""
    both = paired(old, new)
    known = {theirs.id for _, theirs in both}
    found = [
        _whole(How.REMOVED, mine, str(mine), "", True)
        for mine in old.operations
        if mine.id not in {each.id for each, _ in both}
    ]
    found += [_whole(How.ADDED, each, "", str(each), False) for each in new.operations if each.id not in known]
    for mine, theirs in both:
        found += _of_pair(mine, theirs)
    return [*found, *of_bodies(old, new, both)]


def paired(old: Surface, new: Surface) -> list[tuple[Offered, Offered]]:
    """The operations that both have: of one method and path, else of one id."""
    by_path = {(each.method, _shape(each.path)): each for each in new.operations}
    by_id = {_bare(each.id): each for each in new.operations}
    found: list[tuple[Offered, Offered]] = []
    for mine in old.operations:
        theirs = by_path.get((mine.method, _shape(mine.path)))
        if theirs is None:
            theirs = by_id.get(_bare(mine.id))
            taken = theirs is not None and any((theirs.method, _shape(theirs.path)) == _key(o) for o in old.operations)
            theirs = None if taken else theirs
        if theirs is not None:
            found.append((mine, theirs))
    return found


def _key(operation: Offered) -> tuple[str, str]:
    return operation.method, _shape(operation.path)


def _shape(path: str) -> str:
    """A path without the names of its parameters and without regard to case, as a server matches it."""
    return "/".join("{}" if step.startswith("{") else step.lower() for step in path.split("/"))


def _bare(id_: str) -> str:
    """An operationId without regard to how words are joined: getScimUser is get_scim_user."""
    return id_.replace("_", "").replace("-", "").lower()


def _whole(how: How, operation: Offered, before: str, after: str, breaks: bool, subject: str = "") -> Difference:
    return Difference(how, "operation", subject, before, after, breaks, (operation.id,))


def _of_pair(mine: Offered, theirs: Offered) -> Iterator[Difference]:
    if (mine.method, _shape(mine.path)) != (theirs.method, _shape(theirs.path)):
        yield _whole(How.RENAMED, mine, str(mine), str(theirs), True, "address")
    if _bare(mine.id) != _bare(theirs.id):
        yield _whole(How.RENAMED, mine, mine.id, theirs.id, True, "id")
    yield from _permissions(mine, theirs)
    yield from _parameters(mine, theirs)
    yield from _types(mine, theirs)
    yield from _of_success(mine, theirs)
    yield from _whole_bodies(mine, theirs)


def _permissions(mine: Offered, theirs: Offered) -> Iterator[Difference]:
    def told(how: How, before: str, after: str, breaks: bool) -> Difference:
        return Difference(how, "permissions", "", before, after, breaks, (mine.id,))

    old, new = mine.permissions, theirs.permissions
    if old and not new:
        yield told(How.LOOSENED, f"any of {', '.join(old)}", "none is asked for", False)
    elif new and not old:
        yield told(How.TIGHTENED, "none is asked for", f"any of {', '.join(new)}", True)
    elif old:
        more, fewer = [p for p in new if p not in old], [p for p in old if p not in new]
        if more:
            how = How.TIGHTENED if theirs.requires_all else How.LOOSENED
            yield told(how, "those known", f"also {', '.join(more)}", theirs.requires_all)
        if fewer:
            how = How.LOOSENED if theirs.requires_all else How.TIGHTENED
            yield told(how, "those known", f"no longer {', '.join(fewer)}", not theirs.requires_all)
        if mine.requires_all != theirs.requires_all:
            words = {True: "all of them", False: "any of them"}
            how = How.TIGHTENED if theirs.requires_all else How.LOOSENED
            yield told(how, words[mine.requires_all], words[theirs.requires_all], theirs.requires_all)
    if mine.signs_in is not theirs.signs_in:
        words = {True: "a token may be asked for", False: "open without a token"}
        how = How.TIGHTENED if theirs.signs_in else How.LOOSENED
        yield told(how, words[mine.signs_in], words[theirs.signs_in], theirs.signs_in)


def _parameters(mine: Offered, theirs: Offered) -> Iterator[Difference]:
    def told(how: How, name: str, before: str, after: str, breaks: bool) -> Difference:
        return Difference(how, "parameter", name, before, after, breaks, (mine.id,))

    old = {_wire(each): each for each in mine.parameters}
    new = {_wire(each): each for each in theirs.parameters}
    gone, come = [key for key in old if key not in new], [key for key in new if key not in old]
    for mine_own, their_own in _renamed([old[key] for key in gone], [new[key] for key in come]):
        gone.remove(_wire(mine_own))
        come.remove(_wire(their_own))
        on_the_wire = mine_own.place != "path"
        yield told(How.RENAMED, mine_own.name, mine_own.name, their_own.name, on_the_wire)
    for key in gone:
        yield told(How.REMOVED, old[key].name, _said(old[key]), "", True)
    for key in come:
        needed = new[key].required
        no_such = "no such parameter" if needed else ""
        yield told(How.TIGHTENED if needed else How.ADDED, new[key].name, no_such, _said(new[key]), needed)
    for key in (key for key in old if key in new):
        for how, first, second, breaks in _of_parameter(old[key], new[key]):
            yield told(how, old[key].name, first, second, breaks)


def _of_parameter(old: Given, new: Given) -> Iterator[tuple[How, str, str, bool]]:
    if old.name != new.name:
        yield How.RENAMED, old.name, new.name, old.place == "query"  # of headers the case does not count
    if old.required is not new.required:
        words = {True: "required", False: "optional"}
        how = How.TIGHTENED if new.required else How.LOOSENED
        yield how, words[old.required], words[new.required], new.required
    if old.default != new.default:
        yield How.REPLACED, f"default {old.default or 'none'}", f"default {new.default or 'none'}", True
    for each in compared(old.kind, new.kind, REQUEST):
        yield each.how, each.before, each.after, each.breaks


def _wire(given: Given) -> tuple[str, str]:
    return given.place, given.name.lower()


def _said(given: Given) -> str:
    return f"{given.place}, {'required' if given.required else 'optional'}, {given.kind.text}"


def _renamed(gone: Sequence[Given], come: Sequence[Given]) -> list[tuple[Given, Given]]:
    """A parameter that went and the only one of the same place, duty, kind and default that came."""
    found = []
    for before in gone:
        like = [each for each in come if _meaning(each) == _meaning(before)]
        rivals = [each for each in gone if _meaning(each) == _meaning(before)]
        if len(like) == len(rivals) == 1:
            found.append((before, like[0]))
    return found


def _meaning(given: Given) -> tuple[object, ...]:
    return given.place, given.required, given.kind.word, given.default


def _types(mine: Offered, theirs: Offered) -> Iterator[Difference]:
    for place, old, new in (
        (REQUEST, mine.request_types, theirs.request_types),
        (ANSWER, mine.answer_types, theirs.answer_types),
    ):
        if not old or not new:  # what is not said is not compared
            continue
        for each in sorted(old - new):
            yield Difference(How.REMOVED, place, "media type", each, "", True, (mine.id,))
        for each in sorted(new - old):
            yield Difference(How.ADDED, place, "media type", "", each, False, (mine.id,))


def _of_success(mine: Offered, theirs: Offered) -> Iterator[Difference]:
    for each in sorted(mine.statuses - theirs.statuses):
        yield Difference(How.REMOVED, ANSWER, "status", each, "", each in ("200", "201", "304"), (mine.id,))
    for each in sorted(theirs.statuses - mine.statuses):
        yield Difference(How.ADDED, ANSWER, "status", "", each, bool(mine.statuses), (mine.id,))


def _whole_bodies(mine: Offered, theirs: Offered) -> Iterator[Difference]:
    for place, old, new in ((REQUEST, mine.request, theirs.request), (ANSWER, mine.answer, theirs.answer)):
        if old is not None and new is not None:
            for each in compared(old, new, place):
                yield Difference(each.how, place, f"body{each.part}", each.before, each.after, each.breaks, (mine.id,))
        elif old is not None:
            yield Difference(How.REMOVED, place, "body", old.text, "", True, (mine.id,))
        elif new is not None:
            needed = place == REQUEST and theirs.request_required
            how = How.TIGHTENED if needed else How.ADDED
            yield Difference(how, place, "body", "no body" if needed else "", new.text, needed, (mine.id,))
    if mine.request is not None and theirs.request is not None and mine.request_required != theirs.request_required:
        words = {True: "required", False: "optional"}
        how = How.TIGHTENED if theirs.request_required else How.LOOSENED
        before, after = words[mine.request_required], words[theirs.request_required]
        yield Difference(how, REQUEST, "body", before, after, theirs.request_required, (mine.id,))
