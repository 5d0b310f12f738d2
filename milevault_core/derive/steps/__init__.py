"""The derived steps, a file each; see milevault_core/derive/clean.py."""
