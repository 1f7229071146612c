// @ts-check
// The name of a browser and its system, from what it calls itself. Only to recognise one's own.

/** The first that fits: others call themselves Chrome and Safari too.
 * @type {[RegExp, string][]} */
const BROWSERS = [
  [/Edg(?:e|A|iOS)?\//, "Edge"],
  [/OPR\//, "Opera"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/MicroMessenger\//, "WeChat"],
  [/(?:Firefox|FxiOS)\//, "Firefox"],
  [/(?:Chrome|CriOS|Chromium)\//, "Chrome"],
  [/Safari\//, "Safari"],
];
/** @type {[RegExp, string][]} */
const SYSTEMS = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X|Macintosh/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

/** "Chrome · Windows"; empty where nothing is known.
 * @param {string} agent */
export const browserWords = (agent) =>
  [BROWSERS, SYSTEMS]
    .map((names) => names.find(([sign]) => sign.test(agent))?.[1])
    .filter((name) => name)
    .join(" · ");
