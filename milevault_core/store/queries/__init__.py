"""Every read query of the product. Each function's first parameter is `user_id`; it returns no other user's rows."""
