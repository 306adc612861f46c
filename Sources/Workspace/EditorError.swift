// Why text could not be edited. The sentences are made elsewhere.

/// What kept text from being edited in memory.
public enum EditorError: Error, Equatable {
  /// No folder tried is in memory and ours to use; on disk nothing is ever put.
  case noMemoryBackedFolder(tried: [String])
  /// Something in the folder could not be made, written or read; `code` is the system's reason.
  case fileFailed(path: String, code: Int32)
  /// The editor removed the file, or put something in its place that is no file.
  case fileReplaced(path: String)
  /// The text that was saved has more bytes than are taken.
  case textTooLarge(bytes: Int, limit: Int)
  /// The editor could not be started; `code` is the system's reason.
  case editorFailed(command: String, code: Int32)
  /// Not all could be removed from the folder afterwards; `code` is the system's reason.
  case notRemoved(path: String, code: Int32)
}
