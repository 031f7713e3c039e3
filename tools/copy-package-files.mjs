// Puts the files that stand once, at the top of the repository, into the built package.
// ng-packagr copies assets from inside the project only.
import { copyFileSync } from 'node:fs';

for (const file of ['LICENSE', 'CHANGELOG.md']) copyFileSync(file, `dist/rx-mesh/${file}`);
