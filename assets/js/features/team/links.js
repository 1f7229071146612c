// @ts-check
// The address of an invitation.

import { address } from "../../core/api.js";

const HERE = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** @param {{ secret: string, place: string }} invited `place`: the page's address for others, or empty */
export function invitationLink({ secret, place }) {
  const page = place ? `${place.replace(/\/+$/, "")}/` : address("");
  return new URL(`rh/join/${secret}`, page).href;
}

/** Whether a link works on this computer only.
 * @param {string} link */
export const isOnlyHere = (link) => HERE.test(new URL(link).hostname);
