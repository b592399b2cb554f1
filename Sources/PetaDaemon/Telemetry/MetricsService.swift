internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import PetaAdmin
internal import PetaAdminAPI
internal import PetaCrypto
internal import PetaSocket
internal import PetaTelemetry
internal import PetaVault
internal import ServiceLifecycle

/// Serves metrics on the addresses of their own while the gateway runs, its drain included, sealed or not.
struct MetricsService: Service {
    private let house: House
    private let opened: [Opened]

    /// Takes the addresses. Throws an operator's error where one cannot be had.
    init(_ house: House) async throws {
        self.house = house
        var opened: [Opened] = []
        do {
            for address in house.settings.metrics.listen { opened.append(try await Self.open(address, house)) }
        } catch {
            for one in opened { await one.close() }
            throw error
        }
        self.opened = opened
        house.listening.metrics = opened.map(\.url)
    }

    func run() async {
        try? await gracefulShutdown()
        await close()
    }

    func close() async {
        for one in opened { await one.close() }
    }

    private struct Opened {
        let url: String
        let channel: any Channel
        var file: (SocketFile, SocketFile.Mark)?

        func close() async {
            try? await channel.close()
            if let (file, mark) = file { file.remove(mark) }
        }
    }

    /// The token comes out of the vault with each request, so a sealed one has none to give.
    private static func token(_ house: House) -> MetricsAccess.Token? {
        guard let template = house.settings.metrics.token else { return nil }
        return { [current = house.current] in
            guard let vault = current.running?.vault else { throw AdminStage.sealed }
            return try vault.expand(template).value
        }
    }

    private static func open(_ address: ListenAddress, _ house: House) async throws -> Opened {
        let (group, certificates, token) = (house.group, house.certificates, token(house))
        let server = MetricsServer { [current = house.current, sealed = house.metrics] form in
            guard let running = current.running else { return sealed.render(form) }
            return await running.metrics.render(form)
        }
        switch address {
        case .tcp(let host, let port):
            // Beyond this machine a token comes along, which must not travel in the clear where that can be helped.
            let isSecure = certificates.isTLS && !address.isLocal
            let bootstrap = server.bootstrap(
                group, access: MetricsAccess(token: token, isLoopback: address.isLocal), tls: { isSecure ? certificates.context : nil })
            do {
                let channel = try await bootstrap.serverChannelOption(.socketOption(.so_reuseaddr), value: 1).bind(host: host, port: port)
                    .get()
                let shown = ListenAddress(host: host, port: channel.localAddress?.port ?? port)
                return Opened(url: "\(isSecure ? "https" : "http")://\(shown)/metrics", channel: channel)
            } catch let error as IOError {
                let why = error.errnoCode == EADDRINUSE ? "the port is in use" : String(cString: strerror(error.errnoCode))
                throw AdminError(.alreadyExists, "cannot serve metrics on \(address): \(why)", hint: "choose another metrics.listen")
            } catch {
                throw AdminError(.failed, "cannot serve metrics on \(address): \(error)", hint: "choose another metrics.listen")
            }
        case .unix(let path):
            let file = try SocketFile(path: path, access: .group("peta"), for: .metrics)
            try file.prepare()
            let channel: any Channel
            do {
                channel = try await server.bootstrap(group, access: MetricsAccess(token: token, isLoopback: false), tls: { nil })
                    .bind(unixDomainSocketPath: file.bindPath).get()
            } catch {
                let why = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
                throw AdminError(.failed, "cannot serve metrics on \(address): \(why)", hint: "choose another metrics.listen")
            }
            do {
                return Opened(url: address.description, channel: channel, file: (file, try file.publish()))
            } catch {
                try? await channel.close()
                throw error
            }
        }
    }
}
