// Puts the files that stand once, at the top of the repository, into the built package.
// ng-packagr copies assets from inside the project only. And what belongs to the schematics beside their code, for which
// the compiler has no eye: the collection, the schemas and the templates.
import { copyFileSync, cpSync, statSync } from 'node:fs';

for (const file of ['LICENSE', 'CHANGELOG.md']) copyFileSync(file, `dist/rx-mesh/${file}`);
cpSync('projects/rx-mesh/schematics', 'dist/rx-mesh/schematics', {
  recursive: true,
  filter: (path) => statSync(path).isDirectory() || !path.endsWith('.ts'),
});
