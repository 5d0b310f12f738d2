"""The pages, one script each: user -> query -> view -> st.*. Pages compute nothing and contain no SQL."""
