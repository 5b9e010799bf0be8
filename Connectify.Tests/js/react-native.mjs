// What the documented code finds in React Native, so that it runs here letter for letter: imports without an
// extension, AsyncStorage, and a global WebSocket. Its made-up host leads to the server under test.
import { registerHooks } from './resolving.mjs';
import WebSocket from 'ws';

export const DOCUMENTED_HOST = 'your-api-domain.com';

/** frame: told of every frame that comes in, before the documented code sees it. */
export function install({ host, frame }) {
  registerHooks();
  globalThis.WebSocket = class extends WebSocket {
    constructor(url) {
      super(url.replace(DOCUMENTED_HOST, host));
      this.addEventListener('message', event => frame(JSON.parse(event.data)));
    }
  };
}
