"""Under xdist: what must not run side by side, or is dear to set up twice, goes to one worker."""

from __future__ import annotations

from typing import Any

from xdist.scheduler import LoadScopeScheduling

from scim_contract.plugin.scopes import length, scope


class Scheduler(LoadScopeScheduling):  # type: ignore[misc]
    """xdist's scheduling by scope, with the scopes of this suite."""

    def __init__(self, config: Any, log: Any, *, apart: bool) -> None:
        super().__init__(config, log)
        self.config = config
        self._apart = apart

    def schedule(self) -> None:
        """Hand out work; a worker that came late is told as well when there is no more.

        xdist tells only those of the beginning, and a worker keeps its last item until it knows what comes
        after it: the one that replaces a lost worker would wait for ever.
        """
        late = self.collection is not None
        super().schedule()
        if late and not self.workqueue:
            for node in self.nodes:
                node.shutdown()

    def remove_node(self, node: Any) -> str | None:
        """Give a lost worker's items to the others, but for the one that it was lost in: it would be lost again."""
        units = self.assigned_work.pop(node)
        pending = [(unit, item) for unit in units.values() for item, done in unit.items() if not done]
        if not pending:
            return None
        unit, crashed = pending[0]
        unit[crashed] = True
        self.workqueue.update({name: unit for name, unit in units.items() if not all(unit.values())})
        for other in self.assigned_work:
            self._reschedule(other)
        return str(crashed)

    def _assign_work_unit(self, node: Any) -> None:
        """Hand out the longest scope that is left: what is begun with last decides when the last worker ends."""
        longest = max(self.workqueue, key=lambda name: length(name, len(self.workqueue[name])))
        self.workqueue.move_to_end(longest, last=False)
        super()._assign_work_unit(node)

    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid, apart=self._apart)
