/** A client in Java. It needs a JDK, Maven, `openapi-generator.ts`, and what `java/pom.xml` names (the tests fetch none). */
import { fileURLToPath } from 'node:url'
import { type Command, succeeds } from '../client-report.ts'
import { describeClient } from './generated-client.ts'
import { openapiGenerator } from './openapi-generator.ts'

const maven = (...goals: string[]): Command => ({
  file: 'mvn',
  args: ['--quiet', '--batch-mode', '--offline', ...goals],
})

const folder = fileURLToPath(new URL('java', import.meta.url))
const resolves = await succeeds({ ...maven('dependency:resolve'), folder })

const java = (program: string): Command => ({
  file: 'java',
  args: ['-cp', 'target/classes:target/dependency/*', program],
})

describeClient({
  generator: 'openapi-generator in Java',
  example: ['java', 'Example.java'],
  lacks: openapiGenerator.lacks ?? (resolves ? undefined : 'Maven, or not what pom.xml names'),
  make: async (made) => {
    await made.generate(openapiGenerator.words, openapiGenerator.command)
    await made.run(maven('compile', 'dependency:copy-dependencies'))
  },
  run: java('Example'),
  runReadme: java('Me'),
  types: (made) =>
    made
      .list('tessera/src/main/java/tessera/model')
      .map((file) => file.replace('.java', ''))
      .filter((name) => name !== 'AbstractOpenApiSchema'),
})
