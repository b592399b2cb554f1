import PetaAdminAPI

/// Asks the gateway how it is, for the prompt, and never for long.
final class ShellPrompt {
    /// What a prompt tells of the gateway.
    enum State: Equatable {
        case open(waiting: Int)
        case sealed(waiting: Int)
        /// Nothing listens.
        case absent
        /// It is there, and this person may not use it.
        case refused
        /// It did not answer in time.
        case silent
    }

    let socket: String
    private var isSilent = false

    /// So long a prompt waits for the gateway, in milliseconds; and so long for one that was silent the last time.
    private static let patience: Int64 = 150
    private static let leastPatience: Int64 = 20

    init(socket: String) { self.socket = socket }

    /// How it is now.
    func ask() -> State {
        let client = AdminClient(
            socket: socket, command: "shell", limitMilliseconds: isSilent ? Self.leastPatience : Self.patience)
        isSilent = false
        do throws(AdminError) {
            let status = try client.status()
            return status.sealed ? .sealed(waiting: status.pendingApprovals) : .open(waiting: status.pendingApprovals)
        } catch {
            switch error.code {
            case .notPermitted: return .refused
            case .tryAgain:
                isSilent = true
                return .silent
            default: return .absent
            }
        }
    }

    /// `peta (2 waiting)> `, or shorter where there is little room.
    static func text(_ state: State, columns: Int, usesColor: Bool) -> String {
        let isNarrow = columns < 40
        func waiting(_ count: Int) -> [String] { count == 0 ? [] : [isNarrow ? "\(count)" : "\(count) waiting"] }
        let (words, style): ([String], Style) =
            switch state {
            case .open(let count): (waiting(count), .waiting)
            case .sealed(let count): (["sealed"] + (isNarrow ? [] : waiting(count)), .bad)
            case .absent: (["no gateway"], .bad)
            case .refused: (["not permitted"], .bad)
            case .silent: (["no answer"], .bad)
            }
        guard !words.isEmpty else { return "peta> " }
        return "peta " + painted("(" + words.joined(separator: ", ") + ")", style, usesColor) + "> "
    }

    /// The editor has to know which bytes take no room.
    private static func painted(_ text: String, _ style: Style, _ usesColor: Bool) -> String {
        guard usesColor else { return text }
        let painted = style.paint("\u{2}" + text + "\u{1}", usesColor: true)
        return "\u{1}" + painted + "\u{2}"
    }
}
