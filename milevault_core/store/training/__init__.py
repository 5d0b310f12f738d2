"""The rows of training: the athlete's values, and what training makes of an activity."""
