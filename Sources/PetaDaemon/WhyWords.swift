internal import PetaAudit
internal import PetaIdentity
internal import PetaWire

/// Who decided a recorded call, told from its record, and what that means in words.
enum WhyWords {
    private static let defaultRule = "policy default"

    /// Policy was asked about it.
    static func isOfPolicy(_ record: AuditRecord) -> Bool {
        switch record.decision {
        case .allow?, .requireApproval?: true
        case .deny?: record.rule.map { isRule($0) || $0 == defaultRule } ?? false
        case nil: false
        }
    }

    /// A name such as `set/rule`. What else decides is named in plain words.
    static func isRule(_ name: String) -> Bool { name.contains("/") && !name.contains(" ") }

    /// Set and id of the rule that decided, if one did.
    static func rule(_ record: AuditRecord) -> (set: String, id: String)? {
        guard let name = record.rule, isRule(name), let slash = name.firstIndex(of: "/") else { return nil }
        return (String(name[..<slash]), String(name[name.index(after: slash)...]))
    }

    /// Who decided, and what.
    static func explain(_ record: AuditRecord) -> (layer: String, words: String) {
        guard record.kind == .call else { return ("act", act(record)) }
        switch record.decision {
        case nil: return ("request", request(record))
        case .deny?: return deny(record)
        case .requireApproval?: return approval(record)
        case .allow?: return allow(record)
        }
    }

    /// Which layer of rights refused it, in the words of `peta user rights`; nil where rights did not.
    static func right(_ record: AuditRecord) -> String? {
        guard record.kind == .call, record.decision == .deny, let rule = record.rule.flatMap(RightRule.init(rawValue:)) else { return nil }
        return switch rule {
        case .notExposed: "server"
        case .denied, .noGrant: "admin"
        case .preference: "preference"
        case .token: "token"
        }
    }

    private static func act(_ record: AuditRecord) -> String {
        if record.user == "gateway" {
            return "The gateway itself left this record, \(record.method ?? "of what it saw")"
                + (record.detail.map { ": \($0)" } ?? "") + "."
        }
        if record.method?.contains(" /user") == true {
            let fate = record.outcome == .ok ? "It was done" : "It was refused"
            return
                "A user changed what it chose for itself, over the user API. \(fate); nothing of it can widen what the administrator gave."
        }
        let who = "\(record.user ?? "somebody") (\(record.detail ?? "administrator"))"
        let fate = record.outcome == .denied ? "was refused" : record.outcome == .ok ? "was done" : "came to nothing"
        return
            "This is an administrative act and no call of a client: it \(fate). \(who) asked for it on the admin socket, where the system "
            + "says who asks and the role decides."
    }

    private static func request(_ record: AuditRecord) -> String {
        let why = record.error ?? "unknown"
        if why.hasSuffix("differs from the arguments") {
            return "The request was refused before anything was decided: its header field \(why.prefix { $0 != " " }) says something else "
                + "than the arguments, so neither was judged."
        }
        return "The request was refused before anything was decided: \(why)."
    }

    private static func deny(_ record: AuditRecord) -> (String, String) {
        let user = record.user ?? "the user"
        switch record.rule {
        case "no such target"?:
            return ("target", "There was nothing of this name. Denied, hidden and missing look alike to the client.")
        case "rate limit"?: return ("limits", "A rate was exceeded" + (record.error.map { ": \($0)" } ?? "") + ".")
        case "network"?:
            return ("limits", "The address is on no list from which clients may come" + (record.error.map { ": \($0)" } ?? "") + ".")
        case "no access"?, "header mismatch"?, "bad envelope"?:
            return ("request", "The request was refused before anything was decided: \(record.error ?? record.rule ?? "").")
        case defaultRule?: return ("default", "No rule of policy decided, and what no rule decides is denied (policy.default).")
        case let rule? where isRule(rule):
            return ("policy", "Policy denied it: rule \(rule) decided" + (record.error.map { ", \($0)" } ?? "") + ".")
        case let rule? where rule.hasPrefix("limit"): return ("limits", "A limit was reached: \(rule).")
        case let rule?:
            guard let right = RightRule(rawValue: rule) else { return ("rights", "The rights of \(user) did not allow it: \(rule).") }
            return ("rights", rights(right, record, user) + " The client was told the same as of something that does not exist.")
        case nil: return ("rights", "It was denied; the record does not say by what.")
        }
    }

    private static func rights(_ rule: RightRule, _ record: AuditRecord, _ user: String) -> String {
        let server = "server '\(record.server ?? "?")'"
        return switch rule {
        case .notExposed: "The settings of \(server) hide it from everyone."
        case .denied: "An administrator denied it, or \(server) as a whole, to \(user)."
        case .noGrant: "\(user) had no right to use it: nobody granted \(server) or this of it."
        case .preference: "\(user) had switched it off for itself."
        case .token: "The token is narrowed to something else; \(user) itself may be allowed to use it."
        }
    }

    private static func approval(_ record: AuditRecord) -> (String, String) {
        let asker = record.rule == DangerLevel.rule ? "danger" : "policy"
        let who = asker == "danger" ? "The danger level of the tool" : "Rule \(record.rule ?? "?")"
        let begun = "\(who) wants a person to approve it"
        if record.detail?.hasPrefix("the kept result") == true {
            return (asker, "\(begun). It had been approved and had run before; this request was given the result that was kept.")
        }
        switch record.outcome {
        case .pending?: return (asker, "\(begun), and it waits; its client was told to come back.")
        case .denied? where record.error?.hasPrefix("rejected by ") == true:
            return ("approval", "\(begun), and it was \(record.error ?? "").")
        case .denied? where record.error == "nobody decided in time":
            return ("approval", "\(begun), and nobody decided in time. Called again, it is asked for anew.")
        case .denied?: return (asker, "\(begun), and it could not wait for it: \(record.error ?? "unknown").")
        case .cancelled?, .timeout?, .stopped?:
            return (asker, "\(begun). It ended before it was over: \(record.error ?? record.outcome?.rawValue ?? "unknown").")
        default: return (asker, "\(begun), and it was approved.")
        }
    }

    private static func allow(_ record: AuditRecord) -> (String, String) {
        if record.rule == "network report" {
            return (
                "limits",
                "It was let in, since addresses are only reported on (peta network mode): \(record.error ?? "its address is on no list"). "
                    + "With the mode enforce it would have been refused."
            )
        }
        if record.outcome == .denied {
            return ("limits", "Rights and policy allowed it, and then it was refused: \(record.error ?? "unknown").")
        }
        if let rule = record.rule, isRule(rule) { return ("policy", "The rights allow it, and so does policy: rule \(rule) decided.") }
        return ("default", "The rights allow it, and no rule of policy decided, which allows it.")
    }
}
