# The image of app and jobs; compose.yaml says which of the two a container is. Only jobs matches routes, whose
# engine is 450 MB: it is built with REQUIREMENTS=requirements-jobs.txt.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MILEVAULT_PYTHON=/usr/local/bin/python MILEVAULT_CONTAINER=1
WORKDIR /app

ARG REQUIREMENTS=requirements.txt
COPY requirements.txt requirements-jobs.txt constraints.txt ./
RUN pip install --no-cache-dir -r "$REQUIREMENTS"

RUN useradd --system --create-home milevault \
    && mkdir -p /app/data && chown milevault /app/data \
    && mkdir -p /backups && chown milevault /backups
COPY . .
USER milevault

EXPOSE 8501
# --server.address: inside a container "this machine only" would be nobody. browser.serverAddress keeps Streamlit
# from asking an outside service for the machine's address.
CMD ["streamlit", "run", "app.py", "--server.address=0.0.0.0", "--server.port=8501", "--browser.serverAddress=localhost"]
