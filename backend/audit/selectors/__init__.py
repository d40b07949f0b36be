"""Reading the record: entries for auditors, and chains for everyone who checks them."""
