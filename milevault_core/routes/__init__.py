"""Routes: recognising, grouping, naming and comparing activities that follow the same path.

geometry.py   polylines in metres
prepare.py    a track -> its prepared track (without spikes and stops, a point every 8 m) and its outline
cells.py      the world-wide grid that segments are found by
relation.py   two lines -> same, reversed, rotated, laps of, different; the only importer of tslearn
candidates.py which stored activities could follow the same path: the SQL predicate over arrays, and the corridor
fit.py        first-fit leaders, and their update when members come and go
decisions.py  what the user forced in, kept out, merged
matches.py    what matches what, pair by pair and by the vote of clusters
grouping.py   all activities of a sport -> groups around a medoid, independent of the order of arrival
links.py      which group is another one reversed, or laps of it
line_cache.py lines kept in memory by the matching process
naming.py     "Loop of 10.4 km, north-east"
profile.py    an attempt -> when it passed each mark of its route, and where it stood still
compare.py    two profiles -> seconds gained or lost, with stops kept apart from slowness
"""
