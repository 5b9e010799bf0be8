// The API reference: shows the OpenAPI and AsyncAPI documents.
import { make, markdown, sentence } from './elements.js';
import { describe, parameters } from './schema.js';

// Relative to this file: the server may be under a sub path.
const base = new URL('../', import.meta.url);

const read = async path => {
  const response = await fetch(new URL(path, base));
  if (!response.ok) throw new Error(`/${path} answered ${response.status}`);
  return response.json();
};
const badge = (text, kind = text) => make('span', { className: `method ${kind}` }, text);
const heading = (level, text, id) => make(level, { id: id ?? '' }, text);

function card(id, kind, badgeText, title, about, fill) {
  const body = make('div');
  const details = make('details', { className: 'card', id },
    make('summary', {}, badge(badgeText, kind), make('span', { className: 'path' }, title), make('span', { className: 'about' }, about)), body);
  details.addEventListener('toggle', () => { if (details.open && !body.hasChildNodes()) body.append(...fill().filter(Boolean)); });
  details.dataset.search = `${badgeText} ${title} ${about}`.toLowerCase();
  return details;
}

function operationBody(operation, root) {
  const content = Object.entries(operation.requestBody?.content ?? {});
  const follow = answer => answer.$ref ? root.components.responses[answer.$ref.split('/').at(-1)] : answer;
  return [
    make('p', { className: 'soft' }, operation.security ? 'Needs a bearer token.' : 'Needs no token.'),
    operation.parameters && heading('h4', 'Parameters'), operation.parameters && parameters(operation.parameters, root),
    ...content.flatMap(([type, { schema, example }]) => [
      heading('h4', `Body: ${type}`), ...describe(schema, root), example && make('pre', {}, JSON.stringify(example, null, 2)),
    ]),
    heading('h4', 'Answers'),
    make('table', { className: 'answers' }, make('tbody', {}, Object.entries(operation.responses).map(([status, answer]) =>
      make('tr', {}, make('td', {}, make('code', {}, status)), make('td', {}, sentence(follow(answer).description)))))),
    ...Object.entries(operation.responses).filter(([status, answer]) => status < 300 && answer.content?.['application/json']).slice(0, 1)
      .flatMap(([status, answer]) => [heading('h4', `Body of ${status}`), ...describe(answer.content['application/json'].schema, root)]),
  ];
}

function restSections(root) {
  const groups = new Map();
  for (const [path, methods] of Object.entries(root.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (method === 'head') continue;
      const tag = operation.tags[0];
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(card(operation.operationId, method, method, path, operation.summary, () => operationBody(operation, root)));
    }
  }
  const last = name => name === 'Health' || name === 'Files';
  return [...groups].sort(([a], [b]) => last(a) - last(b)).map(([name, cards]) => ({ name, cards }));
}

function socketSections(root) {
  const where = name => Object.entries(root.channels).filter(([, channel]) => channel.messages[name]).map(([id]) => id.replace('_', ' '));
  const frames = (prefix, title) => ({
    name: title,
    cards: Object.entries(root.components.messages).filter(([id]) => id.startsWith(prefix)).map(([id, frame]) =>
      card(id, prefix, prefix === 'client' ? 'send' : 'hear', frame.name, frame.summary, () => [
        make('p', { className: 'soft' }, where(id).length === 3 ? 'On every socket.' : `On the sockets: ${where(id).join(', ')}.`), ...describe(frame.payload, root)])),
  });
  const channels = {
    name: 'Sockets',
    cards: Object.entries(root.channels).map(([id, channel]) => card(id, 'get', 'ws', channel.address, channel.description, () => [
      heading('h4', 'Query'), ...describe(channel.bindings.ws.query, root),
    ])),
  };
  return [channels, frames('client', 'Frames from clients'), frames('server', 'Frames from the server')];
}

function contents({ name, cards }) {
  const items = cards.map(one => {
    const [kind, title] = one.querySelectorAll('.method, .path');
    const short = title.textContent.replace(/^\/api\/(accounts|messaging)\//, '').replace('/ws/messaging/', '/ws/…/').replace(/\{[^}]+\}/g, '∗');
    const link = make('a', { href: `#${one.id}`, title: title.textContent }, kind.cloneNode(true), make('span', {}, short));
    const item = make('li', {}, link);
    item.dataset.search = one.dataset.search;
    return item;
  });
  return make('section', {}, heading('h2', name), make('ul', {}, items));
}

function filter(text) {
  const wanted = text.trim().toLowerCase();
  for (const one of document.querySelectorAll('[data-search]')) one.hidden = !one.dataset.search.includes(wanted);
  for (const section of document.querySelectorAll('section')) section.hidden = !section.querySelector('[data-search]:not([hidden])');
}

function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.matches('details')) target.open = true;
  target?.scrollIntoView();
}

async function show() {
  const [rest, sockets] = await Promise.all([read('openapi/v1.json'), read('asyncapi.json')]);
  const section = ({ name, cards }) => make('section', {}, heading('h2', name), cards);
  const [restParts, socketParts] = [restSections(rest), socketSections(sockets)];
  document.getElementById('main').replaceChildren(
    heading('h1', 'REST', 'rest'), ...markdown(rest.info.description), ...restParts.map(section),
    heading('h1', 'Sockets', 'sockets'), ...markdown(sockets.info.description), ...socketParts.map(section));
  document.getElementById('contents').replaceChildren(...[...restParts, ...socketParts].map(contents));
  document.getElementById('filter').addEventListener('input', event => { filter(event.target.value); });
  addEventListener('hashchange', openTarget);
  if (location.hash) openTarget();
}

show().catch(error => { document.getElementById('main').replaceChildren(make('p', { className: 'note' }, `The documents can't be read: ${error.message}`)); });
