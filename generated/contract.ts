// Generated from the contract by @tessera-oauth/contract. Do not edit.

import {
  type Contract,
  generatedContract,
  type Handler as HandlerOf,
  type Handlers as HandlersOf,
} from '#contract'
import type { operations } from './api.ts'
import document from './openapi.json' with { type: 'json' }

export const contract: Contract<Api> = generatedContract({
  document,
  folder: new URL('./', import.meta.url),
  sources: {
    "../openapi.yaml": "s60SPzeazx4URqoBuZeKv48leUA3iDkH_PG3w7eiFus"
  },
})

/** The types of this contract. */
export interface Api {
  readonly operations: operations
  readonly table: OperationTable
  readonly schemes: keyof Principals
}

export type OperationId = keyof OperationTable

/** The handler of an operation. `P` has what the security check of each scheme returns. */
export type Handler<Id extends OperationId, P extends Principals = Principals> = HandlerOf<
  Api,
  Id,
  P
>

/** One handler for each operation. */
export type Handlers<P extends Principals = Principals> = HandlersOf<Api, P>

/** The security schemes. */
export interface Principals {
  readonly "OAuth2": unknown
  readonly "clientBasic": unknown
}

/** What is in the contract and not in the types of openapi-typescript. */
interface OperationTable {
  "issueToken": {
    "method": "post",
    "path": "/token",
    "security": [],
    "scopes": [],
    "queries": [],
    "headers": [],
    "request": [ "application/x-www-form-urlencoded" ],
    "requiresBody": true,
    "responses": {
      "200": [ "application/json" ],
      "400": [ "application/json" ],
      "401": [ "application/json" ],
      "413": [ "application/json" ],
      "429": [ "application/json" ],
      "500": [ "application/json" ],
      "503": [ "application/json" ]
    },
    "codes": {
      "400": [ "invalid_request", "invalid_grant", "invalid_scope", "unauthorized_client", "unsupported_grant_type" ],
      "401": [ "invalid_client", "invalid_grant" ],
      "413": [ "invalid_request" ],
      "429": [ "temporarily_unavailable" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "OAuthError"
  },
  "revokeToken": {
    "method": "post",
    "path": "/revoke",
    "security": [
      {
        "clientBasic": []
      },
      {}
    ],
    "scopes": [],
    "queries": [],
    "headers": [],
    "request": [ "application/x-www-form-urlencoded" ],
    "requiresBody": true,
    "responses": {
      "200": [],
      "400": [ "application/json" ],
      "401": [ "application/json" ],
      "413": [ "application/json" ],
      "500": [ "application/json" ],
      "503": [ "application/json" ]
    },
    "codes": {
      "400": [ "invalid_request", "unauthorized_client" ],
      "401": [ "invalid_client" ],
      "413": [ "invalid_request" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "OAuthError"
  },
  "introspectToken": {
    "method": "post",
    "path": "/introspect",
    "security": [
      {
        "clientBasic": []
      },
      {}
    ],
    "scopes": [],
    "queries": [],
    "headers": [],
    "request": [ "application/x-www-form-urlencoded" ],
    "requiresBody": true,
    "responses": {
      "200": [ "application/json" ],
      "400": [ "application/json" ],
      "401": [ "application/json" ],
      "413": [ "application/json" ],
      "500": [ "application/json" ],
      "503": [ "application/json" ]
    },
    "codes": {
      "400": [ "invalid_request", "unauthorized_client" ],
      "401": [ "invalid_client" ],
      "413": [ "invalid_request" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "OAuthError"
  },
  "readServerMetadata": {
    "method": "get",
    "path": "/.well-known/oauth-authorization-server",
    "security": [],
    "scopes": [],
    "queries": [],
    "headers": [],
    "request": [],
    "requiresBody": false,
    "responses": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "readOpenidConfiguration": {
    "method": "get",
    "path": "/.well-known/openid-configuration",
    "security": [],
    "scopes": [],
    "queries": [],
    "headers": [],
    "request": [],
    "requiresBody": false,
    "responses": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "readResourceMetadata": {
    "method": "get",
    "path": "/.well-known/oauth-protected-resource",
    "security": [],
    "scopes": [],
    "queries": [],
    "headers": [],
    "request": [],
    "requiresBody": false,
    "responses": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "readJwks": {
    "method": "get",
    "path": "/.well-known/jwks.json",
    "security": [],
    "scopes": [],
    "queries": [],
    "headers": [],
    "request": [],
    "requiresBody": false,
    "responses": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "readUsersMe": {
    "method": "get",
    "path": "/users/me",
    "security": [
      {
        "OAuth2": [ "me:read" ]
      }
    ],
    "scopes": [ "me:read" ],
    "queries": [],
    "headers": [ "If-Match", "If-None-Match" ],
    "request": [],
    "requiresBody": false,
    "responses": {
      "200": [ "application/json" ],
      "304": [],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "412": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request", "inactive_user" ],
      "401": [ "not_authenticated", "invalid_token" ],
      "403": [ "insufficient_scope" ],
      "412": [ "precondition_failed" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "updateUsersMe": {
    "method": "patch",
    "path": "/users/me",
    "security": [
      {
        "OAuth2": [ "me:write" ]
      }
    ],
    "scopes": [ "me:write" ],
    "queries": [],
    "headers": [ "If-Match" ],
    "request": [ "application/json", "application/merge-patch+json" ],
    "requiresBody": true,
    "responses": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "409": [ "application/problem+json" ],
      "412": [ "application/problem+json" ],
      "413": [ "application/problem+json" ],
      "415": [ "application/problem+json" ],
      "422": [ "application/problem+json" ],
      "429": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request", "inactive_user" ],
      "401": [ "not_authenticated", "invalid_token" ],
      "403": [ "insufficient_scope", "wrong_password" ],
      "409": [ "confirmation_required" ],
      "412": [ "precondition_failed" ],
      "413": [ "content_too_large" ],
      "415": [ "unsupported_media_type" ],
      "422": [ "text_refused" ],
      "429": [ "temporarily_unavailable" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "readUsersMeWithSlash": {
    "method": "get",
    "path": "/users/me/",
    "security": [
      {
        "OAuth2": [ "me:read" ]
      }
    ],
    "scopes": [ "me:read" ],
    "queries": [],
    "headers": [ "If-Match", "If-None-Match" ],
    "request": [],
    "requiresBody": false,
    "responses": {
      "200": [ "application/json" ],
      "304": [],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "412": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request", "inactive_user" ],
      "401": [ "not_authenticated", "invalid_token" ],
      "403": [ "insufficient_scope" ],
      "412": [ "precondition_failed" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "changePassword": {
    "method": "put",
    "path": "/users/me/password",
    "security": [
      {
        "OAuth2": [ "me:write" ]
      }
    ],
    "scopes": [ "me:write" ],
    "queries": [],
    "headers": [],
    "request": [ "application/json" ],
    "requiresBody": true,
    "responses": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "413": [ "application/problem+json" ],
      "415": [ "application/problem+json" ],
      "422": [ "application/problem+json" ],
      "429": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request", "inactive_user" ],
      "401": [ "not_authenticated", "invalid_token" ],
      "403": [ "insufficient_scope", "wrong_password" ],
      "413": [ "content_too_large" ],
      "415": [ "unsupported_media_type" ],
      "422": [ "password_refused" ],
      "429": [ "temporarily_unavailable" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "deleteUsersMe": {
    "method": "post",
    "path": "/users/me/deletion",
    "security": [
      {
        "OAuth2": [ "me:write" ]
      }
    ],
    "scopes": [ "me:write" ],
    "queries": [],
    "headers": [ "If-Match" ],
    "request": [ "application/json" ],
    "requiresBody": true,
    "responses": {
      "204": [],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "409": [ "application/problem+json" ],
      "412": [ "application/problem+json" ],
      "413": [ "application/problem+json" ],
      "415": [ "application/problem+json" ],
      "429": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request", "inactive_user" ],
      "401": [ "not_authenticated", "invalid_token" ],
      "403": [ "insufficient_scope", "wrong_password" ],
      "409": [ "last_administrator" ],
      "412": [ "precondition_failed" ],
      "413": [ "content_too_large" ],
      "415": [ "unsupported_media_type" ],
      "429": [ "temporarily_unavailable" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "listSessions": {
    "method": "get",
    "path": "/users/me/sessions",
    "security": [
      {
        "OAuth2": [ "me:read" ]
      }
    ],
    "scopes": [ "me:read" ],
    "queries": [ "limit", "cursor" ],
    "headers": [],
    "request": [],
    "requiresBody": false,
    "responses": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "404": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request", "inactive_user" ],
      "401": [ "not_authenticated", "invalid_token" ],
      "403": [ "insufficient_scope" ],
      "404": [ "unknown_cursor" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "revokeSessions": {
    "method": "delete",
    "path": "/users/me/sessions",
    "security": [
      {
        "OAuth2": [ "me:write" ]
      }
    ],
    "scopes": [ "me:write" ],
    "queries": [],
    "headers": [],
    "request": [],
    "requiresBody": false,
    "responses": {
      "204": [],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request", "inactive_user" ],
      "401": [ "not_authenticated", "invalid_token" ],
      "403": [ "insufficient_scope" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "revokeSession": {
    "method": "delete",
    "path": "/users/me/sessions/{session_id}",
    "security": [
      {
        "OAuth2": [ "me:write" ]
      }
    ],
    "scopes": [ "me:write" ],
    "queries": [],
    "headers": [],
    "request": [],
    "requiresBody": false,
    "responses": {
      "204": [],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "404": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request", "inactive_user" ],
      "401": [ "not_authenticated", "invalid_token" ],
      "403": [ "insufficient_scope" ],
      "404": [ "not_found" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "changeEmail": {
    "method": "put",
    "path": "/users/me/email",
    "security": [
      {
        "OAuth2": [ "me:write" ]
      }
    ],
    "scopes": [ "me:write" ],
    "queries": [],
    "headers": [],
    "request": [ "application/json" ],
    "requiresBody": true,
    "responses": {
      "202": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "413": [ "application/problem+json" ],
      "415": [ "application/problem+json" ],
      "422": [ "application/problem+json" ],
      "429": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "501": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request", "inactive_user" ],
      "401": [ "not_authenticated", "invalid_token" ],
      "403": [ "insufficient_scope", "wrong_password" ],
      "413": [ "content_too_large" ],
      "415": [ "unsupported_media_type" ],
      "422": [ "text_refused" ],
      "429": [ "temporarily_unavailable" ],
      "500": [ "server_error" ],
      "501": [ "mail_not_configured" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "requestEmailConfirmation": {
    "method": "post",
    "path": "/users/me/email/confirmation",
    "security": [
      {
        "OAuth2": [ "me:write" ]
      }
    ],
    "scopes": [ "me:write" ],
    "queries": [],
    "headers": [],
    "request": [],
    "requiresBody": false,
    "responses": {
      "202": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "409": [ "application/problem+json" ],
      "429": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "501": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request", "inactive_user" ],
      "401": [ "not_authenticated", "invalid_token" ],
      "403": [ "insufficient_scope" ],
      "409": [ "nothing_to_confirm" ],
      "429": [ "temporarily_unavailable" ],
      "500": [ "server_error" ],
      "501": [ "mail_not_configured" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "confirmEmail": {
    "method": "post",
    "path": "/email-confirmations",
    "security": [],
    "scopes": [],
    "queries": [],
    "headers": [],
    "request": [ "application/json" ],
    "requiresBody": true,
    "responses": {
      "204": [],
      "400": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "409": [ "application/problem+json" ],
      "413": [ "application/problem+json" ],
      "415": [ "application/problem+json" ],
      "429": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "501": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request" ],
      "403": [ "invalid_proof" ],
      "409": [ "email_taken" ],
      "413": [ "content_too_large" ],
      "415": [ "unsupported_media_type" ],
      "429": [ "temporarily_unavailable" ],
      "500": [ "server_error" ],
      "501": [ "mail_not_configured" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "restoreEmail": {
    "method": "post",
    "path": "/email-restorations",
    "security": [],
    "scopes": [],
    "queries": [],
    "headers": [],
    "request": [ "application/json" ],
    "requiresBody": true,
    "responses": {
      "204": [],
      "400": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "409": [ "application/problem+json" ],
      "413": [ "application/problem+json" ],
      "415": [ "application/problem+json" ],
      "429": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "501": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request" ],
      "403": [ "invalid_proof" ],
      "409": [ "email_taken" ],
      "413": [ "content_too_large" ],
      "415": [ "unsupported_media_type" ],
      "429": [ "temporarily_unavailable" ],
      "500": [ "server_error" ],
      "501": [ "mail_not_configured" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "requestPasswordReset": {
    "method": "post",
    "path": "/password-resets",
    "security": [],
    "scopes": [],
    "queries": [],
    "headers": [],
    "request": [ "application/json" ],
    "requiresBody": true,
    "responses": {
      "202": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "413": [ "application/problem+json" ],
      "415": [ "application/problem+json" ],
      "429": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "501": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request" ],
      "413": [ "content_too_large" ],
      "415": [ "unsupported_media_type" ],
      "429": [ "temporarily_unavailable" ],
      "500": [ "server_error" ],
      "501": [ "mail_not_configured" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "resetPassword": {
    "method": "post",
    "path": "/password-resets/completion",
    "security": [],
    "scopes": [],
    "queries": [],
    "headers": [],
    "request": [ "application/json" ],
    "requiresBody": true,
    "responses": {
      "204": [],
      "400": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "409": [ "application/problem+json" ],
      "413": [ "application/problem+json" ],
      "415": [ "application/problem+json" ],
      "422": [ "application/problem+json" ],
      "429": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "501": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request" ],
      "403": [ "invalid_proof" ],
      "409": [ "email_taken" ],
      "413": [ "content_too_large" ],
      "415": [ "unsupported_media_type" ],
      "422": [ "password_refused" ],
      "429": [ "temporarily_unavailable" ],
      "500": [ "server_error" ],
      "501": [ "mail_not_configured" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "readOwnItems": {
    "method": "get",
    "path": "/users/me/items",
    "security": [
      {
        "OAuth2": [ "items:read" ]
      }
    ],
    "scopes": [ "items:read" ],
    "queries": [ "limit", "cursor" ],
    "headers": [],
    "request": [],
    "requiresBody": false,
    "responses": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "404": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request", "inactive_user" ],
      "401": [ "not_authenticated", "invalid_token" ],
      "403": [ "insufficient_scope" ],
      "404": [ "unknown_cursor" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "createItem": {
    "method": "post",
    "path": "/users/me/items",
    "security": [
      {
        "OAuth2": [ "items:write" ]
      }
    ],
    "scopes": [ "items:write" ],
    "queries": [],
    "headers": [],
    "request": [ "application/json" ],
    "requiresBody": true,
    "responses": {
      "201": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "409": [ "application/problem+json" ],
      "413": [ "application/problem+json" ],
      "415": [ "application/problem+json" ],
      "422": [ "application/problem+json" ],
      "429": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request", "inactive_user" ],
      "401": [ "not_authenticated", "invalid_token" ],
      "403": [ "insufficient_scope" ],
      "409": [ "item_exists", "too_many_items" ],
      "413": [ "content_too_large" ],
      "415": [ "unsupported_media_type" ],
      "422": [ "text_refused" ],
      "429": [ "temporarily_unavailable" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "readOwnItemsWithSlash": {
    "method": "get",
    "path": "/users/me/items/",
    "security": [
      {
        "OAuth2": [ "items:read" ]
      }
    ],
    "scopes": [ "items:read" ],
    "queries": [ "limit", "cursor" ],
    "headers": [],
    "request": [],
    "requiresBody": false,
    "responses": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "404": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request", "inactive_user" ],
      "401": [ "not_authenticated", "invalid_token" ],
      "403": [ "insufficient_scope" ],
      "404": [ "unknown_cursor" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "readItem": {
    "method": "get",
    "path": "/users/me/items/{item_id}",
    "security": [
      {
        "OAuth2": [ "items:read" ]
      }
    ],
    "scopes": [ "items:read" ],
    "queries": [],
    "headers": [ "If-Match", "If-None-Match" ],
    "request": [],
    "requiresBody": false,
    "responses": {
      "200": [ "application/json" ],
      "304": [],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "404": [ "application/problem+json" ],
      "412": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request", "inactive_user" ],
      "401": [ "not_authenticated", "invalid_token" ],
      "403": [ "insufficient_scope" ],
      "404": [ "not_found" ],
      "412": [ "precondition_failed" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "updateItem": {
    "method": "patch",
    "path": "/users/me/items/{item_id}",
    "security": [
      {
        "OAuth2": [ "items:write" ]
      }
    ],
    "scopes": [ "items:write" ],
    "queries": [],
    "headers": [ "If-Match" ],
    "request": [ "application/json", "application/merge-patch+json" ],
    "requiresBody": true,
    "responses": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "404": [ "application/problem+json" ],
      "412": [ "application/problem+json" ],
      "413": [ "application/problem+json" ],
      "415": [ "application/problem+json" ],
      "422": [ "application/problem+json" ],
      "429": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request", "inactive_user" ],
      "401": [ "not_authenticated", "invalid_token" ],
      "403": [ "insufficient_scope" ],
      "404": [ "not_found" ],
      "412": [ "precondition_failed" ],
      "413": [ "content_too_large" ],
      "415": [ "unsupported_media_type" ],
      "422": [ "text_refused" ],
      "429": [ "temporarily_unavailable" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "deleteItem": {
    "method": "delete",
    "path": "/users/me/items/{item_id}",
    "security": [
      {
        "OAuth2": [ "items:write" ]
      }
    ],
    "scopes": [ "items:write" ],
    "queries": [],
    "headers": [ "If-Match" ],
    "request": [],
    "requiresBody": false,
    "responses": {
      "204": [],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "404": [ "application/problem+json" ],
      "412": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request", "inactive_user" ],
      "401": [ "not_authenticated", "invalid_token" ],
      "403": [ "insufficient_scope" ],
      "404": [ "not_found" ],
      "412": [ "precondition_failed" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "listUsers": {
    "method": "get",
    "path": "/users",
    "security": [
      {
        "OAuth2": [ "users:read" ]
      }
    ],
    "scopes": [ "users:read" ],
    "queries": [ "username", "email", "external_id", "limit", "cursor" ],
    "headers": [],
    "request": [],
    "requiresBody": false,
    "responses": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "404": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request", "inactive_user" ],
      "401": [ "not_authenticated", "invalid_token" ],
      "403": [ "insufficient_scope" ],
      "404": [ "unknown_cursor" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "registerUser": {
    "method": "post",
    "path": "/users",
    "security": [
      {},
      {
        "OAuth2": [ "users:write" ]
      }
    ],
    "scopes": [ "users:write" ],
    "queries": [],
    "headers": [],
    "request": [ "application/json" ],
    "requiresBody": true,
    "responses": {
      "201": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "409": [ "application/problem+json" ],
      "413": [ "application/problem+json" ],
      "415": [ "application/problem+json" ],
      "422": [ "application/problem+json" ],
      "429": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "501": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request", "inactive_user" ],
      "401": [ "not_authenticated", "invalid_token" ],
      "403": [ "registration_closed", "insufficient_scope", "scope_not_held" ],
      "409": [ "username_taken", "email_taken" ],
      "413": [ "content_too_large" ],
      "415": [ "unsupported_media_type" ],
      "422": [ "password_refused", "text_refused" ],
      "429": [ "temporarily_unavailable" ],
      "500": [ "server_error" ],
      "501": [ "mail_not_configured" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "readUser": {
    "method": "get",
    "path": "/users/{user_id}",
    "security": [
      {
        "OAuth2": [ "users:read" ]
      }
    ],
    "scopes": [ "users:read" ],
    "queries": [],
    "headers": [ "If-Match", "If-None-Match" ],
    "request": [],
    "requiresBody": false,
    "responses": {
      "200": [ "application/json" ],
      "304": [],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "404": [ "application/problem+json" ],
      "412": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request", "inactive_user" ],
      "401": [ "not_authenticated", "invalid_token" ],
      "403": [ "insufficient_scope" ],
      "404": [ "not_found" ],
      "412": [ "precondition_failed" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "updateUser": {
    "method": "patch",
    "path": "/users/{user_id}",
    "security": [
      {
        "OAuth2": [ "users:write" ]
      }
    ],
    "scopes": [ "users:write" ],
    "queries": [],
    "headers": [ "If-Match" ],
    "request": [ "application/json", "application/merge-patch+json" ],
    "requiresBody": true,
    "responses": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "404": [ "application/problem+json" ],
      "409": [ "application/problem+json" ],
      "412": [ "application/problem+json" ],
      "413": [ "application/problem+json" ],
      "415": [ "application/problem+json" ],
      "422": [ "application/problem+json" ],
      "429": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request", "inactive_user" ],
      "401": [ "not_authenticated", "invalid_token" ],
      "403": [ "insufficient_scope", "scope_not_held", "administrator_account" ],
      "404": [ "not_found" ],
      "409": [ "username_taken", "email_taken", "nothing_to_confirm", "last_administrator", "own_account" ],
      "412": [ "precondition_failed" ],
      "413": [ "content_too_large" ],
      "415": [ "unsupported_media_type" ],
      "422": [ "text_refused" ],
      "429": [ "temporarily_unavailable" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "deleteUser": {
    "method": "delete",
    "path": "/users/{user_id}",
    "security": [
      {
        "OAuth2": [ "users:write" ]
      }
    ],
    "scopes": [ "users:write" ],
    "queries": [],
    "headers": [ "If-Match" ],
    "request": [],
    "requiresBody": false,
    "responses": {
      "204": [],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "404": [ "application/problem+json" ],
      "409": [ "application/problem+json" ],
      "412": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request", "inactive_user" ],
      "401": [ "not_authenticated", "invalid_token" ],
      "403": [ "insufficient_scope" ],
      "404": [ "not_found" ],
      "409": [ "own_account" ],
      "412": [ "precondition_failed" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "listAuditEvents": {
    "method": "get",
    "path": "/audit-events",
    "security": [
      {
        "OAuth2": [ "audit:read" ]
      }
    ],
    "scopes": [ "audit:read" ],
    "queries": [ "user_id", "kind", "since", "until", "limit", "cursor" ],
    "headers": [],
    "request": [],
    "requiresBody": false,
    "responses": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "401": [ "application/problem+json" ],
      "403": [ "application/problem+json" ],
      "404": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request", "inactive_user" ],
      "401": [ "not_authenticated", "invalid_token" ],
      "403": [ "insufficient_scope" ],
      "404": [ "unknown_cursor" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "readLiveness": {
    "method": "get",
    "path": "/healthz",
    "security": [],
    "scopes": [],
    "queries": [],
    "headers": [],
    "request": [],
    "requiresBody": false,
    "responses": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  },
  "readReadiness": {
    "method": "get",
    "path": "/readyz",
    "security": [],
    "scopes": [],
    "queries": [],
    "headers": [],
    "request": [],
    "requiresBody": false,
    "responses": {
      "200": [ "application/json" ],
      "400": [ "application/problem+json" ],
      "500": [ "application/problem+json" ],
      "503": [ "application/problem+json" ]
    },
    "codes": {
      "400": [ "invalid_request" ],
      "500": [ "server_error" ],
      "503": [ "temporarily_unavailable" ]
    },
    "errors": "Problem"
  }
}
