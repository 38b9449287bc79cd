/** GET /.well-known/oauth-authorization-server: the metadata of this server (RFC 8414 §2). */
import { sendsMail } from '../../mail/require-mail.ts'
import { serverMetadata } from '../../oauth/server-metadata.ts'
import type { Services } from '../../services.ts'
import { cacheable, type Handler } from '../handler.ts'

export const readServerMetadata =
  (services: Services): Handler<'readServerMetadata'> =>
  (_request, respond) =>
    respond[200]({
      headers: cacheable,
      body: serverMetadata({ ...services, sendsMail: sendsMail(services.config) }),
    })
