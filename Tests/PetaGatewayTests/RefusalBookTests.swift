import PetaAudit
import PetaGateway
import Testing

@Suite("Records of what limits refuse")
struct RefusalBookTests {
    private let book = RefusalBook()

    private func record(_ rule: String = "rate limit", _ id: String = "r1") -> AuditRecord {
        var record = AuditRecord(time: 0, kind: .call)
        record.rule = rule
        record.requestID = id
        return record
    }

    @Test("of one source the first refusal is recorded, and one more record says how many followed")
    func counted() {
        #expect(book.note(record(), source: "bob", now: 50)?.requestID == "r1")
        for second in 0..<1000 { #expect(book.note(record("rate limit", "later"), source: "bob", now: 50 + UInt64(second) / 10) == nil) }
        #expect(book.note(record("network"), source: "bob", now: 60) != nil)
        #expect(book.due(now: 50 + RefusalBook.seconds - 1).isEmpty)
        let due = book.due(now: 60 + RefusalBook.seconds)
        #expect(due.map(\.detail) == ["1000 more like it in the 610 seconds since request r1"])
        #expect(book.due(now: 60 + RefusalBook.seconds).isEmpty)
        #expect(book.note(record(), source: "bob", now: 700) != nil)
        #expect(book.due(now: 701, all: true).isEmpty)
    }

    @Test("from any number of sources no more records come than the limit allows, and yet all are counted")
    func bounded() {
        var records = 0
        var counted = 0
        for number in 0..<100_000 where book.note(record(), source: "2001:db8:\(number)", now: 7) != nil { records += 1 }
        let due = book.due(now: 7, all: true)
        for record in due { counted += Int(record.detail?.prefix { $0.isNumber } ?? "") ?? 0 }
        #expect(records == RefusalBook.limit + 1)
        #expect(records + counted == 100_000)
        #expect(due.count <= RefusalBook.limit + 1)
    }
}
