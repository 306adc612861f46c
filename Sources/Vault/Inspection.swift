// Everything that one reader can see of an environment, opened and looked at: what `check` does
// with a key.

internal import Sealing

/// A proposal that waits for an answer.
public struct OpenProposal {
  /// The secret's name.
  public let name: String
  /// Its role.
  public let role: String
  /// Who offers the value.
  public let by: String
  /// Its id.
  public let id: String
  /// When, Unix seconds.
  public let at: Int64
  /// Kind, note and value; nil where the reader cannot open it.
  public let payload: Payload?
}

/// What one reader can see.
public struct Inspection {
  /// The values that open.
  public internal(set) var values: [OpenValue] = []
  /// The entries of `values`, in the same order.
  public internal(set) var entries: [Entry] = []
  /// Names whose live record is a removal, by role.
  public internal(set) var removed: [String: [String]] = [:]
  /// Names in roles that the reader has no grant for, by role.
  public internal(set) var noAccess: [String: [String]] = [:]
  /// Names that wait for a key to be sealed to the reader, by role.
  public internal(set) var pending: [String: [String]] = [:]
  /// The open proposals.
  public internal(set) var proposals: [OpenProposal] = []
}

extension OpenEnvironment {
  /// Opens all that there is, and adds findings for what does not open.
  ///
  /// - Returns: what the reader can see.
  public mutating func inspect() -> Inspection {
    var inspection = Inspection()
    tryAllKeys()
    var exposures: [Exposure: Set<String>] = [:]
    for secret in environment.values.secrets {
      let entry = environment.entry(secret, &exposures)
      if !mayRead(entry.role) {
        if secret.refused == nil {
          inspection.noAccess[entry.role, default: []].append(entry.name)
        }
        continue
      }
      if let refused = environment.roles[entry.role]?.refused, secret.refused == nil {
        addRefusal(refused, secret, entry)
        continue
      }
      do throws(OpeningError) {
        let value = try open(secret)
        if entry.isRemoved {
          inspection.removed[entry.role, default: []].append(entry.name)
        } else {
          inspection.values.append(value)
          inspection.entries.append(entry)
        }
      } catch {
        if error == .pending { inspection.pending[entry.role, default: []].append(entry.name) }
      }
    }
    for index in environment.values.proposals { inspection.proposals.append(inspect(index)) }
    return inspection
  }

  private mutating func inspect(_ index: Int) -> OpenProposal {
    let file = environment.file
    let record = file.secrets[index]
    let role = file.labels[Int(record.role)]
    var payload: Payload?
    if mayRead(role) {
      do throws(OpeningError) {
        payload = try open(index, role: role, headroom: 0)
      } catch {
        if error == .refused(.damaged) {
          warn(
            .damaged, .secret(role: role, name: file.string(record.name)),
            Int(record.line.number), .box)
        }
      }
    }
    return OpenProposal(
      name: file.string(record.name), role: role, by: file.labels[Int(record.by)],
      id: record.id.text, at: record.at, payload: payload)
  }
}
