"""What a client that relies on one edition of the contract meets in another, or in a document of the vendor's."""
