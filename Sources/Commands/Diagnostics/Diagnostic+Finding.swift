// What `check` and warnings say of a finding: the sentence, and the command that mends it.

internal import Vault

extension Thing {
  /// The thing as a person knows it.
  var words: String {
    switch self {
    case .root: "the project's root"
    case .member(let name): "the member `\(name)`"
    case .admin(let name): "the admin `\(name)`"
    case .environment(let name): "the environment `\(name)`"
    case .grant(let key): "the grant of `\(key.member)` for \(key.environment)/\(key.role)"
    case .join(let name): "the offer of `\(name)` to join"
    case .role(let role): "the role `\(role)`"
    case .past(let role): "an older key of the role `\(role)`"
    case .to(let member, let role): "the key of role `\(role)` for `\(member)`"
    case .secret(let role, let name):
      role == "default" ? "the secret `\(name)`" : "the secret `\(name)` of role `\(role)`"
    }
  }
}

extension FindingClass {
  /// The class as a person knows it.
  var words: String {
    switch self {
    case .parse: "it is not the format's grammar"
    case .forged: "it is forged"
    case .noRight: "it was signed by someone without the right to it"
    case .damaged: "it is damaged"
    case .conflict: "it is in conflict"
    case .stale: "it is sealed under a key that must be replaced"
    case .rollback: "it was rolled back"
    case .pending: "it waits for a key"
    case .untrusted: "it is not trusted"
    case .future: "it is dated in the future"
    case .unasked: "nobody is granted it"
    case .twoNames: "its key has two names"
    case .expired: "it has expired"
    case .note: "it is not here, and no remote of this clone ever held it"
    }
  }
}

extension Finding {
  /// File and line, where known.
  private var place: String {
    guard let file else { return "" }
    return "secrets/\(file)" + (line.map { ":\($0)" } ?? "") + ": "
  }

  /// What is wrong, where.
  var sentence: String { place + claim }

  /// What is wrong.
  var claim: String { "\(thing.words): \(kind.words)\(detail)" }

  private var detail: String {
    switch reason {
    case .plain: ""
    case .badSignature: " (the signature does not hold)"
    case .unknownSigner(let name): " (nobody is called `\(name)`)"
    case .signer(let name): " (`\(name)`)"
    case .remover(let name), .grantRemover(let name, _, _): " (`\(name)`, who took it away)"
    case .toNobody(let name): " (`\(name)`; nobody is called so)"
    case .namesake(let name): " (`\(name)`; the name is a member's already)"
    case .notTheProjectsRoot: " (it is not the root that the project's id commits to)"
    case .missingRoot(let revision): " (there is no root record with revision \(revision))"
    case .unusableKey: " (its key cannot be used)"
    case .differentKeys: " (one name, different keys)"
    case .wrongEpoch: " (an epoch that is not named after its key, or has two records)"
    case .idTwice(let line): " (line \(line) has its id and says something else)"
    case .copiesDiffer: " (two records with one id differ)"
    case .restsOn(let thing): " (it rests on \(thing.words))"
    case .sides(let sides):
      sides.isEmpty
        ? ""
        : ": "
          + sides.map(\.words).joined(separator: ", ")
    case .unopenedSides(let sides):
      ", unless both sides say the same: " + sides.map(\.words).joined(separator: ", ")
    case .circle: " (each record says that it replaces another)"
    case .extends(let base): " (it extends `\(base)`, which does not exist or extends it)"
    case .noEnvironment: " (no signed line allows this file)"
    case .removedEnvironment: " (it was removed, and this file is left)"
    case .otherBox:
      " (its box was replaced by another, or another came beside it: nothing needs that)"
    case .copyBeside:
      " (a copy of the same revision came beside it; only who can open both can tell whether they "
        + "say the same)"
    case .box: " (its box does not open)"
    case .unknownEpoch: " (no role line names the key that it is sealed under)"
    case .brokenChain: " (the older key that it needs cannot be reached)"
    case .missing(let mark, let member):
      " (a line of `\(member)` names \(mark), which is not there)"
    // A member's line has no id.
    case .remembered("-"): " (this machine has seen it)"
    case .remembered(let mark): " (this machine has seen \(mark))"
    case .otherProject: " (it names another project or environment)"
    case .time(let time): " (\(Timestamp.text(time)))"
    case .sameKey(let other): " (`\(other)` has the same)"
    case .takenOut: " (its line went, and nothing that is there replaces or ends it)"
    case .putBack: " (an old line came back after it had been replaced)"
    case .fileTakenOut: " (the whole file went, and no line allows that)"
    }
  }

  /// The command that writes a secret of the file.
  private func setting(_ name: String, _ role: String) -> String {
    address(of: role).setting(name)
  }

  /// A role of the file's environment.
  private func address(of role: String) -> RoleAddress {
    let environment = file.map { SealedFile.environment(of: $0) }
    return RoleAddress(environment: environment ?? "ENV", role: role)
  }

