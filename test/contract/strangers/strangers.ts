/** Public contracts of other makers, from the npm registry. They are downloaded, not copied into this repository. */

export interface Stranger {
  readonly name: string
  /** An npm package of exactly this version, and the contract's path in it. */
  readonly package: string
  readonly path: string
  readonly operations?: number
  /** Texts of the contract that are replaced before it is read. */
  readonly mended?: Readonly<Record<string, string>>
  /** What `generate` says, if it refuses the contract. */
  readonly refused?: RegExp
  /** Operations whose examples, or all values, are not what the contract says. */
  readonly unanswered?: readonly string[]
}

const readme = '@readme/oas-examples@8.2.2'

export const strangers: readonly Stranger[] = [
  {
    name: 'Blockfrost, 3.0',
    package: '@blockfrost/openapi@0.1.93',
    path: 'openapi.yaml',
    operations: 129,
  },
  {
    name: 'Star Trek, 3.0',
    package: readme,
    path: '3.0/yaml/star-trek.yaml',
    operations: 120,
  },
  {
    name: 'Open Payments, 3.1',
    package: '@interledger/open-payments@7.4.0',
    path: 'dist/openapi/specs/auth-server.yaml',
    operations: 5,
  },
  {
    name: 'Train Travel, 3.1',
    package: readme,
    path: '3.1/yaml/train-travel.yaml',
    operations: 7,
    // The example of its reply has `cvc`, which is writeOnly.
    unanswered: ['create-booking-payment'],
  },
  {
    name: 'Mojaloop, 3.0, in 169 files',
    package: '@mojaloop/api-snippets@18.4.1',
    path: 'fspiop/v2_0/openapi3/openapi.yaml',
    operations: 60,
  },
  {
    name: 'Figma, 3.1',
    package: '@figma/rest-api-spec@0.43.0',
    path: 'openapi/openapi.yaml',
    refused: /required has links_created, which the schema does not declare/,
  },
  {
    name: 'Figma, 3.1, mended',
    package: '@figma/rest-api-spec@0.43.0',
    path: 'openapi/openapi.yaml',
    mended: {
      '- links_created\n    DeleteDev': '- links_updated\n    DeleteDev',
      // The request of putWebhook.
      '- event_type\n                - team_id\n                - endpoint':
        '- event_type\n                - endpoint',
    },
    operations: 54,
  },
  {
    name: 'cookies, 3.0',
    package: readme,
    path: '3.0/json/parameters-cookies.json',
    operations: 1,
  },
  {
    name: 'uploads, 3.0',
    package: readme,
    path: '3.0/json/file-uploads.json',
    operations: 3,
  },
  {
    name: 'Rclone, 3.1',
    package: 'rclone-openapi@1.75.0',
    path: 'openapi.yaml',
    refused:
      /rcNoop has the query parameter params, which cannot be an exploded object with any properties/,
  },
  {
    name: 'Dialogporten, 3.0',
    package: '@digdir/dialogporten-schema@1.118.6',
    path: 'swagger.verified.json',
    refused:
      /has the header parameter accept-Language, which cannot have a property that is a list or an object/,
  },
]
