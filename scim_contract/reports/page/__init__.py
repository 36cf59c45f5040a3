"""The matrix: a report as one HTML file that needs no network, no server and no build."""

from scim_contract.reports.page.writing import NAME, page, write

__all__ = ["NAME", "page", "write"]
