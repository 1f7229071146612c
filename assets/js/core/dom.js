// Making and finding elements; no state, no knowledge of the page.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
  link: "M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.7 5.7L12 17",
  upload: "M12 16V4m-5 5l5-5 5 5M4 16v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3",
  download: "M12 4v12m-5-5l5 5 5-5M4 20h16",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
  down: "M6 9l6 6 6-6",
  up: "M6 15l6-6 6 6",
  star: "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9L12 16.9l-5.2 2.8 1-5.9L3.5 9.7l5.9-.8z",
  dice: "M5 4h14a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1zM8.5 8.5h.01M15.5 15.5h.01M12 12h.01M15.5 8.5h.01M8.5 15.5h.01",
  reuse: "M4 12a8 8 0 0 1 14-5.3L20 9M20 4v5h-5M20 12a8 8 0 0 1-14 5.3L4 15M4 20v-5h5",
  sun: "M12 7.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM12 2v2m0 16v2M2 12h2m16 0h2M5 5l1.5 1.5m11 11L19 19M5 19l1.5-1.5m11-11L19 5",
  play: "M8 5l11 7-11 7z",
  sound: "M4 10v4h4l5 4V6L8 10zM16.5 8.5a5 5 0 0 1 0 7",
  cube: "M12 3l8 4.5v9L12 21l-8-4.5v-9zM12 12l8-4.5M12 12v9M12 12L4 7.5",
  copy: "M9 9h10v11H9zM5 15V4h10",
  swap: "M4 8h14l-4-4M20 16H6l4 4",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01",
  film: "M4 5h16v14H4zM8 5v14M16 5v14M4 9h4M4 15h4M16 9h4M16 15h4",
  text: "M5 6h14M5 12h14M5 18h9",
  runs: "M4 6h16M4 12h10M4 18h6M18 14v6l4-3z",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5.5M12 7.5h.01",
  camera: "M4 8h4l1.5-2.5h5L16 8h4v11H4zM12 10a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4z",
  microphone: "M12 4a2.5 2.5 0 0 0-2.5 2.5v5a2.5 2.5 0 0 0 5 0v-5A2.5 2.5 0 0 0 12 4zM6.5 11.5a5.5 5.5 0 0 0 11 0M12 17v3",
  alert: "M12 4l9 16H3zM12 10v4M12 17h.01",
};

/** An element: `h("button.primary", {onclick, "aria-label": "…"}, ...children)`; children may be text. */
export function h(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    // As an attribute the page's Content-Security-Policy would refuse it.
    if (key === "style") element.style.cssText = value;
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element && typeof value !== "string") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
}

/** A line icon, 1em unless the style says otherwise. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "rh-icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A place to choose files or to drop them on; `take` is called with those that came. */
export function fileZone({ id, accept, many = false, label, limits, take }) {
  const came = (files) => files.length && take([...files]);
  const chooser = h("input", {
    type: "file",
    accept,
    multiple: many,
    "aria-label": label,
    onchange: () => {
      const files = [...chooser.files];
      chooser.value = ""; // the same file can be chosen once more
      came(files);
    },
  });
  const over = (event, is) => {
    event.preventDefault();
    zone.classList.toggle("is-over", is);
  };
  const zone = h(
    "label.rh-zone",
    {
      id,
      ondragover: (event) => over(event, true),
      ondragleave: (event) => over(event, false),
      ondrop: (event) => {
        over(event, false);
        came(event.dataTransfer.files);
      },
    },
    icon("upload"),
    h("span", {}, label),
    h("span.rh-limits", {}, limits),
    chooser,
  );
  return zone;
}

/** A button that shows an icon only and says its name to those who can't see it. */
export function iconButton(name, label, onclick, extra = "") {
  return h(`button.rh-icon-button${extra}`, { type: "button", title: label, "aria-label": label, onclick }, icon(name));
}

/** Calls `action` once, `wait` ms after the last call. */
export function debounced(action, wait) {
  let timer;
  const later = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), wait);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

/** Calls `action` at once, and once more `wait` ms after the last of the calls that came close behind; `later()` only
 * then. */
export function eager(action, wait) {
  let timer = null;
  let again = false;
  const rest = () => {
    timer = null;
    if (again) now();
  };
  const now = () => {
    again = false;
    timer = setTimeout(rest, wait);
    action();
  };
  const later = () => {
    clearTimeout(timer);
    again = true;
    timer = setTimeout(rest, wait);
  };
  const call = () => (timer === null ? now() : later());
  call.later = later;
  return call;
}

/** Brings `parent`'s children to `wanted` [{key, stamp, make}] and leaves alone those whose stamp is the same. */
export function patch(parent, wanted) {
  const present = new Map([...parent.children].map((child) => [child.dataset.patchKey, child]));
  let place = parent.firstElementChild;
  for (const { key, stamp, make } of wanted) {
    let child = present.get(key);
    present.delete(key);
    if (!child || child.dataset.patchStamp !== stamp) {
      const fresh = make();
      fresh.dataset.patchKey = key;
      fresh.dataset.patchStamp = stamp;
      if (child) {
        if (child === place) place = child.nextElementSibling;
        child.remove();
      }
      child = fresh;
    }
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  for (const child of present.values()) child.remove();
}

export function megabytes(bytes) {
  const mb = bytes / 1048576;
  return mb >= 10 ? mb.toFixed(0) : mb.toFixed(mb >= 1 ? 1 : 2);
}

/** 1536 → "1.5 KB", 3145728 → "3.0 MB". */
export function fileSize(bytes) {
  return bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${megabytes(bytes)} MB`;
}

/** 75 → "1:15". */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(whole / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
  return `${minutes}:${String(whole % 60).padStart(2, "0")}`;
}

/** A moment by the reader's clock: the time, with the day when it is not today; to the second for who points at it. */
export function moment(iso) {
  return dated(h("time", { datetime: iso }));
}

/** Words with a moment at the place `{name}`, as parts of an element. */
export function withMoment(words, name, iso) {
  const [before, ...after] = words.split(`{${name}}`);
  return after.length && iso ? [before, moment(iso), after.join("")] : [words];
}

function dated(time) {
  const at = new Date(time.dateTime);
  const { lang } = document.documentElement;
  const today = at.toDateString() === new Date().toDateString();
  time.textContent = at.toLocaleString(lang, today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" });
  time.title = at.toLocaleString(lang, { dateStyle: "full", timeStyle: "long" });
  return time;
}

/** Moments in parts that Gradio draws come with their UTC time, which is written anew as they appear. */
export function dateWhatAppears(selector) {
  const write = () => {
    for (const time of document.querySelectorAll(`${selector} time:not([title])`)) dated(time);
  };
  new MutationObserver(write).observe(document.body, { childList: true, subtree: true, characterData: true });
}
