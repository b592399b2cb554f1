import PetaTelemetry
import PetaTestSupport
import TestRandom
import Testing

@Suite("The text of metrics")
struct ExpositionTests {
    private static func text(_ out: Exposition) -> String { String(decoding: out.bytes, as: UTF8.self) }

    @Test("both forms are what a strict reader takes, and say the same")
    func forms() throws {
        func write(_ form: Exposition.Form) -> String {
            var out = Exposition(form)
            out.family("peta_build", .info, "A \"help\" with a \\ and\na second line.")
            out.info([("version", "1.2\"3\\4\n5")])
            out.family("peta_calls", .counter, "Calls.")
            out.counter(UInt64.max, [("server", "a")])
            out.counter(UInt64(7), [("server", "b")])
            out.family("process_cpu_seconds", .counter, "Seconds.")
            out.counter(1.25)
            out.family("peta_free", .gauge, "Bytes.")
            out.gauge(Int64(-3))
            out.family("peta_ready", .gauge, "Ready.")
            out.gauge(true)
            out.family("peta_lag", .gauge, "Seconds.")
            out.gauge(0.000_066)
            var buckets = DurationBuckets()
            for time: Int64 in [0, 500, 501, 1_000_000, 400_000_000, -5] { buckets.add(time) }
            out.family("peta_time_seconds", .histogram, "Time.")
            out.histogram(buckets, [("server", "a")])
            return Self.text(out)
        }
        let plain = try MetricsText(write(.text))
        let open = try MetricsText(write(.openMetrics), openMetrics: true)
        for read in [plain, open] {
            #expect(read.find("peta_build_info").first?.labels["version"] == "1.2\"3\\4\n5")
            #expect(read.find("peta_calls_total", ["server": "b"]).first?.value == 7)
            #expect(read.sum("peta_lag") == 0.000_066)
            #expect(read.sum("peta_free") == -3)
            #expect(read.sum("peta_time_seconds_count") == 6)
            #expect(read.sum("peta_time_seconds_sum") == 401.001_001)
        }
        // A bound counts what is as long as it.
        #expect(plain.find("peta_time_seconds_bucket", ["le": "0.0005"]).first?.value == 3)
        #expect(plain.find("peta_time_seconds_bucket", ["le": "1"]).first?.value == 5)
        #expect(open.find("peta_time_seconds_bucket", ["le": "1.0"]).first?.value == 5)
        #expect(plain.find("peta_time_seconds_bucket", ["le": "300"]).first?.value == 5)
        #expect(plain.families["peta_build_info"] == "gauge" && open.families["peta_build"] == "info")
    }

    @Test("the strict reader refuses what is not right, so that it can fail")
    func strictness() {
        let head = "# HELP a_total b\n# TYPE a_total counter\n"
        for wrong in [
            "a 1", "a 1\n", head + "a_total -1\n", head + "a_total 1\na_total 1\n", head + "b_total 1\n", head + "a_total{x=1} 1\n",
            head + "a_total{x=\"1\",x=\"2\"} 1\n", head + "a_total{x=\"\\q\"} 1\n", head + "a_total one\n", head + "a_total  1\n",
            head + head + "a_total 1\n",
            "# TYPE a_total counter\na_total 1\n", head + "a_total{x=\"1} 1\n",
            "# HELP h b\n# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n",
            "# HELP h b\n# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_sum 1\nh_count 1\n",
        ] {
            #expect(throws: TestFailure.self, "\(wrong)") { try MetricsText(wrong) }
        }
    }

    @Test("any durations are in the bucket of their bound, and their sum is kept")
    func buckets() {
        var random = SplitMix(seed: 3)
        for _ in 0..<50 {
            var buckets = DurationBuckets()
            var times: [Int64] = []
            for _ in 0..<Int.random(in: 0...200, using: &random) {
                let time = Int64.random(in: 0...(1 << Int64.random(in: 0...33, using: &random)), using: &random)
                times.append(time)
                buckets.add(time)
            }
            for (at, bound) in buckets.bounds.enumerated() {
                #expect(buckets.counts[...at].reduce(0, +) == UInt64(times.count { $0 <= bound }))
            }
            #expect(buckets.count == UInt64(times.count) && buckets.sum == UInt64(times.reduce(0, +)))
        }
    }
}
