"""Training drawn and told: trends, zones, forecasts, the athlete's values. No I/O, no Streamlit."""
