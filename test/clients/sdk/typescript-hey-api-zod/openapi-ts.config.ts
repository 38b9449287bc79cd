import { defineConfig } from '@hey-api/openapi-ts'

export default defineConfig({
  input: 'http://127.0.0.1:8000/openapi.yaml',
  output: 'tessera',
  // Every request and every response is checked with the schemas in `zod.gen.ts`.
  plugins: ['@hey-api/client-fetch', 'zod', { name: '@hey-api/sdk', validator: true }],
})
