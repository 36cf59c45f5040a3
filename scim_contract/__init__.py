"""scim-contract: does a server keep the documented contract of the Genesys Cloud SCIM API?"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("scim-contract")
except PackageNotFoundError:  # a checkout on the path, never installed
    __version__ = "0.0.0"
