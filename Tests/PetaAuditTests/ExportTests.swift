import GRDB
import PetaAudit
import PetaStore
import Testing

@Suite("Export")
struct ExportTests {
    private func text(_ export: AuditExport) async throws -> String {
        var all: [UInt8] = []
        while let piece = try await export.next() {
            #expect(piece.count < 1 << 20)
            all += piece
        }
        return String(decoding: all, as: UTF8.self)
    }

    /// The cells of a CSV text, by RFC 4180 alone.
    private func cells(_ csv: String) throws -> [[String]] {
        var rows: [[String]] = [[]]
        var cell = ""
        var isQuoted = false
        var scalars = Array(csv.unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            switch (scalar, isQuoted) {
            case ("\"", true):
                if scalars.first == "\"" {
                    cell += "\""
                    scalars = scalars.dropFirst()
                } else {
                    isQuoted = false
                }
            case ("\"", false):
                try #require(cell.isEmpty)
                isQuoted = true
            case (",", false):
                rows[rows.count - 1].append(cell)
                cell = ""
            case ("\r", false):
                try #require(scalars.first == "\n")
                scalars = scalars.dropFirst()
                rows[rows.count - 1].append(cell)
                cell = ""
                rows.append([])
            default: cell.unicodeScalars.append(scalar)
            }
        }
        try #require(!isQuoted && rows.last == [])
        return rows.dropLast()
    }

    @Test("NDJSON is every line as the log has it, in order, up to the end that there was")
    func ndjson() async throws {
        try await Place().withLog { log, _ in
            for part in 0..<30 { try await log.commit((0..<100).map { call("r\(part * 100 + $0)") }) }
            let export = try await log.export(AuditFilter(), as: .ndjson)
            let first = try #require(try await export.next())
            // What is recorded meanwhile is not part of it.
            try await log.commit([call("later")])
            let lines = (String(decoding: first, as: UTF8.self) + (try await text(export))).split(separator: "\n")
            #expect(lines.count == 3000)
            var filter = AuditFilter()
            filter.order = .oldestFirst
            filter.limit = 3000
            #expect(try log.query(filter).map { String(decoding: $0.line, as: UTF8.self) } == lines.map(String.init))
        }
    }

    @Test("filters hold over pieces, also where hardly anything fits")
    func filters() async throws {
        try await Place().withLog { log, _ in
            for part in 0..<25 {
                try await log.commit(
                    (0..<1000).map { n in
                        var record = call("r\(part * 1000 + n)", time: 1_700_000_000_000_000 + Int64(part) * 1_000_000)
                        if n == 999 { record.user = "rare" }
                        return record
                    })
            }
            var filter = AuditFilter()
            filter.user = "rare"
            #expect(try await text(log.export(filter, as: .ndjson)).split(separator: "\n").count == 25)
            filter.since = 1_700_000_000_000_000 + 5_000_000
            filter.until = 1_700_000_000_000_000 + 9_000_000
            #expect(try await text(log.export(filter, as: .ndjson)).split(separator: "\n").count == 5)
            filter.user = "nobody"
            #expect(try await text(log.export(filter, as: .ndjson)).isEmpty)
            #expect(try await text(log.export(filter, as: .csv)) == AuditCSV.columns.joined(separator: ",") + "\r\n")
        }
    }

    @Test("CSV has a cell for each field, in RFC 4180, and no cell is a formula")
    func csv() async throws {
        var record = AuditRecord(time: 1_700_000_000_000_001, kind: .call)
        record.requestID = "r1"
        record.user = "=cmd|' /C calc'!A0"
        record.clientName = "+1+1"
        record.clientVersion = "-2"
        record.tool = "@SUM(A1)"
        record.server = "a,b\"c\r\nd"
        record.error = "\tx"
        record.rule = "\u{FF1D}wide"
        record.detail = "\u{0}\u{1b}[31m日本"
        record.target = "plain"
        record.arguments = #"{"a":"=1"}"#
        record.outcome = .error
        record.duration = 12_345
        record.bytesIn = 7
        record.cached = true
        try await Place().withLog { log, _ in
            try await log.commit([record, call("r2")])
            let rows = try cells(try await text(log.export(AuditFilter(), as: .csv)))
            #expect(rows.count == 3 && rows.allSatisfy { $0.count == AuditCSV.columns.count } && rows[0] == AuditCSV.columns)
            let first = Dictionary(uniqueKeysWithValues: zip(AuditCSV.columns, rows[1]))
            let expected = [
                "seq": "1", "time": "2023-11-14T22:13:20.000001Z", "kind": "call", "user": "'=cmd|' /C calc'!A0", "clientName": "'+1+1",
                "clientVersion": "'-2", "tool": "'@SUM(A1)", "server": "a,b\"c\r\nd", "error": "'\tx", "rule": "'\u{FF1D}wide",
                "detail": "\u{FFFD}\u{FFFD}[31m日本", "target": "plain", "arguments": #"{"a":"=1"}"#, "outcome": "error",
                "durationMs": "12.345",
                "bytesIn": "7", "cached": "true", "session": "", "requestId": "r1",
            ]
            for (name, value) in expected { #expect(first[name] == value, "\(name)") }
            #expect(rows[2][0] == "2" && rows[2][3] == "r2")
        }
    }

    @Test("every field that records have has its column")
    func columns() {
        let fields = [
            "time", "kind", "requestId", "traceId", "user", "role", "tokenId", "address", "session", "method", "server", "tool", "decision",
            "rule",
            "approvalId", "outcome", "error", "durationMs", "downstreamMs", "bytesIn", "bytesOut", "cached", "argumentsDigest", "secrets",
            "inputs",
            "arguments", "uid", "pid", "command", "target", "detail",
        ]
        #expect(Set(AuditCSV.columns) == Set(fields + ["seq", "clientName", "clientVersion"]))
        #expect(Mirror(reflecting: AuditRecord(time: 0, kind: .call)).children.count == AuditCSV.columns.count - 1)
    }

    @Test("what retention removes meanwhile is left out, and the rest is whole")
    func pruned() async throws {
        try await Place().withLog { log, _ in
            for part in 0..<10 { try await log.commit((0..<200).map { call("r\(part * 200 + $0)") }) }
            let export = try await log.export(AuditFilter(), as: .ndjson)
            let first = try #require(try await export.next())
            _ = try await log.prune(AuditLimits(records: 500), now: nil, date: 1)
            let rest = try await text(export).split(separator: "\n")
            #expect(rest.count == 500 && first.count >= 64 << 10)
        }
    }
}
