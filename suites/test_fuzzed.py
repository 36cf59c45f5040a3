"""Generated requests: whatever breaks a claim is told under that claim, and under the one that found it."""

from scim_contract.checks import Fuzzer, Judge, Operation, Org, claim
from scim_contract.fuzz.sorting import Sort
from scim_contract.fuzz.telling import tell


@claim("fuzzed.valid-bodies")
def test_body_that_the_schema_allows(operation: Operation, org: Org, judge: Judge, fuzzer: Fuzzer) -> None:
    with judge() as expect:
        tell(judge, expect, fuzzer.bodies(org, operation), fuzzer.fuzzing, lambda found: found.sort == Sort.VALID)


@claim("fuzzed.invalid-bodies")
def test_body_that_the_schema_forbids(operation: Operation, org: Org, judge: Judge, fuzzer: Fuzzer) -> None:
    with judge() as expect:
        tell(judge, expect, fuzzer.bodies(org, operation), fuzzer.fuzzing, lambda found: found.sort != Sort.VALID)


@claim("fuzzed.parameters")
def test_any_parameters(operation: Operation, org: Org, judge: Judge, fuzzer: Fuzzer) -> None:
    with judge() as expect:
        tell(judge, expect, fuzzer.parameters(org, operation), fuzzer.fuzzing, lambda found: True)


@claim("fuzzed.histories")
def test_history_of_users_and_the_group(operation: Operation, org: Org, judge: Judge, fuzzer: Fuzzer) -> None:
    with judge() as expect:
        tell(judge, expect, fuzzer.histories(org), fuzzer.fuzzing, lambda found: found.at(operation))
