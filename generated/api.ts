// Generated from openapi.yaml by `npm run generate`. Do not edit.

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
         * @description The password grant (RFC 6749 §4.3) and the refresh grant (§6). The account must be enabled, and the client be allowed the grant. Each password grant begins a session; a refresh continues it.
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
         * @description Makes a token worthless, at once and everywhere (RFC 7009). A refresh token takes its whole session with it, and all the access tokens of that. A token that is unknown or worthless already is answered in the same way.
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
         * @description Tells a service what a token that it was shown is worth right now (RFC 7662). The service is a confidential client with the permission to introspect.
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
         * Read the server's metadata
         * @description What an OAuth2 client has to know to use this server (RFC 8414).
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
    "/.well-known/oauth-protected-resource": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the resource's metadata
         * @description Which server issues the tokens that this API accepts, and how to present them (RFC 9728).
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
         * Read the keys
         * @description The public keys that verify access tokens (RFC 7517). Keep them for as long as `Cache-Control` allows, and read them anew when a token names a `kid` that you do not know. Empty where tokens are signed with HS256.
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
         * @description The account that the token was issued to.
         */
        get: operations["readUsersMe"];
        put?: never;
        post?: never;
        /**
         * Delete your account
         * @description Deletes the account with all that is its own. Its tokens are worth nothing from then on.
         */
        delete: operations["deleteUsersMe"];
        options?: never;
        head?: never;
        /**
         * Change your account
         * @description Changes the name or the e-mail address. A new address needs the current password.
         */
        patch: operations["updateUsersMe"];
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
         * @description Replaces the password, and ends every other session of the account. Wrong current passwords are counted with wrong logins.
         */
        put: operations["changePassword"];
        post?: never;
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
         * @description Where the account is logged in, the newest first.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        /**
         * End all your sessions
         * @description Logs the account out everywhere. Every session ends, the one of this token too.
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
         * @description Logs the account out in one place. The tokens of that session are worth nothing from then on.
         */
        delete: operations["revokeSession"];
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
         * @description The items that the account owns, the oldest first. The list is the tutorial's plain array: the next page is in the `Link` header (RFC 8288).
         */
        get: operations["readOwnItems"];
        put?: never;
        /**
         * Create an item
         * @description The item belongs to the account. Its id is yours to choose.
         */
        post: operations["createItem"];
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
         * @description One item of the account.
         */
        get: operations["readItem"];
        put?: never;
        post?: never;
        /**
         * Delete an item
         * @description Its id is free again afterwards.
         */
        delete: operations["deleteItem"];
        options?: never;
        head?: never;
        /**
         * Change an item
         * @description Changes its title or its description.
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
         * List the accounts
         * @description Every account, in the order of the names, or those of one name or address.
         */
        get: operations["listUsers"];
        put?: never;
        /**
         * Register an account
         * @description Opens an account for whoever asks, with the scopes that begin with `me:` and `items:`. Refused unless the server's setting `REGISTRATION` is `open`.
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
         * @description One account.
         */
        get: operations["readUser"];
        put?: never;
        post?: never;
        /**
         * Delete an account
         * @description Deletes the account with all that is its own. Its id is never used again. One's own account is deleted at `/users/me`, where that needs the password.
         */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        /**
         * Change an account
         * @description Changes what an administrator may change. Disabling an account ends its sessions; enabling it revives none. A scope can be granted only by a token that has it. One's own address is changed at `/users/me`, where that needs the password.
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
         * @description What has happened to accounts, sessions, clients and keys, the newest first. Events are never changed.
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
         * Check for life
         * @description Answers as long as the process does. Touches nothing else.
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
         * Check for readiness
         * @description Answers 200 while the server should be sent requests, that is while its store answers and it is not shutting down.
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
        /** @description A token request (RFC 6749 §4.3.2). */
        TokenRequest: {
            /**
             * @description `password` buys the first tokens, and may be left out, as the tutorial's form allows; `refresh_token` buys the next ones.
             * @example password
             */
            grant_type?: string;
            username?: components["schemas"]["Username"];
            password?: components["schemas"]["Password"];
            refresh_token?: components["schemas"]["Token"];
            /**
             * @description The scopes asked for, separated by spaces. Without it, every scope that both the account and the client hold; in a refresh, those of the session.
             * @example me:read items:read
             */
            scope?: string;
            client_id?: components["schemas"]["ClientId"];
            client_secret?: components["schemas"]["ClientSecret"];
        };
        /** @description A revocation request (RFC 7009 §2.1). */
        RevocationRequest: {
            token: components["schemas"]["Token"];
            token_type_hint?: components["schemas"]["TokenTypeHint"];
            client_id?: components["schemas"]["ClientId"];
            client_secret?: components["schemas"]["ClientSecret"];
        };
        /** @description An introspection request (RFC 7662 §2.1). */
        IntrospectionRequest: {
            token: components["schemas"]["Token"];
            token_type_hint?: components["schemas"]["TokenTypeHint"];
            client_id?: components["schemas"]["ClientId"];
            client_secret?: components["schemas"]["ClientSecret"];
        };
        /**
         * @description A token of either kind, as it was issued.
         * @example c2Vzc2lvbg.dG9rZW4
         */
        Token: string;
        /**
         * @description What the token is thought to be. Not relied on.
         * @example refresh_token
         */
        TokenTypeHint: string;
        /**
         * @description The client, where it does not use HTTP Basic.
         * @example demo-service
         */
        ClientId: string;
        /**
         * @description The secret of a confidential client, where it does not use HTTP Basic.
         * @example demo-service-secret
         */
        ClientSecret: string;
        /**
         * @description The name of an account.
         * @example johndoe
         */
        Username: string;
        /**
         * @description A password, of at most 1,024 bytes in UTF-8.
         * @example secret123
         */
        Password: string;
        /** @description An access token (RFC 6749 §5.1). */
        TokenResponse: {
            /**
             * @description The token, a signed JWT (RFC 9068) that is opaque to the client.
             * @example eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJ1XzEifQ.c2lnbmF0dXJl
             */
            access_token: string;
            token_type: components["schemas"]["TokenType"];
            /**
             * Format: int32
             * @description How long it lasts, in seconds.
             * @example 1800
             */
            expires_in: number;
            /**
             * @description What it opens, separated by spaces. Empty where the account holds no scope at all.
             * @example me:read items:read
             */
            scope: string;
            /**
             * @description Buys the next access token, once. Absent where the client is not allowed the refresh grant.
             * @example c2Vzc2lvbg.dG9rZW4
             */
            refresh_token?: string;
        };
        /**
         * @description How the token is used (RFC 6750).
         * @example bearer
         * @enum {string}
         */
        TokenType: "bearer";
        /** @description What a token is worth (RFC 7662 §2.2). All but `active` is there only for one that is worth something. */
        Introspection: {
            /**
             * @description Whether the token is worth anything.
             * @example true
             */
            active: boolean;
            /**
             * @description What it opens.
             * @example me:read items:read
             */
            scope?: string;
            /**
             * @description The client it was issued to.
             * @example tessera
             */
            client_id?: string;
            /**
             * @description Whose it is.
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
             * @description Whom it is for.
             * @example http://127.0.0.1:8000
             */
            aud?: string;
            /**
             * @description Who issued it.
             * @example http://127.0.0.1:8000
             */
            iss?: string;
            /**
             * @description The id of the token.
             * @example t_9RQwdrWTL9ccRUmLAL93AA
             */
            jti?: string;
            /**
             * @description The id of its session.
             * @example s__tJ9Ikd1a3amAnDqu4ORgw
             */
            sid?: string;
        };
        /**
         * Format: int64
         * @description A moment, in seconds since 1970 (RFC 7519 §2).
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
            service_documentation: components["schemas"]["Url"];
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
        /** @description A list of names, each defined by the RFC of its member. */
        Names: string[];
        /** @description A JWK set (RFC 7517 §5). */
        Jwks: {
            /** @description The public keys. */
            keys: components["schemas"]["Jwk"][];
        };
        /** @description A public key (RFC 7517 §4). Which of the last five members it has depends on `kty`. */
        Jwk: {
            kty: components["schemas"]["KeyType"];
            /**
             * @description The key id, as in the header of the tokens that it signed.
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
             * @description The point's first coordinate.
             * @example f83OJ3D2
             */
            x?: string;
            /**
             * @description The point's second coordinate.
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
         * @description The algorithm that a key signs with.
         * @example RS256
         * @enum {string}
         */
        SigningAlgorithm: "RS256" | "ES256" | "EdDSA";
        /**
         * @description What a key is for.
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
            full_name?: components["schemas"]["FullName"];
            disabled: components["schemas"]["Disabled"];
            scopes: components["schemas"]["Scopes"];
            created_at: components["schemas"]["Timestamp"];
        };
        /**
         * @description The id of an account, the `sub` of its tokens. Never changes and is never used again.
         * @example u_4qYvjF3xT1aPzJc0
         */
        UserId: string;
        /**
         * @description The name of a new account, without spaces, control characters and others that cannot be seen. Unique: `Alice`, `alice` and `ａｌｉｃｅ` are one name.
         * @example newcomer
         */
        NewUsername: string;
        /**
         * @description A password to be chosen. At least 15 characters unless the server is set otherwise, and none of the common ones: what is refused for that is answered 409, with the reason. Fewer than 8 are never enough, and answered 400.
         * @example correct horse battery staple
         */
        NewPassword: string;
        /**
         * Format: email
         * @description Where to write to.
         * @example johndoe@example.com
         */
        Email: string;
        /**
         * @description How to address the person.
         * @example John Doe
         */
        FullName: string;
        /**
         * Format: email
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
         * @description Whether the account is closed to its owner.
         * @example false
         */
        Disabled: boolean;
        /** @description The scopes that an account holds. */
        Scopes: components["schemas"]["Scope"][];
        /**
         * @description A scope, one of those that the security scheme lists.
         * @example me:read
         */
        Scope: string;
        /** @description What to change in one's own account. `null` removes. */
        AccountChanges: {
            email?: components["schemas"]["EmailChange"];
            full_name?: components["schemas"]["FullNameChange"];
            current_password?: components["schemas"]["Password"];
        };
        /** @description The proof that one's own account may be deleted. */
        AccountDeletion: {
            current_password: components["schemas"]["Password"];
        };
        /** @description A change of one's own password. */
        PasswordChange: {
            current_password: components["schemas"]["Password"];
            new_password: components["schemas"]["NewPassword"];
        };
        /** @description An account to be opened. */
        Registration: {
            username: components["schemas"]["NewUsername"];
            password: components["schemas"]["NewPassword"];
            email?: components["schemas"]["Email"];
            full_name?: components["schemas"]["FullName"];
        };
        /** @description What to change in an account. `null` removes. */
        UserChanges: {
            username?: components["schemas"]["NewUsername"];
            email?: components["schemas"]["EmailChange"];
            full_name?: components["schemas"]["FullNameChange"];
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
         * @description The `cursor` of the page that follows. Absent on the last page.
         * @example am9obmRvZQ.W1vTQ0zOqbY
         */
        NextCursor: string;
        /** @description A login, and all the tokens that came of it. */
        Session: {
            session_id: components["schemas"]["SessionId"];
            /**
             * @description The client that logged in.
             * @example tessera
             */
            client_id: string;
            scopes: components["schemas"]["Scopes"];
            /**
             * @description Whether the token of this request belongs to it.
             * @example true
             */
            current: boolean;
            /**
             * @description What the client called itself at login.
             * @example curl/8.14.1
             */
            user_agent?: string;
            /**
             * @description Where the login came from.
             * @example 127.0.0.1
             */
            address?: string;
            created_at: components["schemas"]["Timestamp"];
            /**
             * Format: date-time
             * @description When it was last refreshed, or begun.
             * @example 2026-01-02T03:04:05.678Z
             */
            last_used_at: string;
            /**
             * Format: date-time
             * @description When it ends unless it is refreshed before.
             * @example 2026-01-16T03:04:05.678Z
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
        /** @description Something that an account owns. */
        Item: {
            item_id: components["schemas"]["ItemId"];
            owner: components["schemas"]["Username"];
            title?: components["schemas"]["ItemTitle"];
            description?: components["schemas"]["ItemDescription"];
            created_at: components["schemas"]["Timestamp"];
        };
        /**
         * @description The id of an item, unique among those of its owner: letters, digits and `.`, `_`, `~`, `-`, the first of them a letter or a digit.
         * @example Bar
         */
        ItemId: string;
        /**
         * @description What it is called.
         * @example The bar
         */
        ItemTitle: string;
        /**
         * @description What there is to say about it.
         * @example It belongs to johndoe.
         */
        ItemDescription: string;
        /** @description An item to be created. */
        ItemCreation: {
            item_id: components["schemas"]["ItemId"];
            title?: components["schemas"]["ItemTitle"];
            description?: components["schemas"]["ItemDescription"];
        };
        /** @description What to change in an item. `null` removes. */
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
        /** @description Something that has happened. */
        AuditEvent: {
            /**
             * @description The id of the event. A later event has a greater one.
             * @example 019b7c2d-3a4e-7c10-9f3a-2b6d1c0e5f47
             */
            event_id: string;
            kind: components["schemas"]["AuditKind"];
            origin: components["schemas"]["AuditOrigin"];
            user_id?: components["schemas"]["UserId"];
            /**
             * @description The account that did it, where that is another than the one it was done to.
             * @example u_9sK2mB7wQe5RtY1x
             */
            actor_id?: string;
            /**
             * @description The client.
             * @example tessera
             */
            client_id?: string;
            session_id?: components["schemas"]["SessionId"];
            /**
             * @description Where the request came from.
             * @example 127.0.0.1
             */
            address?: string;
            /**
             * @description What else there is to know, for people.
             * @example wrong password
             */
            detail?: string;
            created_at: components["schemas"]["Timestamp"];
        };
        /**
         * @description What has happened.
         * @example login
         * @enum {string}
         */
        AuditKind: "login" | "login_failed" | "login_throttled" | "registration_throttled" | "refresh_reused" | "token_revoked" | "session_ended" | "access_denied" | "password_changed" | "user_registered" | "user_added" | "user_imported" | "user_updated" | "user_disabled" | "user_enabled" | "user_deleted" | "client_added" | "client_disabled" | "client_enabled" | "client_secret_rotated" | "key_rotated" | "key_retired";
        /**
         * @description Where it was asked for.
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
         * @description A moment (RFC 3339).
         * @example 2026-01-02T03:04:05Z
         */
        Moment: string;
        /** @description The state of the server. */
        Health: {
            status: components["schemas"]["HealthStatus"];
        };
        /**
         * @description The state in a word.
         * @example ready
         * @enum {string}
         */
        HealthStatus: "alive" | "ready";
        /**
         * Format: date-time
         * @description A moment, in UTC, to the millisecond.
         * @example 2026-01-02T03:04:05.678Z
         */
        Timestamp: string;
        /** @description A refused token request (RFC 6749 §5.2). */
        OAuthError: {
            error: components["schemas"]["OAuthErrorCode"];
            /**
             * @description What is wrong, for people.
             * @example Incorrect username or password
             */
            error_description: string;
        };
        /**
         * @description What is wrong, for programs.
         * @example invalid_grant
         * @enum {string}
         */
        OAuthErrorCode: "invalid_request" | "invalid_client" | "invalid_grant" | "unauthorized_client" | "unsupported_grant_type" | "invalid_scope" | "server_error" | "temporarily_unavailable";
        /** @description An error (RFC 9457). */
        Problem: {
            /**
             * Format: uri-reference
             * @description Always `about:blank`; `code` tells the problems apart.
             * @example about:blank
             */
            type: string;
            /**
             * @description The status, in words.
             * @example Unauthorized
             */
            title: string;
            /**
             * Format: int32
             * @description The status of the answer.
             * @example 401
             */
            status: number;
            /**
             * @description What is wrong, for programs. Stable.
             * @example invalid_token
             */
            code: string;
            /**
             * @description What is wrong, for people.
             * @example Could not validate credentials
             */
            detail: string;
            /** @description Each fault of an invalid request. */
            errors?: components["schemas"]["Fault"][];
        };
        /** @description One fault of an invalid request. */
        Fault: {
            in: components["schemas"]["RequestPart"];
            /**
             * @description The place in that part, a JSON pointer (RFC 6901).
             * @example /username
             */
            pointer: string;
            /**
             * @description What is wrong there.
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
        /** @description `invalid_request`: the form is malformed, lacks a field, or repeats one. `unsupported_grant_type`: another grant than those above. `unauthorized_client`: the client is not allowed the grant. `invalid_scope`: a scope that is malformed, unknown, or not held by the account, the client, or the session. `invalid_grant`: the account is disabled, or the refresh token is unknown, expired, revoked, another client's, or used before. */
        TokenRequestRefused: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `invalid_grant`: the username or the password is wrong; which of them is not said. `invalid_client`: the client is unknown or its secret is wrong. (With the setting `INVALID_GRANT_STATUS=400`, `invalid_grant` is answered as 400, without a challenge.) */
        CredentialsRefused: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                "WWW-Authenticate": components["headers"]["CredentialsChallenge"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `invalid_request`: the form is malformed, or lacks the token. `unauthorized_client`: the token is another client's; it is left as it was. */
        RevocationRefused: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
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
                "WWW-Authenticate": components["headers"]["ClientChallenge"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `temporarily_unavailable`: too many wrong passwords, for this name or from this address. The right one is refused too until `Retry-After` has passed. */
        TooManyLogins: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
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
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `server_error`: something broke. It was logged. */
        TokenServerError: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `temporarily_unavailable`: too many logins are waiting, or the store is unavailable. */
        TokenUnavailable: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                Pragma: components["headers"]["NoCache"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description `invalid_request`: a parameter is unknown, repeated or malformed, or the body is not as described. `errors` lists each fault. */
        InvalidRequest: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `invalid_request`: a parameter is unknown, repeated or malformed, or the body is not as described (`errors` lists each fault); or the `Authorization` header is malformed. `inactive_user`: the account has been disabled since the token was issued. */
        InvalidCall: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "WWW-Authenticate": components["headers"]["MalformedBearerChallenge"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `not_authenticated`: there is no token. `invalid_token`: the token is malformed, expired, revoked, not ours, or of an account that is gone. */
        Unauthorized: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "WWW-Authenticate": components["headers"]["BearerChallenge"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `insufficient_scope`: the token is good, but lacks a scope that this operation requires. */
        Forbidden: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
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
                "WWW-Authenticate": components["headers"]["MissingScopeChallenge"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `insufficient_scope`: the token lacks a scope that this operation requires. `scope_not_held`: it, or its account, lacks one that it would grant. */
        ForbiddenOrScopeNotHeld: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "WWW-Authenticate": components["headers"]["MissingScopeChallenge"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `registration_closed`: the server is not open to registration. */
        RegistrationClosed: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `not_found`: there is no such thing, or it is somebody else's. */
        NotFound: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
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
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `item_exists`: the account has an item with this id already. */
        ItemExists: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `password_refused`: the new password is too short, too long, too common, or too easy to guess. */
        PasswordRefused: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `username_taken`: somebody has that username. `password_refused`: the password is too short, too long, or easy to guess. */
        RegistrationConflict: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `username_taken`: somebody has that username. `last_administrator`: nobody would be left to administer the accounts. `own_account`: an administrator changes his own address at `/users/me`, with his password. */
        UserConflict: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `last_administrator`: nobody would be left to administer the accounts. */
        LastAdministrator: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `own_account`: the account is the administrator's own. */
        OwnAccount: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `precondition_failed`: the resource has changed since its `ETag` was read. Nothing was done. */
        PreconditionFailed: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
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
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unsupported_media_type`: the body is not JSON in UTF-8. */
        UnsupportedMediaType: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `temporarily_unavailable`: too many wrong passwords, for this account or from this address. The right one is refused too until `Retry-After` has passed. */
        TooManyFailures: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `temporarily_unavailable`: too many registrations from this address. */
        TooManyRegistrations: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `server_error`: something broke. It was logged. */
        ServerError: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `temporarily_unavailable`: the store is unavailable, too many passwords are waiting to be hashed, or the server is shutting down. */
        Unavailable: {
            headers: {
                "Cache-Control": components["headers"]["NoStore"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /** @description How many to answer at most. */
        Limit: number;
        /** @description The page to answer, as the page before it named it. Without it, the first. */
        Cursor: string;
        /** @description The `ETag` that the resource must still have, in its double quotes; or several with commas between, or `*` for any (RFC 9110 §13.1.1). */
        IfMatch: string;
        /** @description The session. */
        SessionInPath: components["schemas"]["SessionId"];
        /** @description The item. */
        ItemInPath: components["schemas"]["ItemId"];
        /** @description The account. */
        UserInPath: components["schemas"]["UserId"];
        /** @description Only the account of this name, or of one that is the same as it (`Alice`, `alice`). */
        UsernameFilter: components["schemas"]["Username"];
        /** @description Only accounts of this address, in upper or lower case. */
        EmailFilter: components["schemas"]["Email"];
        /** @description Only what has happened to this account, or was done by it. */
        OfUser: components["schemas"]["UserId"];
        /** @description Only events of this kind. */
        OfKind: components["schemas"]["AuditKind"];
        /** @description Only what has happened at this moment or later. */
        Since: components["schemas"]["Moment"];
        /** @description Only what has happened before this moment. */
        Until: components["schemas"]["Moment"];
    };
    requestBodies: never;
    headers: {
        /**
         * @description The answer is nobody else's business.
         * @example no-store
         */
        NoStore: "no-store";
        /**
         * @description The same, for caches of before HTTP/1.1 (RFC 6749 §5.1).
         * @example no-cache
         */
        NoCache: "no-cache";
        /**
         * @description The version of the resource, for `If-Match`.
         * @example "1"
         */
        ETag: string;
        /**
         * @description Where the resource is.
         * @example /users/me/items/Bar
         */
        Location: string;
        /**
         * @description Keep the answer for five minutes.
         * @example public, max-age=300
         */
        Cacheable: "public, max-age=300";
        /**
         * @description What the request lacked (RFC 6750 §3). `resource_metadata` leads to the metadata of this API (RFC 9728 §5.1). `error` is `invalid_token` or `insufficient_scope`, or absent when there was no token at all; `scope` names what is required.
         * @example Bearer resource_metadata="http://127.0.0.1:8000/.well-known/oauth-protected-resource", error="invalid_token"
         */
        BearerChallenge: string;
        /**
         * @description Present where the `Authorization` header was malformed (`error="invalid_request"`, RFC 6750 §3.1).
         * @example Bearer error="invalid_request"
         */
        MalformedBearerChallenge: string;
        /**
         * @description Present where the token lacks a scope (`error="insufficient_scope"`, RFC 6750 §3.1).
         * @example Bearer error="insufficient_scope", scope="me:write"
         */
        MissingScopeChallenge: string;
        /**
         * @description `Bearer` where the username or the password was refused, as the tutorial answers; `Basic realm="tessera"` where the client was (RFC 6749 §5.2).
         * @example Bearer
         */
        CredentialsChallenge: string;
        /**
         * @description How the client has to authenticate (RFC 6749 §5.2).
         * @example Basic realm="tessera"
         */
        ClientChallenge: "Basic realm=\"tessera\"";
        /**
         * @description After how many seconds to try again.
         * @example 1
         */
        RetryAfter: number;
    };
    pathItems: never;
}
export type TokenRequest = components['schemas']['TokenRequest'];
export type RevocationRequest = components['schemas']['RevocationRequest'];
export type IntrospectionRequest = components['schemas']['IntrospectionRequest'];
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
export type NewUsername = components['schemas']['NewUsername'];
export type NewPassword = components['schemas']['NewPassword'];
export type Email = components['schemas']['Email'];
export type FullName = components['schemas']['FullName'];
export type EmailChange = components['schemas']['EmailChange'];
export type FullNameChange = components['schemas']['FullNameChange'];
export type Disabled = components['schemas']['Disabled'];
export type Scopes = components['schemas']['Scopes'];
export type Scope = components['schemas']['Scope'];
export type AccountChanges = components['schemas']['AccountChanges'];
export type AccountDeletion = components['schemas']['AccountDeletion'];
export type PasswordChange = components['schemas']['PasswordChange'];
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
export type ResponseRegistrationClosed = components['responses']['RegistrationClosed'];
export type ResponseNotFound = components['responses']['NotFound'];
export type ResponseNoSuchCursor = components['responses']['NoSuchCursor'];
export type ResponseItemExists = components['responses']['ItemExists'];
export type ResponsePasswordRefused = components['responses']['PasswordRefused'];
export type ResponseRegistrationConflict = components['responses']['RegistrationConflict'];
export type ResponseUserConflict = components['responses']['UserConflict'];
export type ResponseLastAdministrator = components['responses']['LastAdministrator'];
export type ResponseOwnAccount = components['responses']['OwnAccount'];
export type ResponsePreconditionFailed = components['responses']['PreconditionFailed'];
export type ResponseContentTooLarge = components['responses']['ContentTooLarge'];
export type ResponseUnsupportedMediaType = components['responses']['UnsupportedMediaType'];
export type ResponseTooManyFailures = components['responses']['TooManyFailures'];
export type ResponseTooManyRegistrations = components['responses']['TooManyRegistrations'];
export type ResponseServerError = components['responses']['ServerError'];
export type ResponseUnavailable = components['responses']['Unavailable'];
export type ParameterLimit = components['parameters']['Limit'];
export type ParameterCursor = components['parameters']['Cursor'];
export type ParameterIfMatch = components['parameters']['IfMatch'];
export type ParameterSessionInPath = components['parameters']['SessionInPath'];
export type ParameterItemInPath = components['parameters']['ItemInPath'];
export type ParameterUserInPath = components['parameters']['UserInPath'];
export type ParameterUsernameFilter = components['parameters']['UsernameFilter'];
export type ParameterEmailFilter = components['parameters']['EmailFilter'];
export type ParameterOfUser = components['parameters']['OfUser'];
export type ParameterOfKind = components['parameters']['OfKind'];
export type ParameterSince = components['parameters']['Since'];
export type ParameterUntil = components['parameters']['Until'];
export type HeaderNoStore = components['headers']['NoStore'];
export type HeaderNoCache = components['headers']['NoCache'];
export type HeaderETag = components['headers']['ETag'];
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
        /** @description The grant, as a form. Empty values count as omitted, unknown fields are ignored. */
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            /** @description The token. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    Pragma: components["headers"]["NoCache"];
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
            /** @description The token is worth nothing, whatever it was before. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
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
            /** @description What the token is worth. Of one that is worth nothing, no more than that. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
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
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerMetadata"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            500: components["responses"]["ServerError"];
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
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResourceMetadata"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            500: components["responses"]["ServerError"];
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
            /** @description The keys, the newest first. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["Cacheable"];
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
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteUsersMe: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` that the resource must still have, in its double quotes; or several with commas between, or `*` for any (RFC 9110 §13.1.1). */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The current password, as a proof. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountDeletion"];
            };
        };
        responses: {
            /** @description The account is gone. */
            204: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
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
    updateUsersMe: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` that the resource must still have, in its double quotes; or several with commas between, or `*` for any (RFC 9110 §13.1.1). */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description What to change. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountChanges"];
            };
        };
        responses: {
            /** @description The account, changed. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
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
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyFailures"];
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
        /** @description The password that is good now, and the next one. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description The password is changed. */
            204: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrWrongPassword"];
            409: components["responses"]["PasswordRefused"];
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
                /** @description How many to answer at most. */
                limit?: components["parameters"]["Limit"];
                /** @description The page to answer, as the page before it named it. Without it, the first. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions that are live. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
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
            /** @description No session is left. */
            204: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
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
                /** @description The session. */
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
    readOwnItems: {
        parameters: {
            query?: {
                /** @description How many to answer at most. */
                limit?: components["parameters"]["Limit"];
                /** @description The page to answer, as the page before it named it. Without it, the first. */
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
            /** @description The item, created. */
            201: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
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
            409: components["responses"]["ItemExists"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    readItem: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The item. */
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
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteItem: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` that the resource must still have, in its double quotes; or several with commas between, or `*` for any (RFC 9110 §13.1.1). */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @description The item. */
                item_id: components["parameters"]["ItemInPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The item is gone. */
            204: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
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
                /** @description The `ETag` that the resource must still have, in its double quotes; or several with commas between, or `*` for any (RFC 9110 §13.1.1). */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @description The item. */
                item_id: components["parameters"]["ItemInPath"];
            };
            cookie?: never;
        };
        /** @description What to change. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ItemChanges"];
            };
        };
        responses: {
            /** @description The item, changed. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
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
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listUsers: {
        parameters: {
            query?: {
                /** @description Only the account of this name, or of one that is the same as it (`Alice`, `alice`). */
                username?: components["parameters"]["UsernameFilter"];
                /** @description Only accounts of this address, in upper or lower case. */
                email?: components["parameters"]["EmailFilter"];
                /** @description How many to answer at most. */
                limit?: components["parameters"]["Limit"];
                /** @description The page to answer, as the page before it named it. Without it, the first. */
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
            /** @description The account, opened. */
            201: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            403: components["responses"]["RegistrationClosed"];
            409: components["responses"]["RegistrationConflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRegistrations"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    readUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account. */
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
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["InvalidCall"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` that the resource must still have, in its double quotes; or several with commas between, or `*` for any (RFC 9110 §13.1.1). */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @description The account. */
                user_id: components["parameters"]["UserInPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account is gone. */
            204: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
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
                /** @description The `ETag` that the resource must still have, in its double quotes; or several with commas between, or `*` for any (RFC 9110 §13.1.1). */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @description The account. */
                user_id: components["parameters"]["UserInPath"];
            };
            cookie?: never;
        };
        /** @description What to change. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserChanges"];
            };
        };
        responses: {
            /** @description The account, changed. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
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
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listAuditEvents: {
        parameters: {
            query?: {
                /** @description Only what has happened to this account, or was done by it. */
                user_id?: components["parameters"]["OfUser"];
                /** @description Only events of this kind. */
                kind?: components["parameters"]["OfKind"];
                /** @description Only what has happened at this moment or later. */
                since?: components["parameters"]["Since"];
                /** @description Only what has happened before this moment. */
                until?: components["parameters"]["Until"];
                /** @description How many to answer at most. */
                limit?: components["parameters"]["Limit"];
                /** @description The page to answer, as the page before it named it. Without it, the first. */
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
            /** @description The process is alive. */
            200: {
                headers: {
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            500: components["responses"]["ServerError"];
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
