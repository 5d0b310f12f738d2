"""What a page shows: DataFrame -> chart spec, map, SVG, text. No I/O and no Streamlit, so that all of it can be tested.

The user's units and local time exist only here; everything below is SI and UTC.
"""
