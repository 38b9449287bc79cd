/** A generated client in Ruby. It needs `ruby`, Typhoeus (`ruby-typhoeus` of Debian, or the gem), and openapi-generator. */
import { type Command, succeeds } from '../run-client.ts'
import { describeClient, found } from './generated-client.ts'
import { openapiGenerator } from './openapi-generator.ts'

const ruby = (...args: string[]): Command => ({ file: 'ruby', args })

const hasTyphoeus = await succeeds(ruby('-e', "require 'typhoeus'"))

describeClient({
  generator: 'openapi-generator in Ruby',
  example: ['ruby', 'example.rb'],
  missing: openapiGenerator.missing ?? (hasTyphoeus ? undefined : 'ruby, or no Typhoeus'),
  build: (example) => example.generate(openapiGenerator.prefix, openapiGenerator.command),
  run: ruby('example.rb'),
  types: (example) =>
    example
      .list('tessera/lib/tessera/models')
      .flatMap((file) =>
        found(example.read(`tessera/lib/tessera/models/${file}`), /^ {2}class (\w+)/gm),
      ),
})
