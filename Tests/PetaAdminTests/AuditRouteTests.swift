import PetaAdmin
import PetaAdminAPI
import Testing

@Suite("Routes of the audit")
struct AuditRouteTests {
    @Test("an export is text of the format that was asked for, and one that breaks off does not look whole")
    func export() async throws {
        try await withAdmin { peta async throws in
            let csv = try await peta.raw("GET", "/v1/audit/export?format=csv&user=alice")
            #expect(csv.status == 200)
            #expect(csv.headers["content-type"]?.hasPrefix("text/csv") == true)
            #expect(peta.audit.asked.last?.user == "alice")
            for format in ["csv", "ndjson"] {
                let text = try await peta.ask { client in
                    var all: [UInt8] = []
                    try client.auditExport(AuditQuery(), format: format) { all += $0 }
                    return String(decoding: all, as: UTF8.self)
                }
                #expect(text == "\(format)3\n\(format)2\n\(format)1\n")
            }
            for bad in ["format=xml", "limit=3", "user=a&user=b", "since=yesterday", "bad=1"] {
                #expect(try await peta.raw("GET", "/v1/audit/export?\(bad)").status == 400, "\(bad)")
            }
            var query = AuditQuery()
            query.user = "broken"
            await #expect(throws: AdminError.self) {
                try await peta.ask { [query] client in try client.auditExport(query, format: "ndjson") { _ in } }
            }
        }
    }

    @Test("a summary takes filters and bounds, and nothing else")
    func summary() async throws {
        try await withAdmin { peta async throws in
            let figures = try await peta.ask { try $0.auditFigures(AuditQuery(), buckets: 7, top: 9) }
            #expect(figures.bucketSeconds == 7 && figures.calls == 9)
            for bad in ["buckets=1", "buckets=501", "top=0", "top=101", "top=x", "limit=5", "format=csv"] {
                #expect(try await peta.raw("GET", "/v1/audit/summary?\(bad)").status == 400, "\(bad)")
            }
        }
    }

    @Test("verifying takes anchors, so many at most; putting anchors and testing the webhook are acts")
    func acts() async throws {
        try await withAdmin { peta async throws in
            #expect(try await peta.ask { try $0.verifyAudit(against: ["{}", "{}"]) }.anchors?.checked == 2)
            #expect(try await peta.ask { try $0.verifyAudit() }.anchors == nil)
            let many = "{\"anchors\":[" + Array(repeating: "\"\"", count: 1001).joined(separator: ",") + "]}"
            #expect(try await peta.raw("POST", "/v1/audit/verify", body: many).status == 400)
            #expect(try await peta.raw("POST", "/v1/audit/verify", body: "{\"x\":1}").status == 400)
            #expect(try await peta.ask { try $0.auditAnchor(put: false) }.places.first?.seq == nil)
            #expect(peta.recorder.acts.isEmpty)
            #expect(try await peta.ask { try $0.auditAnchor(put: true) }.places.first?.seq == 3)
            #expect(try await peta.ask { try $0.testAuditWebhook() }.status == 204)
            #expect(try await peta.ask { try $0.auditWebhook() }.waiting == 2)
            #expect(peta.recorder.acts.map(\.method) == ["POST /v1/audit/anchor", "POST /v1/audit/webhook/test"])
        }
    }
}
