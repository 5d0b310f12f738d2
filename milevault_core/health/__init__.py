"""Days and nights: what health files hold, put together. Pure functions; no database.

    formats/wellness, garmin_health, health_csv, apple_health ─► HealthData ─ join ─► days.day_values, nights.nights
                                                                       └► rank.winners (one value a day and metric)

The plain form (HealthData, DayValue, Night, Series) stands in formats/health_data.py, because readers stand below.
"""
