global using Connectify.Server.Http;
global using Connectify.Server.Kernel;
global using Connectify.Server.Storage;
