# JdClient in a container: `docker build -t jdclient .`, then see packaging/docker/docker-compose.yml.

FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
# Native code needs a linker and the C library of the platform that it is made for.
RUN case "$(dpkg --print-architecture)-$TARGETARCH" in \
      amd64-arm64) cross="gcc-aarch64-linux-gnu libc6-dev-arm64-cross" ;; \
      arm64-amd64) cross="gcc-x86-64-linux-gnu libc6-dev-amd64-cross" ;; \
      *) cross="gcc libc6-dev" ;; \
    esac \
    && apt-get update && apt-get install -y --no-install-recommends clang lld $cross && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props BannedSymbols.Pure.txt .editorconfig ./
COPY src/ src/
RUN case "$TARGETARCH" in arm64) rid=linux-arm64 gnu=aarch64-linux-gnu ;; *) rid=linux-x64 gnu=x86_64-linux-gnu ;; esac \
    && dotnet publish src/JdClient -c Release -r "$rid" -o /app \
       -p:CppCompilerAndLinker=clang -p:LinkerFlavor=lld -p:ObjCopyName="$gnu-objcopy"

# The same distribution as the SDK's: the program wants its C library at least as new as the one it was linked with.
FROM mcr.microsoft.com/dotnet/runtime-deps:10.0
# Not root: an account of its own, whose number can be matched to the owner of Bitcoin Core's socket (`--user UID:GID`).
RUN groupadd --gid 10001 jdclient \
    && useradd --uid 10001 --gid jdclient --no-create-home --home-dir /data --shell /usr/sbin/nologin jdclient \
    && install -d -o jdclient -g jdclient -m 0700 /data
COPY --from=build /app/JdClient /app/libsodium.so /app/
USER 10001:10001
WORKDIR /data
# Found blocks are kept here; a volume survives the container.
VOLUME /data
# The configuration is /etc/jdclient/config.toml, or environment variables alone (JDC__…): the file may be missing. Variables win over the
# file, these two as well: give others with `-e`, not in the file.
ENV JDC__DATA_DIR=/data \
    JDC__MONITORING_ADDRESS=127.0.0.1:9091
EXPOSE 34265 9091
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["/app/JdClient", "health", "-c", "/etc/jdclient/config.toml"]
ENTRYPOINT ["/app/JdClient"]
CMD ["-c", "/etc/jdclient/config.toml"]
