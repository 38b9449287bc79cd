/** openapi-generator, if Maven has downloaded it: `mvn dependency:get -Dartifact=org.openapitools:openapi-generator-cli:7.25.0`. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type Command, succeeds } from '../run-client.ts'

const version = '7.25.0'
const jar = `openapi-generator-cli-${version}.jar`
const sha256 = '41ce4f6b07f196676439d710759fa1ced7a08066d06ff1bf314681470289efae'

const path = join(homedir(), '.m2/repository/org/openapitools/openapi-generator-cli', version, jar)

function isDownloaded(): boolean {
  if (!existsSync(path)) return false
  const found = createHash('sha256').update(readFileSync(path)).digest('hex')
  if (found !== sha256) throw new Error(`${path} has an unexpected SHA-256: ${found}`)
  return true
}

const hasJava = await succeeds({ file: 'java', args: ['-version'] })

const command: Command = { file: 'java', args: ['-jar', path] }

export const openapiGenerator = {
  missing: hasJava && isDownloaded() ? undefined : 'java, or no openapi-generator',
  /** The start of the command in an example. */
  prefix: `java -jar ${jar}`,
  command,
}
