/** Generates the files of a contract: `node generate.ts CONTRACT FOLDER`. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { generatedFiles } from '#contract/generate'

const [contract = '', folder = ''] = process.argv.slice(2)
const library = fileURLToPath(new URL('../../../src/contract/index.ts', import.meta.url))
const files = await generatedFiles(pathToFileURL(contract), { library, source: contract })
for (const [name, text] of Object.entries(files)) writeFileSync(`${folder}/${name}`, text)
