// A line typed without being shown. The terminal's own line editing is off, since it cuts a line
// after 4095 bytes; and so are its signals, so that no way out leaves it without echo.

internal import Glibc
internal import Synchronization

/// A terminal that shows nothing of what is typed, until this goes out of scope.
struct HiddenInput: ~Copyable {
  /// How reading ended.
  enum Ending {
    /// With a newline, after so many bytes.
    case line(Int)
    /// With the end of input.
    case end
    /// With Ctrl-C.
    case interrupt
    /// With Ctrl-Z.
    case suspend
    /// With a newline after which more had been typed or pasted already.
    case moreLines
    /// With more bytes than there is room for.
    case full
    /// With a signal that another process sent.
    case signal(Int32)
  }

  private static let signals = [SIGHUP, SIGINT, SIGQUIT, SIGTERM]
  private static let received = Atomic<Int32>(0)

  private let terminal: Int32
  private var before = termios()
  private var maskBefore = sigset_t()
  private var actionsBefore: [sigaction] = []

  /// Turns the echo off.
  ///
  /// - Parameter terminal: an open terminal.
  /// - Throws: `noTerminal`.
  init(_ terminal: Int32) throws(ConsoleError) {
    self.terminal = terminal
    guard terminal < FD_SETSIZE, tcgetattr(terminal, &before) == 0 else { throw .noTerminal }
    Self.received.store(0, ordering: .relaxed)

    // Blocked except while we wait, so that none comes between looking for one and waiting.
    var blocked = sigset_t()
    sigemptyset(&blocked)
    for number in Self.signals { sigaddset(&blocked, number) }
    pthread_sigmask(SIG_BLOCK, &blocked, &maskBefore)
    for number in Self.signals {
      var action = sigaction()
      sigaction(number, nil, &action)
      actionsBefore.append(action)
      // Who started us with a signal ignored wants it so.
      if Self.isIgnored(action) { continue }
      action = sigaction()
      action.__sigaction_handler.sa_handler = { HiddenInput.received.store($0, ordering: .relaxed) }
      sigaction(number, &action, nil)
    }

    var hidden = before
    hidden.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON | ISIG | IEXTEN)
    hidden.c_iflag |= tcflag_t(ICRNL)
    withUnsafeMutableBytes(of: &hidden.c_cc) { keys in
      keys[Int(VMIN)] = 1
      keys[Int(VTIME)] = 0
    }
    while tcsetattr(terminal, TCSADRAIN, &hidden) != 0 && errno == EINTR {}
  }

  deinit {
    var before = before
    // What was pasted behind an answer must not become a command of the shell's.
    while tcsetattr(terminal, TCSAFLUSH, &before) != 0 && errno == EINTR {}
    for (number, action) in zip(Self.signals, actionsBefore) {
      var action = action
      sigaction(number, &action, nil)
    }
    var mask = maskBefore
    pthread_sigmask(SIG_SETMASK, &mask, nil)
  }

  /// Reads a line.
  ///
  /// - Parameter buffer: where its bytes go, without the newline.
  /// - Returns: how it ended.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Ending {
    var count = 0
    while let byte = nextByte() {
      switch byte {
      case UInt8(ascii: "\n"):
        var more: Int32 = 0
        let hasMore = ioctl(terminal, UInt(FIONREAD), &more) == 0 && more > 0
        return hasMore ? .moreLines : .line(count)
      case key(VINTR), key(VQUIT): return .interrupt
      case key(VSUSP): return .suspend
      case key(VEOF): return count == 0 ? .end : .line(count)
      case key(VERASE), 0x08, 0x7F: erase(buffer, &count)
      case key(VKILL):
        while count > 0 { erase(buffer, &count) }
      default:
        guard count < buffer.count else { return .full }
        buffer[count] = byte
        count += 1
      }
    }
    let number = Self.received.load(ordering: .relaxed)
    switch number {
    case 0: return .end
    case SIGINT: return .interrupt
    default: return .signal(number)
    }
  }

  /// Takes back one character, which may be several bytes of UTF-8.
  private func erase(_ buffer: UnsafeMutableRawBufferPointer, _ count: inout Int) {
    while count > 0 {
      count -= 1
      let byte = buffer[count]
      buffer[count] = 0
      if byte & 0xC0 != 0x80 { return }
    }
  }

  /// Waits for a byte; nil at the end of input or for a signal.
  private func nextByte() -> UInt8? {
    var waiting = maskBefore
    for number in Self.signals { sigdelset(&waiting, number) }
    while Self.received.load(ordering: .relaxed) == 0 {
      // ppoll(2) is not in Swift's Glibc.
      var readable = fd_set()
      withUnsafeMutableBytes(of: &readable) { $0[Int(terminal) / 8] = 1 << (terminal % 8) }
      guard pselect(terminal + 1, &readable, nil, nil, nil, &waiting) > 0 else {
        if errno == EINTR { continue }
        return nil
      }
      var byte: UInt8 = 0
      let count = Glibc.read(terminal, &byte, 1)
      if count == 1 { return byte }
      if count == 0 || (errno != EINTR && errno != EAGAIN) { return nil }
    }
    return nil
  }

  /// The byte that a key of the terminal's settings sends; nil where it is turned off.
  private func key(_ index: Int32) -> UInt8? {
    let byte = withUnsafeBytes(of: before.c_cc) { $0[Int(index)] }
    return byte == 0 ? nil : byte
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    // The handler's type has no comparison; SIG_IGN is the address 1.
    withUnsafeBytes(of: action.__sigaction_handler) { $0.load(as: UInt.self) == 1 }
  }
}
