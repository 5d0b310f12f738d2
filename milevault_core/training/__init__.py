"""The athlete over time: values, zones, load, forecasts, curves. Pure: frames and arrays in, frames and arrays out.

values        the athlete's values that formulas need, with dates: which of them is valid on which day
zones         boundaries of heart rate, power and pace, and the seconds in each
load          fitness, fatigue and form; monotony, strain, acute to chronic
volume        sums per day, week, month or year; cumulative lines of a year; best weeks
intensity     easy, moderate, hard; polarisation
eddington     the Eddington number and its history
streaks       days and weeks in a row
critical      critical power and speed, W′ and D′, with their errors
forecast      race times as a range, and how good past ranges were
grade_curve   the athlete's own pace by slope
suggest       thresholds suggested by the last weeks
"""
