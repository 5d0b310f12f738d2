"""Training in charts and words: trends, zones, forecasts, the athlete's values. No I/O, no Streamlit."""
