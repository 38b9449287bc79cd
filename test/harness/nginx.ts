/** Runs nginx, if it is installed, with the site that is shipped. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { deployed } from '../deploy/files.ts'

const executable = process.env.TESSERA_NGINX ?? '/usr/sbin/nginx'
export const hasNginx = existsSync(executable)
/** Added to the titles of tests that are skipped without nginx. */
export const missingNginx = hasNginx ? '' : ` (skipped: there is no nginx at ${executable})`

/** The shipped site without TLS, on a port of its own, with these locations in place of its own. */
export function siteWith(
  locations: string,
  ports: { own: number; servers: readonly number[] },
): string {
  const site = deployed('nginx.conf')
  const [whole = '', lines = ''] = /^ {2}location \/ \{\n([\s\S]*?)^ {2}\}\n/m.exec(site) ?? []
  const shared = lines.replace(/^ *proxy_pass .*\n/m, '')
  return site
    .replace(whole, `${shared}${locations}`)
    .replace(/server 127\.0\.0\.1:8000(.*);/, (_, options) =>
      ports.servers.map((port) => `server 127.0.0.1:${port}${options};`).join('\n'),
    )
    .replace('listen 443 ssl;', `listen 127.0.0.1:${ports.own};`)
    .replaceAll(/^ *(listen \[::\]|ssl_).*\n/gm, '')
}

/** Returns a function that stops it. */
export async function startNginx(site: string, port: number): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-nginx-'))
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join('\n')
  const main = 'daemon off; master_process off;'
  const http = `http {\n${temporary}\naccess_log off;\n${site}\n}\n`
  writeFileSync(join(folder, 'nginx.conf'), `pid ${folder}/pid;\n${main}\nevents {}\n${http}`)
  const nginx = spawn(executable, ['-e', 'stderr', '-p', folder, '-c', `${folder}/nginx.conf`])
  let said = ''
  nginx.stderr.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  while (!(await isListening(port))) {
    if (nginx.exitCode !== null) throw new Error(`nginx ended: ${said}`)
    await pause(20)
  }
  return async () => {
    const ended = once(nginx, 'exit')
    nginx.kill()
    await ended
    rmSync(folder, { recursive: true })
  }
}

export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(socket.end() !== undefined))
    socket.once('error', () => resolve(false))
  })
}
