"""`scim-contract prove`: the suite judged, by faults that it must find and variants that it must let pass."""
