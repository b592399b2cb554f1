import Hummingbird
import Logging
import NIOCore

/// What Hummingbird knows about a request beyond its bytes.
struct AdminContext: InitializableFromSource {
    let channel: any Channel
    let logger: Logger

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
        logger = source.logger
    }
}
