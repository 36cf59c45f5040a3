"""The matrix: a report as one HTML file that needs no network, no server and no build; and its table as data."""
