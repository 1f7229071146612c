// @ts-check
// Takes a photo with the camera or records a sound with the microphone, as a file.

import { deviceStream } from "../../core/browser_features.js";
import { clock } from "../../core/format.js";
import { h } from "../../core/h.js";
import { openPart } from "../../components/dialog.js";
import { useEffect, useRef, useSignal } from "../../vendor/preact.js";
import { t } from "../../core/words.js";

/** @typedef {"image" | "audio"} Kind
 * @typedef {(file: File) => void} Take
 * @typedef {{ stream: MediaStream, take: Take }} DeviceProps */

const NAMES = { image: "photo", audio: "recording" };
const QUALITY = 0.95;
const TICK = 250; // ms
const stamp = () => new Date().toLocaleString("sv").replace(/:/g, ".").slice(0, 19);

/** @param {Kind} kind @param {Blob} blob @param {string} extension */
const fileOf = (kind, blob, extension) => new File([blob], `${t(`media.name_${NAMES[kind]}`)} ${stamp()}.${extension}`, { type: blob.type.split(";")[0] });

/** @param {string} words @param {() => void} onclick */
const button = (words, onclick, kind = "") => h("button.rh-small", { key: words, type: "button", class: kind, onclick }, t(words));

/** Takes a photo and calls `take(file)`.
 * @param {Take} take */
export const takePhoto = (take) => openRecorder("image", t("media.photo"), Camera, take);

/** Records a sound and calls `take(file)`.
 * @param {Take} take */
export const takeSound = (take) => openRecorder("audio", t("media.record"), Microphone, take);

/** Shows a device's stream in a dialog; closing it stops the device.
 * @param {Kind} kind @param {string} title @param {import("../../vendor/preact.js").ComponentType<DeviceProps>} part @param {Take} take */
function openRecorder(kind, title, part, take) {
  openPart(title, (/** @type {() => void} */ close) => {
    const takeAway = (/** @type {File} */ file) => {
      close();
      take(file);
    };
    return h(Recorder, { kind, part, take: takeAway });
  });
}

/** @param {{ kind: Kind, part: import("../../vendor/preact.js").ComponentType<DeviceProps>, take: Take }} props */
function Recorder({ kind, part, take }) {
  const stream = useSignal(/** @type {MediaStream | null} */ (null));
  const refused = useSignal("");
  useEffect(() => {
    let ended = false;
    const stop = (/** @type {MediaStream | null} */ given) => given?.getTracks().forEach((track) => track.stop());
    deviceStream(kind).then(
      (given) => (ended ? stop(given) : (stream.value = given)),
      (/** @type {DOMException} */ fault) =>
        (refused.value = /** @type {Record<string, string>} */ ({ NotAllowedError: "denied", InsecureContext: "insecure" })[fault.name] ?? "missing"),
    );
    return () => {
      ended = true;
      stop(stream.peek());
    };
  }, []);
  return h(
    "div.rh-recorder",
    {},
    refused.value
      ? h("p.rh-field-error", { role: "alert" }, t(`media.${refused.value}_${kind}`))
      : stream.value
        ? h(part, { stream: stream.value, take })
        : h("p.rh-quiet", { role: "status" }, t(`media.asking_${kind}`)),
  );
}

/** @param {DeviceProps} props */
function Camera({ stream, take }) {
  const live = useRef(/** @type {HTMLVideoElement | null} */ (null));
  const shot = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const isShot = useSignal(false);
  useEffect(() => {
    if (!live.current) return;
    live.current.srcObject = stream;
    live.current.play().catch(() => {}); // The browser may start it by itself.
  }, [stream, isShot.value]);
  const shoot = () => {
    if (!live.current || !shot.current) return;
    shot.current.width = live.current.videoWidth;
    shot.current.height = live.current.videoHeight;
    shot.current.getContext("2d")?.drawImage(live.current, 0, 0);
    isShot.value = true;
  };
  const use = () => shot.current?.toBlob((blob) => blob && take(fileOf("image", blob, "jpg")), "image/jpeg", QUALITY);
  return [
    h(
      "div.rh-finder",
      { "data-unsaved": isShot.value || undefined },
      h("video", { ref: live, autoplay: true, playsinline: true, muted: true, hidden: isShot.value }),
      h("canvas", { ref: shot, hidden: !isShot.value }),
    ),
    h(
      "div.rh-buttons",
      {},
      isShot.value
        ? [button("media.use", use, "is-main"), button("media.again", () => (isShot.value = false))]
        : button("media.shoot", shoot, "is-main"),
    ),
  ];
}

/** @param {DeviceProps} props */
function Microphone({ stream, take }) {
  const recorder = useSignal(/** @type {MediaRecorder | null} */ (null));
  const seconds = useSignal(0);
  const recorded = useSignal(/** @type {{ file: File, address: string } | null} */ (null));
  const isOn = Boolean(recorder.value);
  useEffect(() => {
    if (!isOn) return undefined;
    const begun = performance.now();
    const ticking = setInterval(() => (seconds.value = (performance.now() - begun) / 1000), TICK);
    return () => clearInterval(ticking);
  }, [isOn]);
  // When the dialog closes, the recorder stops once more; its data is then ignored.
  useEffect(
    () => () => {
      const made = recorder.peek();
      if (made) made.onstop = null;
    },
    [],
  );
  const address = recorded.value?.address;
  useEffect(() => () => (address ? URL.revokeObjectURL(address) : undefined), [address]);
  const start = () => {
    const made = new MediaRecorder(stream);
    /** @type {Blob[]} */
    const parts = [];
    made.ondataavailable = (event) => parts.push(event.data);
    made.onstop = () => {
      const blob = new Blob(parts, { type: made.mimeType });
      const file = fileOf("audio", blob, /mp4/.test(blob.type) ? "m4a" : /ogg/.test(blob.type) ? "ogg" : "webm");
      recorded.value = { file, address: URL.createObjectURL(blob) };
      recorder.value = null;
    };
    made.start();
    recorder.value = made;
  };
  const again = () => {
    recorded.value = null;
  };
  const file = recorded.value?.file;
  const time = h("p.rh-recorder-time", { role: "timer" }, clock(seconds.value));
  return [
    h("div", { "data-unsaved": isOn || Boolean(file) || undefined }, address ? h("audio", { src: address, controls: true }) : time),
    h(
      "div.rh-buttons",
      {},
      isOn
        ? button("media.stop", () => recorder.value?.stop(), "is-bad")
        : file
          ? [button("media.use", () => take(file), "is-main"), button("media.again", again)]
          : button("media.start", start, "is-main"),
    ),
  ];
}
