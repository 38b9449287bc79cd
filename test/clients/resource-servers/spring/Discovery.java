import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.jwt.JwtDecoders;
import org.springframework.security.oauth2.jwt.JwtException;

/** Prints what Spring finds by the issuer, and what its default decoder makes of an access token. Arguments: the issuer, a token. */
public class Discovery {
    public static void main(String[] args) {
        var registration = ClientRegistrations.fromIssuerLocation(args[0])
            .clientId("demo-service")
            .authorizationGrantType(new AuthorizationGrantType("password"))
            .build();
        var provider = registration.getProviderDetails();
        System.out.printf(
            "{\"token_uri\": \"%s\", \"jwks_uri\": \"%s\", \"authentication\": \"%s\", \"decoded\": \"%s\"}%n",
            provider.getTokenUri(),
            provider.getJwkSetUri(),
            registration.getClientAuthenticationMethod().getValue(),
            decoded(args[0], args[1]));
    }

    static String decoded(String issuer, String token) {
        var decoder = JwtDecoders.fromIssuerLocation(issuer);
        try {
            return decoder.decode(token).getSubject();
        } catch (JwtException rejected) {
            return rejected.getMessage().replace('"', ' ');
        }
    }
}
