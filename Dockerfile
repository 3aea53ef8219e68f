# The image of web server, worker and scheduler; docker-compose.yml says which is which.

FROM node:22-slim AS assets
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY requirements/base.txt requirements/base.txt
RUN python -m venv /venv && /venv/bin/pip install --require-hashes --no-deps -r requirements/base.txt
COPY . .
COPY --from=assets /src/node_modules node_modules
RUN /venv/bin/python scripts/vendor.py && rm -rf node_modules
RUN /venv/bin/python scripts/translate.py compile
# The settings want addresses and a key even where nothing connects; these never reach the final image's environment.
RUN SECRET_KEY=only-while-the-image-is-built DATABASE_URL=postgres://build/build REDIS_URL=redis://build STATIC_ROOT=/app/static \
    /venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 STATIC_ROOT=/app/static LIANFANG_DATA_DIR=/data
RUN groupadd --gid 10001 lianfang \
    && useradd --uid 10001 --gid lianfang --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin lianfang \
    && install --directory --owner=lianfang --group=lianfang --mode=0700 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER lianfang
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-m", "config.healthcheck"]
# How many processes: config/web_server.py, or WEB_CONCURRENCY.
CMD ["gunicorn", "config.wsgi", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--timeout=60", \
     "--max-requests=20000", "--max-requests-jitter=2000", "--worker-tmp-dir=/dev/shm", "--no-control-socket", "--config=python:config.web_server"]
