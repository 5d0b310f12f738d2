"""The pages, one script each: who is it -> query -> view -> st.*. Nothing is computed here, and no SQL written."""
