global using Connectify.Server.Http;
global using Connectify.Server.Storage;
