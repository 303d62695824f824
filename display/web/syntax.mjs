// Reads built scripts as a browser of 2017 does (chrome61: ECMAScript 2017 and modules) and names what it would not understand. It changes nothing.
//   npm run syntax -- FILE…     exit 1 with a line a file that cannot be read
import { readFileSync } from "node:fs";
import { parse } from "acorn";

const wrong = process.argv.slice(2).flatMap((file) => {
  const code = readFileSync(file, "utf8");
  try {
    parse(code, { ecmaVersion: 2017, sourceType: "module" });
    return [];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [`${file}: ${error.message}: ${code.slice(Math.max(0, error.pos - 40), error.pos + 40)}`];
  }
});
process.stdout.write(wrong.join("\n") + "\n");
process.exit(wrong.length ? 1 : 0);
