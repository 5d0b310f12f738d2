"""The same way again: recognised, grouped, named, compared.

prepare.py    a track -> its prepared track (spikes and stops out, a point every 8 m) and its outline
candidates.py which of the stored ones could be the same way: the SQL predicate, over arrays, and the corridor
relation.py   two lines -> same, reversed, rotated, laps of, different; the only importer of tslearn
fit.py        first-fit leaders, and their update when members come and go
grouping.py   all activities of a sport -> groups held by a medoid; whatever the order of arrival
naming.py     "Loop of 10.4 km, north-east"
profile.py    an attempt -> when it passed each mark of its route, and where it stood still
compare.py    two profiles -> seconds gained or lost, stops told apart from slowness
"""
