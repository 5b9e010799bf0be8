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

    /** Joins chats one by one, all at once; one that is refused comes again when it is told to. Returns the number of calls. */
    async joinEach({ chats }) {
      let calls = 0;
      const join = async chat => {
        for (;;) {
          try {
            calls++;
            return await connection.invoke('Join', chat);
          } catch (error) {
            const wait = /\(retry_after_ms: (\d+)\)/.exec(error.message);
            if (!wait) throw error;
            await new Promise(resolve => setTimeout(resolve, Number(wait[1])));
          }
        }
      };
      await Promise.all(chats.map(join));
      return calls;
    },

    close: () => connection.stop(),
  };
}
