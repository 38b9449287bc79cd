package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"slices"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
)

func main() {
	// Reads /.well-known/openid-configuration.
	provider, err := oidc.NewProvider(context.Background(), "http://127.0.0.1:8000")
	if err != nil {
		log.Fatal(err)
	}
	// The library calls the audience a client ID.
	verifier := provider.Verifier(&oidc.Config{ClientID: "http://127.0.0.1:8000"})

	http.HandleFunc("GET /orders", func(w http.ResponseWriter, request *http.Request) {
		token, err := verifier.Verify(request.Context(), bearerToken(request))
		if err != nil {
			w.Header().Set("WWW-Authenticate", "Bearer")
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var claims struct{ Scope string }
		if token.Claims(&claims) != nil || !slices.Contains(strings.Fields(claims.Scope), "items:read") {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		json.NewEncoder(w).Encode(map[string]string{"owner": token.Subject})
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:3000", nil))
}

func bearerToken(request *http.Request) string {
	token, _ := strings.CutPrefix(request.Header.Get("Authorization"), "Bearer ")
	return token
}
