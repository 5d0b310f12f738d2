# Two images from one file: `app` serves the pages; `jobs` also has the engine that matches routes (450 MB), which no
# page ever loads. compose.yaml names the target of each.
FROM python:3.13-slim AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MILEVAULT_PYTHON=/usr/local/bin/python MILEVAULT_CONTAINER=1 HOME=/tmp
WORKDIR /app
COPY requirements.txt requirements-jobs.txt constraints.txt ./
RUN useradd --system --no-create-home milevault \
    && mkdir -p /app/data && chown milevault /app/data \
    && mkdir -p /backups && chown milevault /backups

FROM base AS jobs
RUN pip install --no-cache-dir -r requirements-jobs.txt
COPY . .
USER milevault
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD test -n "$(find /tmp/milevault-jobs-alive -mmin -2)"
CMD ["python", "-m", "jobs"]

FROM base AS app
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
USER milevault
EXPOSE 8501
HEALTHCHECK --interval=10s --timeout=5s --retries=12 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/_stcore/health')"]
# --server.address: inside a container "this machine only" would be nobody. browser.serverAddress keeps Streamlit
# from asking an outside service for the machine's address.
CMD ["streamlit", "run", "app.py", "--server.address=0.0.0.0", "--server.port=8501", "--browser.serverAddress=localhost"]
