// What the linter looks for in the pages: mistakes only. Layout is the formatter's (prettier, 120 columns, .prettierrc.json).
import vue from "eslint-plugin-vue";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  { ignores: ["shared/wire.ts", "shared/kiosk-door.ts", "**/node_modules"] },
  ...tseslint.configs.recommended,
  ...vue.configs["flat/essential"],
  { files: ["**/*.vue"], languageOptions: { parserOptions: { parser: tseslint.parser } } },
  {
    rules: {
      eqeqeq: "error",
      "no-console": ["error", { allow: ["warn", "error"] }],
      "no-var": "error",
      "prefer-const": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "vue/multi-word-component-names": "off", // a page's part is named by the word of the field: Pause, Line, Stage
      "vue/no-undef-components": "error",
      "vue/no-unused-properties": "error",
      "vue/no-unused-refs": "error",
      "vue/no-template-target-blank": "error",
      "vue/no-v-html": "error",
      "vue/require-explicit-emits": "error",
    },
  },
);
