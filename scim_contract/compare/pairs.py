"""What stands here for what stood there: ids and ETags, matched when first seen together and held to it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Pairs:
    """A one-to-one match that grows."""

    there: dict[str, str] = field(default_factory=dict)
    here: dict[str, str] = field(default_factory=dict)

    def agree(self, one: str, other: str) -> bool:
        """Whether two words stand for each other; two that are new are matched from now on."""
        if one not in self.there and other not in self.here:
            self.there[one] = other
            self.here[other] = one
        return self.there.get(one) == other

    def clash(self, one: str, other: str) -> bool:
        """Whether either word is known to stand for a third; nothing is matched."""
        return self.there.get(one, other) != other or self.here.get(other, one) != one


@dataclass
class Matched:
    """All that two recordings have of the same meaning; `versions` by the resource's id in the baseline.

    `words` are texts that the two runs sent at the same place of the same request.
    """

    ids: Pairs = field(default_factory=Pairs)
    versions: dict[str, Pairs] = field(default_factory=dict)
    words: set[tuple[str, str]] = field(default_factory=set)

    def same_version(self, resource: str, one: str, other: str) -> bool:
        """Whether two ETags of one resource stand for each other."""
        return self.versions.setdefault(resource, Pairs()).agree(one, other)
