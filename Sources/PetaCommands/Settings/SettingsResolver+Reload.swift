import PetaAdminAPI

extension SettingsResolver {
    /// Every setting as it was resolved.
    func entries(_ settings: ServeSettings) -> [SettingEntry] {
        let defaults = Self.defaults(variables)
        return SettingTable.all.map { setting in
            SettingEntry(
                key: setting.key, value: setting.read(settings), source: OriginWords.source(setting.key, settings),
                place: OriginWords.place(setting.key, settings), standard: setting.read(defaults), live: SettingTable.isLive(setting.key))
        }
    }

    /// Resolves everything anew and holds it against what the gateway runs with. Throws where anything is wrong, also with a setting that
    /// would have to wait for a start.
    func reload(_ running: ServeSettings) throws(AdminError) -> ReloadedSettings {
        let fresh = try resolve()
        if let file = running.configurationFile { try Self.checkWhole(file, fresh) }
        var next = running
        next.configurationFile = fresh.configurationFile
        var changed: [SettingChange] = []
        var waiting: [SettingChange] = []
        // A new certificate is live; listening with one instead of without is not.
        let turnsTLS = (running.tls.certificate == nil) != (fresh.tls.certificate == nil)
        for setting in SettingTable.all {
            let isLive = SettingTable.isLive(setting.key) && !(turnsTLS && setting.key.hasPrefix("tls."))
            let (old, new) = (setting.read(running), setting.read(fresh))
            if isLive {
                setting.copy(fresh, &next)
                next.origins[setting.key] = fresh.origins[setting.key]
            } else if old == new {
                next.origins[setting.key] = fresh.origins[setting.key]
            }
            guard old != new else { continue }
            let change = SettingChange(key: setting.key, from: old, to: new, place: OriginWords.place(setting.key, fresh))
            if isLive { changed.append(change) } else { waiting.append(change) }
        }
        next.entries = entries(next)
        return ReloadedSettings(next: next, changed: changed, waiting: waiting)
    }

    /// A file that somebody is just replacing would put every default into force.
    private static func checkWhole(_ file: String, _ fresh: ServeSettings) throws(AdminError) {
        let hint = "To go back to the defaults leave a comment in it."
        guard let path = fresh.configurationFile else {
            throw AdminError(.notFound, "the configuration file \(file) is gone", hint: hint)
        }
        guard let bytes = try? TextFile.read(path, limit: 1 << 20), bytes.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) else {
            return
        }
        throw AdminError(.invalidArgument, "\(path): the file is empty", hint: hint)
    }
}
