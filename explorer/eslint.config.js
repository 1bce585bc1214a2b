import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["page/vendor/"] },
  js.configs.recommended,
  {
    languageOptions: { globals: globals.browser },
    rules: {
      eqeqeq: "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "prefer-const": "error",
      "max-lines": ["error", 300],
    },
  },
];