  private var noRightHint: String {
    switch thing {
    // To take its line out would be to lose what is sealed under it.
    case .role: return "whoever may write there replaces the key: secrets resolve"
    case .environment where reason == .noEnvironment:
      let path = "secrets/\(file ?? "")"
      return "see by whom it came: git log -- \(path); then take it out: git rm \(path)"
    case .environment where reason == .removedEnvironment:
      return "take it out: git rm secrets/\(file ?? "")"
    case .environment: return "an admin settles it: secrets resolve"
    case .secret(let role, let name):
      return "if it shall be, write it again: \(setting(name, role))"
        + (line == nil ? "" : "; else \(removal)")
    case .member(let name):
      if case .remover = reason {
        return "if they shall go, an admin removes them again: secrets team remove \(name); "
          + "else \(removal)"
      }
      if case .namesake = reason { return takingOut() }
      return "an admin decides: secrets team add \(name), or secrets team remove \(name)"
    case .grant(let key):
      if case .toNobody = reason { return takingOut() }
      guard case .grantRemover(_, let access, let until) = reason else {
        return "an admin settles it: secrets resolve"
      }
      return key.decision(access, until)
    default: return "the root writes it again, or the line is taken out: git log -- secrets"
    }
  }

  /// What ends a line that nobody stands by.
  private var removal: String { "take line \(line ?? 0) of secrets/\(file ?? "") out" }

  /// How a line is looked at and taken away.
  private func takingOut(_ where: String = "out") -> String {
    let path = "secrets/\(file ?? "")"
    let lines = line.map { "-L\($0),\($0):\(path)" } ?? "-- \(path)"
    return "see by whom it came: git log \(lines); then take the line \(`where`)"
  }

  private var unaskedHint: String {
    guard reason != .unknownEpoch, case .to(_, let role) = thing else {
      return "nothing rests on it; the next command that writes there takes it out"
    }
    return "they may have been handed the key all the same: secrets rekey "
      + address(of: role).text
  }

  /// The command that mends it.
  var hint: String {
    switch kind {
    case .parse, .forged:
      if case .restsOn(let thing) = reason { return "mend \(thing.words) first" }
      if reason == .copiesDiffer, case .secret(let role, let name) = thing, let file {
        return "see who wrote which: git log -p -- secrets/\(file); then write it again: "
          + setting(name, role)
      }
      if line != nil { return takingOut("out or back") }
      return "see what changed: git log -p -- secrets"
    case .noRight: return noRightHint
    case .damaged where !isError:
      return takingOut("out or back")
    case .damaged:
      if case .to(_, let role) = thing, let file {
        return
          "bring the line back: git log -p -- secrets/\(file); or whoever else may write there "
          + "runs: secrets rekey \(address(of: role).text)"
      }
      return "bring the lines back: git log -- secrets; or write the value anew"
    case .conflict:
      if case .unopenedSides = reason { return "whoever can open it looks: secrets check" }
      if reason == .copyBeside { return "with a key for it, look at that commit: secrets check" }
      if case .member(let name) = thing {
        return "an admin removes the name, and whoever shall be in comes back under another: "
          + "secrets team remove \(name)"
      }
      if case .environment(let name) = thing, case .extends(let base) = reason {
        return "an admin makes \(base) again, secrets env new \(base), or removes this one: "
          + "secrets env remove \(name)"
      }
      return "choose a side: secrets resolve"
    case .stale, .pending: return "secrets resolve"
    case .unasked: return unaskedHint
    case .rollback:
      if reason == .takenOut {
        return "put the line back: git log -p -- secrets; "
          + "to have it gone, use unset, revoke or env remove"
      }
      if case .missing(let mark, _) = reason, line != nil {
        let id = mark.split(separator: ":").last ?? ""
        return "pull or merge what it names; if that never was: git log -S\(id) -- secrets, "
          + removal
      }
      if case .environment = thing, let file {
        return "bring the file back: git log -- secrets/\(file); "
          + "if it is meant: secrets verify --accept"
      }
      return "pull or merge what is missing; if it is meant: secrets verify --accept"
    case .untrusted: return "secrets trust"
    case .future: return "compare the clocks: date -u"
    case .twoNames: return "remove one of them: secrets team list"
    case .expired: return "write a new value: secrets set"
    case .note: return "nothing is to be done, unless another clone has published it: git pull"
    }
  }
}

extension Authorship {
  /// One side of a conflict: who wrote it, who vouches for that, and whether it takes away.
  var words: String {
    "\(isRemoved ? "removed by " : "")\(by) at \(Timestamp.text(at))"
      + (sealedBy.map { ", sealed by \($0)" } ?? "") + (id.isEmpty ? "" : " [\(id)]")
  }
}

extension ValueSide {
  /// The same of a value.
  var words: String {
    Authorship(id: id, by: by, sealedBy: sealedBy, at: at, isRemoved: isRemoved).words
  }
}

extension GrantKey {
  /// What ends the doubt whether a grant holds that gives this much.
  func decision(_ access: Access, _ until: Int64) -> String {
    let target = "\(member) \(RoleAddress(self).text)"
    let time = until == Timestamp.never ? "" : " --for TIME"
    return "an admin decides: secrets revoke \(target), or secrets grant \(target) "
      + "--\(access.rawValue)\(time)"
  }
}
