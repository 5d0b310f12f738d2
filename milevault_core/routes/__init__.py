"""The same way again: recognised, grouped, named, compared.

geometry.py   polylines in metres
prepare.py    a track -> its prepared track (spikes and stops out, a point every 8 m) and its outline
cells.py      the world-wide grid that segments are found by
relation.py   two lines -> same, reversed, rotated, laps of, different; the only importer of tslearn
candidates.py which of the stored ones could be the same way: the SQL predicate, over arrays, and the corridor
fit.py        first-fit leaders, and their update when members come and go
decisions.py  what the user forced in, kept out, merged
grouping.py   all activities of a sport -> groups held by a medoid; whatever the order of arrival
links.py      which group is another one reversed, or laps of it
lines.py      lines kept in memory by the matching process
naming.py     "Loop of 10.4 km, north-east"
profile.py    an attempt -> when it passed each mark of its route, and where it stood still
compare.py    two profiles -> seconds gained or lost, stops told apart from slowness
"""
