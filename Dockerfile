# The image of web, worker, beat and the one-off commands. Two stages: the first has npm, the second has not.
FROM python:3.11-slim-bookworm AS assets
WORKDIR /app
COPY requirements*.txt ./
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements-dev.txt
COPY . .
RUN .venv/bin/python scripts/build_assets.py \
    && DEBUG=0 SECRET_KEY=build .venv/bin/python manage.py collectstatic --noinput --skip-checks

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core postgresql-common ca-certificates \
    # pg_dump and pg_restore of the server's own version: Debian's are older, and refuse.
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install -y --no-install-recommends postgresql-client-18 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app dossierwacht \
    && install -d -o dossierwacht -m 700 \
        /var/lib/dossierwacht /var/lib/dossierwacht/keyring /var/lib/dossierwacht/backups
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
COPY --from=assets /app/build build
ENV DOSSIERWACHT_VAR=/var/lib/dossierwacht
USER dossierwacht
CMD ["gunicorn", "--bind", "0.0.0.0:8000"]
