/** A generated client in PHP. It needs `php` with curl, Guzzle as Debian installs it (`php-guzzlehttp-guzzle`), and openapi-generator. */
import { type Command, succeeds } from '../run-client.ts'
import { describeClient } from './generated-client.ts'
import { openapiGenerator } from './openapi-generator.ts'

const php = (...args: string[]): Command => ({ file: 'php', args })

const hasGuzzle = await succeeds(
  php('-r', "require 'GuzzleHttp/autoload.php'; curl_version(); mb_strlen('');"),
)

describeClient({
  generator: 'openapi-generator in PHP',
  example: ['php', 'example.php'],
  missing: openapiGenerator.missing ?? (hasGuzzle ? undefined : 'php, or no Guzzle'),
  build: (example) => example.generate(openapiGenerator.prefix, openapiGenerator.command),
  run: php('example.php'),
  types: (example) =>
    example
      .list('tessera/lib/Model')
      .map((file) => file.replace('.php', ''))
      .filter((name) => name !== 'ModelInterface'),
})
