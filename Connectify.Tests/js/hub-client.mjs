// The stock JavaScript SignalR client.
import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';

export function open(emit) {
  let connection;

  return {
    /** transport: WebSockets, ServerSentEvents or LongPolling; names: the client methods to listen to. */
    async connect({ url, token, transport, names, reconnect }) {
      const builder = new HubConnectionBuilder()
        .withUrl(url, { accessTokenFactory: () => token, transport: HttpTransportType[transport] })
        .configureLogging(LogLevel.Warning);
      connection = (reconnect ? builder.withAutomaticReconnect([0, 100, 500, 1000, 2000, 5000]) : builder).build();
      // A value returned would be sent as a result that nobody asked for.
      for (const name of names) connection.on(name, body => { emit(name, body); });
      connection.onclose(error => emit('$closed', { error: error?.message ?? null }));
      connection.onreconnecting(error => emit('$reconnecting', { error: error?.message ?? null }));
      connection.onreconnected(() => emit('$reconnected'));
      await connection.start();
    },

    invoke: ({ method, arguments: given }) => connection.invoke(method, ...given),

    close: () => connection.stop(),
  };
}
