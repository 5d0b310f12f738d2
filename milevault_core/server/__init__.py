"""MileVault's processes: `run` starts and watches them, `status` reports on them."""
