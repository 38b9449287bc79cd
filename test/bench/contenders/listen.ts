/** Listens on a free port of the loopback address and prints it, as every contender does. */
import { createServer, type RequestListener } from 'node:http'

export function listen(listener: RequestListener): void {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    process.stdout.write(`listening on http://127.0.0.1:${port}\n`)
  })
}

/** The body of Tessera's `GET /users/me`. */
export const account = {
  user_id: 'u_4qYvjF3xT1aPzJc0bD8e2w',
  username: 'johndoe',
  email: 'johndoe@example.com',
  full_name: 'John Doe',
  disabled: false,
  scopes: ['me:read', 'me:write', 'items:read', 'items:write'],
  created_at: '2026-01-02T03:04:05.678Z',
}
