// A JSON schema as a table of fields. What it refers to unfolds on demand, so that schemas may go round in circles.
import { make, sentence } from './elements.js';

function resolve(schema, root) {
  if (!schema?.$ref) return { schema: schema ?? {}, name: null };
  const path = schema.$ref.slice(2).split('/').map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return { schema: path.reduce((node, part) => node[part], root), name: path.at(-1) };
}

// null | X and a bare X are shown the same, the first with "or null".
function unwrap(given, root) {
  const options = given?.oneOf?.filter(option => option.type !== 'null');
  const isNullable = Boolean(options && given.oneOf.length > options.length && options.length === 1);
  const { schema, name } = resolve(isNullable ? options[0] : given, root);
  const types = [schema.type ?? (schema.properties ? 'object' : schema.const === undefined ? 'anything' : 'text')].flat();
  const type = types.find(one => one !== 'null');
  return { schema, name, type, orNull: isNullable || types.includes('null') };
}

function label({ schema, name, type, orNull }, root) {
  const or = orNull ? ' or null' : '';
  if (schema.const !== undefined) return `"${schema.const}"`;
  if (schema.enum) return schema.enum.join(' | ') + or;
  if (type === 'array') return `list of ${label(unwrap(schema.items, root), root)}${or}`;
  if (name) return name + or;
  if (schema.format === 'binary') return 'file';
  if (schema.format === 'date-time') return `time${or}`;
  return ({ string: 'text', integer: 'integer', boolean: 'true or false' }[type] ?? type) + or;
}

// The schema whose fields can be unfolded: of an object, or of a list's elements.
function inner(shown, root) {
  if (shown.type === 'array') return inner(unwrap(shown.schema.items, root), root);
  return shown.schema.properties ? shown.schema : null;
}

function row(name, given, isNeeded, root, depth) {
  const shown = unwrap(given, root);
  const children = inner(shown, root);
  const type = make('td', {}, label(shown, root));
  const cell = make('td', {}, make('code', { className: isNeeded ? 'needed' : '' }, name));
  for (let i = 0; i < depth; i++) cell.prepend(make('span', { className: 'nested' }));
  const about = given.description ?? (shown.name ? '' : shown.schema.description);
  const line = make('tr', {}, cell, type, make('td', {}, sentence(about)));
  if (children) type.replaceChildren(unfolding(type.textContent, line, children, root, depth + 1));
  return line;
}

function unfolding(text, line, schema, root, depth) {
  let shown = null;
  const button = make('button', { type: 'button', ariaExpanded: 'false' }, `${text} ▸`);
  button.addEventListener('click', () => {
    if (shown) shown.forEach(one => { one.remove(); });
    else line.after(...rows(schema, root, depth));
    shown = shown ? null : collect(line, schema);
    button.ariaExpanded = String(shown !== null);
    button.textContent = `${text} ${shown ? '▾' : '▸'}`;
  });
  return button;
}

// The rows just put in, and whatever unfolds below them until the table goes on.
function collect(line, schema) {
  const end = Array.from({ length: Object.keys(schema.properties).length }).reduce(last => last.nextElementSibling, line).nextElementSibling;
  return { forEach(act) { while (line.nextElementSibling && line.nextElementSibling !== end) act(line.nextElementSibling); } };
}

const rows = (schema, root, depth) => Object.entries(schema.properties)
  .map(([name, field]) => row(name, field, schema.required?.includes(name), root, depth));

/** A schema as elements: a table where it has fields, else a line. */
export function describe(given, root) {
  const shown = unwrap(given, root);
  const fields = inner(shown, root);
  const title = shown.name || shown.type === 'array' ? make('p', { className: 'soft' }, label(shown, root)) : null;
  if (!fields) return [make('p', { className: 'soft' }, label(shown, root))];
  return [title, make('table', { className: 'fields' }, make('tbody', {}, rows(fields, root, 0)))].filter(Boolean);
}

/** A table of parameters. */
export const parameters = (list, root) => make('table', { className: 'fields' }, make('tbody', {},
  list.map(one => row(one.name, { ...one.schema, description: one.description ?? (one.in === 'path' ? 'In the path.' : '') }, one.required, root, 0))));
