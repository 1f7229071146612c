// @ts-check
// Which key was pressed for the page. While text is composed with an input method, keys belong to that.

/** The key's name; empty for a key of an input method. Safari sends the Enter that ends a composition after its end, but
 * with the code 229.
 * @param {KeyboardEvent} event */
export const keyOf = (event) => (event.isComposing || event.keyCode === 229 ? "" : event.key);
