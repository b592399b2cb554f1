import Foundation
import PetaTestSupport
import Testing

/// Counts the memory blocks that event loops take for a call, with a library that is preloaded into the real binary.
///
/// Counts and not times: they are the same on every machine. What a call costs more than Tests/Baselines/allocations.json says
/// is to be explained and written there, or saved again.
@Suite("What a call takes from the heap", .serialized)
struct AllocationTests {
    private static let calls = 1000
    /// Timers and the first growth of buffers, spread over the calls.
    private static let slack = 1.0

    private static func baseline(_ name: String) throws -> Double {
        let file = URL(fileURLWithPath: PetaBinary.sourceRoot + "/Tests/Baselines/allocations.json")
        let all = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Double]
        return try #require(all?[name])
    }

    /// Blocks taken so far by the event loops of a gateway.
    private static func blocks(_ gateway: Gateway, _ file: String) throws -> UInt64 {
        let process = gateway.process.pid
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(file).\(process)"))
        var sum: UInt64 = 0
        for at in stride(from: 0, to: bytes.count, by: 16) {
            let (thread, count) = bytes.withUnsafeBytes {
                ($0.loadUnaligned(fromByteOffset: at, as: UInt64.self), $0.loadUnaligned(fromByteOffset: at + 8, as: UInt64.self))
            }
            let name = try? String(contentsOfFile: "/proc/\(process)/task/\(thread)/comm", encoding: .utf8)
            if name?.hasPrefix("NIO-ELT") == true { sum += count }
        }
        return sum
    }

    @Test("no more blocks than the baseline", arguments: ["http", "stdio"])
    func call(kind: String) throws {
        let place = try TemporaryDirectory()
        let counts = place.path("counts")
        let rig = try DownstreamRig([
            "PETA_LOOPS": "1", "LD_PRELOAD": try PetaBinary.library("AllocationCounter"), "PETA_ALLOCATION_COUNTS": counts,
        ])
        var server: ChildProcess?
        if kind == "http" {
            let started = try PythonPeer.start("bad_http.py")
            let url = try started.stdout.line(0)
            try rig.gateway.expect("server", "add", "down", "--url", url)
            server = started
        } else {
            try rig.gateway.addDemo("down")
        }
        let client = try rig.client()
        func run(_ count: Int) throws {
            for _ in 0..<count { #expect(try client.callText("down::echo", #"{"text":"as long as a short result"}"#).count == 25) }
        }
        try run(100)
        let before = try Self.blocks(rig.gateway, counts)
        #expect(before > 0, "nothing was counted")
        try run(Self.calls)
        let each = Double(try Self.blocks(rig.gateway, counts) - before) / Double(Self.calls)
        let allowed = try Self.baseline(kind)
        #expect(each <= allowed + Self.slack, "\(kind): \(each) blocks for a call, \(allowed) in the baseline")
        #expect(each > allowed - 3, "\(kind): only \(each) blocks for a call, \(allowed) in the baseline: write the better figure there")
        client.http.close()
        try rig.gateway.expect("server", "remove", "down", "--yes")
        server?.signal(SIGTERM)
        try rig.finish()
    }
}
