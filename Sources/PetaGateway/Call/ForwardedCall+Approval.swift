internal import Logging
internal import NIOCore
internal import PetaApprovals
internal import PetaAudit
internal import PetaCrypto
internal import PetaDownstream
internal import PetaIdentity
internal import PetaPolicy
internal import PetaWire

/// A call that a person has to approve (docs/decisions/0015-approvals.md). It waits here; whoever is told that the approval is claimed runs it,
/// and closes the claim before its client is answered.
extension ForwardedCall {
    private var desk: ApprovalDesk { context.shared.approvals }

    // MARK: waiting

    /// Waits for a decision, at most as long as clients wait for an answer.
    func awaitApproval(_ gate: Gate) {
        waitForPerson()
        let size = request.readableBytes
        if desk.hold(userID, bytes: size) { gate.held = size } else { gate.isUp = true }
        let timer = context.loop.scheduleTask(in: .seconds(Int64(context.settings.approvalHoldSeconds))) { self.holdEnded() }
        var progress: RepeatedTask?
        if !scan.progressToken.isEmpty {
            progress = context.loop.scheduleRepeatedTask(initialDelay: .seconds(2), delay: .seconds(5)) { [weak self] task in
                guard let self, !settled else { return task.cancel() }
                tellProgress()
            }
        }
        gate.time(timer, progress)
        guard readResumeToken(gate) else { return refuseResume() }
        ask()
    }

    /// Nothing is waited for any more.
    func endWait(_ gate: Gate) {
        gate.stop(desk.approvals.bell)
        if let size = gate.held { desk.letGo(userID, bytes: size) }
        gate.held = nil
    }

    /// A client may say which request it comes back for, so that a call that is not quite the same is refused instead of asked for anew. False:
    /// what it says is no token of its user's.
    private func readResumeToken(_ gate: Gate) -> Bool {
        guard let given = (try? JSON.parse(request.bytes(scan.params)))?["_meta"]?["io.peta/resumeToken"] else { return true }
        guard let text = given.string, let task = context.shared.taskIDs.open(text, user: userID), task.server.isEmpty else { return false }
        gate.resuming = task.id
        return true
    }

    private func refuseResume() {
        record.error = "the resumeToken belongs to another call"
        end(.denied, -32602, "Invalid params: the resumeToken belongs to another call than this one, or has expired")
    }

    /// Its own steps stay small, so that those of the server can follow: a client may refuse progress that goes back.
    private func tellProgress() {
        guard let gate, let approval = gate.last else { return }
        gate.steps += 1
        var text: [UInt8] = []
        JSON.appendQuoted(
            approval.status == .pending ? "Waiting for approval \(approval.id)" : "Approval \(approval.id) is being run", into: &text)
        let params =
            Array("{\"progressToken\":".utf8) + request.bytes(scan.progressToken)
            + Array(",\"progress\":\(Double(gate.steps) / 1000),\"message\":".utf8) + text + Array("}".utf8)
        emit(ByteBuffer(bytes: RPC.notification("notifications/progress", params: params)))
    }

    private func holdEnded() {
        guard !settled, let gate, gate.claim == nil else { return }
        gate.isUp = true
        guard !gate.isEntering else { return }
        if let last = gate.last { tellPending(last) }
    }

    /// Asks how it stands. Everything is judged anew: rights, policy and the tool may have changed while it waited.
    private func ask() {
        guard !settled, let gate, gate.claim == nil else { return }
        guard !gate.isEntering else { return gate.isDue = true }
        guard let current = context.snapshot.identity.current(principal),
            case .allow = Seam.decide(current, context.snapshot.present(server), order.sought)
        else {
            return loseRight()
        }
        guard let question = order.question,
            let verdict = Seam.judge(question, context, current, caller, &record, request, scan, danger(current))
        else {
            // Nobody has to be asked any more.
            endWait(gate)
            self.gate = nil
            record.decision = .allow
            record.approvalID = nil
            extend()
            return proceed()
        }
        guard verdict.decision == .requireApproval else {
            reply = Denial.reply(verdict, kind, request, scan, caller, context.shared)
            return settle(.denied)
        }
        gate.need = verdict
        guard let call = approvalCall(gate, question) else {
            record.error = "the arguments cannot be read"
            return end(.denied, -32602, "Invalid params: the arguments cannot be read")
        }
        let loop = context.loop
        gate.listen(call.digest, desk.approvals.bell) { [weak self] in
            guard let waiting = self else { return }
            loop.execute { waiting.ask() }
        }
        gate.isEntering = true
        desk.enter(call, request: record.requestID ?? "", awaited: gate.last?.id, resuming: gate.resuming, on: loop) { self.entered($0) }
    }

