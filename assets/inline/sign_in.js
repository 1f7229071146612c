// On the pages for strangers: the theme that was chosen on the page, and the tab that its address named.

(() => {
  "use strict";
  let theme;
  try {
    theme = window.localStorage.getItem("rh.theme"); // as assets/js/core/browser_storage.js stores it
  } catch {
    // The browser stores nothing; the system's theme is shown.
  }
  if (theme === "dark" || theme === "light") document.documentElement.classList.add(theme);
  document.addEventListener("DOMContentLoaded", () => {
    const wanted = document.querySelector("input[name=next]");
    // The server never sees this part of an address.
    if (wanted && !wanted.value.includes("#")) wanted.value += window.location.hash;
  });
})();
