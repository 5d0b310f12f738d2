"""Segments: stretches of road or path, and every pass over them. Pure: knows no database.

line.py        positions -> the line of a segment: points in a local plane, its gates, its corridor
gates.py       when a track crosses a gate, between two points where need be
corridor.py    whether a way between two crossings keeps to the line, in order, to the ends of its turns
passes.py      a track -> all its passes over a line, with entry, exit and how far they can be trusted
cells.py       which activities can have passed at all: grid cells, for `&&` in SQL
climbs.py      a profile -> its climbs, categorised
duplicates.py  whether a segment is there already, this way round or the other
along.py       one pass in detail: where it was when, how far beside the line, what the body did
refine.py      the line as many passes show it
draw.py        positions and heights -> a new segment: line, altitudes, gain
packed.py      tracks and lines as bytes
sports.py      which activities a segment is compared with
"""