    /// Goes on with what the client came back to: it waits on, or runs on what was approved before. False: that has ended, or something about
    /// the call is not any more as it was approved.
    func takeClaim(of ticket: RequestStates.Ticket) -> Bool {
        if case .approval(let rounds) = ticket.content {
            gate = gate.map { Gate($0.need, rounds: rounds) }
            return true
        }
        guard let claim = ticket.claim else { return true }
        var digest: SHA256Digest?
        let resumed = Gate(gate?.need ?? PolicyVerdict(decision: .requireApproval), claim: claim)
        if gate != nil {
            guard let question = order.question, let call = approvalCall(resumed, question) else { return false }
            digest = call.digest
        }
        guard let known = desk.approvals.resume(claim.id, request: claim.request, digest: digest) else { return false }
        if let arguments = resumed.arguments { adopt(CanonicalJSON.bytes(arguments)) }
        resumed.digest = known
        gate = resumed
        record.approvalID = claim.id
        return true
    }

    /// What goes out is spelled as it was approved: a number or a name that a server might read otherwise is not the client's to choose.
    private func adopt(_ arguments: [UInt8]) {
        guard !scan.arguments.isEmpty, request.bytes(scan.arguments) != arguments else { return }
        let approved = request.replacing(scan.arguments, with: arguments)
        guard let scanned = try? approved.scanClientMessage() else { return }
        order.request = approved
        order.scan = scanned
        guard case .piece(_, let bytes) = order.replacement else { return }
        order.replacement = .piece(kind == .resourceRead ? scanned.uri : scanned.name, bytes)
    }

    /// What is to be approved, as it stands now.
    private func approvalCall(_ gate: Gate, _ question: Question) -> ApprovalCall? {
        if gate.arguments == nil {
            gate.arguments = scan.arguments.isEmpty ? .object([]) : try? JSON.parse(request.bytes(scan.arguments))
        }
        guard let arguments = gate.arguments else { return nil }
        gate.definition = question.definition(context)
        return question.approval(
            gate.need, arguments, method: kind.method, user: userID, context, caller, address: record.address,
            byDefault: desk.approvals.bounds.approvers)
    }

    private func entered(_ result: Result<ApprovalStanding, any Error>) {
        guard let gate else { return }
        gate.isEntering = false
        if let failure = gate.abandoned {
            guard case .success(.claimed(let approval)) = result else { return failed(failure, .waiting) }
            // Approved in the moment in which its client gave up: it was not sent, so the next one may have it.
            gate.claim = RequestStates.Claim(id: approval.id, request: record.requestID ?? "")
            return failed(failure, .waiting)
        }
        switch result {
        case .failure(let error):
            context.shared.logger.error("an approval cannot be looked up", metadata: ["error": "\(error)"])
            record.error = "the approvals cannot be read or written"
            end(.error, -32603, "The approvals cannot be read or written; nothing was run")
        case .success(let standing): take(standing, gate)
        }
    }

    private func take(_ standing: ApprovalStanding, _ gate: Gate) {
        switch standing {
        case .waiting(let approval):
            gate.last = approval
            record.approvalID = approval.id
            if gate.isDue {
                gate.isDue = false
                return ask()
            }
            if gate.isUp { tellPending(approval) }
        case .claimed(let approval):
            record.approvalID = approval.id
            endWait(gate)
            gate.claim = RequestStates.Claim(id: approval.id, request: record.requestID ?? "")
            if let arguments = gate.arguments { adopt(CanonicalJSON.bytes(arguments)) }
            extend()
            proceed()
        case .executed(let approval, let result):
            record.approvalID = approval.id
            tellResult(approval, result)
        case .rejected(let approval):
            record.approvalID = approval.id
            let why = approval.decision?.reason ?? ""
            record.error = "rejected by \(approval.decision?.by ?? "a reviewer"): \(why)".clipped(to: 400)
            say("Rejected by a reviewer" + (why.isEmpty ? "" : ": \(why)"), of: approval)
            settle(.denied)
        case .failed(let approval):
            record.approvalID = approval.id
            let why = approval.failure ?? "unknown"
            record.error = "approval \(approval.id) was used, and its call failed: \(why)".clipped(to: 400)
            say(
                "Approval \(approval.id) was used, and the call failed (\(why)). It may have run, so it is not run again. "
                    + "The same call can be asked for anew after \(Self.minutes(desk.approvals.bounds.retention)).", of: approval)
            settle(.error)
        case .expired(let approval):
            record.approvalID = approval.id
            record.error = "nobody decided in time"
            say("Nobody decided about this call in time (\(approval.id)). Call again to ask anew.", of: approval)
            settle(.denied)
        case .other: refuseResume()
        case .full(let why):
            record.error = why
            say("This call needs an approval, and cannot wait for it: \(why)", of: nil)
            settle(.denied)
        }
    }

