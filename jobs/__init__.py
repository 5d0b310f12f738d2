"""The jobs process: `python -m jobs`. The only place besides milevault_core that imports procrastinate."""
