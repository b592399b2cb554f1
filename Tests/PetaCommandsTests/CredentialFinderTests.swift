import PetaCommands
import Testing

@Suite("What is taken for a credential")
struct CredentialFinderTests {
    @Test(
        "names",
        arguments: [
            "GITHUB_TOKEN", "api-key", "clientSecret", "PASSWORD", "DB_PASS", "SLACK_BOT_TOKEN", "AWS_SECRET_ACCESS_KEY", "x-api-key",
            "OPENAI_API_KEY", "apiKey", "accessToken", "PGPASSWORD_SECRET", "pat",
        ])
    func names(_ name: String) { #expect(CredentialFinder.isCredentialName(name)) }

    @Test(
        "names that only sound so",
        arguments: [
            "TOKEN_LIMIT", "KEY_FILE", "PUBLIC_KEY", "MONKEY", "PATH", "SECRET_NAME", "AUTH_URL", "KEYBOARD", "COMPASS", "TOKENIZER",
            "HOST",
            "AWS_ACCESS_KEY_ID",
        ])
    func harmlessNames(_ name: String) { #expect(!CredentialFinder.isCredentialName(name)) }

    @Test(
        "values",
        arguments: [
            "ghp_0123456789abcdefghijklmnopqrstuvwxyz", "sk-proj-abcdefghijkl", "xoxb-1234-5678-abcdef", "AKIAIOSFODNN7EXAMPLE",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", "9f86d081884c7d659a2feaa0c55ad015", "pQ7rT2uV9wX4yZ1aB6cD3eF8",
        ])
    func values(_ value: String) { #expect(CredentialFinder.token(value[...]) != nil) }

    @Test(
        "values that only look long",
        arguments: [
            "@modelcontextprotocol/server-filesystem", "mcp-server-time-2025.7.1", "/usr/local/share/applications/1234",
            "https://example.com/a/b/c",
            "a-rather-long-name-with-words-1", "2026-03-09T17:00:00.000Z", "11111111111111111111111111", "production", "us-east-1",
        ])
    func harmlessValues(_ value: String) { #expect(CredentialFinder.token(value[...]) == nil) }
}
