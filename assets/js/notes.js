// What a file says of itself: the server looks at its first and last bytes.

import { address } from "./net.js";
import { language, t } from "./words.js";

const WINDOW = 2 * 1048576; // rh_ui/media/metadata.py looks no further from either end

/** A form to fill in, a workflow (`text`: the one that a picture or film carries), or under `said` why there is none. */
export async function toldOf(file) {
  const whole = file.size <= 2 * WINDOW;
  try {
    const body = await (whole ? file : new Blob([file.slice(0, WINDOW), file.slice(-WINDOW)])).arrayBuffer();
    const answer = await fetch(address(`rh/restore?head=${whole ? body.byteLength : WINDOW}&language=${language()}`), {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body,
    });
    return await answer.json();
  } catch {
    return { said: t("restore.unread") }; // a folder, a file that went away, a server that is away
  }
}
