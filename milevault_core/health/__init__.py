"""Days and nights, combined from health files. Pure functions, no database.

    formats/wellness, garmin_health, health_csv, apple_health ─► HealthData ─ join ─► days.day_values, nights.nights
                                                                       └► rank.winners (one value per day and metric)

The data classes (HealthData, DayValue, Night, Series) are in formats/health_data.py, because the readers, a layer
below, need them.
"""
