"""`scim-contract gate`: releases of a client library, judged and held against each other."""
