"""Every read of the product. Each function's first parameter is `user_id`; rows of others are never seen."""
