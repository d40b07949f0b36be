import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import ts from "typescript-eslint";

export default defineConfig(
  { ignores: ["dist/", "node_modules/"] },
  js.configs.recommended,
  {
    files: ["src/**/*.ts"],
    extends: [...ts.configs.strictTypeChecked, ...ts.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // The policy of our pages forbids it, so it would fail there only.
      "no-eval": "error",
      "no-new-func": "error",
    },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: {
      globals: { clearTimeout: "readonly", console: "readonly", process: "readonly", setTimeout: "readonly" },
    },
  },
);
