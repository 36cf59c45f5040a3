"""The end of a run: what it left is removed, what its processes hold is given back."""

from __future__ import annotations

from scim_contract.interrupts import shielded
from scim_contract.judging import Observer
from scim_contract.org import Workspace
from scim_contract.org import ledger as ledgers
from scim_contract.org.cleanup import answers, clean
from scim_contract.plugin.run import Run
from scim_contract.recording import Spool

_OUT_OF_REACH = (
    "the target stopped answering: what the run left there ({left}) is in its ledger, and "
    "`scim-contract cleanup --target {target}` removes it"
)
_CUT_OFF = "cleaning up was cut off: `scim-contract cleanup --target {target}` removes what its ledger still has"


def clean_own(workspace: Workspace) -> list[str]:
    """Remove what this process created and restore what it changed."""
    workspace.transport.stopped = None
    return clean(workspace, workspace.ledger.own_leftovers()) if answers(workspace) else []


def finish(run: Run) -> None:
    """Clean up what is left of the whole run, and stop the mock; a second call does nothing."""
    if run.finished:
        return
    run.finished = True
    try:
        with shielded() as shield:
            run.lost = not run.workers.stop() or run.lost
            _clean_up(run)
        run.interrupted = run.interrupted or shield.came > 0
    except KeyboardInterrupt:
        run.interrupted = True
        run.broken.append(_CUT_OFF.format(target=run.target.name))
    finally:
        run.tally.add(run.observer.take())
        end_spool(run.spool, run.observer)
        run.count(run.workspace.transport)
        run.time(run.workspace.took)
        run.workers.close()
        if run.turn is not None:
            run.turn.give_back()
        run.workspace.ledger.close()
        run.workspace.transport.close()
        if run.mock is not None:
            run.mock.stop()


def _clean_up(run: Run) -> None:
    if run.lost:
        ledgers.settle(run.workspace.ledger.path)
    left = ledgers.read(run.workspace.ledger.path)
    problems = _cleaned(run.workspace, left) if left else []
    if problems is None:
        run.broken.append(_OUT_OF_REACH.format(target=run.target.name, left=left))
        return
    run.leftovers = problems
    if not problems:
        run.workspace.ledger.discard()


def _cleaned(workspace: Workspace, left: ledgers.Leftovers) -> list[str] | None:
    """What could not be undone; None where the target answers no more, so that nobody can tell."""
    if not answers(workspace):
        return None
    problems = clean(workspace, left)
    return None if problems and workspace.transport.breaker.open else problems


def end_spool(spool: Spool | None, observer: Observer) -> None:
    """Add to a spool what the observed claims were judged by, and end it."""
    if spool is not None:
        for claim, steps in observer.served.items():
            spool.serve(claim, steps)
        spool.close()
