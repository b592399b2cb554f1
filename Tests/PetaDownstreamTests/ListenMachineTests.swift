import PetaDownstream
import Testing

/// Which listen is open, and which is wanted.
@Suite("The listen of a modern server") struct ListenMachineTests {
    private func online(_ watched: Set<String> = []) -> ListenMachine {
        var machine = ListenMachine(hasBase: true)
        #expect(machine.handle(.start(watched)) == [.open(1, watched)])
        #expect(machine.handle(.acknowledged(1, watched)) == [.missed(watched)])
        return machine
    }

    @Test("what is added while a listen is being opened goes into the next one")
    func coalescing() {
        var machine = online()
        #expect(machine.handle(.add("a")) == [.open(2, ["a"])])
        #expect(machine.handle(.add("b")).isEmpty && machine.handle(.add("c")).isEmpty)
        #expect(machine.handle(.acknowledged(2, ["a"])) == [.retire(1), .agree("a"), .open(3, ["a", "b", "c"])])
        #expect(machine.handle(.acknowledged(3, ["a", "c"])) == [.retire(2), .refuse("b", "the server does not watch it"), .agree("c")])
        #expect(machine.handle(.add("a")) == [.agree("a")])
    }

    @Test("what the server honours without having been asked is not watched")
    func uninvited() {
        var machine = online()
        _ = machine.handle(.add("a"))
        #expect(machine.handle(.acknowledged(2, ["b"])) == [.retire(1), .refuse("a", "the server does not watch it")])
        #expect(machine.handle(.add("b")) == [.open(3, ["b"])])
    }

    @Test("a server that does not acknowledge keeps the listen that works, and what was added is refused")
    func silent() {
        var machine = online(["a"])
        _ = machine.handle(.add("b"))
        #expect(machine.handle(.silent(2)) == [.refuse("b", "the server did not say in time that it watches it"), .close(2)])
        #expect(machine.handle(.silent(1)).isEmpty)
        #expect(machine.handle(.ended(1, .over, isStable: true)) == [.pause(failures: 1)])
    }

    @Test("a first listen that is not acknowledged stays open, and an acknowledgement that comes late counts")
    func late() {
        var machine = ListenMachine(hasBase: true)
        _ = machine.handle(.start(["a"]))
        #expect(machine.handle(.silent(1)).isEmpty)
        #expect(machine.handle(.acknowledged(1, ["a"])) == [.missed(["a"])])
        #expect(machine.handle(.acknowledged(1, ["a"])).isEmpty)
    }

    @Test("between an end and the next listen something may have been missed; the pauses grow with the failures")
    func gap() {
        var machine = online(["a"])
        #expect(machine.handle(.ended(1, .over, isStable: false)) == [.pause(failures: 1)])
        #expect(machine.handle(.due) == [.open(2, ["a"])])
        #expect(machine.handle(.ended(2, .over, isStable: false)) == [.pause(failures: 2)])
        // Who wants something now does not wait for the pause.
        #expect(machine.handle(.add("b")) == [.open(3, ["a", "b"])])
        #expect(machine.handle(.acknowledged(3, ["b"])) == [.missed([]), .lapsed(["a"]), .agree("b")])
        #expect(machine.handle(.due).isEmpty)
    }

    @Test("the old listen ends while the new one is being opened: that is a gap as well")
    func overlap() {
        var machine = online(["a"])
        _ = machine.handle(.add("b"))
        #expect(machine.handle(.ended(1, .over, isStable: true)).isEmpty)
        #expect(machine.handle(.acknowledged(2, ["a", "b"])) == [.missed(["a"]), .agree("b")])
    }

    @Test("one that is refused for many is tried with fewer, until it is known who spoils it")
    func spoiled() {
        var machine = online()
        _ = machine.handle(.add("a"))
        for uri in ["b", "c", "d"] { _ = machine.handle(.add(uri)) }
        #expect(machine.handle(.acknowledged(2, ["a"])).last == .open(3, ["a", "b", "c", "d"]))
        #expect(machine.handle(.ended(3, .refused, isStable: false)) == [.open(4, ["a", "b"])])
        #expect(
            machine.handle(.ended(4, .refused, isStable: false)) == [.refuse("b", "the server refuses to watch it"), .open(5, ["a", "c"])])
        #expect(machine.handle(.acknowledged(5, ["a", "c"])) == [.retire(2), .agree("c"), .open(6, ["a", "c", "d"])])
    }

    @Test("what is dropped is listened for no more, also when it was still waited for")
    func dropping() {
        var machine = online(["a"])
        #expect(machine.handle(.drop("a")) == [.open(2, [])])
        _ = machine.handle(.add("b"))
        #expect(machine.handle(.drop("b")) == [.refuse("b", "nobody wants that any more")])
        #expect(machine.handle(.acknowledged(2, [])) == [.retire(1)])
        var bare = ListenMachine(hasBase: false)
        #expect(bare.handle(.start([])).isEmpty)
        _ = bare.handle(.add("a"))
        _ = bare.handle(.acknowledged(1, ["a"]))
        #expect(bare.handle(.drop("a")) == [.close(1)])
    }

    @Test("a server without listens is asked once, and everything ends with the link")
    func unknown() {
        var machine = ListenMachine(hasBase: true)
        _ = machine.handle(.start([]))
        _ = machine.handle(.add("a"))
        #expect(machine.handle(.ended(1, .unknown, isStable: false)) == [.refuse("a", "the server tells no changes")])
        #expect(machine.handle(.add("b")) == [.refuse("b", "the server tells no changes")])
        #expect(machine.handle(.due).isEmpty)
        machine = online(["a"])
        _ = machine.handle(.add("b"))
        #expect(machine.handle(.stop) == [.refuse("b", "the connection to the server is closed"), .close(1), .close(2)])
    }
}
