// Elements and the little Markdown that the documents use. Text is only ever text: nothing becomes markup by itself.
export function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== ''));
  return element;
}

// A path starts at the server's root, which may be a sub path of its origin.
const base = new URL('../', import.meta.url).href;

function inline(text) {
  return text.split(/(`[^`]+`|\[[^\]]+\]\([^)]+\))/).map(part => {
    const link = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(part);
    if (link) return make('a', { href: link[2].replace(/^\//, base) }, link[1]);
    return part.startsWith('`') && part.endsWith('`') && part.length > 2 ? make('code', {}, part.slice(1, -1)) : part;
  });
}

function table(lines) {
  const [head, , ...rows] = lines.map(line => line.replace(/^\||\|$/g, '').split('|').map(cell => cell.trim()));
  return make('table', {},
    make('thead', {}, make('tr', {}, head.map(cell => make('th', {}, inline(cell))))),
    make('tbody', {}, rows.map(row => make('tr', {}, row.map(cell => make('td', {}, inline(cell)))))));
}

export const markdown = text => text.split(/\n\s*\n/).map(block => {
  const lines = block.split('\n').map(line => line.trim()).filter(Boolean);
  return lines[0]?.startsWith('|') ? table(lines) : make('p', {}, inline(lines.join(' ')));
});

export const sentence = text => make('span', {}, inline(text ?? ''));
