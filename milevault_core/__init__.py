"""The engine of MileVault: everything except the pages. It never imports streamlit.

Data flows in one direction:

    bytes ─ formats.read ─► Recording (track, laps, sport, start, device, problems)
              └ track.clean ─► track table: one DataFrame, fixed columns, SI units, UTC
                          └ store.save_activity: ONE transaction            (stage 1: original, activity, points, laps, outline)
                               └ derive: metrics, records, routes, daily load …   (stage 2: marked dirty, computed by one task)
    page:  queries.x(user_id, …) ─► DataFrame ─► view.x(df) ─► st.altair_chart / st.pydeck_chart
"""  # noqa: E501
