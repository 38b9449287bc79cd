/** The least that Node can do: one constant answer, written anew for every request. */
import { account, listen } from './listen.ts'

listen((_req, res) => {
  const body = JSON.stringify(account)
  res.setHeader('Content-Type', 'application/json')
  res.setHeader('Content-Length', Buffer.byteLength(body))
  res.end(body)
})
