# syntax=docker/dockerfile:1
# Two images of one static program: "full" reads scans as well (tesseract), "slim" holds the program and nothing else.
#
#   docker build --target full -t aanpak .
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=local
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X github.com/aanpak/aanpak/internal/app.Version=${VERSION}" -o /out/aanpak ./cmd/aanpak \
 && mkdir -p /out/data /out/tmp && chmod 1777 /out/tmp

FROM scratch AS slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo
COPY --from=build /out/tmp /tmp
COPY --from=build --chown=10001:10001 /out/data /var/lib/aanpak
COPY --from=build /out/aanpak /usr/local/bin/aanpak
ENV PATH=/usr/local/bin AANPAK_ADDR=0.0.0.0:8080 AANPAK_DATA=/var/lib/aanpak TZ=Europe/Amsterdam
USER 10001:10001
VOLUME /var/lib/aanpak
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["aanpak", "ping"]
ENTRYPOINT ["aanpak"]
CMD ["serve"]

FROM debian:bookworm-slim AS full
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates tzdata tesseract-ocr tesseract-ocr-nld \
 && rm -rf /var/lib/apt/lists/* && groupadd -g 10001 aanpak && useradd -u 10001 -g 10001 -M -s /usr/sbin/nologin aanpak
COPY --from=build --chown=10001:10001 /out/data /var/lib/aanpak
COPY --from=build /out/aanpak /usr/local/bin/aanpak
ENV AANPAK_ADDR=0.0.0.0:8080 AANPAK_DATA=/var/lib/aanpak TZ=Europe/Amsterdam
USER 10001:10001
VOLUME /var/lib/aanpak
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["aanpak", "ping"]
ENTRYPOINT ["aanpak"]
CMD ["serve"]
