import PetaTelemetry
import PetaTestSupport
import Testing

@Suite("What loops count")
struct CallTallyTests {
    private static func read(_ tally: CallTally) throws -> MetricsText {
        var out = Exposition(.text)
        tally.write(to: &out, elsewhere: [.connections: 3])
        return try MetricsText(String(decoding: out.bytes, as: UTF8.self))
    }

    private static func call(_ tally: CallTally, _ server: String?, _ outcome: CallOutcome = .ok, duration: Int64? = 1000) {
        tally.count(
            server: server, method: .toolCall, outcome: outcome, duration: duration, downstream: duration.map { $0 / 2 }, bytesIn: 10,
            bytesOut: 20)
    }

    @Test("the numbers of all loops are added up, whatever order they met the servers in")
    func sum() throws {
        let slots = ServerSlots(limit: 10)
        let (first, second) = (CallTally(slots), CallTally(slots))
        Self.call(first, "a")
        Self.call(first, "b", .error)
        Self.call(second, "b")
        Self.call(second, "a")
        Self.call(second, nil, .denied, duration: nil)
        first.count(.deny, by: .policy)
        second.count(.badToken)
        let sum = CallTally(slots)
        first.add(to: sum)
        second.add(to: sum)
        // Reading changes nothing of what is read.
        first.add(to: CallTally(slots))
        let read = try Self.read(sum)
        #expect(read.sum("peta_calls_total", ["server": "a", "method": "tools/call", "outcome": "ok"]) == 2)
        #expect(read.sum("peta_calls_total", ["server": "b"]) == 2)
        #expect(read.sum("peta_calls_total", ["server": ServerSlots.none, "outcome": "denied"]) == 1)
        #expect(read.sum("peta_call_duration_seconds_count") == 4)
        #expect(read.sum("peta_call_duration_seconds_sum", ["server": "a"]) == 0.002)
        #expect(read.sum("peta_downstream_duration_seconds_sum", ["server": "a"]) == 0.001)
        #expect(read.sum("peta_decisions_total", ["decision": "deny", "by": "policy"]) == 1)
        #expect(read.sum("peta_rejected_requests_total", ["reason": "bad_token"]) == 1)
        #expect(read.sum("peta_rejected_requests_total", ["reason": "too_many_connections"]) == 3)
        #expect(read.sum("peta_call_bytes_total", ["direction": "in"]) == 50)
    }

    @Test("however many servers come and go, there are no more series than were allowed; calls of the rest are counted together")
    func bounded() throws {
        let slots = ServerSlots(limit: 3)
        let tally = CallTally(slots)
        for number in 0..<5000 { Self.call(tally, "s\(number)") }
        for number in 0..<5000 { Self.call(tally, "s\(number)") }
        let read = try Self.read(tally)
        let servers = Set(read.find("peta_calls_total").compactMap { $0.labels["server"] })
        #expect(servers == ["s0", "s1", "s2", ServerSlots.other])
        #expect(read.sum("peta_calls_total", ["server": "s1"]) == 2)
        #expect(read.sum("peta_calls_total", ["server": ServerSlots.other]) == 9994)
    }

    @Test("with no servers named all calls are counted all the same")
    func unnamed() throws {
        let tally = CallTally(ServerSlots(limit: 0))
        Self.call(tally, "secret-project")
        let read = try Self.read(tally)
        #expect(read.sum("peta_calls_total", ["server": ServerSlots.other]) == 1)
        #expect(!read.samples.contains { $0.labels.values.contains("secret-project") })
    }

    @Test("every method that the gateway knows has its own series, and anything else shares one")
    func methods() {
        for method in CallMethod.allCases { #expect(CallMethod(method.name) == method) }
        #expect(CallMethod("x/y") == .other)
        #expect(Set(Rejection.allCases.map(\.name)).count == Rejection.allCases.count)
    }

    @Test("the process tells its own figures")
    func process() throws {
        var out = Exposition(.text)
        ProcessFigures().write(to: &out)
        let read = try MetricsText(String(decoding: out.bytes, as: UTF8.self))
        #expect(read.sum("process_resident_memory_bytes") > 1_000_000)
        #expect(read.sum("process_virtual_memory_bytes") > read.sum("process_resident_memory_bytes"))
        #expect(read.sum("process_open_fds") > 2 && read.sum("process_open_fds") <= read.sum("process_max_fds"))
        #expect(read.sum("process_threads") >= 1 && read.sum("process_start_time_seconds") > 1_600_000_000)
        #expect((DiskFigures("/")?.size ?? 0) > 0 && DiskFigures("/no/such/place") == nil)
    }
}
