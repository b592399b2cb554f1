internal import Foundation
internal import PetaAdminAPI
internal import PetaStore

/// Words that several checks use.
enum DoctorWords {
    /// What an error says to an operator.
    static func words(of error: any Error) -> (message: String, hint: String?) {
        switch error {
        case let error as AdminError: (error.message, error.hint)
        case let error as any OperatorError: (error.message, error.hint)
        default: ("the check failed: \(error)", nil)
        }
    }

    static func errno(_ number: Int32) -> String { String(cString: strerror(number)).lowercased() }

    static func bytes(_ count: UInt64) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var amount = Double(count)
        var unit = 0
        while amount >= 1024, unit < units.count - 1 {
            amount /= 1024
            unit += 1
        }
        return unit == 0 || amount >= 100 ? "\(Int(amount)) \(units[unit])" : "\((amount * 10).rounded() / 10) \(units[unit])"
    }

    static func duration(_ seconds: Int64) -> String {
        let amount = abs(seconds)
        switch amount {
        case 0..<120: return "\(amount) s"
        case 120..<7200: return "\(amount / 60) min"
        case 7200..<172_800: return "\(amount / 3600) h"
        default: return "\(amount / 86_400) days"
        }
    }

    /// True where systemd started this process.
    private static var isUnit: Bool { ProcessInfo.processInfo.environment["INVOCATION_ID"] != nil }

    /// How this gateway is started anew.
    static func restart() -> String {
        if isUnit { return "systemctl restart peta" }
        let words = ProcessInfo.processInfo.arguments.map(quoted).joined(separator: " ")
        return "kill \(getpid()), and once it is gone: \(words)"
    }

    /// How a limit of the system is raised for the gateway.
    static func limit(_ setting: String, _ command: String, _ value: String, unit: String) -> String {
        guard isUnit else { return "\(command) \(value) in the shell that starts it" }
        let directory = "/etc/systemd/system/peta.service.d"
        return "mkdir -p \(directory) && printf '[Service]\\n\(setting)=\(unit)\\n' > \(directory)/\(setting).conf && "
            + "systemctl daemon-reload && systemctl restart peta"
    }

    /// A path as a shell takes it.
    static func quoted(_ path: String) -> String {
        path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"'\"\\$`&;|<>()*?[]{}~#!".utf8.contains($0) }
            ? path : "'" + path.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
}
