"""ETags: a version for every resource, honoured by If-None-Match on reads and by If-Match on writes."""

from scim_contract.checks import Judge, Operation, Org, claim

NO_VERSION = '"no-such-version"'


@claim("etags.stale-if-match-refused")
def test_stale_if_match_is_refused(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("made-up") as expect:
        written = org.write(operation, if_match=NO_VERSION, case="made-up")
        expect.refused_without_trace(written, 400)
        expect.scim_type(written.asked, "invalidVers")
    with judge("before-the-last-write") as expect:
        written = org.write(operation, if_match=org.outdated_etag(operation), case="before-the-last-write")
        expect.refused_without_trace(written, 400)
        expect.scim_type(written.asked, "invalidVers")
