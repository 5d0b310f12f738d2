"""What a user does to their data, one transaction each: trash, split and join, decisions about records."""
