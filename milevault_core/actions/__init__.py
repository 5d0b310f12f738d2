"""What users do with their data, each action in one transaction: trash, split and join, decisions about records."""
