# syntax=docker/dockerfile:1
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# What decides about packages comes first: a change of code alone restores nothing.
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY Connectify.Protocol/Connectify.Protocol.csproj Connectify.Protocol/
COPY Connectify.Migrations/Connectify.Migrations.csproj Connectify.Migrations/
COPY Connectify.Server/Connectify.Server.csproj Connectify.Server/
RUN dotnet restore Connectify.Server/Connectify.Server.csproj

COPY Connectify.Protocol/ Connectify.Protocol/
COPY Connectify.Migrations/ Connectify.Migrations/
COPY Connectify.Server/ Connectify.Server/
RUN dotnet publish Connectify.Server/Connectify.Server.csproj -c Release --no-restore -p:UseAppHost=false -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app ./

# The only place that is written to; everything else may be read-only (give it a /tmp).
RUN mkdir /data && chown "$APP_UID" /data
VOLUME /data
ENV DataPath=/data \
    Urls=http://+:8080
EXPOSE 8080
USER $APP_UID

# bash instead of curl, which the image lacks.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /readyz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
ENTRYPOINT ["dotnet", "Connectify.Server.dll"]
