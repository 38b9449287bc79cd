/** A PostgreSQL primary with a synchronous standby: a commit is acknowledged when both have it. */
import { setTimeout as pause } from 'node:timers/promises'
import { postgresNode } from './postgres-node.ts'

const database = 'tessera'

export interface PostgresCluster {
  /** With both hosts: whoever connects looks for the one that accepts writes. */
  readonly url: string
  /** Of the primary at this moment. */
  primaryUrl(): string
  hangStandby(): void
  resumeStandby(): void
  /** Kills the primary, and makes the standby the primary, which waits for no standby. */
  failOver(): Promise<void>
  /** Adds the server that was killed as the synchronous standby. */
  addStandby(): Promise<void>
  /** The connections of the servers that are tested. */
  connections(): Promise<number>
  remove(): Promise<void>
}

/** With an empty database. `tools` is the folder of PostgreSQL's tools. */
export async function postgresCluster(tools: string): Promise<PostgresCluster> {
  const nodes = [await postgresNode(tools), await postgresNode(tools)] as const
  let [primary, standby] = nodes
  await primary.create()
  await primary.ask(`create database ${database}`)

  async function addStandby() {
    await standby.follow(primary)
    // After the copy, so that the standby does not have the setting if it is promoted.
    await primary.ask("alter system set synchronous_standby_names = '*'")
    await primary.ask('select pg_reload_conf()')
    const states = () => primary.ask('select sync_state from pg_stat_replication')
    while ((await states())[0]?.sync_state !== 'sync') await pause(20)
  }
  await addStandby()

  return {
    url: `postgres://postgres:postgres@${nodes.map(({ address }) => address).join()}/${database}?target_session_attrs=read-write`,
    primaryUrl: () => primary.url(database),
    hangStandby: () => standby.signal('SIGSTOP'),
    resumeStandby: () => standby.signal('SIGCONT'),
    async failOver() {
      await primary.kill()
      standby.signal('SIGCONT')
      await standby.promote()
      ;[primary, standby] = [standby, primary]
    },
    addStandby,
    async connections() {
      const [row] = await primary.ask(
        "select count(*)::int as many from pg_stat_activity where application_name = 'tessera'",
      )
      return Number(row?.many)
    },
    async remove() {
      for (const node of nodes) await node.remove()
    },
  }
}
