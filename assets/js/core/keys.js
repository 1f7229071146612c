// @ts-check
// Which key was pressed for the page. While words are put together with an input method, keys belong to that alone.

/** The key's name; empty for one that an input method has taken. The Enter that ends a composition comes from Safari
 * after its end, but still with the code 229.
 * @param {KeyboardEvent} event */
export const keyOf = (event) => (event.isComposing || event.keyCode === 229 ? "" : event.key);
