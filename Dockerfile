# syntax=docker/dockerfile:1
# Three stages: the pages, the wheel with engine and pages inside, and a small image that runs as nobody special.
#
#   docker build -t echo-session .
#   docker run -p 8080:8080 -p 40000:40000/udp -p 40000:40000/tcp -v echo-data:/data \
#     -e ECHO_SESSION_PUBLIC_URL=https://echo.example.org -e ECHO_SESSION_MEDIA__PUBLIC_ADDRESSES='["203.0.113.7"]' \
#     echo-session

FROM node:20-bookworm-slim AS pages
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
# as in the Makefile: the lock file holds the hashes, not every platform's optional binary
RUN npm install --no-save --no-audit --no-fund
COPY web/ ./
RUN npm run build

FROM rust:1.95-bookworm AS wheel
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-venv && rm -rf /var/lib/apt/lists/*
WORKDIR /src
RUN python3 -m venv /build
COPY .ci/build-requirements.txt requirements.txt ./
RUN /build/bin/pip install --no-cache-dir --require-hashes -r build-requirements.txt
COPY media/ media/
COPY bench/generator/ bench/generator/
COPY config/ config/
COPY signaling/ signaling/
COPY scheduler/ scheduler/
COPY echo_session/ echo_session/
COPY pyproject.toml README.md LICENSE ./
COPY --from=pages /src/echo_session/web/ echo_session/web/
RUN /build/bin/maturin build --release --locked --out /wheels

FROM python:3.11-slim-bookworm
# letters that Noto Sans has not, for names in PDFs
RUN apt-get update && apt-get install -y --no-install-recommends fonts-dejavu-core fonts-droid-fallback \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /data --create-home echo
COPY requirements.txt /tmp/requirements.txt
COPY --from=wheel /wheels/ /wheels/
RUN pip install --no-cache-dir --require-hashes -r /tmp/requirements.txt \
    && pip install --no-cache-dir --no-deps /wheels/*.whl \
    && rm -rf /wheels /tmp/requirements.txt
USER echo
WORKDIR /data
VOLUME /data
ENV ECHO_SESSION_DATA=/data \
    ECHO_SESSION_HTTP__HOST=0.0.0.0 \
    ECHO_SESSION_MEDIA__BIND='["0.0.0.0"]' \
    PYTHONUNBUFFERED=1
EXPOSE 8080/tcp 40000/udp 40000/tcp
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/readyz', timeout=2)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["echo-session"]
CMD ["serve"]
