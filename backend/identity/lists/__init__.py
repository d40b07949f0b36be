"""Reading lists of residents as municipalities send them: CSV in any usual form, or XLSX. No queries."""
