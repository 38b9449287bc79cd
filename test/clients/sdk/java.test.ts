/** A generated client in Java. It needs a JDK, Maven, openapi-generator, and the dependencies of `java/pom.xml`, already downloaded. */
import { fileURLToPath } from 'node:url'
import { java, maven } from '../maven.ts'
import { succeeds } from '../run-client.ts'
import { describeClient } from './generated-client.ts'
import { openapiGenerator } from './openapi-generator.ts'

const folder = fileURLToPath(new URL('java', import.meta.url))
const resolves = await succeeds({ ...maven('dependency:resolve'), folder })

describeClient({
  generator: 'openapi-generator in Java',
  example: ['java', 'Example.java'],
  missing: openapiGenerator.missing ?? (resolves ? undefined : 'Maven, or a dependency of pom.xml'),
  build: async (example) => {
    await example.generate(openapiGenerator.prefix, openapiGenerator.command)
    await example.run(maven('compile', 'dependency:copy-dependencies'))
  },
  run: java('Example'),
  runReadme: java('Me'),
  types: (example) =>
    example
      .list('tessera/src/main/java/tessera/model')
      .map((file) => file.replace('.java', ''))
      .filter((name) => name !== 'AbstractOpenApiSchema'),
})
