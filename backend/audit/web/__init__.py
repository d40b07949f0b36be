"""Pages of the record: for auditors, and where everyone finds what is published of it."""
