import ArgumentParser
import Glibc
import PetaAdminAPI

struct VaultRotate: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Seal everything with a new key, while the gateway serves.",
        discussion: """
            Makes a new key for records and a new root key, seals every record anew in the background, and forgets the older \
            key when it seals nothing any more. What opens the vault stays; copies of the data from before, and whoever knows \
            their keys, open nothing of what is sealed from now on. Being interrupted, by whatever, loses nothing: it goes on \
            by itself, also at the next start.

            Example:
              peta vault rotate
              peta vault rotate --no-wait
            """)

    @OptionGroup var options: ClientOptions

    @Flag(help: "Return when the new key is in use, and let the rest go on.")
    var noWait = false

    func run(_ session: Session) throws {
        var state = try session.client.rotateVault()
        if !noWait { state = try wait(state, session) }
        try session.renderer.show(state) { page in
            guard let rotation = state.rotation else {
                return page.line("everything is sealed with the key of generation \(state.generation)", .good)
            }
            page.line(
                "generation \(state.generation) is in use; \(Words.count(rotation.recordsLeft, "record")) to be sealed anew", .waiting)
            page.line("'peta vault status' shows how far it is")
        }
    }

    /// Until nothing is left, or it does not go on. Ctrl-C ends the waiting only.
    private func wait(_ begun: VaultState, _ session: Session) throws -> VaultState {
        var state = begun
        var isShown = false
        while let rotation = state.rotation {
            if let error = rotation.error {
                if isShown { session.console.note("") }
                throw AdminError(
                    .failed, "the rotation does not go on: \(error)", hint: "Nothing is lost; mend that, and it goes on by itself.")
            }
            if session.console.isErrorTerminal {
                isShown = true
                let text = "\r\u{1B}[K\(Words.count(rotation.recordsLeft, "record")) to be sealed anew"
                _ = Console.write(Array(text.utf8), to: session.console.errors)
            }
            usleep(50_000)
            state = try session.client.vault()
        }
        if isShown { _ = Console.write(Array("\r\u{1B}[K".utf8), to: session.console.errors) }
        return state
    }
}
