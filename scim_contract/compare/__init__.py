"""Where does a mock lie? Two recordings of the same steps, compared by what they mean."""

from scim_contract.compare.comparing import compare
from scim_contract.compare.difference import Comparison, Difference, Kind
from scim_contract.compare.ignoring import Ignore, load_ignores

__all__ = ["Comparison", "Difference", "Ignore", "Kind", "compare", "load_ignores"]
