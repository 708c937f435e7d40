// Writes to the document. Everything that came from the API goes in as text, never as markup, and only where it differs
// from what stands there: a page that nothing happens on is not touched.

export const byId = (id) => document.getElementById(id);

export function setText(element, text) {
  const wanted = text ?? '';
  if (element.textContent !== wanted) element.textContent = wanted;
}

export function setAttribute(element, name, value) {
  if (value === null || value === undefined) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else if (element.getAttribute(name) !== String(value)) {
    element.setAttribute(name, value);
  }
}

export function setHidden(element, hidden) {
  if (element.hidden !== hidden) element.hidden = hidden;
}

// Makes the parent's children as many as the items, keeps those there are, and lets update bring each up to date.
export function each(parent, items, create, update) {
  while (parent.children.length > items.length) parent.lastElementChild.remove();
  items.forEach((item, i) => {
    const child = parent.children[i] ?? parent.appendChild(create(item));
    update(child, item);
  });
}

export function element(name, className) {
  const made = document.createElement(name);
  if (className) made.className = className;
  return made;
}

// A part is [text, class]; parts without text are left out. In a cell each part is an element of its own.
export function setParts(parent, parts) {
  const shown = parts.filter(([text]) => text);
  each(parent, shown, () => element('span'), (child, [text, className]) => {
    setText(child, text);
    setAttribute(child, 'class', className ?? null);
  });
}

// Rows of a table: a row is a list of cells, a cell a list of parts. Columns name themselves in each cell for the narrow
// layout, where the head is not shown beside them.
export function setRows(table, rows, whenEmpty) {
  const heads = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  const isEmpty = rows.length === 0 && whenEmpty;
  each(body, isEmpty ? [null] : rows, () => role(element('tr'), 'row'), (row, cells) => {
    each(row, cells ?? [[[whenEmpty, 'quiet']]], () => role(element('td'), 'cell'), (cell, parts) => {
      const head = heads[cell.cellIndex];
      setAttribute(cell, 'colspan', cells ? null : heads.length);
      setAttribute(cell, 'data-label', cells ? head.textContent.trim() : null);
      setAttribute(cell, 'class', cells && head.classList.contains('number') ? 'number' : null);
      setParts(cell, parts);
    });
  });
}

// Told outright, because browsers forget what a table is when its layout is changed.
function role(made, name) {
  made.setAttribute('role', name);
  return made;
}
