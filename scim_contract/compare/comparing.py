"""Two recordings compared: every aligned answer, and every promise that both runs judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from scim_contract.compare.align import align
from scim_contract.compare.answers import Sides
from scim_contract.compare.difference import Comparison, Difference, Findings, Kind
from scim_contract.compare.ignoring import Ignore
from scim_contract.compare.meaning import meaning_of, same_company
from scim_contract.compare.pairs import Matched
from scim_contract.recording import Recording
from scim_contract.share import Share

_KEPT = {"conforms": "kept", "violated": "broken", "waived": "broken", "blocked": "cannot be shown"}


def compare(baseline: Recording, candidate: Recording, ignores: Sequence[Ignore] = ()) -> Comparison:
    """Compare two recordings by what their answers mean, and by the verdicts that each came to."""
    one, other = meaning_of(baseline), meaning_of(candidate)
    aligned = align(baseline, candidate, one, other)
    sides = Sides(one, other, Matched(), same_company(one, other))
    for pair in aligned.pairs:
        sides.learn(pair)
    findings, answers = Findings(), dict[str, Share]()
    left_out, used = Findings(), set[Ignore]()
    for pair in aligned.pairs:
        kept, dropped = _sifted(sides.differences(pair), ignores, used)
        findings.add(kept)
        left_out.add(dropped)
        name = pair.baseline.operation
        answers[name] = answers.get(name, Share()) + Share(int(not kept), 1)
    promised, promises = _promises(baseline.about.verdicts, candidate.about.verdicts, ignores, used, left_out)
    findings.add(promised)
    return Comparison(
        differences=tuple(sorted(findings.found.values(), key=_weight)),
        answers=answers,
        promises=promises,
        ignored=tuple(left_out.found.values()),
        stale=tuple(each.told for each in ignores if each not in used),
        apart=len(aligned.apart),
        only_baseline=len(aligned.only_baseline),
        only_candidate=len(aligned.only_candidate),
        loose=sum(not pair.strict for pair in aligned.pairs),
    )


def _promises(
    there: Mapping[str, str],
    here: Mapping[str, str],
    ignores: Sequence[Ignore],
    used: set[Ignore],
    left_out: Findings,
) -> tuple[list[Difference], dict[str, Share]]:
    """Where one side keeps a promise that the other breaks, or cannot be brought to show."""
    found: list[Difference] = []
    shares: dict[str, Share] = {}
    for key, verdict in there.items():
        one, other = _KEPT.get(verdict), _KEPT.get(here.get(key, ""))
        if one is None or other is None:
            continue
        claim, operation, _, _, _ = (*key.split("|"), "", "", "", "")[:5]
        new = [] if one == other else [Difference(operation, Kind.PROMISE, claim, one, other, 1, (), (claim,))]
        kept, dropped = _sifted(new, ignores, used)
        found += kept
        left_out.add(dropped)
        shares[operation] = shares.get(operation, Share()) + Share(int(not kept), 1)
    return found, shares


def _sifted(
    differences: Sequence[Difference], ignores: Sequence[Ignore], used: set[Ignore]
) -> tuple[list[Difference], list[Difference]]:
    """What is told of some differences, and what the ignore file leaves out."""
    kept: list[Difference] = []
    dropped: list[Difference] = []
    for each in differences:
        covering = next((ignore for ignore in ignores if ignore.covers(each)), None)
        if covering is None:
            kept.append(each)
        else:
            used.add(covering)
            dropped.append(replace(each, reason=covering.reason))
    return kept, dropped


def _weight(difference: Difference) -> tuple[int, int, str]:
    """What misleads most comes first: another status before another shape, before another value or text."""
    return list(Kind).index(difference.kind), -difference.times, difference.operation
