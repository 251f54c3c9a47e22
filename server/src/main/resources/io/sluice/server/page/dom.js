// Finding, making and writing. Text is only ever set as text.

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function find(root, selector) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`the page has no ${selector}`);
  return found;
}

/** @param {string} id @returns {any} an element of whatever kind the page has there */
export function byId(id) {
  return find(document, '#' + id);
}

/** @param {ParentNode} root @param {string} name @returns {any} the part of a card that is called so */
export function part(root, name) {
  return find(root, `[data-part="${name}"]`);
}

/**
 * @param {string} tag
 * @param {string} [className]
 * @param {string} [text]
 */
export function make(tag, className = '', text = '') {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

/** @param {string} id of a template with one element @returns {HTMLElement} */
export function cast(id) {
  const mould = /** @type {HTMLTemplateElement} */ (byId(id)).content.firstElementChild;
  return /** @type {HTMLElement} */ (/** @type {Element} */ (mould).cloneNode(true));
}

/** @param {Node} node @param {string} text written only where it changed */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
