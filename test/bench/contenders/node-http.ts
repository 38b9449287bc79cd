/** The minimum in Node: one constant response, serialized for every request. */
import { account, listen } from './listen.ts'

listen((_req, res) => {
  const body = JSON.stringify(account)
  res.setHeader('Content-Type', 'application/json')
  res.setHeader('Content-Length', Buffer.byteLength(body))
  res.end(body)
})
