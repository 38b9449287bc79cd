/** What own queries and migrations are written with. Exported by us, so that a project never has a second copy of Kysely. */
export * from 'kysely'
