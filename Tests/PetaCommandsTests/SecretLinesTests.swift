import PetaCommands
import Testing

@Suite struct SecretLinesTests {
    @Test(
        "lines that hold a secret or are about one are not kept",
        arguments: [
            " status", "\tstatus", "secret set github", "secret set github --from-env X", "secret rotate x", "token create alice",
            "token revoke tok_1", "vault unseal", "vault passphrase", "backup create x.peta",
            "server add a --env TOKEN=abc -- x", "server add a --header 'Authorization: Bearer abc' --url https://h",
            "server add a --header Cookie=a", "server add a --url https://u:p@host/mcp", "server add a --url 'https://h/?api_key=1'",
            #"server call a t '{"password":"x"}'"#, "why peta_1234567890abcdef", "user update a --notes ghp_0123456789abcdefghij",
            "user update a --notes 'key is sk-0123456789abcdef'",
        ])
    func secret(_ text: String) {
        #expect(!SecretLines.mayKeep(ShellLine(text).commands.first?.map(\.text) ?? [], text: text))
    }

    @Test(
        "other lines are kept",
        arguments: [
            "status", "server list", "secret list", "secret show github", "secret remove token",
            "server add a --header 'Authorization: Bearer ${secret:x}' --url https://h", "server add a --env 'TOKEN=${secret:x}' -- x",
            "user grant alice bank::balance", #"server call a t '{"path":"/srv"}'"#, "help token", "audit query --tool reset-password",
            "server add a --url https://host/@scope/x", "connect cursor --token-file ~/.config/peta/token", "approve allow 7f3a9c",
            "server call a task-0123456789abcdef",
        ])
    func harmless(_ text: String) {
        #expect(SecretLines.mayKeep(ShellLine(text).commands.first?.map(\.text) ?? [], text: text))
    }
}
