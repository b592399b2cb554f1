import PetaDownstream
import PetaStore
import PetaTestSupport
import PetaWire
import Testing

@Suite("What servers expose")
struct ExposureTests {
    private static let drop = CapabilityName(.tool, "drop::all")
    private static let greet = CapabilityName(.prompt, "greet")

    private func with(_ body: (Exposures, () async throws -> Exposures) async throws -> Void) async throws {
        let place = try TemporaryDirectory()
        let store = try Store(directory: place.path("data"), migrations: SQLiteExposureStore.migrations)
        try await body(Exposures(store: SQLiteExposureStore(store), feed: ChangeFeed())) {
            let again = Exposures(store: SQLiteExposureStore(store), feed: ChangeFeed())
            try await again.load()
            return again
        }
        try store.close()
    }

    @Test("settings hold at once and after a restart, each part for itself, and go when the server is forgotten")
    func life() async throws {
        try await with { exposures, reopened in
            #expect(exposures.of("bank") == .plain)
            try await exposures.set("bank", Self.drop, isExposed: false, danger: nil)
            try await exposures.set("bank", Self.drop, isExposed: nil, danger: .approval)
            try await exposures.set("bank", Self.greet, isExposed: false, danger: nil)
            try await exposures.set("post", Self.greet, isExposed: false, danger: nil)
            for found in [exposures, try await reopened()] {
                #expect(found.of("bank").hidden == [Self.drop, Self.greet])
                #expect(found.of("bank").danger(of: "drop::all") == .approval && found.of("bank").danger(of: "drop") == .silent)
            }
            try await exposures.set("bank", Self.drop, isExposed: true, danger: .some(nil))
            try await exposures.set("bank", Self.greet, isExposed: true, danger: nil)
            #expect(exposures.of("bank") == .plain)
            try await exposures.forget("post")
            for found in [exposures, try await reopened()] { #expect(["bank", "post"].allSatisfy { found.of($0) == .plain }) }
        }
    }

    @Test("what cannot be set is refused with its field, and nothing is changed")
    func refused() async throws {
        try await with { exposures, _ in
            for name in ["", "a\u{0}", String(repeating: "x", count: 257)] {
                await #expect(throws: ExposureError.self) {
                    try await exposures.set("bank", CapabilityName(.tool, name), isExposed: false, danger: nil)
                }
            }
            for danger in [DangerLevel.notify, nil] {
                await #expect(throws: ExposureError.self) {
                    try await exposures.set("bank", Self.greet, isExposed: false, danger: .some(danger))
                }
            }
            #expect(exposures.of("bank") == .plain)
        }
    }

    @Test("settings at once leave the same in memory as in the store")
    func concurrent() async throws {
        try await with { exposures, reopened in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<60 {
                    group.addTask {
                        try await exposures.set("bank", CapabilityName(.tool, "t\(index % 7)"), isExposed: index % 3 == 0, danger: nil)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await reopened().of("bank") == exposures.of("bank"))
        }
    }

    @Test(
        "annotations suggest a level: what destroys needs approval, what changes is told of, what reads is silent",
        arguments: [
            (nil, nil), ("{}", nil), (#"{"title":"x"}"#, nil), (#"{"readOnlyHint":true}"#, .silent),
            (#"{"readOnlyHint":true,"destructiveHint":true}"#, .silent), (#"{"destructiveHint":true}"#, .approval),
            (#"{"readOnlyHint":false,"destructiveHint":true,"openWorldHint":false}"#, .approval), (#"{"openWorldHint":true}"#, .notify),
            (#"{"readOnlyHint":true,"openWorldHint":true}"#, .silent), (#"{"readOnlyHint":false,"destructiveHint":false}"#, .notify),
            (#"{"destructiveHint":false,"openWorldHint":false}"#, nil), (#"{"destructiveHint":"yes"}"#, nil),
        ] as [(String?, DangerLevel?)])
    func suggestions(annotations: String?, level: DangerLevel?) throws {
        #expect(DangerSuggestion.of(try annotations.map { try JSON.parse(Array($0.utf8)) }) == level)
    }
}
