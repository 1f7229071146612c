// What the page's scripts are held to. Types are tsc's part (tsconfig.json), layout is nobody's.

import js from "@eslint/js";
import globals from "globals";

/** Ways to turn text into markup: words, names and answers are never markup on this page. */
const NO_MARKUP = [
  { property: "innerHTML", message: "Set textContent or append elements: text is never markup here." },
  { property: "outerHTML", message: "Set textContent or append elements: text is never markup here." },
  { property: "insertAdjacentHTML", message: "Set textContent or append elements: text is never markup here." },
  { property: "dangerouslySetInnerHTML", message: "Give the text as a child: text is never markup here." },
  { object: "document", property: "write", message: "Append elements." },
];

export default [
  { ignores: ["assets/bundle/", "assets/js/vendor/", "build/", "data/", ".venv/", "node_modules/", "htmlcov/"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error", reportUnusedInlineConfigs: "error" },
    rules: {
      "array-callback-return": "error",
      "consistent-return": "error",
      "default-case-last": "error",
      eqeqeq: "error",
      "max-lines": ["error", 399],
      "no-await-in-loop": "off",
      "no-caller": "error",
      "no-console": "error",
      "no-constructor-return": "error",
      "no-duplicate-imports": "error",
      "no-else-return": "error",
      "no-eval": "error",
      "no-extend-native": "error",
      "no-implied-eval": "error",
      "no-lonely-if": "error",
      "no-new-func": "error",
      "no-new-wrappers": "error",
      "no-promise-executor-return": "off",
      "no-restricted-properties": ["error", ...NO_MARKUP],
      "no-restricted-syntax": [
        "error",
        { selector: "Property[key.name='dangerouslySetInnerHTML']", message: "Give the text as a child: text is never markup here." },
        { selector: "Property[key.value=/^(dangerouslySetInnerHTML|innerHTML|outerHTML)$/]", message: "Text is never markup here." },
        { selector: "Property[key.name=/^(innerHTML|outerHTML|srcdoc)$/]", message: "Text is never markup here." },
      ],
      "no-return-assign": ["error", "except-parens"],
      "no-script-url": "error",
      "no-self-compare": "error",
      "no-sequences": "error",
      "no-template-curly-in-string": "error",
      "no-throw-literal": "error",
      "no-unmodified-loop-condition": "error",
      "no-unused-expressions": ["error", { allowShortCircuit: true, allowTernary: true }],
      "no-unused-vars": "error",
      "no-use-before-define": ["error", { functions: false, classes: false, variables: false }],
      "no-useless-computed-key": "error",
      "no-useless-concat": "error",
      "no-useless-rename": "error",
      "no-useless-return": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-arrow-callback": "error",
      "prefer-const": "error",
      "prefer-object-spread": "error",
      "prefer-rest-params": "error",
      "prefer-spread": "error",
      radix: "error",
      "require-atomic-updates": "off",
      strict: "error",
      yoda: "error",
    },
  },
  { files: ["assets/js/**/*.js"], languageOptions: { ecmaVersion: 2022, globals: globals.browser } },
  {
    // Drawn by Preact (docs/decisions/0030): a part never changes elements by hand.
    files: ["assets/js/{components,features}/**/*.js", "assets/js/main.js"],
    rules: {
      "no-restricted-properties": ["error", ...NO_MARKUP, { property: "replaceChildren", message: "Draw a part with core/h.js." }],
    },
  },
  {
    // Stands in the page's HTML, which calls what it defines.
    files: ["assets/inline/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "script", globals: globals.browser },
    rules: { "no-unused-vars": "off", strict: "off" },
  },
  {
    // These show that markup is refused, and read what was drawn.
    files: ["tests/frontend/notation_types.js", "tests/frontend/h.test.js"],
    rules: { "no-restricted-properties": "off", "no-restricted-syntax": "off" },
  },
  { files: ["scripts/**/*.js", "tests/frontend/**/*.js", "eslint.config.js"], languageOptions: { globals: { ...globals.nodeBuiltin, document: "readonly", window: "readonly", HTMLElement: "readonly", KeyboardEvent: "readonly" } } },
];
