"""Faults of text beyond ASCII: what is lost of it on its way into the directory, or out of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

from scim_contract.contract import Contract
from scim_contract.mock.planting import Fault, Plant, family
from scim_contract.mock.wire import Reply, Seen

UTF8 = "content-types.utf8"
Spoil = Callable[[str], str]
_JOINER = "\u200d"


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of texts."""
    for name, sentence, spoil in (
        ("only-ascii-is-kept", "Of a text only ASCII is kept, the rest becomes question marks.", _ascii),
        ("text-composed", "Letters with accents of their own become one character (NFC).", _composed),
        ("text-read-as-latin-1", "UTF-8 is read as Latin-1, so that each letter becomes several.", _mojibake),
    ):
        yield from family(contract, name, UTF8, sentence, _spoiling(spoil))
    for operation, name, sentence, spoil in (
        ("put_scim_v2_user", "only-latin-1-is-kept", "Letters beyond Latin-1 become question marks.", _latin),
        ("patch_scim_group", "emoji-lost", "Characters beyond three bytes are lost, as in some databases.", _narrow),
        ("post_scim_v2_users", "emoji-lost", "Characters beyond three bytes are lost, as in some databases.", _narrow),
        ("patch_scim_v2_user", "joined-emoji-come-apart", "The joiners in emoji are lost.", _unjoined),
        ("put_scim_user", "accents-taken-off", "Letters lose their accents.", _unaccented),
        ("post_scim_users", "accents-decomposed", "Letters with accents are stored as two characters.", _decomposed),
        ("put_scim_group", "right-to-left-reversed", "Hebrew and Arabic are stored backwards.", _reversed),
        ("patch_scim_user", "cjk-lost", "Chinese and Japanese characters become question marks.", _no_cjk),
    ):
        yield Fault(f"{name}:{operation}", UTF8, (operation,), f"{sentence} At {operation}.", _spoiling(spoil))
    yield Fault(
        "answer-in-latin-1",
        UTF8,
        ("put_scim_v2_group",),
        "The answer to a write shows question marks for what is no Latin-1, though it is stored as it was sent.",
        lambda: Plant(after=_answered_in_latin),
        also=("content-types.accept-irrelevant-to-content",),
    )


def _spoiling(spoil: Spoil) -> Callable[[], Plant]:
    """Read the text of a body otherwise than it was sent."""

    def before(seen: Seen) -> None:
        if not seen.body.isascii() and seen.json is not None:
            seen.body = spoil(seen.body.decode("utf-8")).encode("utf-8")

    return lambda: Plant(before=before)


def _answered_in_latin(seen: Seen, reply: Reply) -> None:
    if reply.ok and reply.body:
        reply.body = _latin(reply.body.decode("utf-8")).encode("utf-8")


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode("ascii")


def _mojibake(text: str) -> str:
    return text.encode("utf-8").decode("latin-1")


def _latin(text: str) -> str:
    return text.encode("latin-1", "replace").decode("latin-1")


def _narrow(text: str) -> str:
    return "".join(character if ord(character) < 0x10000 else "?" for character in text)


def _unjoined(text: str) -> str:
    return text.replace(_JOINER, "")


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _unaccented(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _reversed(text: str) -> str:
    """Each run of Hebrew or Arabic letters backwards."""
    turned, run = "", ""
    for character in text:
        if unicodedata.bidirectional(character) in ("R", "AL"):
            run = character + run
            continue
        turned, run = turned + run + character, ""
    return turned + run


def _no_cjk(text: str) -> str:
    return "".join("?" if unicodedata.east_asian_width(c) == "W" and ord(c) < 0x10000 else c for c in text)
