"""Segments: stretches of road or path, and every pass over them. Pure: knows no database.

line.py        positions -> the line of a segment: points in a local plane, its gates, its corridor
gates.py       when a track crosses a gate, interpolated between two points if necessary
corridor.py    whether a path between two crossings keeps to the line, in order, and reaches its turning points
passes.py      a track -> all its passes over a line, with entry, exit and their uncertainty
cells.py       which activities can have passed at all: grid cells, for `&&` in SQL
climbs.py      a profile -> its climbs, categorised
duplicates.py  whether a segment already exists, in this direction or the other
along.py       one pass in detail: progress over time, distance beside the line, heart rate, power and cadence
refine.py      the line corrected by many passes
draw.py        positions and heights -> a new segment: line, altitudes, gain
packed.py      tracks and lines as bytes
sports.py      which activities a segment is compared with
"""
