// @ts-check
// Who is signed in, and what the page offers them. The server decides (rh_ui/web/access.py): what stands here only keeps
// away what it would refuse.

/** null where there are no people. */
export const person = () => window.rhBoot.person;

/** Whether an admin looks at somebody's private work: nothing is run, kept or changed meanwhile. */
export const onlyLooks = () => Boolean(window.rhBoot.looking_at);

/** Whether runs may be started and own things changed. */
export const mayRun = () => person()?.role !== "guest" && !onlyLooks();

/** Whether what applies to everybody may be changed. */
export const mayManage = () => (person()?.role ?? "admin") === "admin";
