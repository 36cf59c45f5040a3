"""`python -m scim_contract` is `scim-contract`."""

from scim_contract.cli import main

main()
