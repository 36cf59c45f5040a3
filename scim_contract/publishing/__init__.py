"""`scim-contract report`: HTML of one run or many, by Allure and by ourselves."""
