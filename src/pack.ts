/**
 * The first step of `npm run pack`: creates the folders of the packages in `dist`, with the files that are not compiled.
 * The compiler, the second step, writes the code to the paths that the manifests name.
 */
import { cpSync, globSync, rmSync } from 'node:fs'
import { basename } from 'node:path'

interface Package {
  readonly manifest: string
  /** Copied beside the manifest. */
  readonly texts: readonly string[]
  /** Copied to the same paths: what the code reads, and what browsers get. */
  readonly assets: readonly string[]
}

const packages: Readonly<Record<string, Package>> = {
  client: { manifest: 'src/client/package.json', texts: ['src/client/README.md'], assets: [] },
  // A `package.json` in the sources would have `imports` of its own, so that `#contract` would not be found.
  contract: {
    manifest: 'src/contract/manifest.json',
    texts: ['src/contract/README.md', 'src/contract/API.md'],
    assets: [],
  },
  server: {
    manifest: 'src/manifest.json',
    texts: ['src/README.md', 'src/API.md'],
    assets: [
      'openapi.yaml',
      'generated/redoc',
      'generated/swagger-ui',
      'src/template',
      ...globSync('src/{commands,docs}/*.js'),
    ],
  },
}

for (const [name, { manifest, texts, assets }] of Object.entries(packages)) {
  rmSync(`dist/${name}`, { recursive: true, force: true })
  cpSync(manifest, `dist/${name}/package.json`)
  for (const file of [...texts, 'LICENSE']) cpSync(file, `dist/${name}/${basename(file)}`)
  for (const asset of assets) cpSync(asset, `dist/${name}/${asset}`, { recursive: true })
}
