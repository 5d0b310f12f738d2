"""The derived steps, one file each; see milevault_core/derive/clean.py."""
