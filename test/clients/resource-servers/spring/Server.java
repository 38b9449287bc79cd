package orders;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.*;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@RestController
public class Server {
    static final String issuer = "http://127.0.0.1:8000";
    static final String audience = "http://127.0.0.1:8000";

    public static void main(String[] args) {
        SpringApplication.run(Server.class, args);
    }

    @GetMapping("/orders")
    Map<String, String> orders(@AuthenticationPrincipal Jwt token) {
        return Map.of("owner", token.getSubject());
    }

    @Bean
    SecurityFilterChain security(HttpSecurity http) throws Exception {
        return http
            .authorizeHttpRequests(requests -> requests.anyRequest().hasAuthority("SCOPE_items:read"))
            .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()))
            .build();
    }

    @Bean
    JwtDecoder decoder() {
        var accessToken = new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt"));
        var decoder = NimbusJwtDecoder.withIssuerLocation(issuer)
            .jwtProcessorCustomizer(processor -> processor.setJWSTypeVerifier(accessToken))
            .build();
        // The default validators of Spring Security 7 reject the type at+jwt again.
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
            new JwtTimestampValidator(),
            new JwtIssuerValidator(issuer),
            new JwtClaimValidator<List<String>>("aud", aud -> aud != null && aud.contains(audience))));
        return decoder;
    }
}
