"""What a page shows: DataFrame -> chart spec, map, SVG, text. No I/O, no streamlit: all of it is testable.

Only here do the user's units and local time exist; everything behind is SI and UTC.
"""
