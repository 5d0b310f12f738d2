"""Records in words, tables and charts."""
