/**
 * The first step of `npm run pack`: creates the folders of the packages in `dist`, with the files that are not compiled.
 * The compiler, the second step, writes the code to the paths that the manifests name.
 */
import { cpSync, rmSync } from 'node:fs'
import { basename } from 'node:path'

/** The files of each package, besides its manifest and its code. */
const packages = {
  client: { manifest: 'src/client/package.json', texts: ['src/client/README.md'] },
  // A `package.json` in the sources would have `imports` of its own, so that `#contract` would not be found.
  contract: {
    manifest: 'src/contract/manifest.json',
    texts: ['src/contract/README.md', 'src/contract/API.md'],
  },
}

for (const [name, { manifest, texts }] of Object.entries(packages)) {
  rmSync(`dist/${name}`, { recursive: true, force: true })
  cpSync(manifest, `dist/${name}/package.json`)
  for (const file of [...texts, 'LICENSE']) cpSync(file, `dist/${name}/${basename(file)}`)
}
