/** openapi-generator, where Maven has fetched it: `mvn dependency:get -Dartifact=org.openapitools:openapi-generator-cli:7.25.0`. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type Command, succeeds } from '../client-report.ts'

const version = '7.25.0'
const jar = `openapi-generator-cli-${version}.jar`
const sha256 = '41ce4f6b07f196676439d710759fa1ced7a08066d06ff1bf314681470289efae'

const path = join(homedir(), '.m2/repository/org/openapitools/openapi-generator-cli', version, jar)

function isTheOne(): boolean {
  if (!existsSync(path)) return false
  const found = createHash('sha256').update(readFileSync(path)).digest('hex')
  if (found !== sha256) throw new Error(`${path} is not what was released: its SHA-256 is ${found}`)
  return true
}

const hasJava = await succeeds({ file: 'java', args: ['-version'] })

const command: Command = { file: 'java', args: ['-jar', path] }

export const openapiGenerator = {
  lacks: hasJava && isTheOne() ? undefined : 'java, or no openapi-generator',
  /** The words that an example says it with. */
  words: `java -jar ${jar}`,
  command,
}
