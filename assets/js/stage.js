// Puts the page's one 3D viewer over the large view and takes it away again.

export function showModel(place, output) {
  const viewer = document.getElementById("rh-model-view");
  if (!viewer) return;
  // A modal dialog covers everything outside it, so the viewer moves in while it is open.
  home ??= viewer.parentElement;
  place.append(viewer);
  viewer.classList.add("is-shown");
  window.rhShowModel(output.id);
}

export function hideModel() {
  const viewer = document.getElementById("rh-model-view");
  if (!home || !viewer?.classList.contains("is-shown")) return;
  viewer.classList.remove("is-shown");
  home.append(viewer);
}

let home = null;
