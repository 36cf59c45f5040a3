"""The directory that a mock starts with: for one seed the same users and groups, ids included, every time."""

from __future__ import annotations

import random
import uuid
from typing import Any

from scim_contract.mock.directory import ENTERPRISE_URN, GENESYS_URN, Directory, Record
from scim_contract.mock.settings import SEED

SANDBOX_GROUP = "ConformanceSandbox"
_START = 1_556_668_800_000  # 2019-05-01, in milliseconds
_MINUTE = 60_000
_YEARS = 3 * 365 * 24 * 60  # in minutes

_PEOPLE = (
    "Anna Keller",
    "Bjørn Ødegård",
    "Chloë Dupré",
    "David Okafor",
    "Éloïse Lefèvre",
    "Fatima Zahra",
    "Giorgos Papadopoulos",
    "Hana Nováková",
    "İpek Yılmaz",
    "José Núñez",
    "Katarzyna Wójcik",
    "Lars Åkesson",
    "María Peña",
    "Nils Weiß",
    "Oľga Kráľová",
    "Pádraig Ó Súilleabháin",
    "Quỳnh Nguyễn",
    "Renée Côté",
    "Søren Kjær",
    "Thérèse Müller",
    "田中 太郎",
    "王小明",
    "김민준",
    "佐藤 花子",
    "陳大文",
    "이서연",
    "أحمد حسن",
    "דוד כהן",
    "فاطمه احمدی",
    "מרים לוי",
    "Zoë 🎧 Hart",
    "Max 🚀 Power",
    "Дмитрий Иванов",
    "Ελένη Γεωργίου",
    "Արամ Պետրոսյան",
    "नेहा शर्मा",
    "สมชาย ใจดี",
    "O'Neil Patrick",
    "Jean-Luc D'Arcy",
    'Smith, John "Jack"',
    "Alex Jones",
    "Alex Jones",
    "Alexander Jones",
    "alex jones",
    "Uma Patel",
    "Victor Hugo",
    "Wanda Maximoff",
    "Xavier Roca",
    "Yara Haddad",
    "Zsófia Szabó",
    "Ada Byron",
    "Basil & Sons",
    "100% Real",
    "a*b Wildcard",
    "Back\\Slash",
    "(Bracket) Person",
    "Tab Ulator",
    "Émile Zola",
    "Åsa Öberg",
    "Last Person",
)
_WORDS = (
    "Sales",
    "Support",
    "Engineering",
    "Ops24",
    "Finance",
    "HR",
    "Tier1",
    "Tier2",
    "Tier3",
    "Night",
    "Weekend",
    "Emea",
    "Apac",
    "Americas",
    "42",
)
_PHRASES = (
    "Vertrieb Süd",
    "Équipe de nuit",
    'The "A" Team',
    "O'Brien & Söhne",
    "客服中心",
    "고객 지원",
    "قسم المبيعات",
    "צוות תמיכה",
    "Rockets 🚀",
    "100% Remote (EU)",
    "C:\\Teams\\Blue",
    "Sales and Support",
    "not (a) group",
    "Plus+Minus",
    "Sales Managers",
)
_PHONES = ("work", "work2", "work3", "work4", "home", "mobile", "other")


def seeded_directory(seed: int = SEED, edition: str = "2019") -> Directory:
    """60 users and 31 groups, one of them the group that a conformance run may change.

    Another seed gives them other ids, and moves each by another time. Another edition tells of the same
    people what its models have.
    """
    directory, chance = Directory(), random.Random(seed)
    start = _START + (seed - SEED) % _YEARS * _MINUTE
    for number, name in enumerate(_PEOPLE):
        earlier = list(directory.users.values())
        content = _TOLD[edition](number, _user(number, name, earlier))
        directory.add("User", content, id=_id(chance), modified=start + number * _MINUTE)
    users = list(directory.users)
    for number, name in enumerate((*_WORDS, *_PHRASES)):
        members = [users[(number * 7 + step * 3) % len(users)] for step in range(number % 6)]
        _add_group(directory, chance, name, members, start)
    _add_group(directory, chance, SANDBOX_GROUP, users[:2], start)
    return directory


def _add_group(directory: Directory, chance: random.Random, name: str, members: list[str], start: int) -> None:
    content = {"displayName": name, "members": [{"type": "User", "value": member} for member in members]}
    when = start + (100 + len(directory.groups)) * _MINUTE
    directory.add("Group", content, id=_id(chance), modified=when)


def _id(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def _user(number: int, name: str, earlier: list[Record]) -> dict[str, Any]:
    """Every third user has the fewest properties, every third all of them, the others some."""
    user: dict[str, Any] = {"active": number % 11 != 10, "userName": f"Person{number:02d}@mock.example"}
    user["displayName"] = name
    if number % 3 == 0:
        return user
    user["title"] = ("Agent", "Supervisor", "Ingénieur", "主任")[number % 4]
    user["emails"] = [{"value": f"person{number:02d}@mock.example", "type": "work", "primary": True}]
    if number % 3 == 1:
        user["roles"] = ["employee"]
        user["externalId"] = f"HR-{number:04d}"
        return user
    user["emails"].append({"value": f"person{number:02d}@home.example", "type": "other", "primary": False})
    user["phoneNumbers"] = [
        {"value": f"+4930555{number:02d}{place}", "type": kind, "primary": place == 0}
        for place, kind in enumerate(_PHONES[:6])
    ] + [{"value": f"tel:+4930555{number:02d}9;ext=1{number:02d}", "type": "other", "primary": False}]
    user["photos"] = [
        {"value": f"https://photos.mock.example/{number:02d}.jpg", "type": "photo"},
        {"value": f"https://photos.mock.example/{number:02d}-small.jpg", "type": "thumbnail"},
    ]
    user["externalId"] = f"hr-{number:04d}-é"
    user["roles"] = ["employee", "Telephony User"]
    user[ENTERPRISE_URN] = {
        "division": "Home",
        "department": ("Care", "Vertrieb", "サポート")[number // 3 % 3],
        "manager": {"value": earlier[number // 2].id},
    }
    return user


def _as_in_2019(number: int, user: dict[str, Any]) -> dict[str, Any]:
    return user


def _as_in_2026(number: int, user: dict[str, Any]) -> dict[str, Any]:
    """Roles are objects, there are no photos, and what the extensions have beyond 2019 is there where there is most."""
    told = {name: value for name, value in user.items() if name != "photos"}
    if "roles" in user:
        told["roles"] = [{"value": role} for role in user["roles"]]
    if ENTERPRISE_URN in user:
        told[ENTERPRISE_URN] = {**user[ENTERPRISE_URN], "employeeNumber": f"{number:06d}", "dateHire": "2024-02-29"}
        told[GENESYS_URN] = {
            "routingSkills": [{"name": "Billing", "proficiency": 4.5}, {"name": "Retention", "proficiency": 0.0}],
            "routingLanguages": [{"name": "Deutsch", "proficiency": 5.0}],
            "externalIds": [{"authority": "payroll", "value": f"P-{number:04d}"}],
        }
    return told


_TOLD = {"2019": _as_in_2019, "2026": _as_in_2026}
