internal import CPetaShim
internal import Foundation
internal import PetaAdminAPI
internal import PetaCrypto
internal import PetaVault

/// Where `peta serve` gets the vault's passphrase from. The bytes go straight into memory that is wiped.
enum PassphraseSource {
    case descriptor(Int32)
    case file(String)
    /// A file that the service manager has put there.
    case credential(String)
    case terminal(@Sendable (String, UnsafeMutableRawBufferPointer) throws -> Int)

    /// The name under which systemd is to give it (`LoadCredential=`, systemd.exec(5)).
    static let credentialName = "peta-passphrase"

    /// What the settings name, else the credential that there is, else the terminal; nil where there is none of them.
    static func find(_ settings: ServeSettings, environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Self? {
        if let descriptor = settings.passphrase.descriptor { return .descriptor(descriptor) }
        if let path = settings.vault.passphraseFile { return .file(path) }
        if let directory = environment["CREDENTIALS_DIRECTORY"], !directory.isEmpty {
            let path = directory + "/" + credentialName
            if access(path, F_OK) == 0 { return .credential(path) }
        }
        if let prompt = settings.passphrase.prompt { return .terminal(prompt) }
        guard !settings.passphrase.asks else {
            throw AdminError(
                .invalidArgument, "there is no terminal to ask for a passphrase at",
                hint: "give --passphrase-fd or --passphrase-file")
        }
        return nil
    }

    /// What people know it as.
    var name: String {
        switch self {
        case .descriptor(let number): "descriptor \(number)"
        case .file(let path): path
        case .credential: "the credential \(Self.credentialName)"
        case .terminal: "the terminal"
        }
    }

    /// Reads it; one line end behind it is dropped. For a vault that is made the terminal asks twice.
    func read(isNew: Bool) throws -> SecretBytes {
        switch self {
        case .descriptor(let number): return try Self.read(descriptor: number, name)
        case .file(let path), .credential(let path): return try Self.read(path, name)
        case .terminal(let prompt): return isNew ? try Self.askTwice(prompt) : try Self.ask(prompt, "Passphrase of the vault: ")
        }
    }

    private static func read(_ path: String, _ name: String) throws -> SecretBytes {
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(name, errno) }
        defer { Foundation.close(descriptor) }
        var status = peta_file()
        let failure = peta_file_status(path, 1, &status)
        guard failure == 0 else { throw unreadable(name, failure) }
        // A service's own group may read it, as it may read the service's other files; others may not.
        guard status.mode & mode_t(S_IFMT) != mode_t(S_IFREG) || status.mode & 0o027 == 0 else {
            throw AdminError(.notPermitted, "the passphrase in \(path) may be read or changed by other users", hint: "chmod 600 \(path)")
        }
        return try read(open: descriptor, name)
    }

    private static func read(descriptor: Int32, _ name: String) throws -> SecretBytes {
        guard fcntl(descriptor, F_GETFD) >= 0 else {
            throw AdminError(.invalidArgument, "\(name) is not open, so no passphrase can be read from it")
        }
        guard isatty(descriptor) == 0 else {
            throw AdminError(
                .invalidArgument, "\(name) is a terminal, which would show the passphrase",
                hint: "leave --passphrase-fd away to be asked for it")
        }
        // Whatever it is, it is read once, and no child shall have it. The standard ones stay: their numbers must not become another file's.
        defer { if descriptor > 2 { Foundation.close(descriptor) } }
        return try read(open: descriptor, name)
    }

    private static func read(open descriptor: Int32, _ name: String) throws -> SecretBytes {
        var length = 0
        var failure: Int32 = 0
        // The longest one, a line end, and one byte to see that there is more.
        let whole = SecretBytes(count: PassphraseRule.longest + 3) { buffer in
            while length < buffer.count {
                let count = Foundation.read(descriptor, buffer.baseAddress.map { $0 + length }, buffer.count - length)
                if count < 0, errno == EINTR { continue }
                if count < 0 { failure = errno }
                guard count > 0 else { break }
                length += count
            }
        }
        guard failure == 0 else { throw unreadable(name, failure) }
        guard length < whole.count else {
            throw AdminError(.invalidArgument, "the passphrase from \(name) is longer than \(PassphraseRule.longest) bytes")
        }
        return whole.withUnsafeBytes { bytes in
            var end = length
            if end > 0, bytes[end - 1] == 0x0A { end -= 1 }
            if end > 0, end < length, bytes[end - 1] == 0x0D { end -= 1 }
            return SecretBytes(copying: UnsafeRawBufferPointer(rebasing: bytes[..<end]))
        }
    }

    private static func unreadable(_ name: String, _ number: Int32) -> AdminError {
        AdminError(
            number == ENOENT ? .notFound : number == EACCES ? .notPermitted : .failed,
            "the passphrase cannot be read from \(name): \(String(cString: strerror(number)))")
    }

    private static func ask(_ prompt: (String, UnsafeMutableRawBufferPointer) throws -> Int, _ words: String) throws -> SecretBytes {
        var length = 0
        let typed = try SecretBytes(count: PassphraseRule.longest + 1) { length = try prompt(words, $0) }
        return typed.withUnsafeBytes { SecretBytes(copying: UnsafeRawBufferPointer(rebasing: $0[..<min(length, $0.count)])) }
    }

    private static func askTwice(_ prompt: (String, UnsafeMutableRawBufferPointer) throws -> Int) throws -> SecretBytes {
        for _ in 0..<3 {
            let first = try ask(prompt, "New passphrase of the vault, \(PassphraseRule.shortest) characters or more: ")
            try PassphraseRule.check(first)
            if first.equals(try ask(prompt, "The same once more: ")) { return first }
            let words = Array("The two are not the same.\n".utf8)
            _ = words.withUnsafeBytes { Foundation.write(2, $0.baseAddress, $0.count) }
        }
        throw AdminError(.invalidArgument, "no passphrase was typed twice alike; nothing was made")
    }
}
