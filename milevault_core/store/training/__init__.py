"""Rows of training: the athlete's values, and the training metrics of activities."""
