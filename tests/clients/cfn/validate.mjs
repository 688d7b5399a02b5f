// AWS's own offline validator over one template: node validate.mjs TEMPLATE. Prints what it found as
// one JSON document; exit 1 for any error or warning.
import { createRequire } from "node:module";

const { RegoEngine, TemplateFile } = createRequire(import.meta.url)("@aws/cloudformation-validate");

const engine = new RegoEngine();
const report = engine.validateStandard(new TemplateFile(process.argv[2]));
const found = report.diagnostics.map((d) => ({
  severity: String(d.severity),
  rule: d.ruleId,
  message: d.message,
  resource: d.resourceId ?? d.resource ?? "",
}));
engine.free();
console.log(JSON.stringify(found, null, 1));
const bad = found.filter((d) => /error|fatal|warn/i.test(d.severity));
process.exit(bad.length === 0 ? 0 : 1);
