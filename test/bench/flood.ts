/** The lightest load there is: bundles of one and the same request, and answers that are counted by their bytes. */
import { connect } from 'node:net'

export interface Flood {
  readonly port: number
  readonly connections: number
  readonly milliseconds: number
  /** The bytes of a request whose answers all have the same length. */
  readonly request: string
}

/** How many requests leave in one write. The server lets 16 of a connection wait. */
const bundle = 16

/** Requests per second. Throws where an answer is no 200, or of another length than the first. */
export async function flood(options: Flood): Promise<number> {
  const length = await lengthOfAnswer(options)
  const begun = performance.now()
  const counts = Array.from({ length: options.connections }, () => converse(options, length))
  const total = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
  return (total * 1000) / (performance.now() - begun)
}

function lengthOfAnswer({ port, request }: Flood): Promise<number> {
  return new Promise((known, failed) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request))
    socket.once('data', (answer) => {
      socket.destroy()
      if (answer.toString('latin1', 9, 12) === '200') known(answer.length)
      else failed(new Error(answer.toString()))
    })
    socket.once('error', failed)
  })
}

function converse({ port, request, milliseconds }: Flood, length: number): Promise<number> {
  const requests = Buffer.from(request.repeat(bundle))
  const end = performance.now() + milliseconds
  let bundles = 0
  let received = 0
  return new Promise((done, failed) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(requests))
    socket.setNoDelay(true)
    socket.on('data', (chunk) => {
      received += chunk.length
      if (received < bundle * length) return
      if (received > bundle * length) return void socket.destroy(new Error('answers differ'))
      received = 0
      bundles += 1
      if (performance.now() < end) socket.write(requests)
      else socket.end()
    })
    socket.on('error', failed)
    socket.on('close', () =>
      received > 0 ? failed(new Error('the server hung up')) : done(bundles * bundle),
    )
  })
}
