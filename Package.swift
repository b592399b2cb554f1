// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// The binary carries the Swift runtime, so that it runs where no toolchain is installed. Only the executable
/// says so: tests stay on the toolchain's own libraries, and both are built from the same objects.
let staticRuntime: [LinkerSetting] = [
    .unsafeFlags(
        ["-static-stdlib", "-Xlinker", "--start-group"]
            + [
                "Foundation", "FoundationInternationalization", "FoundationEssentials", "CoreFoundation", "_FoundationICU",
                "_FoundationCShims", "_FoundationCollections", "swiftSynchronization", "swift_StringProcessing",
                "swift_RegexParser", "swift_Concurrency", "swiftDispatch", "dispatch", "BlocksRuntime", "stdc++",
            ].map { "-l" + $0 } + ["-Xlinker", "--end-group"],
        .when(platforms: [.linux])
    )
]

let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let http1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let httpTypesHTTP1 = Target.Dependency.product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")

let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")

func room(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

/// Tests are made once and run once, so making them faster is worth more than making them fast: they are not optimized, also where
/// what they test is.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict + [.unsafeFlags(["-Onone"])])
}

let package = Package(
    name: "peta",
    products: [
        .executable(name: "peta", targets: ["peta"]),
        // Preloaded by tests into the binary; not installed.
        .library(name: "AllocationCounter", type: .dynamic, targets: ["AllocationCounter"]),
        .library(name: "WriteFaults", type: .dynamic, targets: ["WriteFaults"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
    ],
    targets: [
        // Floor 0: system libraries and C.
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        // No pkgConfig: its flags are not allowed here.
        .systemLibrary(
            name: "CReadline", path: Context.environment["PETA_LINE_EDITOR"] == "edit" ? "Sources/CEditline" : "Sources/CReadline",
            providers: [.apt(["libreadline-dev"])]),
        .target(name: "CPetaShim"),
        .target(name: "CPetaRegex", linkerSettings: [.unsafeFlags(["-l:libre2.a", "-lstdc++"])]),
        // Floor 1: bytes, keys, storage; no business.
        room("PetaCrypto", ["COpenSSL"]),
        room("PetaStore", [grdb, sqlite, log, "CPetaShim"]),
        room("PetaWire", ["CPetaShim"]),
        room("PetaAdminAPI", []),
        room("PetaOutbound", [nio, nioPosix, nioSSL, http1]),
        // Floor 2: the parts, side by side.
        room("PetaVault", ["PetaCrypto", "PetaStore", grdb]),
        room("PetaIdentity", ["PetaCrypto", "PetaStore", "PetaWire", grdb], exclude: ["README.md"]),
        room("PetaAudit", ["PetaCrypto", "PetaStore", "PetaOutbound", "CPetaShim", grdb, sqlite, log], exclude: ["README.md"]),
        room("PetaDownstream", ["PetaWire", "PetaCrypto", "PetaStore", "CPetaShim", grdb, nio, nioPosix, nioSSL, log]),
        room("PetaPolicy", ["PetaWire", "PetaStore", "CPetaShim", "CPetaRegex", grdb, .product(name: "Yams", package: "Yams")]),
        room("PetaApprovals", ["PetaWire", "PetaCrypto", "PetaStore", grdb]),
        room("PetaBackup", ["PetaAdminAPI", "PetaCrypto", "PetaStore", "CPetaShim", grdb, sqlite]),
        room("PetaDemo", ["PetaWire"]),
        room("PetaTelemetry", ["PetaWire", "PetaCrypto", nio, nioPosix, nioSSL, http1]),
        room("PetaSocket", ["PetaCrypto", "PetaStore", "CPetaShim", nio]),
        // Floor 3: faces of the daemon.
        room(
            "PetaGateway",
            [
                "PetaWire", "PetaDownstream", "PetaIdentity", "PetaPolicy", "PetaApprovals", "PetaAudit", "PetaVault", "PetaCrypto",
                "PetaStore", "PetaSocket", "PetaAdminAPI", "PetaTelemetry", nio,
                nioPosix,
                nioSSL,
                http1,
                httpTypesHTTP1,
                hummingbird, hummingbirdCore, httpTypes, log,
            ], exclude: ["Resume/README.md"]),
        room(
            "PetaAdmin",
            [
                "PetaAdminAPI", "PetaCrypto", "PetaStore", "PetaSocket", "PetaIdentity", "PetaWire", nio, nioPosix, hummingbird,
                hummingbirdCore,
                httpTypes, log, lifecycle,
            ]),
        // Floor 4: composition and commands.
        room(
            "PetaDaemon",
            [
                "PetaGateway", "PetaAdmin", "PetaAdminAPI", "PetaSocket", "PetaIdentity", "PetaPolicy", "PetaApprovals", "PetaVault",
                "PetaAudit", "PetaBackup", grdb,
                "PetaDownstream", "PetaStore", "PetaTelemetry",
                "PetaCrypto", "PetaWire", "PetaOutbound", "CPetaShim", nio, nioPosix, nioSSL, log, lifecycle, signals,
            ]),
        room(
            "PetaCommands",
            [
                "PetaAdminAPI", "CPetaShim", "CReadline", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Yams", package: "Yams"),
            ]),
        // Floor 5.
        .executableTarget(
            name: "peta", dependencies: ["PetaCommands", "PetaDaemon", "PetaDemo"], swiftSettings: strict, linkerSettings: staticRuntime),
        // Tests. None depends on the executable target: its linker settings are not theirs.
        .target(name: "PetaTestSupport", path: "Tests/PetaTestSupport", swiftSettings: strict),
        .target(name: "TestRandom", path: "Tests/TestRandom", swiftSettings: strict),
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        .target(name: "WriteFaults", path: "Tests/WriteFaults"),
        tests("PetaWireTests", ["TestRandom", "PetaWire"], exclude: ["Seeds"]),
        tests("PetaStoreTests", ["PetaStore", grdb]),
        tests("PetaOutboundTests", ["PetaTestSupport", "PetaOutbound", nio, nioPosix, nioSSL, http1]),
        tests("PetaVaultTests", ["TestRandom", "PetaVault", "PetaCrypto", "PetaStore", grdb]),
        tests("PetaCommandsTests", ["PetaCommands", "PetaAdminAPI"], exclude: ["Golden"]),
        tests("PetaAuditTests", ["TestRandom", "PetaAudit", "PetaOutbound", "PetaVault", "PetaStore", "PetaCrypto", grdb, log]),
        tests("PetaIdentityTests", ["TestRandom", "PetaIdentity", "PetaCrypto", "PetaStore", "PetaWire", grdb]),
        tests("PetaPolicyTests", ["PetaPolicy", "PetaStore", "PetaWire", grdb]),
        tests("PetaApprovalsTests", ["TestRandom", "PetaApprovals", "PetaStore", "PetaCrypto", "PetaWire", grdb]),
        tests("PetaBackupTests", ["PetaBackup", "PetaAdminAPI", "PetaVault", "PetaAudit", "PetaStore", "PetaCrypto", grdb]),
        tests(
            "PetaAdminTests",
            ["PetaTestSupport", "PetaAdmin", "PetaAdminAPI", "PetaIdentity", "PetaCrypto", "PetaStore", nio, nioPosix, log, lifecycle]),
        tests("PetaTelemetryTests", ["TestRandom", "PetaTestSupport", "PetaTelemetry", "PetaWire", "PetaCrypto", nio, nioPosix]),
        tests("PetaDemoTests", ["PetaDemo", "PetaWire", "PetaTestSupport"]),
        tests("PetaTestSupportTests", ["PetaTestSupport"]),
        tests(
            "PetaDownstreamTests",
            ["TestRandom", "PetaTestSupport", "PetaDownstream", "PetaCrypto", "PetaStore", "PetaWire", grdb, nio, nioPosix, log]),
        tests(
            "PetaGatewayTests",
            [
                "TestRandom", "PetaGateway", "PetaIdentity", "PetaAudit", "PetaCrypto", "PetaWire", nio,
                .product(name: "NIOEmbedded", package: "swift-nio"), http1,
            ],
            exclude: ["Seeds"]),
        tests("IntegrationTests", ["PetaTestSupport"]),
    ]
)
