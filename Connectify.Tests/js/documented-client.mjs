// The clients of the two documents, which are out in the field: their code unchanged (documented/), in a shell
// that does what their React component does with it.
import AsyncStorage from './async-storage.mjs';
import { install } from './react-native.mjs';

/** version: first or second, the document. */
export async function open(emit, version, host) {
  const pongs = [];
  install({ host, frame: data => data.type === 'pong' && queueMicrotask(() => pongs.shift()?.()) });
  const manager = (await import(`./documented/${version}/websocketManager.js`)).default;
  const { messagingService } = await import('./documented/api/messagingService.js');
  const apiClient = (await import('./documented/api/client.js')).default;
  apiClient.defaults.baseURL = `http://${host}/api`;
  forward(manager, emit);

  return {
    logIn: ({ token }) => AsyncStorage.setItem('auth_token', token),

    /** Resolves when the client calls itself connected, or its attempt closed. */
    connect: ({ type, id }) => new Promise((resolve, reject) => {
      const stop = manager.onConnection(connected => (stop(), resolve(connected)));
      manager.connect(type, id).catch(reject);
    }),

    /** Any method of the documented manager: sendMessage, sendTypingIndicator, send, ping, disconnect, … */
    manager: ({ method, arguments: given = [] }) => manager[method](...given),

    /** Any function of the documented messagingService. */
    async rest({ method, arguments: given = [] }) {
      const response = await messagingService[method](...given).catch(error => error.response ?? Promise.reject(error));
      return { status: response.status, data: response.data === '' ? null : response.data };
    },

    /** A pong that answers a ping of our own: everything sent before it has been handled. */
    fence: () => new Promise(resolve => {
      pongs.push(() => resolve());
      manager.socket.send(JSON.stringify({ type: 'ping' }));
    }),
  };
}

function forward(manager, emit) {
  manager.onMessage(message => emit('message', message));
  manager.onTyping((user_id, username, is_typing) => emit('typing', { user_id, username, is_typing }));
  manager.onRead((user_id, messages) => emit('read', { user_id, messages: [messages].flat() }));
  manager.onConnection((connected, code) => emit('$connection', { connected, code: code ?? null }));
  manager.onError(error => emit('$error', { text: error?.message ?? '' }));
  manager.onHeartbeat?.(frame => emit('heartbeat', frame));
}
