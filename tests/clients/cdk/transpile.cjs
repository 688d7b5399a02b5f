// Turns the TypeScript files of the current folder into JavaScript, without looking at their types.
const fs = require('fs');
const ts = require('typescript');

const compilerOptions = { module: 'commonjs', target: 'es2022', esModuleInterop: true };
for (const file of fs.readdirSync('.').filter((name) => name.endsWith('.ts'))) {
  const source = fs.readFileSync(file, 'utf8');
  fs.writeFileSync(file.replace(/ts$/, 'js'), ts.transpileModule(source, { compilerOptions }).outputText);
}
