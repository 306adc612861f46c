import Glibc
import Testing

@testable import Workspace

@Suite("The user's editor")
final class EditorTests {
  private let folder: String

  init() throws {
    var template = Array("/tmp/secrets-editor-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    for name in ["vim.tiny", "nvi", "nano", "editor.sh"] {
      close(open("\(folder)/\(name)", O_WRONLY | O_CREAT, 0o700))
    }
    for (link, target) in [("vi", "vim.tiny"), ("editor", "nano"), ("vim", "editor.sh")] {
      try #require(symlink(target, "\(folder)/\(link)") == 0)
    }
  }

  deinit {
    for name in ["vim.tiny", "nvi", "nano", "editor.sh", "vi", "editor", "vim"] {
      unlink("\(folder)/\(name)")
    }
    rmdir(folder)
  }

  @Test(
    "An editor is known by its name or by what its name leads to",
    arguments: [
      ("vi", Editor.Kind.vim), ("vim.tiny -e", .vim), ("nvim", .vim), ("/opt/bin/nvim -u x", .vim),
      ("vim", .vim), ("editor", .nano), ("nano -w", .nano), ("emacs -nw", .emacs),
      ("emacsclient", .other), ("micro", .micro), ("code --wait", .other), ("nvi", .other),
      ("\"vim\"", .other), ("", .other),
    ])
  func kinds(_ command: String, _ kind: Editor.Kind) {
    #expect(Editor(command: command).kind(path: "/no/such:\(folder)") == kind)
  }

  @Test("The line is given to editors that are known to take it")
  func line() {
    let nano = Editor(command: "nano -w").arguments(for: "/f", at: 12, path: folder)
    #expect(nano == ["/bin/sh", "-c", "exec nano -w \"$@\"", "nano -w", "-R", "+12", "/f"])
    let code = Editor(command: "code --wait").arguments(for: "/f", at: 12, path: folder)
    #expect(code.suffix(2) == ["code --wait", "/f"])
    let vim = Editor(command: "vi").arguments(for: "/f", at: 3, path: folder)
    #expect(vim.suffix(2) == ["+3", "/f"])
    #expect(vim.contains("-n"))
  }

  @Test(
    "The shell stays where the command is more than one program",
    arguments: ["A=1 ed", "ed; ed", "ed 2>/dev/null", "(ed)", "ed | cat", "ed && ed"])
  func shells(_ command: String) {
    #expect(
      Editor(command: command).arguments(for: "/f", at: nil, path: nil)[2] == "\(command) \"$@\"")
  }

  @Test("VISUAL comes before EDITOR, and both before what is installed")
  func choice() {
    func chosen(_ visual: String?, _ editor: String?) -> String? {
      Editor.chosen(visual: visual, editor: editor, path: folder)?.command
    }
    #expect(chosen("a b", "c") == "a b")
    #expect(chosen("", "c") == "c")
    #expect(chosen(nil, nil) == "editor")
    #expect(Editor.chosen(visual: nil, editor: nil, path: "/no/such") == nil)
  }
}
