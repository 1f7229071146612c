// A photo by the camera, a sound by the microphone; each ends as a file like any other.

import { deviceStream } from "../../core/browser_features.js";
import { clock, h } from "../../core/dom.js";
import { openWindow } from "../../components/dialog.js";
import { t } from "../../core/words.js";

const NAMES = { image: "photo", audio: "recording" };
const stamp = () => new Date().toLocaleString("sv").replace(/:/g, ".").slice(0, 19);

/** Shows what a device gives in a window; ends the device with it. `draw(stream, window)` gives the window's content. */
async function withDevice(kind, title, draw) {
  const body = h("div.rh-recorder", {}, h("p.rh-quiet", { role: "status" }, t(`media.asking_${kind}`)));
  let stream = null;
  const stop = () => stream?.getTracks().forEach((track) => track.stop());
  const { dialog, close } = openWindow(title, body);
  dialog.addEventListener("close", stop);
  try {
    stream = await deviceStream(kind);
  } catch (fault) {
    const why = { NotAllowedError: "denied", InsecureContext: "insecure" }[fault.name] ?? "missing";
    body.replaceChildren(h("p.rh-field-error", { role: "alert" }, t(`media.${why}_${kind}`)));
    return;
  }
  if (!dialog.open) stop();
  else body.replaceChildren(...draw(stream, close));
}

const fileOf = (kind, blob, extension) => new File([blob], `${t(`media.name_${NAMES[kind]}`)} ${stamp()}.${extension}`, { type: blob.type.split(";")[0] });
const button = (words, onclick, kind = "") => h(`button.rh-small${kind}`, { type: "button", onclick }, t(words));

/** Takes a photo; `take(file)` gets it. */
export function takePhoto(take) {
  withDevice("image", t("media.photo"), (stream, close) => {
    const live = h("video", { autoplay: true, playsinline: true, muted: true });
    live.srcObject = stream;
    const buttons = h("div.rh-buttons");
    const place = h("div.rh-finder", {}, live);
    const look = () => {
      place.replaceChildren(live);
      live.play();
      buttons.replaceChildren(shoot);
    };
    const shoot = button("media.shoot", () => {
      const canvas = h("canvas", { width: live.videoWidth, height: live.videoHeight });
      canvas.getContext("2d").drawImage(live, 0, 0);
      place.replaceChildren(canvas);
      const use = () =>
        canvas.toBlob(
          (blob) => {
            close();
            take(fileOf("image", blob, "jpg"));
          },
          "image/jpeg",
          0.95,
        );
      buttons.replaceChildren(button("media.use", use, ".is-main"), button("media.again", look));
    }, ".is-main");
    look();
    return [place, buttons];
  });
}

/** Records a sound; `take(file)` gets it. */
export function takeSound(take) {
  withDevice("audio", t("media.record"), (stream, close) => {
    const time = h("p.rh-recorder-time", { role: "timer" }, clock(0));
    const buttons = h("div.rh-buttons");
    const place = h("div", {}, time);
    const wait = () => {
      place.replaceChildren(time);
      buttons.replaceChildren(button("media.start", start, ".is-main"));
    };
    const start = () => {
      const recorder = new MediaRecorder(stream);
      const parts = [];
      const begun = performance.now();
      const ticking = setInterval(() => (time.textContent = clock((performance.now() - begun) / 1000)), 250);
      recorder.ondataavailable = (event) => parts.push(event.data);
      recorder.onstop = () => {
        clearInterval(ticking);
        const blob = new Blob(parts, { type: recorder.mimeType });
        const file = fileOf("audio", blob, /mp4/.test(blob.type) ? "m4a" : /ogg/.test(blob.type) ? "ogg" : "webm");
        place.replaceChildren(h("audio", { src: URL.createObjectURL(blob), controls: true }));
        const use = () => {
          close();
          take(file);
        };
        buttons.replaceChildren(button("media.use", use, ".is-main"), button("media.again", wait));
      };
      recorder.start();
      buttons.replaceChildren(button("media.stop", () => recorder.stop(), ".is-bad"));
    };
    wait();
    return [place, buttons];
  });
}
