// @ts-check
// Where somebody is signed in.

import { WithMoment } from "../../components/moment.js";
import { Press } from "../../components/press.js";
import { faultWords, toast } from "../../components/toast.js";
import { post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";
import { browserWords } from "./browser_name.js";

/** @import { SessionRow, You } from "../../core/api_types.js" */

/** `heed` shows what the server has then.
 * @param {{ sessions: SessionRow[], heed: (told: You) => void }} props */
export function Sessions({ sessions, heed }) {
  const doing = (/** @type {() => Promise<You>} */ ask, /** @type {string} */ done) => async () => {
    try {
      heed(await ask());
      toast(done);
    } catch (fault) {
      toast(faultWords(fault));
    }
  };
  return h(
    "section",
    {},
    h("h3.rh-heading", {}, t("team.sessions")),
    h(
      "ul.rh-people",
      {},
      sessions.map((one) =>
        h(
          "li.rh-team-row",
          { key: one.id, "data-session": one.id },
          h(
            "div.rh-team-words",
            {},
            h("strong", {}, browserWords(one.agent) || t("team.some_browser")),
            one.own && h("span.rh-chip", {}, t("team.this_browser")),
            h("span.rh-quiet", {}, h(WithMoment, { words: t("team.session_since"), name: "at", at: one.made_at }), " · ", h(WithMoment, { words: t("team.session_seen"), name: "at", at: one.seen_at })),
          ),
          !one.own && h("div.rh-team-acts", {}, h(Press, { words: t("team.session_end"), press: doing(() => post("/you/sessions/{id}/end", { id: one.id }), t("team.session_ended")) })),
        ),
      ),
    ),
    sessions.length > 1 && h("div.rh-buttons", {}, h(Press, { words: t("team.sessions_end"), press: doing(() => post("/you/sessions/end-others"), t("team.sessions_ended")) })),
  );
}
