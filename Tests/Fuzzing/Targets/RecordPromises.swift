// team.keys and sealed files, read by themselves (format.md §2 and §4).

@testable import Vault

enum RecordPromises {
  /// What is read strictly is the same where it was read before, and comes back when written.
  static func team(_ bytes: [UInt8]) {
    // Bytes that were never read strictly must not do worse than be refused.
    let known = try? TeamFile(bytes, isKnown: true)
    do throws(ParseError) {
      let file = try TeamFile(bytes)
      promise(
        known?.project == file.project && known?.records == file.records,
        "known bytes give other records")
      let written = canonical(file)
      let again = try TeamFile(written)
      promise(
        Set(file.records.map { file.text($0.line) })
          == Set(again.records.map { again.text($0.line) }),
        "a record is lost in writing")
      promise(canonical(again) == written, "written twice, it differs")
      promise((try? TeamFile.project(bytes)) == file.project, "the header alone says otherwise")
      ProjectPromises.judge(file, [])
    } catch {
      hold(error, bytes)
    }
  }

  /// The same for a sealed file.
  static func sealed(_ bytes: [UInt8]) {
    let known = try? SealedFile(bytes, name: "production.sealed", isKnown: true)
    do throws(ParseError) {
      let file = try SealedFile(bytes, name: "production.sealed")
      guard let known else { fatalError("known bytes are refused") }
      promise(
        known.project == file.project && known.environment == file.environment
          && known.roles == file.roles && known.tos == file.tos && known.pasts == file.pasts
          && known.secrets == file.secrets && known.labels == file.labels
          && known.epochs == file.epochs,
        "known bytes give other records")
      for record in file.secrets {
        promise(file.after(record).count <= 16, "more ids than the format has")
        promise(
          file.bound(record).count <= file.signed(record.line).count,
          "the value is bound to more than is signed")
      }
      let written = canonical(file)
      let again = try SealedFile(written, name: "production.sealed")
      promise(Set(file.lines) == Set(again.lines), "a record is lost in writing")
      promise(canonical(again) == written, "written twice, it differs")
    } catch {
      hold(error, bytes)
    }
  }

  /// A refusal names a place in the text, or the file as a whole.
  static func hold(_ error: ParseError, _ bytes: [UInt8]) {
    guard let line = error.line, let column = error.column else {
      promise(error.line == nil && error.column == nil, "half a place")
      return
    }
    Lines(bytes).hold(line: line, column: column, "\(error.reason)")
  }

  private static func canonical(_ file: TeamFile) -> [UInt8] {
    Draft(
      header: "secrets/1 team project=\(file.project.text)", kinds: TeamDraft.kinds,
      lines: file.records.map { file.text($0.line) }
    ).bytes
  }

  private static func canonical(_ file: SealedFile) -> [UInt8] {
    Draft(
      header: "secrets/1 sealed project=\(file.project.text) env=\(file.environment)",
      kinds: SealedDraft.kinds, lines: file.lines
    ).bytes
  }
}
