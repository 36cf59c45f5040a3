"""Which exchange of one recording answers to which of another, and whether the same had happened before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from scim_contract.compare.meaning import Meaning, blurred
from scim_contract.recording import Recorded, Recording

_RACES = ("etags.one-writer-wins:",)
"""Acts whose writes go out together: which of them comes first is left to chance."""
_CONDITIONS = ("if-match", "if-none-match")


@dataclass(frozen=True)
class Aligned:
    """Two exchanges of one step.

    `strict`: the same writes with the same outcomes had touched what they are about, so that the answers must
    say the same; else only what no earlier write can change is compared. `written`: the run itself had written what
    they are about, so that when it last changed says something.
    """

    baseline: Recorded
    candidate: Recorded
    strict: bool
    written: bool = False


@dataclass(frozen=True)
class Alignment:
    """What can be compared of two recordings.

    `apart` are steps that the other side took as well, but asking something else; `only` those of one side.
    """

    pairs: tuple[Aligned, ...]
    apart: tuple[str, ...]
    only_baseline: tuple[str, ...]
    only_candidate: tuple[str, ...]


def align(baseline: Recording, candidate: Recording, one: Meaning, other: Meaning) -> Alignment:
    """Align two recordings by step id.

    The number at a step's end counts in the order of its run: so of one name, those are aligned that ask the same
    in the same situation, the first with the first.
    """
    there, here = _numbered(baseline, one), _numbered(candidate, other)
    before, after = _histories(baseline), _histories(candidate)
    written = set(_written(baseline))
    pairs = [
        Aligned(left, here[key], before[left.step] == after[here[key].step], left.step in written)
        for key, left in there.items()
        if key in here and not (left.step.startswith(_RACES) and _writes(left))
    ]
    left_names, right_names = {key[0] for key in there}, {key[0] for key in here}
    return Alignment(
        tuple(pairs),
        tuple(e.step for key, e in there.items() if key not in here and key[0] in right_names),
        tuple(e.step for key, e in there.items() if key[0] not in right_names),
        tuple(e.step for key, e in here.items() if key[0] not in left_names),
    )


def subject(entry: Recorded) -> str:
    """What an exchange is about: `users/<id>`, or the kind of resource alone."""
    operation = entry.exchange.operation
    if operation is None:
        return ""
    path = unquote(urlsplit(entry.exchange.request.url).path)
    return f"{operation.resource}/{path.rsplit('/', 1)[-1]}" if operation.path_parameter else operation.resource


def _numbered(recording: Recording, meaning: Meaning) -> dict[tuple[str, object, int], Recorded]:
    """The exchanges by the name of their step, by what was asked in which situation, and a number."""
    found: dict[tuple[str, object, int], Recorded] = {}
    counts: Counter[tuple[str, object]] = Counter()
    for entry, situation in zip(recording.entries, _situations(recording), strict=True):
        key = (entry.step.rpartition("#")[0], (_question(entry, meaning), situation))
        counts[key] += 1
        found[(*key, counts[key])] = entry
    return found


def _question(entry: Recorded, meaning: Meaning) -> tuple[object, ...]:
    """What was asked, as far as two runs ask it in the same words; who asked is the profile's business."""
    request = entry.exchange.request
    template, _ = meaning.split(unquote(request.url))
    left_out = ("authorization", *_CONDITIONS)
    headers = sorted((k.lower(), v) for k, v in request.headers if k.lower() not in left_out)
    return request.method, blurred(template), tuple(headers), request.body is None


def _situations(recording: Recording) -> Iterator[tuple[object, ...]]:
    """Of each exchange, whether what it is about had been deleted, and what its conditions were to the server."""
    gone: set[str] = set()
    last: dict[str, str] = {}
    issued = {e.exchange.answer.etag for e in recording.entries}
    for entry in recording.entries:
        about, request = subject(entry), entry.exchange.request
        sent = [request.header(name) for name in _CONDITIONS]
        yield about in gone, *(_condition(value, issued, last.get(about)) for value in sent)
        if request.method == "DELETE" and entry.exchange.answer.ok:
            gone.add(about)
        if entry.exchange.answer.etag:
            last[about] = entry.exchange.answer.etag


def _condition(sent: str | None, issued: Collection[str | None], last: str | None) -> str | None:
    if sent is None or sent not in issued:
        return sent
    return "the last ETag" if sent == last else "another ETag"


def _histories(recording: Recording) -> dict[str, int]:
    """For each step, a number for all the writes that had touched what it is about."""
    told: dict[str, list[int]] = {}
    found: dict[str, int] = {}
    for entry in recording.entries:
        about = subject(entry)
        found.setdefault(entry.step, hash(tuple(tuple(told.get(name, ())) for name in _touching(about))))
        if _writes(entry):
            mark = hash((entry.step, entry.exchange.answer.ok))
            for name in _touched(entry, about):
                told.setdefault(name, []).append(mark)
    return found


def _written(recording: Recording) -> Iterator[str]:
    """The steps about a resource that the run had written, the writes themselves among them."""
    changed: set[str] = set()
    for entry in recording.entries:
        about = subject(entry)
        if _writes(entry) and entry.exchange.answer.ok:
            changed.update(_touched(entry, about))
        if _writes(entry) or ("/" in about and about in changed):
            yield entry.step


def _touching(about: str) -> Iterator[str]:
    """Whose writes can show in an answer about something."""
    kind, slash, _ = about.partition("/")
    yield about
    if kind == "users":
        yield "groups"
    if kind == "groups":
        yield "deleted users" if slash else "users"


def _touched(entry: Recorded, about: str) -> Iterator[str]:
    kind, slash, _ = about.partition("/")
    yield kind
    if slash:
        yield about
    made = entry.exchange.document.get("id")
    if not slash and isinstance(made, str):
        yield f"{kind}/{made}"
    if kind == "users" and entry.exchange.request.method == "DELETE":
        yield "deleted users"


def _writes(entry: Recorded) -> bool:
    return entry.exchange.request.method not in ("GET", "HEAD", "OPTIONS")
