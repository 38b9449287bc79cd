/** A load that costs the generator least: pipelined copies of one request; the responses are counted by their bytes. */
import { connect } from 'node:net'

export interface Flood {
  readonly port: number
  readonly connections: number
  readonly milliseconds: number
  /** The bytes of a request whose responses all have the same length. */
  readonly request: string
}

/** The requests per write. The server queues at most 16 per connection. */
const pipelined = 16

/** Returns the requests per second. Throws if a response is not a 200 or has a different length. */
export async function flood(options: Flood): Promise<number> {
  const length = await responseLength(options)
  const start = performance.now()
  const counts = Array.from({ length: options.connections }, () => sendRequests(options, length))
  const total = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
  return (total * 1000) / (performance.now() - start)
}

function responseLength({ port, request }: Flood): Promise<number> {
  return new Promise((done, failed) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request))
    socket.once('data', (response) => {
      socket.destroy()
      if (response.toString('latin1', 9, 12) === '200') done(response.length)
      else failed(new Error(response.toString()))
    })
    socket.once('error', failed)
  })
}

function sendRequests({ port, request, milliseconds }: Flood, length: number): Promise<number> {
  const requests = Buffer.from(request.repeat(pipelined))
  const end = performance.now() + milliseconds
  let batches = 0
  let received = 0
  return new Promise((done, failed) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(requests))
    socket.setNoDelay(true)
    socket.on('data', (chunk) => {
      received += chunk.length
      if (received < pipelined * length) return
      if (received > pipelined * length) return void socket.destroy(new Error('responses differ'))
      received = 0
      batches += 1
      if (performance.now() < end) socket.write(requests)
      else socket.end()
    })
    socket.on('error', failed)
    socket.on('close', () =>
      received > 0
        ? failed(new Error('the server closed the connection'))
        : done(batches * pipelined),
    )
  })
}
