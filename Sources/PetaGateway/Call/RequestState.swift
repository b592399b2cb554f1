package import PetaCrypto
package import PetaWire
internal import Synchronization

/// `requestState` as clients get it (MCP reference, section 5.5): sealed, bound to who asked for what, expiring, and good for one retry.
///
/// The key lives as long as the process: what a client brings back after a restart of the gateway is refused like any forgery, and it
/// asks again from the start.
package final class RequestStates: Sendable {
    /// What a state stands for.
    package enum Content: Equatable, Sendable {
        /// The server of the modern era asks; this is its own state, as it spelled it, or nil if it gave none.
        case server([UInt8]?)
        /// The call waits in the gateway under this number.
        case parked(UInt64)
        /// The call is to be made again as it was.
        case again
        /// The call waits for a person; this often the client has been told so.
        case approval(rounds: UInt8)
    }

    /// An approved call that has begun: whoever comes back with the state goes on with it.
    package struct Claim: Equatable, Sendable {
        /// The approval.
        package let id: String
        /// The request that took it.
        package let request: String

        package init(id: String, request: String) {
            self.id = id
            self.request = request
        }
    }

    /// A state that was opened and is used by whoever opened it; `giveBack` makes it good again.
    package struct Ticket: Equatable, Sendable {
        package let content: Content
        package let claim: Claim?
        fileprivate let number: UInt64
        fileprivate let user: String
    }

    /// What came of opening a state.
    package enum Opening: Equatable, Sendable {
        case opened(Ticket)
        /// Forged, of somebody else, for another request, expired, or used before.
        case invalid
        /// This user, or all together, used more than can be remembered. It stays good.
        case tooMany
    }

    /// Numbers that were used, in two generations: each is remembered at least as long as a state is good.
    private struct Used {
        var recent: Set<UInt64> = []
        /// How many of them each user used.
        var users: [String: Int] = [:]
        var older: Set<UInt64> = []
        var turned: UInt64 = 0
    }

    private let key = SecretBytes.random(count: AEAD.keyLength)
    private let used = Mutex(Used())
    /// How long a client may take to answer.
    package static let seconds: UInt64 = 900
    /// States that are remembered as used. More in fifteen minutes are refused rather than forgotten.
    private static let usedLimit = 200_000
    /// Those of one user: a tenth, which is 22 answers a second and leaves room for the others.
    package static let userLimit = 20_000
    /// A client has to be able to bring it back.
    private static let stateLimit = 1 << 20
    private static let purpose = Array("peta/requestState/1".utf8)

    /// States under a key of their own.
    package init() {}

    /// Seals a state. `binding`: what it is bound to. `now` in seconds of any one clock.
    package func seal(_ content: Content, claim: Claim? = nil, binding: SHA256Digest, now: UInt64) -> String? {
        var plain: [UInt8] = []
        let number = UInt64.random(in: .min ... .max)
        for value in [number, now + Self.seconds] {
            for shift in stride(from: 56, through: 0, by: -8) { plain.append(UInt8(truncatingIfNeeded: value >> UInt64(shift))) }
        }
        let taken = Array((claim.map { "\($0.id) \($0.request)" } ?? "").utf8)
        guard taken.count <= 255 else { return nil }
        plain.append(UInt8(taken.count))
        plain += taken
        switch content {
        case .server(nil): plain.append(0)
        case .server(let state?):
            plain.append(1)
            plain += state
        case .parked(let id):
            plain.append(2)
            plain += Array(String(id).utf8)
        case .again: plain.append(3)
        case .approval(let rounds): plain += [4, rounds]
        }
        guard plain.count <= Self.stateLimit else { return nil }
        let sealed = plain.withUnsafeBytes { try? AEAD.seal($0, key: key, associated: Self.purpose + Array(binding.hex.utf8)) }
        return sealed.map { "p1." + Base64URL.encode($0) }
    }

    /// Opens a state once. `user` is whose share of what is remembered it counts into.
    package func open(_ text: String, binding: SHA256Digest, user: String, now: UInt64) -> Opening {
        guard let (number, content, claim) = read(text, binding, now) else { return .invalid }
        return used.withLock { used in
            if now >= used.turned + Self.seconds {
                used.older = now < used.turned + 2 * Self.seconds ? used.recent : []
                used.recent = []
                used.users = [:]
                used.turned = now
            }
            guard !used.older.contains(number), !used.recent.contains(number) else { return .invalid }
            guard used.recent.count < Self.usedLimit, used.users[user, default: 0] < Self.userLimit else { return .tooMany }
            used.recent.insert(number)
            used.users[user, default: 0] += 1
            return .opened(Ticket(content: content, claim: claim, number: number, user: user))
        }
    }

    /// Nothing was done with it: it can be opened once more.
    package func giveBack(_ ticket: Ticket) {
        used.withLock { used in
            guard used.recent.remove(ticket.number) != nil else { return _ = used.older.remove(ticket.number) }
            let left = used.users[ticket.user, default: 1] - 1
            used.users[ticket.user] = left > 0 ? left : nil
        }
    }

    /// Number and content of a state that is good, used or not.
    private func read(_ text: String, _ binding: SHA256Digest, _ now: UInt64) -> (UInt64, Content, Claim?)? {
        guard text.hasPrefix("p1."), text.utf8.count <= 3 << 20, let sealed = Base64URL.decode(text.dropFirst(3)),
            let opened = try? AEAD.open(sealed, key: key, associated: Self.purpose + Array(binding.hex.utf8))
        else { return nil }
        let plain = opened.withUnsafeBytes { Array($0) }
        guard plain.count >= 18, plain.count >= 18 + Int(plain[16]) else { return nil }
        let number = plain[0..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let expiry = plain[8..<16].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard now < expiry else { return nil }
        let end = 17 + Int(plain[16])
        let taken = String(decoding: plain[17..<end], as: UTF8.self).split(separator: " ")
        let claim = taken.count == 2 ? Claim(id: String(taken[0]), request: String(taken[1])) : nil
        let rest = Array(plain[(end + 1)...])
        switch plain[end] {
        case 0: return (number, .server(nil), claim)
        case 1: return (number, .server(rest), claim)
        case 2: return UInt64(String(decoding: rest, as: UTF8.self)).map { (number, .parked($0), claim) }
        case 3: return (number, .again, claim)
        case 4: return rest.first.map { (number, .approval(rounds: $0), claim) }
        default: return nil
        }
    }

    /// What a state is bound to: the user, the method, and the request's params but for what belongs to the round trip itself.
    package static func binding(user: String, method: String, params: JSON) -> SHA256Digest {
        var plain = params
        for name in ["_meta", "inputResponses", "requestState"] { plain.remove(name) }
        let text: JSON = .array([.string(user), .string(method), sorted(plain)])
        return SHA256.hash(text.bytes)
    }

    /// With the members of every object in one order, since a client may spell its request anew.
    private static func sorted(_ value: JSON) -> JSON {
        switch value {
        case .object(let members):
            .object(
                members.map { JSON.Member(key: $0.key, value: sorted($0.value)) }
                    .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
        case .array(let items): .array(items.map(sorted))
        default: value
        }
    }
}