    private static func minutes(_ milliseconds: Int64) -> String {
        milliseconds >= 120_000 ? "\(milliseconds / 60_000) minutes" : "\(milliseconds / 1000) seconds"
    }

    // MARK: what the client is told

    /// The decision takes longer than a client waits: it can come back for it, or for the result.
    private func tellPending(_ approval: Approval) {
        guard let gate else { return }
        if kind == .toolCall, caller.isModern, caller.abilities.set.contains(.tasks), let task = ApprovalTask.created(approval, self) {
            reply.body = request.withUnsafeReadableBytes { RPC.answer(id: scan.id.slice(of: $0), "result", task.bytes) }
            return settle(.pending)
        }
        if caller.isModern, kind.mayNeedInput, gate.rounds < Gate.roundLimit {
            return answerWithQuestions([], .approval(rounds: gate.rounds + 1))
        }
        let text =
            approval.status == .executing
            ? "This call was approved (\(approval.id)) and is being run. Call again with the same arguments to get its result."
            : "This call waits for a person's approval (\(approval.id)). Call again with the same arguments to run it once it is approved."
        say(text, of: approval)
        settle(.pending)
    }

    /// An answer of the gateway's own: a tool's result that says so, which a model can read, and an error for everything else.
    private func say(_ text: String, of approval: Approval?) {
        reply = Denial.said(
            text, data: approval.map(description), order.asksForTask ? .promptGet : kind, request, scan, caller, context.shared)
    }

    private func description(_ approval: Approval) -> JSON {
        var data: JSON = [
            "approvalId": .string(approval.id), "status": .string(approval.status.rawValue),
            "expiresAt": .string(Timestamp.text(approval.expiresAt * 1000)),
        ]
        if let token = ApprovalTask.name(approval.id, userID, context) {
            data.set(key: "resumeToken", value: .string(token))
        }
        if approval.status == .rejected, let reason = approval.decision?.reason { data.set(key: "reason", value: .string(reason)) }
        return data
    }

    /// What the one run of the call answered, for a retry that came late.
    private func tellResult(_ approval: Approval, _ stored: [UInt8]?) {
        record.detail = "the kept result of approval \(approval.id)"
        guard let stored, let kept = KeptResult(stored) else {
            say("Approval \(approval.id): the call has run; its result was too large to be kept, and it is not run twice.", of: approval)
            return settle(.error)
        }
        reply = Reply(status: caller.isModern ? kept.status : 200)
        let bytes = kept.bytes(isModern: caller.isModern, serverInfo: context.shared.serverInfo)
        reply.body = request.withUnsafeReadableBytes {
            kept.isError ? RPC.answer(id: scan.id.slice(of: $0), "error", bytes) : RPC.answer(id: scan.id.slice(of: $0), "result", bytes)
        }
        settle(kept.isFailure ? .error : .ok)
    }

    // MARK: the end

    /// Stores how the claimed call ended, then goes on. What was never sent can be claimed again.
    func closeClaim(_ gate: Gate, _ claim: RequestStates.Claim, _ outcome: AuditOutcome, _ done: @escaping @Sendable () -> Void) {
        // It goes on with the client's next request: to answer what the server asks, or because this one came to nothing.
        guard outcome != .pending, gate.mayHaveRun || !gate.isResumed else {
            desk.approvals.suspend(claim.id, request: claim.request, digest: gate.digest)
            return done()
        }
        let ending: ApprovalDesk.Ending
        if gate.isUnrun || !gate.mayHaveRun {
            ending = .released
        } else if gate.isAnswered {
            // A large one is not even looked at: it would be copied.
            let isKept = reply.length <= desk.approvals.bounds.result
            ending = .finished(isKept ? KeptResult(reply, isModern: caller.isModern)?.stored : nil)
        } else {
            ending = .failed((record.error ?? outcome.rawValue).clipped(to: 200))
        }
        desk.close(claim, ending, on: context.loop, done)
    }
}
