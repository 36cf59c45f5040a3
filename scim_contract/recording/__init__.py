"""A run written down as HAR 1.2, and read back: what was asked, by which step, for which claims, and what came."""

from scim_contract.recording.reading import read
from scim_contract.recording.recorded import About, Recorded, Recording
from scim_contract.recording.spool import Spool
from scim_contract.recording.writing import write

__all__ = ["About", "Recorded", "Recording", "Spool", "read", "write"]
