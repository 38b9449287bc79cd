/** GET /.well-known/openid-configuration: the server metadata, for verifiers that look only there (OpenID Connect Discovery §3). */
import { sendsMail } from '../../mail/require-mail.ts'
import { serverMetadata } from '../../oauth/server-metadata.ts'
import type { Services } from '../../services.ts'
import { cacheable, type Handler } from '../handler.ts'

export const readOpenidConfiguration =
  (services: Services): Handler<'readOpenidConfiguration'> =>
  (_request, respond) =>
    respond[200]({
      headers: cacheable,
      body: {
        ...serverMetadata({ ...services, sendsMail: sendsMail(services.config) }),
        subject_types_supported: ['public'],
        // There are no ID tokens: verifiers apply it to access tokens.
        id_token_signing_alg_values_supported: [services.config.signingAlg],
      },
    })
