// Generated from the contract by @tessera-oauth/contract. Do not edit.

export interface paths {
    "/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Issue a token
         * @description Issues tokens for a username and a password (password grant, RFC 6749 §4.3) or for a refresh token (refresh grant, §6). The account must be enabled, and the client must be allowed to use the grant. A password grant begins a session; a refresh continues it.
         */
        post: operations["issueToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke a token
         * @description Revokes a token at once, on all servers that share the database (RFC 7009). A service that verifies access tokens by itself accepts them until they expire. Revoking a refresh token ends its session and revokes all access tokens of the session. The response to an unknown or already revoked token is the same.
         */
        post: operations["revokeToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/introspect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Introspect a token
         * @description Tells a service whether a token is valid, and its claims (RFC 7662). The service must be a confidential client with the permission to introspect. For a refresh token of a different client, `active` is false.
         */
        post: operations["introspectToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/oauth-authorization-server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the server metadata
         * @description The metadata that an OAuth2 client needs to use this server (RFC 8414).
         */
        get: operations["readServerMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/openid-configuration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the OpenID configuration
         * @description The server metadata again, for programs that verify tokens and read only this path (OpenID Connect Discovery 1.0 §3). The server is not an OpenID provider: it issues no ID tokens and has no authorization endpoint.
         */
        get: operations["readOpenidConfiguration"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/oauth-protected-resource": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the resource metadata
         * @description The authorization server of this API, and how to send its tokens (RFC 9728).
         */
        get: operations["readResourceMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the public keys
         * @description The public keys that verify access tokens (RFC 7517). Cache them for as long as `Cache-Control` allows, and read them again if a token has an unknown `kid`. The set is empty if tokens are signed with HS256.
         */
        get: operations["readJwks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read your account
         * @description Returns the account of the token.
         */
        get: operations["readUsersMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change your account
         * @description Changes the full name or the e-mail address. A change of the e-mail address requires the current password. Where the server sends mail, a verified address is changed with `changeEmail`; if it is removed here, a mail to it has a proof with which `restoreEmail` brings it back.
         */
        patch: operations["updateUsersMe"];
        trace?: never;
    };
    "/users/me/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read your account, with a trailing slash
         * @deprecated
         * @description The path in the code of the FastAPI tutorial. The response is that of `/users/me`; new clients should use `/users/me`.
         */
        get: operations["readUsersMeWithSlash"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change your password
         * @description Changes the password and ends all sessions of the account, the caller's too. The response has the tokens of a new session, with the client and the scopes of the token of the request; if it is lost, log in with the new password. A wrong current password counts as a failed login.
         */
        put: operations["changePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/deletion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete your account
         * @description Deletes the account with its items and its sessions. All its tokens are revoked.
         */
        post: operations["deleteUsersMe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your sessions
         * @description Returns the sessions of the account, newest first.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        /**
         * End all your sessions
         * @description Ends all sessions of the account, including the session of this token.
         */
        delete: operations["revokeSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a session
         * @description Ends one session of the account and revokes its tokens.
         */
        delete: operations["revokeSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change your e-mail address
         * @description Sends a mail with a proof to the new address. The account keeps its address until the proof is used with `confirmEmail`, within 24 hours; a change of the password or of the address ends it. At most three such mails an hour are sent for an account. A wrong current password counts as a failed login.
         */
        put: operations["changeEmail"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/email/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Request a mail that confirms your address
         * @description Sends a mail with a proof to the address of the account, which `confirmEmail` takes within 24 hours. At most three such mails an hour are sent for an account.
         */
        post: operations["requestEmailConfirmation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/email-confirmations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm an e-mail address
         * @description Marks the address of an account as verified, or changes it to the new one, with the proof of a mail. A verified address is that of one account only. If a verified address is replaced, a mail to it has a proof with which `restoreEmail` brings it back within 24 hours.
         */
        post: operations["confirmEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/email-restorations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring back an e-mail address
         * @description Undoes a change or a removal of a verified address, with the proof of the mail that told of it: the account has this address again, and all its sessions and later proofs end. Who made the change knew the password: it ends, too, and `requestPasswordReset` leads to a new one.
         */
        post: operations["restoreEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/password-resets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Request a password reset
         * @description Sends a mail with a proof, with which `resetPassword` sets a new password. It goes to the verified e-mail address of the account, at most three times an hour. The response is the same if there is no such account, if its address is not verified, or if it is disabled: then no mail is sent.
         */
        post: operations["requestPasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/password-resets/completion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password
         * @description Sets a new password with the proof of a mail: that of a password reset, or of an invitation. All sessions of the account end, failed logins of its username are forgotten, and its e-mail address is verified. A proof can be used once; a code can be tried five times.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your items
         * @description Returns the items of the account, oldest first. The list is a plain array, as in the FastAPI tutorial; the next page is in the `Link` header (RFC 8288).
         */
        get: operations["readOwnItems"];
        put?: never;
        /**
         * Create an item
         * @description Creates an item of the account. You choose its id.
         */
        post: operations["createItem"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/items/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your items, with a trailing slash
         * @deprecated
         * @description The path of the FastAPI tutorial. The response is that of `/users/me/items`, which new clients use.
         */
        get: operations["readOwnItemsWithSlash"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/items/{item_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an item
         * @description Returns one item of the account.
         */
        get: operations["readItem"];
        put?: never;
        post?: never;
        /**
         * Delete an item
         * @description Deletes the item. Its id can be used again.
         */
        delete: operations["deleteItem"];
        options?: never;
        head?: never;
        /**
         * Change an item
         * @description Changes the title or the description.
         */
        patch: operations["updateItem"];
        trace?: never;
    };
    "/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List accounts
         * @description Returns all accounts in the order of their usernames, or those with a given username, e-mail address, or id in the system that they were imported from.
         */
        get: operations["listUsers"];
        put?: never;
        /**
         * Register or add an account
         * @description Without a token, registers an account, if `REGISTRATION` is `open`; where mail is sent, its address gets a proof for `confirmEmail`. With a token, an administrator adds one, with `scopes` that both of theirs hold; without `password` it is an invitation: its mail has a proof for `resetPassword`.
         */
        post: operations["registerUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an account
         * @description Returns one account.
         */
        get: operations["readUser"];
        put?: never;
        post?: never;
        /**
         * Delete an account
         * @description Deletes the account with its items and its sessions. Its id is never reused. Delete your own account at `/users/me/deletion`, which requires your password.
         */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        /**
         * Change an account
         * @description Disabling an account ends its sessions. You can grant a scope only if your account and your token hold it. You can set the address, at which a password can be reset, only of an account whose scopes you all hold, and never of another administrator. Change your own at `/users/me`, with your password.
         */
        patch: operations["updateUser"];
        trace?: never;
    };
    "/audit-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the audit trail
         * @description Returns the events of accounts, sessions, clients and keys, newest first. Events are never changed.
         */
        get: operations["listAuditEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check liveness
         * @description Returns 200 once the server has started. Checks nothing else.
         */
        get: operations["readLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check readiness
         * @description Returns 200 while the server can take requests, that is, while its database is available and it is not shutting down.
         */
        get: operations["readReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A token request (RFC 6749 §4.3.2, §6). */
        TokenRequest: {
            /**
             * @description `password`: exchange a username and a password; the default, as in the FastAPI tutorial. `refresh_token`: exchange a refresh token.
             * @example password
             */
            grant_type?: string;
            username?: components["schemas"]["UsernameOrEmail"];
            password?: components["schemas"]["Password"];
            refresh_token?: components["schemas"]["Token"];
            /**
             * @description The requested scopes, separated by spaces. By default, every scope that both the account and the client hold; in a refresh, the scopes of the session.
             * @example me:read items:read
             */
            scope?: string;
            client_id?: components["schemas"]["ClientId"];
            client_secret?: components["schemas"]["ClientSecret"];
        };
        /** @description A revocation request (RFC 7009 §2.1). */
        RevocationRequest: {
            token: components["schemas"]["AnyToken"];
            token_type_hint?: components["schemas"]["TokenTypeHint"];
            client_id?: components["schemas"]["ClientId"];
            client_secret?: components["schemas"]["ClientSecret"];
        };
        /** @description An introspection request (RFC 7662 §2.1). */
        IntrospectionRequest: {
            token: components["schemas"]["AnyToken"];
            token_type_hint?: components["schemas"]["TokenTypeHint"];
            client_id?: components["schemas"]["ClientId"];
            client_secret?: components["schemas"]["ClientSecret"];
        };
        /**
         * @description A token, or any other text. For text that is not a token of this server, the response is that of an invalid token, not an error.
         * @example c2Vzc2lvbg.dG9rZW4
         */
        AnyToken: string;
        /**
         * @description A token, as issued.
         * @example c2Vzc2lvbg.dG9rZW4
         */
        Token: string;
        /**
         * @description The supposed type of the token. The server does not rely on it.
         * @example refresh_token
         */
        TokenTypeHint: string;
        /**
         * @description The id of the client. Omit it with HTTP Basic.
         * @example demo-service
         */
        ClientId: string;
        /**
         * @description The secret of a confidential client. Omit it with HTTP Basic.
         * @example demo-service-secret
         */
        ClientSecret: string;
        /**
         * @description The username of an account.
         * @example johndoe
         */
        Username: string;
        /**
         * @description A password of at most 1,024 bytes in UTF-8.
         * @example secret123
         */
        Password: string;
        /** @description The issued tokens (RFC 6749 §5.1). */
        TokenResponse: {
            /**
             * @description The access token, a signed JWT (RFC 9068) that is opaque to the client.
             * @example eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJ1XzEifQ.c2lnbmF0dXJl
             */
            access_token: string;
            token_type: components["schemas"]["TokenType"];
            /**
             * Format: int32
             * @description The lifetime of the access token, in seconds.
             * @example 1800
             */
            expires_in: number;
            /**
             * @description The scopes of the token, separated by spaces. Empty if there is no scope that both the account and the client hold.
             * @example me:read items:read
             */
            scope: string;
            /**
             * @description The refresh token, which can be exchanged once for new tokens. Absent if the client is not allowed to use the refresh grant.
             * @example c2Vzc2lvbg.dG9rZW4
             */
            refresh_token?: string;
        };
        /**
         * @description The type of the access token (RFC 6750).
         * @example bearer
         * @enum {string}
         */
        TokenType: "bearer";
        /** @description The state of a token (RFC 7662 §2.2). Only a valid token has fields besides `active`. */
        Introspection: {
            /**
             * @description Whether the token is valid.
             * @example true
             */
            active: boolean;
            /**
             * @description The scopes of the token.
             * @example me:read items:read
             */
            scope?: string;
            /**
             * @description The id of the client that it was issued to.
             * @example tessera
             */
            client_id?: string;
            /**
             * @description The username of the account.
             * @example johndoe
             */
            username?: string;
            token_type?: components["schemas"]["TokenType"];
            exp?: components["schemas"]["Seconds"];
            iat?: components["schemas"]["Seconds"];
            /**
             * @description The id of the account.
             * @example u_4qYvjF3xT1aPzJc0
             */
            sub?: string;
            /**
             * @description The audience of the token.
             * @example http://127.0.0.1:8000
             */
            aud?: string;
            /**
             * @description The issuer of the token.
             * @example http://127.0.0.1:8000
             */
            iss?: string;
            /**
             * @description The id of the token.
             * @example t_9RQwdrWTL9ccRUmLAL93AA
             */
            jti?: string;
            /**
             * @description The id of the session.
             * @example s__tJ9Ikd1a3amAnDqu4ORgw
             */
            sid?: string;
        };
        /**
         * Format: int64
         * @description A time, in seconds since 1970 (RFC 7519 §2).
         * @example 1767323045
         */
        Seconds: number;
        /** @description Authorization server metadata (RFC 8414 §2). */
        ServerMetadata: {
            issuer: components["schemas"]["Url"];
            token_endpoint: components["schemas"]["Url"];
            revocation_endpoint: components["schemas"]["Url"];
            introspection_endpoint: components["schemas"]["Url"];
            jwks_uri: components["schemas"]["Url"];
            scopes_supported: components["schemas"]["Names"];
            response_types_supported: components["schemas"]["Names"];
            grant_types_supported: components["schemas"]["Names"];
            token_endpoint_auth_methods_supported: components["schemas"]["Names"];
            revocation_endpoint_auth_methods_supported: components["schemas"]["Names"];
            introspection_endpoint_auth_methods_supported: components["schemas"]["Names"];
            password_reset_endpoint?: components["schemas"]["Url"];
            password_reset_completion_endpoint?: components["schemas"]["Url"];
            email_confirmation_endpoint?: components["schemas"]["Url"];
            email_restoration_endpoint?: components["schemas"]["Url"];
            service_documentation: components["schemas"]["Url"];
        };
        /** @description Server metadata in the form of OpenID Connect Discovery 1.0 §3. */
        OpenidConfiguration: {
            issuer: components["schemas"]["Url"];
            token_endpoint: components["schemas"]["Url"];
            revocation_endpoint: components["schemas"]["Url"];
            introspection_endpoint: components["schemas"]["Url"];
            jwks_uri: components["schemas"]["Url"];
            scopes_supported: components["schemas"]["Names"];
            response_types_supported: components["schemas"]["Names"];
            grant_types_supported: components["schemas"]["Names"];
            token_endpoint_auth_methods_supported: components["schemas"]["Names"];
            revocation_endpoint_auth_methods_supported: components["schemas"]["Names"];
            introspection_endpoint_auth_methods_supported: components["schemas"]["Names"];
            password_reset_endpoint?: components["schemas"]["Url"];
            password_reset_completion_endpoint?: components["schemas"]["Url"];
            email_confirmation_endpoint?: components["schemas"]["Url"];
            email_restoration_endpoint?: components["schemas"]["Url"];
            service_documentation: components["schemas"]["Url"];
            subject_types_supported: components["schemas"]["Names"];
            id_token_signing_alg_values_supported: components["schemas"]["Names"];
        };
        /** @description Protected resource metadata (RFC 9728 §2). */
        ResourceMetadata: {
            resource: components["schemas"]["Url"];
            authorization_servers: components["schemas"]["Names"];
            scopes_supported: components["schemas"]["Names"];
            bearer_methods_supported: components["schemas"]["Names"];
            resource_documentation: components["schemas"]["Url"];
        };
        /**
         * Format: uri
         * @description An absolute URL.
         * @example http://127.0.0.1:8000/token
         */
        Url: string;
        /** @description The values of this field, as its specification defines them. */
        Names: string[];
        /** @description A JWK set (RFC 7517 §5). */
        Jwks: {
            /** @description The public keys. */
            keys: components["schemas"]["Jwk"][];
        };
        /** @description A public key (RFC 7517 §4). `kty` determines which of the last five fields are present. */
        Jwk: {
            kty: components["schemas"]["KeyType"];
            /**
             * @description The id of the key, as in the header of the tokens that it signs.
             * @example vLc0pTTr7QmPxwjyZJGxYYWk0SMmGuZAcWQOvHqn4Fs
             */
            kid: string;
            alg: components["schemas"]["SigningAlgorithm"];
            use: components["schemas"]["KeyUse"];
            /**
             * @description The RSA modulus.
             * @example sXchTr1
             */
            n?: string;
            /**
             * @description The RSA exponent.
             * @example AQAB
             */
            e?: string;
            crv?: components["schemas"]["Curve"];
            /**
             * @description The x coordinate of the point.
             * @example f83OJ3D2
             */
            x?: string;
            /**
             * @description The y coordinate of the point.
             * @example x_FEzRu9
             */
            y?: string;
        };
        /**
         * @description The type of a key.
         * @example RSA
         * @enum {string}
         */
        KeyType: "RSA" | "EC" | "OKP";
        /**
         * @description The algorithm of a key.
         * @example RS256
         * @enum {string}
         */
        SigningAlgorithm: "RS256" | "ES256" | "EdDSA";
        /**
         * @description The use of a key.
         * @example sig
         * @enum {string}
         */
        KeyUse: "sig";
        /**
         * @description The curve of a key.
         * @example P-256
         * @enum {string}
         */
        Curve: "P-256" | "Ed25519";
        /** @description An account. */
        User: {
            user_id: components["schemas"]["UserId"];
            username: components["schemas"]["Username"];
            email?: components["schemas"]["Email"];
            email_verified: components["schemas"]["EmailVerified"];
            email_confirmation?: components["schemas"]["MailedProof"];
            full_name?: components["schemas"]["FullName"];
            locale?: components["schemas"]["Locale"];
            disabled: components["schemas"]["Disabled"];
            scopes: components["schemas"]["Scopes"];
            created_at: components["schemas"]["Timestamp"];
        };
        /**
         * @description The id of an account, the `sub` of its tokens. It never changes and is never reused.
         * @example u_4qYvjF3xT1aPzJc0
         */
        UserId: string;
        /**
         * @description The id of an account in the system that it was imported from. Accounts of two systems may have the same.
         * @example 42
         */
        ExternalId: string;
        /**
         * @description A new username, without spaces, control characters and other invisible characters. Unique: `Alice`, `alice` and `ａｌｉｃｅ` are the same username.
         * @example newcomer
         */
        NewUsername: string;
        /**
         * @description A new password: at least 15 characters by default, and neither common nor easy to guess. A rejected password returns 422 with the reason, also one of more than 1,024 bytes in UTF-8; none, more than 1,024 characters, and control characters in ASCII return 400.
         * @example correct horse battery staple
         */
        NewPassword: string;
        /**
         * Format: idn-email
         * @description An e-mail address. The part before the `@` and the domain may have non-ASCII characters (RFC 6531).
         * @example johndoe@example.com
         */
        Email: string;
        /**
         * @description Whether the e-mail address is known to be that of the account, because its owner has used the proof of a mail or an administrator vouches for it. False without an address. No two accounts have the same verified address, in any case and spelling.
         * @example true
         */
        EmailVerified: boolean;
        /**
         * @description The full name of the user.
         * @example John Doe
         */
        FullName: string;
        /**
         * @description The language of the mails to the user, as a language tag (BCP 47). Without it, or in a language that the server does not have, they are in English.
         * @example de-AT
         */
        Locale: string;
        /**
         * Format: idn-email
         * @description The new e-mail address. `null` removes it.
         * @example john@example.com
         */
        EmailChange: string | null;
        /**
         * @description The new full name. `null` removes it.
         * @example John F. Doe
         */
        FullNameChange: string | null;
        /**
         * @description The new language of the mails to the user. `null` removes it.
         * @example de
         */
        LocaleChange: string | null;
        /**
         * @description Whether the account is disabled.
         * @example false
         */
        Disabled: boolean;
        /** @description The scopes of an account or a session. */
        Scopes: components["schemas"]["Scope"][];
        /**
         * @description A scope, such as `me:read`.
         * @example me:read
         */
        Scope: string;
        /** @description Changes to your account. `null` removes the e-mail address, the full name or the language. */
        AccountChanges: {
            email?: components["schemas"]["EmailChange"];
            full_name?: components["schemas"]["FullNameChange"];
            locale?: components["schemas"]["LocaleChange"];
            current_password?: components["schemas"]["Password"];
        };
        /** @description The confirmation that your account is to be deleted. */
        AccountDeletion: {
            current_password: components["schemas"]["Password"];
        };
        /** @description A new e-mail address of your account. */
        NewEmail: {
            email: components["schemas"]["Email"];
            current_password: components["schemas"]["Password"];
        };
        /** @description A change of your password. */
        PasswordChange: {
            current_password: components["schemas"]["Password"];
            new_password: components["schemas"]["NewPassword"];
        };
        /** @description The account whose password is to be reset. */
        PasswordResetRequest: {
            username: components["schemas"]["UsernameOrEmail"];
        };
        /**
         * @description The username of an account, or its verified e-mail address. A text with `@` is an address, and no account is found by a username with `@`. In a login, that is so only if the server's setting `LOGIN_WITH` has `email`; otherwise, any text is a username.
         * @example johndoe
         */
        UsernameOrEmail: string;
        /** @description A mail with a proof is on its way. */
        MailedProof: {
            request_id: components["schemas"]["MailRequestId"];
            expires_in: components["schemas"]["Seconds"];
        };
        /**
         * @description The id of a mail with a proof. The link in the mail contains it; a client that asks for the code keeps it.
         * @example pr_Zk3vT9qLxW1cRy7uHb2NfA
         */
        MailRequestId: string;
        /**
         * @description The `proof` in the link of the mail, or the code in the mail. A code has 8 characters; upper and lower case, spaces and hyphens do not matter.
         * @example 7K3M-9QXD
         */
        MailProof: string;
        /** @description A new password, and the proof that the mail was read. */
        PasswordReset: {
            request_id: components["schemas"]["MailRequestId"];
            proof: components["schemas"]["MailProof"];
            new_password: components["schemas"]["NewPassword"];
        };
        /** @description The proof that a mail was read. */
        ProofUse: {
            request_id: components["schemas"]["MailRequestId"];
            proof: components["schemas"]["MailProof"];
        };
        /** @description A new account. Only an administrator gives `scopes`, or an e-mail address and no password. */
        Registration: {
            username: components["schemas"]["NewUsername"];
            password?: components["schemas"]["NewPassword"];
            email?: components["schemas"]["Email"];
            full_name?: components["schemas"]["FullName"];
            locale?: components["schemas"]["Locale"];
            scopes?: components["schemas"]["Scopes"];
        };
        /** @description Changes to an account. `null` removes the e-mail address, the full name or the language. A different address is not verified unless the same request says so. `email_verified` requires the address that it is about, which may be that of the account. */
        UserChanges: {
            username?: components["schemas"]["NewUsername"];
            email?: components["schemas"]["EmailChange"];
            email_verified?: components["schemas"]["EmailVerified"];
            full_name?: components["schemas"]["FullNameChange"];
            locale?: components["schemas"]["LocaleChange"];
            disabled?: components["schemas"]["Disabled"];
            scopes?: components["schemas"]["Scopes"];
        };
        /** @description A page of accounts. */
        UserList: {
            /** @description The accounts. */
            items: components["schemas"]["User"][];
            next?: components["schemas"]["NextCursor"];
        };
        /**
         * @description The `cursor` of the next page. Absent on the last page.
         * @example am9obmRvZQ.W1vTQ0zOqbY
         */
        NextCursor: string;
        /** @description A login and the tokens issued for it. */
        Session: {
            session_id: components["schemas"]["SessionId"];
            /**
             * @description The id of the client that logged in.
             * @example tessera
             */
            client_id: string;
            scopes: components["schemas"]["Scopes"];
            /**
             * @description Whether the token of this request belongs to the session.
             * @example true
             */
            current: boolean;
            /**
             * @description The `User-Agent` header of the login.
             * @example curl/8.14.1
             */
            user_agent?: string;
            /**
             * @description The IP address of the login.
             * @example 192.0.2.1
             */
            address?: string;
            created_at: components["schemas"]["Timestamp"];
            /**
             * Format: date-time
             * @description The minute of the last refresh; before the first, the time of the login.
             * @example 2026-01-02T03:04:00.000Z
             */
            last_used_at: string;
            /**
             * Format: date-time
             * @description The minute in which the session ends unless it is refreshed before.
             * @example 2026-01-16T03:04:00.000Z
             */
            expires_at: string;
        };
        /**
         * @description The id of a session, the `sid` of its tokens.
         * @example s__tJ9Ikd1a3amAnDqu4ORgw
         */
        SessionId: string;
        /** @description A page of sessions. */
        SessionList: {
            /** @description The sessions. */
            items: components["schemas"]["Session"][];
            next?: components["schemas"]["NextCursor"];
        };
        /** @description A list of items. */
        Items: components["schemas"]["Item"][];
        /** @description An item of an account. */
        Item: {
            item_id: components["schemas"]["ItemId"];
            owner: components["schemas"]["Username"];
            title?: components["schemas"]["ItemTitle"];
            description?: components["schemas"]["ItemDescription"];
            created_at: components["schemas"]["Timestamp"];
        };
        /**
         * @description The id of an item, unique per owner: letters, digits, `.`, `_`, `~` and `-`, beginning with a letter or a digit.
         * @example Bar
         */
        ItemId: string;
        /**
         * @description The title of an item.
         * @example The bar
         */
        ItemTitle: string;
        /**
         * @description The description of an item.
         * @example It belongs to johndoe.
         */
        ItemDescription: string;
        /** @description A new item. */
        ItemCreation: {
            item_id: components["schemas"]["ItemId"];
            title?: components["schemas"]["ItemTitle"];
            description?: components["schemas"]["ItemDescription"];
        };
        /** @description Changes to an item. `null` removes a field. */
        ItemChanges: {
            title?: components["schemas"]["ItemTitleChange"];
            description?: components["schemas"]["ItemDescriptionChange"];
        };
        /**
         * @description The new title. `null` removes it.
         * @example The bar
         */
        ItemTitleChange: string | null;
        /**
         * @description The new description. `null` removes it.
         * @example It belongs to johndoe.
         */
        ItemDescriptionChange: string | null;
        /** @description An event of the audit trail. */
        AuditEvent: {
            /**
             * @description The id of the event. Later events have greater ids.
             * @example 019b7c2d-3a4e-7c10-9f3a-2b6d1c0e5f47
             */
            event_id: string;
            kind: components["schemas"]["AuditKind"];
            origin: components["schemas"]["AuditOrigin"];
            user_id?: components["schemas"]["UserId"];
            /**
             * @description The account that caused the event, if it is not the affected account.
             * @example u_9sK2mB7wQe5RtY1x
             */
            actor_id?: string;
            /**
             * @description The id of the client.
             * @example tessera
             */
            client_id?: string;
            session_id?: components["schemas"]["SessionId"];
            /**
             * @description The IP address of the request.
             * @example 192.0.2.1
             */
            address?: string;
            /**
             * @description The `User-Agent` header of the request, for a login and for a refresh token that was used again.
             * @example curl/8.14.1
             */
            user_agent?: string;
            /**
             * @description More about the event, for people.
             * @example wrong password
             */
            detail?: string;
            count: components["schemas"]["EventCount"];
            created_at: components["schemas"]["Timestamp"];
        };
        /**
         * @description The kind of an event. `login_throttled`, `registration_throttled` and `mail_throttled` are the first refusal of each exhausted limit, until its window ends. `password_reset_requested` has in `detail` what became of the request (`mailed`, `no verified address`, `disabled`, `too many mails` or `account changed`).
         * @example login
         * @enum {string}
         */
        AuditKind: "login" | "login_failed" | "login_throttled" | "registration_throttled" | "refresh_repeated" | "refresh_reused" | "token_revoked" | "session_ended" | "access_denied" | "password_reset_requested" | "password_changed" | "email_restored" | "proof_refused" | "mail_throttled" | "user_registered" | "user_added" | "user_imported" | "user_updated" | "user_disabled" | "user_enabled" | "user_deleted" | "client_added" | "client_disabled" | "client_enabled" | "client_secret_rotated" | "key_rotated" | "key_retired" | "mail_not_sent";
        /**
         * Format: int32
         * @description The number of like events that this one stands for. Above 1 only for refusals and repeated refreshes: like ones of an account in a minute are one event. Its `created_at` is the end of that minute, also if there was only one.
         * @example 1
         */
        EventCount: number;
        /**
         * @description Whether the event was caused over HTTP or on the command line.
         * @example http
         * @enum {string}
         */
        AuditOrigin: "http" | "command_line";
        /** @description A page of events. */
        AuditEventList: {
            /** @description The events. */
            items: components["schemas"]["AuditEvent"][];
            next?: components["schemas"]["NextCursor"];
        };
        /**
         * Format: date-time
         * @description A time (RFC 3339).
         * @example 2026-01-02T03:04:05Z
         */
        Moment: string;
        /** @description The state of the server. */
        Health: {
            status: components["schemas"]["HealthStatus"];
        };
        /**
         * @description The state of the server.
         * @example ready
         * @enum {string}
         */
        HealthStatus: "alive" | "ready";
        /**
         * Format: date-time
         * @description A time in UTC, with milliseconds.
         * @example 2026-01-02T03:04:05.678Z
         */
        Timestamp: string;
        /** @description An OAuth2 error (RFC 6749 §5.2). */
        OAuthError: {
            error: components["schemas"]["OAuthErrorCode"];
            /**
             * @description The cause, for people.
             * @example Incorrect username or password
             */
            error_description: string;
        };
        /**
         * @description The error code, for programs.
         * @example invalid_grant
         * @enum {string}
         */
        OAuthErrorCode: "invalid_request" | "invalid_client" | "invalid_grant" | "unauthorized_client" | "unsupported_grant_type" | "invalid_scope" | "server_error" | "temporarily_unavailable";
        /** @description Problem details (RFC 9457). */
        Problem: {
            /**
             * Format: uri-reference
             * @description A URI of the error code, at this server. It leads to an explanation.
             * @example /problems#invalid_token
             */
            type: string;
            /**
             * @description The reason phrase of the status.
             * @example Unauthorized
             */
            title: string;
            /**
             * Format: int32
             * @description The status of the response.
             * @example 401
             */
            status: number;
            /**
             * @description The error code, for programs. Codes are stable. The list is open; handle an unknown code by its status.
             * @example invalid_token
             */
            code: string;
            /**
             * @description The cause, for people.
             * @example Could not validate credentials
             */
            detail: string;
            /** @description The faults of an invalid request. */
            errors?: components["schemas"]["Fault"][];
        };
        /** @description A fault of an invalid request. */
        Fault: {
            in: components["schemas"]["RequestPart"];
            /**
             * @description The location in that part, as a JSON Pointer (RFC 6901).
             * @example /username
             */
            pointer: string;
            /**
             * @description What is wrong at this location.
             * @example is required
             */
            detail: string;
        };
        /**
         * @description A part of the request.
         * @example body
         * @enum {string}
         */
        RequestPart: "body" | "path" | "query" | "header" | "cookie";
    };
    responses: {
        /** @description The methods of the path, in response to `OPTIONS`. */
        Options: {
            headers: {
                Allow: components["headers"]["Allow"];
                /**
                 * @description The media types of a change, if the path has `PATCH` (RFC 5789 §3.1).
                 * @example application/json, application/merge-patch+json
                 */
                "Accept-Patch"?: "application/json, application/merge-patch+json";
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description `method_not_allowed`: the path does not have this method. */
        MethodNotAllowed: {
            headers: {
                Allow: components["headers"]["Allow"];
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `invalid_request`: `/token`, `/revoke` or `/introspect` does not have this method. */
        TokenMethodNotAllowed: {
            headers: {
                Allow: components["headers"]["Allow"];
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description The current `ETag` of the resource is one of those in `If-None-Match`: use the response that you have. */
        NotModified: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                ETag: components["headers"]["ETag"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description `invalid_request`: the form is malformed, or a field is missing or repeated. `unsupported_grant_type`: `grant_type` is neither `password` nor `refresh_token`. `unauthorized_client`: the client is not allowed to use the grant. `invalid_scope`: a scope is malformed, unknown, or not held by the account, the client or the session. `invalid_grant`: the account is disabled, or the refresh token is unknown, expired, revoked, used before, or issued to a different client. */
        TokenRequestRefused: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `invalid_grant`: the username or the password is wrong; the response does not reveal which. `invalid_client`: the client is unknown, or its secret is wrong or missing. (With the setting `INVALID_GRANT_STATUS=400`, the status of `invalid_grant` is 400, without a challenge.) */
        CredentialsRefused: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                "X-Request-Id": components["headers"]["RequestId"];
                "WWW-Authenticate": components["headers"]["CredentialsChallenge"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `invalid_request`: the form is malformed, or lacks the token. `unauthorized_client`: the token was issued to a different client. It is not revoked. */
        RevocationRefused: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `invalid_request`: the form is malformed, or lacks the token. `unauthorized_client`: the client lacks the permission to introspect. */
        IntrospectionRefused: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `invalid_client`: the client is unknown, or its secret is wrong or missing. */
        ClientRefused: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                "X-Request-Id": components["headers"]["RequestId"];
                "WWW-Authenticate": components["headers"]["ClientChallenge"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `temporarily_unavailable`: too many failed logins, for this username or from this address. The correct password is rejected too, for the number of seconds in `Retry-After`. Or too many logins or refreshes of this account. */
        TooManyLogins: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                "X-Request-Id": components["headers"]["RequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `invalid_request`: the form is larger than 64 KiB. */
        TokenRequestTooLarge: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `server_error`: the server failed. The error is in its log. */
        TokenServerError: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `temporarily_unavailable`: too many logins are waiting, the database is unavailable, or the server is starting. */
        TokenUnavailable: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                "X-Request-Id": components["headers"]["RequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `invalid_request`: a parameter is unknown, repeated or malformed, the body is not JSON, or it does not match its schema. `errors`, if present, lists the faults. */
        InvalidRequest: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `invalid_request`: a parameter is unknown, repeated or malformed, the body is not JSON or does not match its schema (`errors`, if present, lists the faults); or the `Authorization` header is malformed, or the request has a second token. `inactive_user`: the account has been disabled since the token was issued. */
        InvalidCall: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                /**
                 * @description Present if the `Authorization` header is malformed, or the request has a second token (`error="invalid_request"`, RFC 6750 §3.1).
                 * @example Bearer error="invalid_request"
                 */
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `not_authenticated`: the request has no token. `invalid_token`: the token is malformed, expired or revoked, was not issued by this server, or its account is deleted. */
        Unauthorized: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                "WWW-Authenticate": components["headers"]["BearerChallenge"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `insufficient_scope`: the token lacks a scope that this operation requires. */
        Forbidden: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                "WWW-Authenticate": components["headers"]["BearerChallenge"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `insufficient_scope`: the token lacks a scope that this operation requires. `wrong_password`: the current password is wrong. */
        ForbiddenOrWrongPassword: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                /**
                 * @description Present if the token lacks a scope (`error="insufficient_scope"`, RFC 6750 §3.1).
                 * @example Bearer error="insufficient_scope", scope="me:write"
                 */
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `insufficient_scope`: the token lacks a scope that this operation requires. `scope_not_held`: the token or its account does not hold a scope that the request grants, or that the account has whose e-mail address it sets. `administrator_account`: the e-mail address of another administrator is changed by its owner, or on the command line. */
        ForbiddenOrScopeNotHeld: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                /**
                 * @description Present if the token lacks a scope (`error="insufficient_scope"`, RFC 6750 §3.1).
                 * @example Bearer error="insufficient_scope", scope="me:write"
                 */
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `registration_closed`: the request has no token, and registration is closed. `insufficient_scope`: the token lacks a scope that this operation requires. `scope_not_held`: the token or its account does not hold a scope that the request grants, or the request has no token. */
        AccountNotAllowed: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                /**
                 * @description Present if the token lacks a scope (`error="insufficient_scope"`, RFC 6750 §3.1).
                 * @example Bearer error="insufficient_scope", scope="me:write"
                 */
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `not_found`: the resource does not exist, or belongs to a different account. */
        NotFound: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unknown_cursor`: the cursor does not belong to this list. */
        NoSuchCursor: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `item_exists`: the account already has an item with this id. `too_many_items`: the account has as many items as it may have. */
        ItemConflict: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `username_taken`: the username is taken. `email_taken`: the address to be invited is that of another account, which has verified it. */
        AccountTaken: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `email_taken`: a different account has verified the e-mail address. */
        EmailTaken: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `username_taken`: the username is taken. `email_taken`: the address is that of another account, which has verified it. `nothing_to_confirm`: an account without an address cannot have a verified one. `last_administrator`: no administrator would remain. `own_account`: administrators change their own e-mail address at `/users/me`, with their password, and confirm it as everybody does. */
        UserConflict: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `last_administrator`: no administrator would remain. */
        LastAdministrator: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `confirmation_required`: the address of the account is verified, and so must be the new one: use `PUT /users/me/email`. */
        ConfirmationRequired: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `nothing_to_confirm`: the account has no e-mail address, or it is verified already. */
        NothingToConfirm: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `own_account`: administrators delete their own account at `/users/me/deletion`, with their password. */
        OwnAccount: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `precondition_failed`: the resource has changed since its `ETag` was read. The request had no effect. */
        PreconditionFailed: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `content_too_large`: the body is larger than 64 KiB. */
        ContentTooLarge: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unsupported_media_type`: the `Content-Type` is not `application/json`, or its charset is not UTF-8. */
        UnsupportedMediaType: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unsupported_media_type`: the `Content-Type` is neither `application/json` nor `application/merge-patch+json`, or its charset is not UTF-8. */
        UnsupportedPatch: {
            headers: {
                "Accept-Patch": components["headers"]["AcceptPatch"];
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `password_refused`: the new password is shorter than the minimum of the server, longer than 1,024 bytes, common, easy to guess, or contains a control character. */
        PasswordRefused: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `password_refused`: the password is missing, shorter than the minimum of the server, longer than 1,024 bytes, common, easy to guess, or contains a control character. `text_refused`: the username contains an invisible character, or an `@` while the server's setting `LOGIN_WITH` has `email`, the e-mail address contains one or has a domain that cannot exist, or the full name contains a control character or a character that changes the direction of the text; `errors` lists the fields. */
        RegistrationRefused: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `text_refused`: a username or an e-mail address contains an invisible character, a new username contains an `@` while the server's setting `LOGIN_WITH` has `email`, the domain of an e-mail address cannot exist, or a text contains a control character or a character that changes the direction of the text; `errors` lists the fields. */
        TextRefused: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `temporarily_unavailable`: too many failed logins, for this account or from this address. The correct password is rejected too, for the number of seconds in `Retry-After`. Or too many changes by this account. */
        TooManyFailures: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `temporarily_unavailable`: too many changes by this account. Repeat the request after the number of seconds in `Retry-After`. */
        TooManyChanges: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `temporarily_unavailable`: too many registrations from this address, or changes by this account. */
        TooManyRegistrations: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `invalid_proof`: the proof is wrong, expired or used, a code was tried too often, or the password, the address or the state of the account has changed since the mail was requested. */
        InvalidProof: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `mail_not_configured`: this server sends no mail. */
        MailNotConfigured: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `temporarily_unavailable`: too many requests for mails from this address. */
        TooManyMails: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `temporarily_unavailable`: too many codes from this address. */
        TooManyProofs: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `server_error`: the server failed. The error is in its log. */
        ServerError: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `temporarily_unavailable`: the database is unavailable or too busy, too many passwords are waiting to be hashed, or the server is starting, which is the only cause at `/healthz`. `/readyz` also: the server is shutting down. */
        Unavailable: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "X-Request-Id": components["headers"]["RequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /** @description The page size. */
        Limit: number;
        /** @description The cursor of a page, from the previous page. Without it, the first page is returned. */
        Cursor: string;
        /** @description The `ETag` that the resource must still have, with its double quotes; several `ETag`s, separated by commas; or `*` for any (RFC 9110 §13.1.1). */
        IfMatch: string;
        /** @description The `ETag` that you have, with its double quotes; several `ETag`s, separated by commas; or `*` for any. If the resource still has it, the response is 304 (RFC 9110 §13.1.2). */
        IfNoneMatch: string;
        /** @description The id of the session. */
        SessionInPath: components["schemas"]["SessionId"];
        /** @description The id of the item. */
        ItemInPath: components["schemas"]["ItemId"];
        /** @description The id of the account. */
        UserInPath: components["schemas"]["UserId"];
        /** @description Only the account with this username. `Alice` and `alice` are the same username. */
        UsernameFilter: components["schemas"]["Username"];
        /** @description Only accounts with this e-mail address, regardless of the case of ASCII letters. */
        EmailFilter: string;
        /** @description Only accounts that had this id in the system that they were imported from. */
        ExternalIdFilter: components["schemas"]["ExternalId"];
        /** @description Only events that this account caused, or that affected it. */
        OfUser: components["schemas"]["UserId"];
        /** @description Only events of this kind. */
        OfKind: components["schemas"]["AuditKind"];
        /** @description Only events at this time or later. */
        Since: components["schemas"]["Moment"];
        /** @description Only events before this time. */
        Until: components["schemas"]["Moment"];
    };
    requestBodies: never;
    headers: {
        /**
         * @description HTTP caches must not store the response. The client itself may keep it, for `If-None-Match`.
         * @example no-store
         */
        NoStore: "no-store";
        /**
         * @description The response must not be cached by HTTP/1.0 caches (RFC 6749 §5.1).
         * @example no-cache
         */
        NoCache: "no-cache";
        /**
         * @description The version of the resource, for `If-Match` and `If-None-Match`.
         * @example "1"
         */
        ETag: string;
        /**
         * @description The media types of a change (RFC 5789 §3.1).
         * @example application/json, application/merge-patch+json
         */
        AcceptPatch: "application/json, application/merge-patch+json";
        /**
         * @description The media types of a change, if the path has `PATCH` (RFC 5789 §3.1).
         * @example application/json, application/merge-patch+json
         */
        PatchTypes: "application/json, application/merge-patch+json";
        /**
         * @description The methods of the path (RFC 9110 §10.2.1).
         * @example GET, HEAD, PATCH, OPTIONS
         */
        Allow: string;
        /**
         * @description Identifies the request in the log of the server.
         * @example 3f0c6f5e-7a0b-4c39-9d0a-5b1f1a4e8c11
         */
        RequestId: string;
        /**
         * @description The path of the created resource.
         * @example /users/me/items/Bar
         */
        Location: string;
        /**
         * @description The response can be cached for five minutes.
         * @example public, max-age=300
         */
        Cacheable: "public, max-age=300";
        /**
         * @description Why the request was rejected (RFC 6750 §3). `resource_metadata` is the URL of the metadata of this API (RFC 9728 §5.1). `error` is `invalid_token` or `insufficient_scope`, and is absent if the request had no token; `scope` lists the required scopes.
         * @example Bearer resource_metadata="http://127.0.0.1:8000/.well-known/oauth-protected-resource", error="invalid_token"
         */
        BearerChallenge: string;
        /**
         * @description Present if the `Authorization` header is malformed, or the request has a second token (`error="invalid_request"`, RFC 6750 §3.1).
         * @example Bearer error="invalid_request"
         */
        MalformedBearerChallenge: string;
        /**
         * @description Present if the token lacks a scope (`error="insufficient_scope"`, RFC 6750 §3.1).
         * @example Bearer error="insufficient_scope", scope="me:write"
         */
        MissingScopeChallenge: string;
        /**
         * @description `Bearer` if the username or the password is wrong, as in the FastAPI tutorial; `Basic realm="tessera"` if client authentication failed (RFC 6749 §5.2).
         * @example Bearer
         */
        CredentialsChallenge: string;
        /**
         * @description The client must authenticate with HTTP Basic (RFC 6749 §5.2).
         * @example Basic realm="tessera"
         */
        ClientChallenge: "Basic realm=\"tessera\"";
        /**
         * @description The number of seconds to wait before a retry.
         * @example 1
         */
        RetryAfter: number;
    };
    pathItems: never;
}
export type TokenRequest = components['schemas']['TokenRequest'];
export type RevocationRequest = components['schemas']['RevocationRequest'];
export type IntrospectionRequest = components['schemas']['IntrospectionRequest'];
export type AnyToken = components['schemas']['AnyToken'];
export type Token = components['schemas']['Token'];
export type TokenTypeHint = components['schemas']['TokenTypeHint'];
export type ClientId = components['schemas']['ClientId'];
export type ClientSecret = components['schemas']['ClientSecret'];
export type Username = components['schemas']['Username'];
export type Password = components['schemas']['Password'];
export type TokenResponse = components['schemas']['TokenResponse'];
export type TokenType = components['schemas']['TokenType'];
export type Introspection = components['schemas']['Introspection'];
export type Seconds = components['schemas']['Seconds'];
export type ServerMetadata = components['schemas']['ServerMetadata'];
export type OpenidConfiguration = components['schemas']['OpenidConfiguration'];
export type ResourceMetadata = components['schemas']['ResourceMetadata'];
export type Url = components['schemas']['Url'];
export type Names = components['schemas']['Names'];
export type Jwks = components['schemas']['Jwks'];
export type Jwk = components['schemas']['Jwk'];
export type KeyType = components['schemas']['KeyType'];
export type SigningAlgorithm = components['schemas']['SigningAlgorithm'];
export type KeyUse = components['schemas']['KeyUse'];
export type Curve = components['schemas']['Curve'];
export type User = components['schemas']['User'];
export type UserId = components['schemas']['UserId'];
export type ExternalId = components['schemas']['ExternalId'];
export type NewUsername = components['schemas']['NewUsername'];
export type NewPassword = components['schemas']['NewPassword'];
export type Email = components['schemas']['Email'];
export type EmailVerified = components['schemas']['EmailVerified'];
export type FullName = components['schemas']['FullName'];
export type Locale = components['schemas']['Locale'];
export type EmailChange = components['schemas']['EmailChange'];
export type FullNameChange = components['schemas']['FullNameChange'];
export type LocaleChange = components['schemas']['LocaleChange'];
export type Disabled = components['schemas']['Disabled'];
export type Scopes = components['schemas']['Scopes'];
export type Scope = components['schemas']['Scope'];
export type AccountChanges = components['schemas']['AccountChanges'];
export type AccountDeletion = components['schemas']['AccountDeletion'];
export type NewEmail = components['schemas']['NewEmail'];
export type PasswordChange = components['schemas']['PasswordChange'];
export type PasswordResetRequest = components['schemas']['PasswordResetRequest'];
export type UsernameOrEmail = components['schemas']['UsernameOrEmail'];
export type MailedProof = components['schemas']['MailedProof'];
export type MailRequestId = components['schemas']['MailRequestId'];
export type MailProof = components['schemas']['MailProof'];
export type PasswordReset = components['schemas']['PasswordReset'];
export type ProofUse = components['schemas']['ProofUse'];
export type Registration = components['schemas']['Registration'];
export type UserChanges = components['schemas']['UserChanges'];
export type UserList = components['schemas']['UserList'];
export type NextCursor = components['schemas']['NextCursor'];
export type Session = components['schemas']['Session'];
export type SessionId = components['schemas']['SessionId'];
export type SessionList = components['schemas']['SessionList'];
export type Items = components['schemas']['Items'];
export type Item = components['schemas']['Item'];
export type ItemId = components['schemas']['ItemId'];
export type ItemTitle = components['schemas']['ItemTitle'];
export type ItemDescription = components['schemas']['ItemDescription'];
export type ItemCreation = components['schemas']['ItemCreation'];
export type ItemChanges = components['schemas']['ItemChanges'];
export type ItemTitleChange = components['schemas']['ItemTitleChange'];
export type ItemDescriptionChange = components['schemas']['ItemDescriptionChange'];
export type AuditEvent = components['schemas']['AuditEvent'];
export type AuditKind = components['schemas']['AuditKind'];
export type EventCount = components['schemas']['EventCount'];
export type AuditOrigin = components['schemas']['AuditOrigin'];
export type AuditEventList = components['schemas']['AuditEventList'];
export type Moment = components['schemas']['Moment'];
export type Health = components['schemas']['Health'];
export type HealthStatus = components['schemas']['HealthStatus'];
export type Timestamp = components['schemas']['Timestamp'];
export type OAuthError = components['schemas']['OAuthError'];
export type OAuthErrorCode = components['schemas']['OAuthErrorCode'];
export type Problem = components['schemas']['Problem'];
export type Fault = components['schemas']['Fault'];
export type RequestPart = components['schemas']['RequestPart'];
export type ResponseOptions = components['responses']['Options'];
export type ResponseMethodNotAllowed = components['responses']['MethodNotAllowed'];
export type ResponseTokenMethodNotAllowed = components['responses']['TokenMethodNotAllowed'];
export type ResponseNotModified = components['responses']['NotModified'];
export type ResponseTokenRequestRefused = components['responses']['TokenRequestRefused'];
export type ResponseCredentialsRefused = components['responses']['CredentialsRefused'];
export type ResponseRevocationRefused = components['responses']['RevocationRefused'];
export type ResponseIntrospectionRefused = components['responses']['IntrospectionRefused'];
export type ResponseClientRefused = components['responses']['ClientRefused'];
export type ResponseTooManyLogins = components['responses']['TooManyLogins'];
export type ResponseTokenRequestTooLarge = components['responses']['TokenRequestTooLarge'];
export type ResponseTokenServerError = components['responses']['TokenServerError'];
export type ResponseTokenUnavailable = components['responses']['TokenUnavailable'];
export type ResponseInvalidRequest = components['responses']['InvalidRequest'];
export type ResponseInvalidCall = components['responses']['InvalidCall'];
export type ResponseUnauthorized = components['responses']['Unauthorized'];
export type ResponseForbidden = components['responses']['Forbidden'];
export type ResponseForbiddenOrWrongPassword = components['responses']['ForbiddenOrWrongPassword'];
export type ResponseForbiddenOrScopeNotHeld = components['responses']['ForbiddenOrScopeNotHeld'];
export type ResponseAccountNotAllowed = components['responses']['AccountNotAllowed'];
export type ResponseNotFound = components['responses']['NotFound'];
export type ResponseNoSuchCursor = components['responses']['NoSuchCursor'];
export type ResponseItemConflict = components['responses']['ItemConflict'];
export type ResponseAccountTaken = components['responses']['AccountTaken'];
export type ResponseEmailTaken = components['responses']['EmailTaken'];
export type ResponseUserConflict = components['responses']['UserConflict'];
export type ResponseLastAdministrator = components['responses']['LastAdministrator'];
export type ResponseConfirmationRequired = components['responses']['ConfirmationRequired'];
export type ResponseNothingToConfirm = components['responses']['NothingToConfirm'];
export type ResponseOwnAccount = components['responses']['OwnAccount'];
export type ResponsePreconditionFailed = components['responses']['PreconditionFailed'];
export type ResponseContentTooLarge = components['responses']['ContentTooLarge'];
export type ResponseUnsupportedMediaType = components['responses']['UnsupportedMediaType'];
export type ResponseUnsupportedPatch = components['responses']['UnsupportedPatch'];
export type ResponsePasswordRefused = components['responses']['PasswordRefused'];
export type ResponseRegistrationRefused = components['responses']['RegistrationRefused'];
export type ResponseTextRefused = components['responses']['TextRefused'];
export type ResponseTooManyFailures = components['responses']['TooManyFailures'];
export type ResponseTooManyChanges = components['responses']['TooManyChanges'];
export type ResponseTooManyRegistrations = components['responses']['TooManyRegistrations'];
export type ResponseInvalidProof = components['responses']['InvalidProof'];
export type ResponseMailNotConfigured = components['responses']['MailNotConfigured'];
export type ResponseTooManyMails = components['responses']['TooManyMails'];
export type ResponseTooManyProofs = components['responses']['TooManyProofs'];
export type ResponseServerError = components['responses']['ServerError'];
export type ResponseUnavailable = components['responses']['Unavailable'];
export type ParameterLimit = components['parameters']['Limit'];
export type ParameterCursor = components['parameters']['Cursor'];
export type ParameterIfMatch = components['parameters']['IfMatch'];
export type ParameterIfNoneMatch = components['parameters']['IfNoneMatch'];
export type ParameterSessionInPath = components['parameters']['SessionInPath'];
export type ParameterItemInPath = components['parameters']['ItemInPath'];
export type ParameterUserInPath = components['parameters']['UserInPath'];
export type ParameterUsernameFilter = components['parameters']['UsernameFilter'];
export type ParameterEmailFilter = components['parameters']['EmailFilter'];
export type ParameterExternalIdFilter = components['parameters']['ExternalIdFilter'];
export type ParameterOfUser = components['parameters']['OfUser'];
export type ParameterOfKind = components['parameters']['OfKind'];
export type ParameterSince = components['parameters']['Since'];
export type ParameterUntil = components['parameters']['Until'];
export type HeaderNoStore = components['headers']['NoStore'];
export type HeaderNoCache = components['headers']['NoCache'];
export type HeaderETag = components['headers']['ETag'];
export type HeaderAcceptPatch = components['headers']['AcceptPatch'];
export type HeaderPatchTypes = components['headers']['PatchTypes'];
export type HeaderAllow = components['headers']['Allow'];
export type HeaderRequestId = components['headers']['RequestId'];
export type HeaderLocation = components['headers']['Location'];
export type HeaderCacheable = components['headers']['Cacheable'];
export type HeaderBearerChallenge = components['headers']['BearerChallenge'];
export type HeaderMalformedBearerChallenge = components['headers']['MalformedBearerChallenge'];
export type HeaderMissingScopeChallenge = components['headers']['MissingScopeChallenge'];
export type HeaderCredentialsChallenge = components['headers']['CredentialsChallenge'];
export type HeaderClientChallenge = components['headers']['ClientChallenge'];
export type HeaderRetryAfter = components['headers']['RetryAfter'];
export type $defs = Record<string, never>;
export interface operations {
    issueToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The grant, as a form. Empty values count as omitted; unknown fields are ignored. */
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            /** @description The tokens. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    Pragma: components["headers"]["NoCache"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenResponse"];
                };
            };
            400: components["responses"]["TokenRequestRefused"];
            401: components["responses"]["CredentialsRefused"];
            413: components["responses"]["TokenRequestTooLarge"];
            429: components["responses"]["TooManyLogins"];
            500: components["responses"]["TokenServerError"];
            503: components["responses"]["TokenUnavailable"];
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The token, as a form. */
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["RevocationRequest"];
            };
        };
        responses: {
            /** @description The token is revoked, or was not valid. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["RevocationRefused"];
            401: components["responses"]["ClientRefused"];
            413: components["responses"]["TokenRequestTooLarge"];
            500: components["responses"]["TokenServerError"];
            503: components["responses"]["TokenUnavailable"];
        };
    };
    introspectToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The token, as a form. */
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["IntrospectionRequest"];
            };
        };
        responses: {
            /** @description The state of the token, with its claims if it is valid. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Introspection"];
                };
            };
            400: components["responses"]["IntrospectionRefused"];
            401: components["responses"]["ClientRefused"];
            413: components["responses"]["TokenRequestTooLarge"];
            500: components["responses"]["TokenServerError"];
            503: components["responses"]["TokenUnavailable"];
        };
    };
    readServerMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metadata. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["Cacheable"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerMetadata"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    readOpenidConfiguration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metadata. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["Cacheable"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenidConfiguration"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    readResourceMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metadata. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["Cacheable"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResourceMetadata"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    readJwks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys, newest first. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["Cacheable"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Jwks"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    readUsersMe: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` that the resource must still have, with its double quotes; several `ETag`s, separated by commas; or `*` for any (RFC 9110 §13.1.1). */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description The `ETag` that you have, with its double quotes; several `ETag`s, separated by commas; or `*` for any. If the resource still has it, the response is 304 (RFC 9110 §13.1.2). */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    updateUsersMe: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` that the resource must still have, with its double quotes; several `ETag`s, separated by commas; or `*` for any (RFC 9110 §13.1.1). */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The changes. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountChanges"];
                "application/merge-patch+json": components["schemas"]["AccountChanges"];
            };
        };
        responses: {
            /** @description The changed account. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrWrongPassword"];
            409: components["responses"]["ConfirmationRequired"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedPatch"];
            422: components["responses"]["TextRefused"];
            429: components["responses"]["TooManyFailures"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    readUsersMeWithSlash: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` that the resource must still have, with its double quotes; several `ETag`s, separated by commas; or `*` for any (RFC 9110 §13.1.1). */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description The `ETag` that you have, with its double quotes; several `ETag`s, separated by commas; or `*` for any. If the resource still has it, the response is 304 (RFC 9110 §13.1.2). */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The current and the new password. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description The password is changed. The tokens of the new session. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    Pragma: components["headers"]["NoCache"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenResponse"];
                };
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrWrongPassword"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["PasswordRefused"];
            429: components["responses"]["TooManyFailures"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteUsersMe: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` that the resource must still have, with its double quotes; several `ETag`s, separated by commas; or `*` for any (RFC 9110 §13.1.1). */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The current password. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountDeletion"];
            };
        };
        responses: {
            /** @description The account is deleted. */
            204: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrWrongPassword"];
            409: components["responses"]["LastAdministrator"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyFailures"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listSessions: {
        parameters: {
            query?: {
                /** @description The page size. */
                limit?: components["parameters"]["Limit"];
                /** @description The cursor of a page, from the previous page. Without it, the first page is returned. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The active sessions. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NoSuchCursor"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    revokeSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All sessions have ended. */
            204: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    revokeSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the session. */
                session_id: components["parameters"]["SessionInPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended. */
            204: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    changeEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The new address and the current password. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewEmail"];
            };
        };
        responses: {
            /** @description A mail to the new address follows. */
            202: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailedProof"];
                };
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrWrongPassword"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["TextRefused"];
            429: components["responses"]["TooManyFailures"];
            500: components["responses"]["ServerError"];
            501: components["responses"]["MailNotConfigured"];
            503: components["responses"]["Unavailable"];
        };
    };
    requestEmailConfirmation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A mail to the address follows. */
            202: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailedProof"];
                };
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["NothingToConfirm"];
            429: components["responses"]["TooManyChanges"];
            500: components["responses"]["ServerError"];
            501: components["responses"]["MailNotConfigured"];
            503: components["responses"]["Unavailable"];
        };
    };
    confirmEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The proof. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProofUse"];
            };
        };
        responses: {
            /** @description The address is verified. */
            204: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            403: components["responses"]["InvalidProof"];
            409: components["responses"]["EmailTaken"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyProofs"];
            500: components["responses"]["ServerError"];
            501: components["responses"]["MailNotConfigured"];
            503: components["responses"]["Unavailable"];
        };
    };
    restoreEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The proof. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProofUse"];
            };
        };
        responses: {
            /** @description The address is back, and verified. The account has no password. */
            204: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            403: components["responses"]["InvalidProof"];
            409: components["responses"]["EmailTaken"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyProofs"];
            500: components["responses"]["ServerError"];
            501: components["responses"]["MailNotConfigured"];
            503: components["responses"]["Unavailable"];
        };
    };
    requestPasswordReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The account. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordResetRequest"];
            };
        };
        responses: {
            /** @description The request is accepted. A mail follows if the account has a verified address. */
            202: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailedProof"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyMails"];
            500: components["responses"]["ServerError"];
            501: components["responses"]["MailNotConfigured"];
            503: components["responses"]["Unavailable"];
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The proof and the new password. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordReset"];
            };
        };
        responses: {
            /** @description The password is set. Log in with it. */
            204: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            403: components["responses"]["InvalidProof"];
            409: components["responses"]["EmailTaken"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["PasswordRefused"];
            429: components["responses"]["TooManyProofs"];
            500: components["responses"]["ServerError"];
            501: components["responses"]["MailNotConfigured"];
            503: components["responses"]["Unavailable"];
        };
    };
    readOwnItems: {
        parameters: {
            query?: {
                /** @description The page size. */
                limit?: components["parameters"]["Limit"];
                /** @description The cursor of a page, from the previous page. Without it, the first page is returned. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The items. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    /**
                     * @description The next page, as `rel="next"` (RFC 8288). Absent on the last page.
                     * @example </users/me/items?limit=50&cursor=Rm9v.W1vTQ0zOqbY>; rel="next"
                     */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items"];
                };
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NoSuchCursor"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    createItem: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The item. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ItemCreation"];
            };
        };
        responses: {
            /** @description The created item. */
            201: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["ItemConflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["TextRefused"];
            429: components["responses"]["TooManyChanges"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    readOwnItemsWithSlash: {
        parameters: {
            query?: {
                /** @description The page size. */
                limit?: components["parameters"]["Limit"];
                /** @description The cursor of a page, from the previous page. Without it, the first page is returned. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The items. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    /**
                     * @description The next page, as `rel="next"` (RFC 8288). Absent on the last page.
                     * @example </users/me/items?limit=50&cursor=Rm9v.W1vTQ0zOqbY>; rel="next"
                     */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items"];
                };
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NoSuchCursor"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    readItem: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` that the resource must still have, with its double quotes; several `ETag`s, separated by commas; or `*` for any (RFC 9110 §13.1.1). */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description The `ETag` that you have, with its double quotes; several `ETag`s, separated by commas; or `*` for any. If the resource still has it, the response is 304 (RFC 9110 §13.1.2). */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /** @description The id of the item. */
                item_id: components["parameters"]["ItemInPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The item. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteItem: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` that the resource must still have, with its double quotes; several `ETag`s, separated by commas; or `*` for any (RFC 9110 §13.1.1). */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @description The id of the item. */
                item_id: components["parameters"]["ItemInPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The item is deleted. */
            204: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    updateItem: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` that the resource must still have, with its double quotes; several `ETag`s, separated by commas; or `*` for any (RFC 9110 §13.1.1). */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @description The id of the item. */
                item_id: components["parameters"]["ItemInPath"];
            };
            cookie?: never;
        };
        /** @description The changes. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ItemChanges"];
                "application/merge-patch+json": components["schemas"]["ItemChanges"];
            };
        };
        responses: {
            /** @description The changed item. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedPatch"];
            422: components["responses"]["TextRefused"];
            429: components["responses"]["TooManyChanges"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listUsers: {
        parameters: {
            query?: {
                /** @description Only the account with this username. `Alice` and `alice` are the same username. */
                username?: components["parameters"]["UsernameFilter"];
                /** @description Only accounts with this e-mail address, regardless of the case of ASCII letters. */
                email?: components["parameters"]["EmailFilter"];
                /** @description Only accounts that had this id in the system that they were imported from. */
                external_id?: components["parameters"]["ExternalIdFilter"];
                /** @description The page size. */
                limit?: components["parameters"]["Limit"];
                /** @description The cursor of a page, from the previous page. Without it, the first page is returned. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The accounts. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserList"];
                };
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NoSuchCursor"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    registerUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The account. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["Registration"];
            };
        };
        responses: {
            /** @description The created account. */
            201: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["AccountNotAllowed"];
            409: components["responses"]["AccountTaken"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["RegistrationRefused"];
            429: components["responses"]["TooManyRegistrations"];
            500: components["responses"]["ServerError"];
            501: components["responses"]["MailNotConfigured"];
            503: components["responses"]["Unavailable"];
        };
    };
    readUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` that the resource must still have, with its double quotes; several `ETag`s, separated by commas; or `*` for any (RFC 9110 §13.1.1). */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description The `ETag` that you have, with its double quotes; several `ETag`s, separated by commas; or `*` for any. If the resource still has it, the response is 304 (RFC 9110 §13.1.2). */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /** @description The id of the account. */
                user_id: components["parameters"]["UserInPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` that the resource must still have, with its double quotes; several `ETag`s, separated by commas; or `*` for any (RFC 9110 §13.1.1). */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @description The id of the account. */
                user_id: components["parameters"]["UserInPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account is deleted. */
            204: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["OwnAccount"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    updateUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` that the resource must still have, with its double quotes; several `ETag`s, separated by commas; or `*` for any (RFC 9110 §13.1.1). */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @description The id of the account. */
                user_id: components["parameters"]["UserInPath"];
            };
            cookie?: never;
        };
        /** @description The changes. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserChanges"];
                "application/merge-patch+json": components["schemas"]["UserChanges"];
            };
        };
        responses: {
            /** @description The changed account. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrScopeNotHeld"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["UserConflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedPatch"];
            422: components["responses"]["TextRefused"];
            429: components["responses"]["TooManyChanges"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listAuditEvents: {
        parameters: {
            query?: {
                /** @description Only events that this account caused, or that affected it. */
                user_id?: components["parameters"]["OfUser"];
                /** @description Only events of this kind. */
                kind?: components["parameters"]["OfKind"];
                /** @description Only events at this time or later. */
                since?: components["parameters"]["Since"];
                /** @description Only events before this time. */
                until?: components["parameters"]["Until"];
                /** @description The page size. */
                limit?: components["parameters"]["Limit"];
                /** @description The cursor of a page, from the previous page. Without it, the first page is returned. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEventList"];
                };
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NoSuchCursor"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    readLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The server has started. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    readReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The server is ready. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
}
