extension SettingTable {
    /// True where a new value takes effect when the configuration is read again (SIGHUP, 'peta config reload'). What is not named here is
    /// built into something that lives as long as the gateway, and waits for its next start.
    static func isLive(_ key: String) -> Bool { live.contains(key) }

    static let live: Set<String> = [
        "tls.certificate", "tls.key", "log.level", "log.levels",
        "http.allowedOrigins", "http.allowedHosts", "http.trustedProxies", "http.proxyHeader",
        "redactResults", "policy.default",
        "approvals.holdSeconds", "approvals.expirySeconds", "approvals.retentionSeconds", "approvals.historyDays",
        "approvals.pendingPerUser", "approvals.pending", "approvals.perUserAndHour", "approvals.argumentBytes", "approvals.approvers",
        "approvals.selfApproval",
        "audit.arguments",
        "limits.bodyBytes", "limits.jsonDepth", "limits.sessionIdleSeconds", "limits.inFlightPerSession", "limits.headerSeconds",
        "limits.bodySeconds", "limits.writeStallSeconds",
        "limits.userPerMinute", "limits.tokenPerMinute", "limits.addressPerMinute", "limits.failuresPerMinute", "limits.userConcurrent",
        "calls.timeoutSeconds", "calls.maxSeconds", "servers.idleSeconds", "shutdown.drainSeconds",
    ]

    /// When a new value takes effect, in a sentence.
    static func whenInForce(_ key: String) -> String {
        isLive(key) ? "A new value takes effect on reload." : "A new value takes effect at the next start."
    }
}
