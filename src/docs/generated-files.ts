/** The bundles of the pages, as `npm run generate` wrote and compressed them. */
import { readFileSync } from 'node:fs'
import { codings } from './codings.ts'
import { generatedFolder } from './locations.ts'
import { cssType, file, type StaticFile, scriptType } from './static-files.ts'

export const generatedScript = (name: string): StaticFile => generated(scriptType, name)
export const generatedStyles = (name: string): StaticFile => generated(cssType, name)

function generated(mediaType: string, name: string): StaticFile {
  const read = (path: string) => readFileSync(new URL(path, generatedFolder))
  return file(mediaType, read(name), {
    br: read(`${name}${codings.br.extension}`),
    gzip: read(`${name}${codings.gzip.extension}`),
  })
}
